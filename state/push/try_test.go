package push

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestTry: an event of our own arrives through what is in front, or a sentence says
// what does not work, without the address that nobody may know.
func TestTry(t *testing.T) {
	dir := t.TempDir()
	l, _ := listener(t, dir)
	inner := serve(t, l)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resp, err := http.Post(inner+r.URL.Path, "", r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		resp.Body.Close()
		w.WriteHeader(resp.StatusCode)
	}))
	defer front.Close()
	if err := Try(t.Context(), dir, front.URL+"/hooks"); err != nil {
		t.Error(err)
	}
	at, _ := AddressesIn(dir).test()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer elsewhere.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	gone := closed.URL
	for address, want := range map[string]string{elsewhere.URL: "leads to something else", closed.URL: "answers 404"} {
		if err := Try(t.Context(), dir, address); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), at.Path) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	closed.Close()
	if err := Try(t.Context(), dir, gone); err == nil || !strings.Contains(err.Error(), "cannot be reached") || strings.Contains(err.Error(), at.Path) {
		t.Errorf("nothing there: %v", err)
	}
}
