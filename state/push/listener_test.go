package push

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"unibox/api"
)

const secret = "between-us-and-nobody-else"

// fake is a platform whose event is a word: the conversation that has something new.
func fake(signature string) api.Push {
	return api.Push{Signature: signature, Read: func(account api.AccountID, body []byte) (h api.Hints, err error) {
		word := string(body)
		switch {
		case word == "test":
			h.Test = true
		case strings.HasPrefix(word, "ack "):
			id := api.ConversationID{Account: account, Remote: "1"}
			h.Acks = []api.Ack{{Conversation: id, Message: api.MessageID{Account: account, Remote: word[4:]}, Delivery: api.DeliveryRead}}
		case strings.HasPrefix(word, "channel "):
			h.Channels = []api.ChannelState{{Channel: api.ChannelID{Account: account, Remote: "77"}, Problem: word[8:]}}
		case strings.HasPrefix(word, "{"):
			err = errors.New("no word")
		default:
			h.Conversations = []api.ConversationID{{Account: account, Remote: word}}
		}
		return h, err
	}}
}

// accounts are one whose platform signs, and one whose platform does not.
func accounts() []Account {
	return []Account{{ID: "signed", Push: fake("X-Signature")}, {ID: "plain", Push: fake("")}}
}

// listener is one with its log, in a state folder.
func listener(t *testing.T, dir string, of ...Account) (*Listener, *syncBuffer) {
	t.Helper()
	log := &syncBuffer{}
	l, err := NewListener(dir, of, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	return l, log
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func path(t *testing.T, dir string, account api.AccountID) string {
	t.Helper()
	at, err := AddressesIn(dir).Of(account)
	if err != nil {
		t.Fatal(err)
	}
	return "/" + at.Path
}

func sign(key, body string) string {
	sum := hmac.New(sha256.New, []byte(key))
	sum.Write([]byte(body))
	return hex.EncodeToString(sum.Sum(nil))
}

// kept are the bodies of the events on disk.
func kept(t *testing.T, dir string) (bodies []string) {
	t.Helper()
	for e, err := range SpoolIn(dir).Events() {
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(e.Account)+":"+string(e.Body))
	}
	return bodies
}

// TestAnswers: what is on disk, and nothing else, is answered with 200. Neither paths
// nor secrets get into the log.
func TestAnswers(t *testing.T) {
	dir := t.TempDir()
	l, log := listener(t, dir, accounts()...)
	plain, signed := path(t, dir, "plain"), path(t, dir, "signed")
	ask := func(method, path, body, signature string) int {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("X-Signature", signature)
		w := httptest.NewRecorder()
		l.ServeHTTP(w, r)
		if w.Body.Len() > 0 {
			t.Errorf("the answer says %q", w.Body)
		}
		return w.Code
	}
	if got := ask("POST", signed, "a", sign(secret, "a")); got != 403 {
		t.Errorf("before the secret is known: %d", got)
	}
	if err := AddressesIn(dir).Change("signed", func(a *Address) { a.Secrets = []string{secret} }); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path, body, signature string
		want                          int
		keeps                         string
	}{
		{"POST", plain, "a", "", 200, "plain:a"},
		{"POST", plain, "a", "", 200, ""}, // again: it is there
		{"POST", "/hooks/unibox" + plain, "b", "", 200, "plain:b"},
		{"POST", signed, "c", sign(secret, "c"), 200, "signed:c"},
		{"POST", signed, "d", sign(secret, "c"), 403, ""},
		{"POST", signed, "d", "", 403, ""},
		{"POST", signed, "d", sign("", "d"), 403, ""},
		{"POST", plain, "test", "", 200, ""},
		{"POST", plain, "{}", "", 400, ""},
		{"POST", plain, strings.Repeat("x", mostBody+1), "", 413, ""},
		{"GET", plain, "", "", 405, ""},
		{"POST", "/", "a", "", 404, ""},
		{"POST", plain + "x", "a", "", 404, ""},
		{"POST", plain[:len(plain)-1], "a", "", 404, ""},
		{"GET", "/favicon.ico", "", "", 404, ""},
	} {
		before := len(kept(t, dir))
		if got := ask(tt.method, tt.path, tt.body, tt.signature); got != tt.want {
			t.Errorf("%s %s %.20q: %d, want %d", tt.method, tt.path, tt.body, got, tt.want)
		}
		now := kept(t, dir)
		if tt.keeps == "" && len(now) != before || tt.keeps != "" && now[len(now)-1] != tt.keeps {
			t.Errorf("%s %s %.20q: kept %q", tt.method, tt.path, tt.body, now)
		}
	}
	for _, hidden := range []string{plain[1:], signed[1:], secret, sign(secret, "c")} {
		if strings.Contains(log.String(), hidden) {
			t.Errorf("%q is in the log:\n%s", hidden, log)
		}
	}
	if !strings.Contains(log.String(), "the signature is wrong") {
		t.Errorf("the log does not say why an event is refused:\n%s", log)
	}
}

// TestAFullSpoolRefuses: what cannot be kept is not accepted.
func TestAFullSpoolRefuses(t *testing.T) {
	dir := t.TempDir()
	l, _ := listener(t, dir, accounts()...)
	if err := os.MkdirAll(filepath.Dir(l.spool.dir), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(l.spool.dir, nil, 0o600); err != nil { // no folder
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	l.ServeHTTP(w, httptest.NewRequest("POST", path(t, dir, "plain"), strings.NewReader("a")))
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("without a folder: %d", w.Code)
	}
	s := SpoolIn(t.TempDir())
	s.most = 2
	for i, want := range []error{nil, nil, ErrFull, ErrFull} {
		if err := s.Put(Event{At: time.Now(), Body: []byte("a")}); !errors.Is(err, want) {
			t.Errorf("event %d: %v", i, err)
		}
	}
	for e := range s.Events() {
		if err := s.Remove(e); err != nil {
			t.Error(err)
		}
		break
	}
	if err := s.Put(Event{At: time.Now(), Body: []byte("a")}); err != nil {
		t.Errorf("after one was taken: %v", err)
	}
}

// TestSpoolIsBoundByBytes: few large events fill it as many small ones do.
func TestSpoolIsBoundByBytes(t *testing.T) {
	s := SpoolIn(t.TempDir())
	s.mostBytes = 3 << 10
	large := Event{At: time.Now(), Body: make([]byte, 1<<10)}
	for i, want := range []error{nil, nil, ErrFull, ErrFull} {
		if err := s.Put(large); !errors.Is(err, want) {
			t.Errorf("event %d: %v", i, err)
		}
	}
	if err := s.Put(Event{At: time.Now(), Body: []byte("small")}); err != nil {
		t.Errorf("a small one: %v", err)
	}
}

// serve has a listener serve a socket of this machine until the test ends.
func serve(t *testing.T, l *Listener) string {
	t.Helper()
	on, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Serve(ctx, on) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
	return "http://" + on.Addr().String()
}

// gigabyte is a body that counts what was taken of it.
type gigabyte struct{ taken atomic.Int64 }

func (g *gigabyte) Read(p []byte) (int, error) {
	if g.taken.Add(int64(len(p))) > 1<<30 {
		return 0, io.EOF
	}
	return len(p), nil
}

// TestAGigabyte: a body without a length is read to its limit and no further.
func TestAGigabyte(t *testing.T) {
	dir := t.TempDir()
	l, _ := listener(t, dir, accounts()...)
	origin := serve(t, l)
	body := &gigabyte{}
	resp, err := http.Post(origin+path(t, dir, "plain"), "application/json", body)
	if err == nil {
		resp.Body.Close()
		if resp.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("answered %d", resp.StatusCode)
		}
	}
	if n := body.taken.Load(); n > 64<<20 {
		t.Errorf("%d MB were taken of it", n>>20)
	}
	if got := kept(t, dir); len(got) > 0 {
		t.Errorf("kept %.50q", got)
	}
}

// TestAFlood: a thousand events at once, from many senders, cost no more than what the
// account may have; another account is served beside it.
func TestAFlood(t *testing.T) {
	dir := t.TempDir()
	l, _ := listener(t, dir, accounts()[1], Account{ID: "other", Push: fake("")})
	l.routes[sha256.Sum256([]byte(path(t, dir, "plain")[1:]))].limit.SetBurst(20)
	origin := serve(t, l)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 20, MaxIdleConnsPerHost: 20}}
	defer client.CloseIdleConnections()
	post := func(path, body string) int {
		resp, err := client.Post(origin+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	var accepted, refused atomic.Int64
	var wg sync.WaitGroup
	plain := path(t, dir, "plain")
	for sender := range 20 {
		wg.Go(func() {
			for i := range 50 {
				switch post(plain, "event "+string(rune('a'+sender))+" "+string(rune('a'+i))) {
				case http.StatusOK:
					accepted.Add(1)
				case http.StatusTooManyRequests:
					refused.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if status := post(path(t, dir, "other"), "one"); status != http.StatusOK {
		t.Errorf("another account is answered %d", status)
	}
	if accepted.Load()+refused.Load() != 1000 || refused.Load() == 0 || int(accepted.Load()) != len(kept(t, dir))-1 {
		t.Errorf("%d accepted, %d refused, %d kept", accepted.Load(), refused.Load(), len(kept(t, dir)))
	}
}

// TestForward: somebody else gets the same event, and it is not accepted before they
// have it.
func TestForward(t *testing.T) {
	var got []string
	status := http.StatusCreated
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, string(body)+" "+r.Header.Get("X-Signature"))
		w.WriteHeader(status)
	}))
	defer other.Close()
	dir := t.TempDir()
	l, log := listener(t, dir, Account{ID: "signed", Push: fake("X-Signature"), Forward: other.URL + "/their-secret"})
	if err := AddressesIn(dir).Change("signed", func(a *Address) { a.Secrets = []string{"old", secret} }); err != nil {
		t.Fatal(err)
	}
	ask := func(body, from string) int {
		r := httptest.NewRequest("POST", path(t, dir, "signed"), strings.NewReader(body))
		r.Header.Set("X-Signature", sign(secret, body))
		r.Header.Set(forwarded, from)
		w := httptest.NewRecorder()
		l.ServeHTTP(w, r)
		return w.Code
	}
	if code := ask("a", ""); code != 200 || len(got) != 1 || got[0] != "a "+sign(secret, "a") {
		t.Errorf("%d, they got %q", code, got)
	}
	if code := ask("b", "1"); code != 200 || len(got) != 1 {
		t.Errorf("what was forwarded to us is forwarded: %d, %q", code, got)
	}
	status = 500
	if code := ask("c", ""); code != 502 {
		t.Errorf("they do not take it: %d", code)
	}
	status = 200
	if code := ask("c", ""); code != 200 || len(got) != 3 || len(kept(t, dir)) != 3 {
		t.Errorf("repeated: %d, %q, kept %q", code, got, kept(t, dir))
	}
	other.Close()
	if code := ask("d", ""); code != 502 || strings.Contains(log.String(), "their-secret") {
		t.Errorf("they are gone: %d\n%s", code, log)
	}
}

// TestListen: only this machine is listened on.
func TestListen(t *testing.T) {
	for _, outside := range []string{"0.0.0.0:8787", ":8787", "[::]:8787", "192.0.2.7:80", "example.org:80", "127.0.0.1", "localhost", "", "relative.sock", "unix:relative"} {
		if l, err := Listen(outside); err == nil {
			l.Close()
			t.Errorf("%q is listened on", outside)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", outside, err)
		}
	}
	for _, here := range []string{"127.0.0.1:0", "localhost:0", "[::1]:0"} {
		l, err := Listen(here)
		if err != nil && !strings.Contains(err.Error(), "cannot assign") && !strings.Contains(err.Error(), "not supported") {
			t.Errorf("%q: %v", here, err)
		} else if err == nil {
			if _, err := Listen(l.Addr().String()); !errors.Is(err, ErrBusy) {
				t.Errorf("a second time: %v", err)
			}
			l.Close()
		}
	}
}

func TestUnixSocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "push") // shorter than the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	at := filepath.Join(dir, "hook.sock")
	first, err := Listen("unix:" + at)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(at); err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := Listen(at); !errors.Is(err, ErrBusy) {
		t.Errorf("a second time: %v", err)
	}
	first.(*net.UnixListener).SetUnlinkOnClose(false) // as a killed process leaves it
	first.Close()
	again, err := Listen(at)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	file := filepath.Join(dir, "precious")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(file); err == nil {
		t.Error("a file was taken for a socket")
	}
	if text, _ := os.ReadFile(file); string(text) != "text" {
		t.Error("a file was removed")
	}
}
