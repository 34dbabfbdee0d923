package push

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"unibox/state"
)

const (
	// mostBody is the size of an event in bytes; those of all platforms are a few
	// thousand.
	mostBody = 1 << 20
	// atOnce is how many events are read and written at a time, of all accounts.
	atOnce = 16
	// perSecond events of an account are accepted in the long run, burst at once. The
	// others are refused, and the platforms repeat them.
	perSecond, burst = 30, 300
	// patience is how long a sender may take for one request.
	patience = 20 * time.Second
)

// Listener receives events. It is an http.Handler.
type Listener struct {
	addresses Addresses
	spool     *Spool
	dir       string
	// routes are the accounts by the hash of their paths: to look one up takes as long
	// for every wrong path.
	routes map[[sha256.Size]byte]*route
	test   [sha256.Size]byte
	tests  *rate.Limiter
	lanes  chan struct{}
	client *http.Client
	log    *slog.Logger
}

// route is an account, and what was received for it lately.
type route struct {
	Account
	limit *rate.Limiter
	seen  seen
}

// NewListener returns a listener for accounts that keeps what arrives in a state
// folder. It makes the addresses that are missing. Log may be nil.
func NewListener(dir string, accounts []Account, log *slog.Logger) (*Listener, error) {
	l := &Listener{
		addresses: AddressesIn(dir), spool: SpoolIn(dir), dir: folder(dir), routes: map[[sha256.Size]byte]*route{},
		tests: rate.NewLimiter(1, 10), lanes: make(chan struct{}, atOnce), client: forwarder(), log: log,
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	for _, a := range accounts {
		at, err := l.addresses.Of(a.ID)
		if err != nil {
			return nil, err
		}
		l.routes[sha256.Sum256([]byte(at.Path))] = &route{Account: a, limit: rate.NewLimiter(perSecond, burst)}
	}
	at, err := l.addresses.test()
	l.test = sha256.Sum256([]byte(at.Path))
	return l, err
}

// Serve receives events until ctx ends.
func (l *Listener) Serve(ctx context.Context, on net.Listener) error {
	server := &http.Server{
		Handler: l, ReadHeaderTimeout: patience / 4, ReadTimeout: patience, WriteTimeout: 2 * patience, IdleTimeout: 3 * patience,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience/4)
		defer cancel()
		if server.Shutdown(closing) != nil {
			server.Close()
		}
	})
	defer stop()
	err := server.Serve(on)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("receive events: %w", err)
}

// ServeHTTP answers one request: 200 once the event is on disk, and nothing of what
// went wrong to whoever asks. The last part of the path counts: what is in front may
// put something before it.
func (l *Listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	path := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	name := sha256.Sum256([]byte(path))
	at, ok := l.routes[name]
	switch {
	case name == l.test && r.Method == http.MethodPost:
		w.WriteHeader(l.takeTest(r))
	case !ok:
		w.WriteHeader(http.StatusNotFound)
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
	default:
		status := http.StatusInternalServerError
		err := state.Guarded(func() (err error) { status, err = l.receive(w, r, at, path); return err })
		if err != nil {
			l.log.Warn("an event was not accepted", "account", at.ID, "status", status, "err", err)
		}
		if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "60")
		}
		w.WriteHeader(status)
	}
}

// receive takes one event, and returns the status of the answer.
func (l *Listener) receive(w http.ResponseWriter, r *http.Request, at *route, path string) (int, error) {
	if r.ContentLength > mostBody {
		return http.StatusRequestEntityTooLarge, errors.New("it is too large")
	}
	if !at.limit.Allow() {
		return http.StatusTooManyRequests, nil // no line in the log for each of a flood
	}
	select {
	case l.lanes <- struct{}{}:
		defer func() { <-l.lanes }()
	case <-r.Context().Done():
		return http.StatusServiceUnavailable, r.Context().Err()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, errors.New("it is too large")
	case err != nil:
		return http.StatusBadRequest, errors.New("it broke off")
	}
	if status, err := l.check(r, at, body); err != nil {
		return status, err
	}
	h, err := at.Push.Read(at.ID, body)
	switch {
	case err != nil:
		return http.StatusBadRequest, errors.New("it is not what the platform sends")
	case h.Test:
		return http.StatusOK, nil
	}
	if err := l.keep(at, body); err != nil {
		return http.StatusServiceUnavailable, err
	}
	return l.forward(r, at, body)
}

// check looks at the signature where the platform signs.
func (l *Listener) check(r *http.Request, at *route, body []byte) (int, error) {
	if at.Push.Signature == "" {
		return 0, nil
	}
	known, err := l.addresses.Of(at.ID) // it may have been registered since the start
	if err != nil {
		return http.StatusServiceUnavailable, err
	}
	if len(known.Secrets) == 0 {
		return http.StatusForbidden, errors.New("the secret that its platform signs with is not known; see unibox hook --help")
	}
	if !at.Push.Signed(known.Secrets, r.Header.Get(at.Push.Signature), body) {
		return http.StatusForbidden, errors.New("the signature is wrong")
	}
	return 0, nil
}

// keep writes an event to disk, unless the same was written a moment ago: it says
// nothing new then.
func (l *Listener) keep(at *route, body []byte) error {
	sum, now := sha256.Sum256(body), time.Now()
	if at.seen.has(sum, now) {
		return nil
	}
	if err := l.spool.Put(Event{Account: at.ID, At: now, Body: body}); err != nil {
		return err
	}
	at.seen.add(sum, now)
	return nil
}

// testFile holds what arrived at the address for tests.
const testFile = "test"

// takeTest notes what unibox has sent itself.
func (l *Listener) takeTest(r *http.Request) int {
	if !l.tests.Allow() {
		return http.StatusTooManyRequests
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 100))
	if err == nil {
		err = writeFile(filepath.Join(l.dir, testFile), body)
	}
	if err != nil {
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// short is a few random letters.
func short() string { return rand.Text()[:10] }
