package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"unibox/api"
)

const token = "secret-token-123"

// roundTripper is a stub of the network.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func client(t *testing.T, base string, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{Platform: "test", BaseURL: base, Authorize: func(h http.Header) { h.Set("X-Token", token) }}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func read() Request {
	return Request{Op: "read it", Effect: Reads, Method: "GET", Path: []string{"thing"}}
}

func write() Request {
	return Request{Op: "write it", Method: "POST", Path: []string{"thing"}, Body: Form(map[string][]string{"a": {"b"}})}
}

// hangUp cuts the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.Close()
	}
}

func TestNewRefusesAddressesThatATokenMustNotGoTo(t *testing.T) {
	for _, base := range []string{
		"http://api.example.org/p1", "ftp://api.example.org", "api.example.org", "", "https://", "https://me:pw@api.example.org",
		"https://api.example.org/?x=1", "https://api.example.org/#x", "http://127.0.0.1.example.org", "http://localhost.example.org", "://",
	} {
		if _, err := New(Config{BaseURL: base}); err == nil {
			t.Errorf("%q was taken", base)
		} else if strings.Contains(err.Error(), "pw") {
			t.Errorf("%q: the error repeats the password: %v", base, err)
		}
	}
	for _, base := range []string{"https://api.example.org/p1/", "http://127.0.0.1:4010/p1", "http://[::1]:80", "http://localhost:1"} {
		if _, err := New(Config{BaseURL: base}); err != nil {
			t.Errorf("%q: %v", base, err)
		}
	}
}

func TestTokenStaysAtItsOrigin(t *testing.T) {
	var strayed atomic.Int32
	other := serve(t, func(_ http.ResponseWriter, r *http.Request) { strayed.Add(1) })
	var seen, wrote atomic.Int32
	here := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Token") != token {
			t.Errorf("%s came without the token", r.URL)
		}
		switch r.URL.Path {
		case "/p1/away":
			http.Redirect(w, r, other+"/p1/away", http.StatusFound)
		case "/p1/moved":
			if r.Method == "POST" {
				wrote.Add(1)
			}
			http.Redirect(w, r, "/p1/here", http.StatusTemporaryRedirect)
		case "/p1/round":
			http.Redirect(w, r, "/p1/round", http.StatusFound)
		case "/p1/here":
			seen.Add(1)
		}
	})
	c := client(t, here+"/p1/")
	ask := func(e Effect, method, path string) error {
		_, err := c.Do(t.Context(), Request{Op: "ask", Effect: e, Method: method, Path: []string{path}})
		return err
	}
	if err := ask(Reads, "GET", "away"); api.KindOf(err) != api.ErrOther || !strings.Contains(err.Error(), other) {
		t.Errorf("a redirect to elsewhere: %v", err)
	}
	if err := ask(Writes, "POST", "away"); api.KindOf(err) != api.ErrUncertain {
		t.Errorf("a write answered with 302: %v", err)
	}
	if err := ask(Reads, "GET", "moved"); err != nil || seen.Load() != 1 {
		t.Errorf("a redirect within the origin: %v, seen %d", err, seen.Load())
	}
	if err := ask(Writes, "POST", "moved"); api.KindOf(err) != api.ErrOther || seen.Load() != 1 || wrote.Load() != 1 {
		t.Errorf("a redirected write: %v, seen %d, wrote %d", err, seen.Load(), wrote.Load())
	}
	if err := ask(Reads, "GET", "round"); err == nil {
		t.Error("a circle of redirects ended well")
	}
	if n := strayed.Load(); n != 0 {
		t.Errorf("%d requests went to another origin", n)
	}
}

func TestStatusToKind(t *testing.T) {
	tests := []struct {
		status      int
		read, write api.ErrKind
	}{
		{400, api.ErrInvalid, api.ErrInvalid}, {401, api.ErrAuth, api.ErrAuth}, {402, api.ErrPayment, api.ErrPayment},
		{403, api.ErrForbidden, api.ErrForbidden}, {404, api.ErrNotFound, api.ErrNotFound}, {405, api.ErrInvalid, api.ErrInvalid},
		{406, api.ErrInvalid, api.ErrInvalid}, {408, api.ErrUnavailable, api.ErrUncertain}, {410, api.ErrNotFound, api.ErrNotFound},
		{418, api.ErrUnavailable, api.ErrUncertain}, {422, api.ErrInvalid, api.ErrInvalid}, {429, api.ErrRateLimited, api.ErrRateLimited},
		{500, api.ErrUnavailable, api.ErrUncertain}, {502, api.ErrUnavailable, api.ErrUncertain}, {503, api.ErrUnavailable, api.ErrUncertain},
	}
	for _, tt := range tests {
		if got := kindOf(tt.status, Reads); got != tt.read {
			t.Errorf("read %d: kind %d, want %d", tt.status, got, tt.read)
		}
		if got := kindOf(tt.status, Writes); got != tt.write {
			t.Errorf("write %d: kind %d, want %d", tt.status, got, tt.write)
		}
		if got := kindOf(tt.status, Harmless); got == api.ErrUncertain {
			t.Errorf("harmless %d is uncertain", tt.status)
		}
	}
}

func TestWritesReachTheServerAtMostOnce(t *testing.T) {
	tests := map[string]struct {
		answer func(http.ResponseWriter)
		want   api.ErrKind
	}{
		"500":        {func(w http.ResponseWriter) { w.WriteHeader(500) }, api.ErrUncertain},
		"503 page":   {func(w http.ResponseWriter) { http.Error(w, "<html>down</html>", http.StatusServiceUnavailable) }, api.ErrUncertain},
		"429":        {func(w http.ResponseWriter) { w.Header().Set("Retry-After", "7"); w.WriteHeader(429) }, api.ErrRateLimited},
		"cut":        {hangUp, api.ErrUncertain},
		"half":       {func(w http.ResponseWriter) { w.Header().Set("Content-Length", "99"); io.WriteString(w, `{"a`) }, api.ErrUncertain},
		"page":       {func(w http.ResponseWriter) { io.WriteString(w, "<html>sign in</html>") }, api.ErrUncertain},
		"empty":      {func(w http.ResponseWriter) {}, api.ErrUncertain},
		"bad schema": {func(w http.ResponseWriter) { io.WriteString(w, `[1]`) }, api.ErrUncertain},
		"refused":    {func(w http.ResponseWriter) { w.WriteHeader(400); io.WriteString(w, `{"errors":["no"]}`) }, api.ErrInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var hits atomic.Int32
			c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				hits.Add(1)
				tt.answer(w)
			}))
			var into struct{ A int }
			err := c.JSON(t.Context(), write(), &into)
			if api.KindOf(err) != tt.want || hits.Load() != 1 {
				t.Errorf("%v (kind %d, want %d) after %d requests", err, api.KindOf(err), tt.want, hits.Load())
			}
			if name == "429" && api.RetryAfter(err) != 7*time.Second {
				t.Errorf("retry after %v", api.RetryAfter(err))
			}
		})
	}
}

func TestWriteThatNeverLeftIsCertain(t *testing.T) {
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := "http://" + port.Addr().String()
	port.Close()
	strange := httptest.NewTLSServer(http.NotFoundHandler())
	strange.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	t.Cleanup(strange.Close)
	for name, base := range map[string]string{"refused": dead, "certificate": strange.URL} {
		if _, err := client(t, base).Do(t.Context(), write()); api.KindOf(err) != api.ErrUnavailable {
			t.Errorf("%s: %v (kind %d)", name, err, api.KindOf(err))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	live := client(t, serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a cancelled write was sent") }))
	if _, err := live.Do(ctx, write()); api.KindOf(err) != api.ErrUnavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestWriteCancelledOnTheWayIsUncertain(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-release }))
	defer close(release)
	if _, err := c.Do(ctx, write()); api.KindOf(err) != api.ErrUncertain {
		t.Errorf("%v (kind %d)", err, api.KindOf(err))
	}
}

func TestUnknownTransportLeavesAWriteUncertain(t *testing.T) {
	c := client(t, "https://example.org", func(cfg *Config) {
		cfg.Transport = roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("broke " + token) })
	})
	_, err := c.Do(t.Context(), write())
	if api.KindOf(err) != api.ErrUncertain || strings.Contains(err.Error(), token) {
		t.Error(err)
	}
}

func TestWritesCannotBeRewound(t *testing.T) {
	c := client(t, "https://example.org", func(cfg *Config) {
		cfg.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.GetBody != nil {
				t.Error("the body of a write can be had again")
			}
			body, err := io.ReadAll(r.Body)
			if string(body) != `{"a":"b"}` || r.Header.Get("Content-Type") != "application/json" || err != nil {
				t.Errorf("body %q, %q: %v", body, r.Header.Get("Content-Type"), err)
			}
			return ok(http.StatusNoContent), nil
		})
	})
	req := write()
	req.Body = JSON(map[string]string{"a": "b"})
	if _, err := c.Do(t.Context(), req); err != nil {
		t.Error(err)
	}
	req.Body = JSON(func() {})
	if _, err := c.Do(t.Context(), req); api.KindOf(err) != api.ErrInvalid {
		t.Errorf("what is no JSON: %v", err)
	}
}

func TestWritesDoNotTrustIdleConnections(t *testing.T) {
	var opened atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	c := client(t, s.URL)
	for range 3 {
		if _, err := c.Do(t.Context(), read()); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("reads opened %d connections", n)
	}
	for range 2 {
		if _, err := c.Do(t.Context(), write()); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 3 {
		t.Errorf("after two writes %d connections were opened, want 3", n)
	}
}

func TestAnswersAreCapped(t *testing.T) {
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		for range 17 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	if _, err := c.Do(t.Context(), read()); !errors.Is(err, errTooLarge) {
		t.Errorf("a huge answer: %v", err)
	}
	if _, err := c.Do(t.Context(), write()); api.KindOf(err) != api.ErrUncertain {
		t.Errorf("a huge answer to a write: %v", err)
	}
}

func TestCaptivePortalOnARead(t *testing.T) {
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<html>pay for wifi</html>") }))
	err := c.JSON(t.Context(), read(), new(struct{}))
	if api.KindOf(err) != api.ErrUnavailable || !strings.Contains(api.Explain(err), "a web page answered in place of 127.0.0.1") {
		t.Error(err)
	}
}

func TestNothingSecretIsWrittenDown(t *testing.T) {
	var log bytes.Buffer
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(400)
		io.WriteString(w, `{"error":"token `+r.Header.Get("X-Token")+` may not"}`)
	}), func(cfg *Config) {
		cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	req := write()
	req.Query = map[string][]string{"phone": {"79250000001"}}
	req.Body = Form(map[string][]string{"message": {"private words"}})
	_, err := c.Do(t.Context(), req)
	if err == nil || !strings.Contains(err.Error(), "may not") {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "path=/thing") {
		t.Errorf("the log does not mention the request: %s", &log)
	}
	for _, secret := range []string{token, "79250000001", "private"} {
		if strings.Contains(err.Error()+log.String(), secret) {
			t.Errorf("%q is in %q or %q", secret, err, &log)
		}
	}
}

func TestIDsCannotLeaveTheirPlace(t *testing.T) {
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.EscapedPath() != "/a%2F..%2Fb%3Fx" {
			t.Errorf("path %s", r.URL.EscapedPath())
		}
	}))
	if _, err := c.Do(t.Context(), Request{Effect: Reads, Method: "GET", Path: []string{"a/../b?x"}}); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", ".", ".."} {
		if _, err := c.Do(t.Context(), Request{Method: "GET", Path: []string{"a", bad}}); api.KindOf(err) != api.ErrInvalid {
			t.Errorf("segment %q: %v", bad, err)
		}
	}
}

func TestSaid(t *testing.T) {
	for body, want := range map[string]string{
		`{"status":"errored","errors":["phone: must be digits only","x"]}`: "phone: must be digits only; x",
		`{"error":{"type":"t","message":"no such"}}`:                       "no such",
		`{"errors":{"phone":["bad"],"name":["long"]}}`:                     "name: long; phone: bad",
		`{"detail":"Expected available in 17 seconds."}`:                   "Expected available in 17 seconds.",
		`{"status":"errored"}`:                                             "",
		`<html><body>502</body></html>`:                                    "",
		"plain\n words":                                                    "plain words",
		``:                                                                 "",
		`[[["deep"]]]`:                                                     "deep",
		`{"error":null,"message":7}`:                                       "",
	} {
		if got := said([]byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	if n := len([]rune(said([]byte(strings.Repeat("я", 999))))); n != maxSaid {
		t.Errorf("a long text became %d characters", n)
	}
	if got := secondsIn("Expected available in 17 seconds."); got != 17*time.Second {
		t.Error(got)
	}
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for s, want := range map[string]time.Duration{
		"7": 7 * time.Second, " 0 ": 0, "-3": 0, "": 0, "soon": 0, "999999999": 24 * time.Hour, "Mon, 06 May 2024 07:09:09 GMT": time.Minute,
		"Mon, 06 May 2024 07:00:00 GMT": 0,
	} {
		if got := retryAfter(s, now); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}
