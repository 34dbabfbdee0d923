package kit

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Every trap does what the documentation says. Otherwise tests that use traps prove
// nothing.
func TestTrapsDoWhatTheirKindSays(t *testing.T) {
	web := httptest.NewServer(NewServer(NewMedia()))
	defer web.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableCompression: true}}
	get := func(kind string) (*http.Response, string, error) {
		t.Helper()
		resp, err := client.Get(web.URL + "/files/trap/" + kind + "/x")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(io.LimitReader(resp.Body, 1000))
		return resp, string(body), err
	}
	if _, body, err := get("short"); err == nil || len(body) != 400 {
		t.Errorf("short: %d bytes, %v", len(body), err)
	}
	if resp, body, err := get("long"); err != nil || len(body) != 400 || resp.ContentLength != 400 {
		t.Errorf("long: %d bytes, %v", len(body), err)
	}
	if _, body, err := get("endless"); err != nil || len(body) != 1000 {
		t.Errorf("endless: %d bytes, %v", len(body), err)
	}
	if resp, body, _ := get("packed"); resp.Header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(body, "\x1f\x8b") {
		t.Errorf("packed: %q", resp.Header)
	}
	if resp, _, _ := get("named"); !strings.Contains(resp.Header.Get("Content-Disposition"), "../") {
		t.Errorf("named: %q", resp.Header)
	}
	for _, kind := range []string{"other", "local", "metadata", "disk", "round"} {
		if resp, _, _ := get(kind); resp.StatusCode != http.StatusFound || resp.Header.Get("Location") == "" {
			t.Errorf("%s: %s to %q", kind, resp.Status, resp.Header.Get("Location"))
		}
	}
	if resp, _, _ := get("nothing"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown trap: %s", resp.Status)
	}
}
