// Package kittest serves one platform of the sandbox and is a client of it, for the
// tests of the platforms' servers.
package kittest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api/sandbox/kit"
)

// Clock is a clock that moves only when a test advances it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// NewClock returns a clock that shows a time.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Noon is the time at which tests begin.
var Noon = time.Date(2026, 3, 5, 12, 0, 30, 0, time.UTC)

// Service is a running server of one platform, and a client of it.
type Service struct {
	*testing.T
	Clock  *Clock
	Origin string
}

// Start serves one platform, made by of, until the test ends. No customer writes by
// chance.
func Start(t *testing.T, o kit.Options, at time.Time, of func(kit.Options, *kit.Media) kit.Platform) *Service {
	t.Helper()
	c := NewClock(at)
	o.Now, o.Quiet = c.Now, true
	m := kit.NewMedia()
	h := httptest.NewServer(kit.NewServer(m, of(o, m)))
	t.Cleanup(h.Close)
	return &Service{t, c, h.URL}
}

// Reply is an answer. JSON is set if the body is a JSON object, Err if there was no
// complete answer.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	JSON   map[string]any
	Err    error
}

// Do sends a request. Headers have the form "Name: value".
func (s *Service) Do(method, path, body string, headers ...string) Reply {
	s.Helper()
	req, err := http.NewRequest(method, s.Origin+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return Reply{Err: err}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	r := Reply{Status: resp.StatusCode, Header: resp.Header, Body: string(raw), Err: err}
	_ = json.Unmarshal(raw, &r.JSON)
	return r
}

// Control sends a request to the control side and ends the test unless it succeeds.
func (s *Service) Control(method, path, body string) Reply {
	s.Helper()
	r := s.Do(method, "/control/"+path, body)
	if r.Status != 200 {
		s.Fatalf("%s /control/%s: %d %s", method, path, r.Status, r.Body)
	}
	return r
}

// At returns the value at a path such as "data.conversation.name".
func (r Reply) At(path string) any {
	var v any = r.JSON
	for name := range strings.SplitSeq(path, ".") {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// ID returns the number at a path.
func (r Reply) ID(path string) int64 {
	n, _ := r.At(path).(float64)
	return int64(n)
}

// Items returns the list of objects at a path.
func (r Reply) Items(path string) []map[string]any {
	list, _ := r.At(path).([]any)
	var out []map[string]any
	for _, one := range list {
		object, _ := one.(map[string]any)
		out = append(out, object)
	}
	return out
}

// Want checks the status and, unless path is empty, the value at a path.
func (r Reply) Want(t *testing.T, status int, path string, value any) {
	t.Helper()
	if r.Status != status {
		t.Fatalf("status %d, want %d: %s", r.Status, status, r.Body)
	}
	if got := fmt.Sprint(r.At(path)); path != "" && got != fmt.Sprint(value) {
		t.Errorf("%s is %v, want %v: %.500s", path, got, value, r.Body)
	}
}

// Headers of requests.
const (
	FormHeader = "Content-Type: application/x-www-form-urlencoded"
	JSONHeader = "Content-Type: application/json"
)

// Received returns the messages that a platform has accepted, from the control side.
func (s *Service) Received(platform string) []map[string]any {
	s.Helper()
	var all []map[string]any
	if err := json.Unmarshal([]byte(s.Control("GET", "received?platform="+platform, "").Body), &all); err != nil {
		s.Fatal(err)
	}
	return all
}

// Fault adds a fault, given as JSON.
func (s *Service) Fault(fault string) {
	s.Helper()
	s.Control("POST", "fault", fault)
}

// RunActivity runs one platform, made by of, on a fake clock while during runs.
func RunActivity(t *testing.T, o kit.Options, of func(kit.Options, *kit.Media) kit.Platform, during func()) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := kit.NewMedia()
		s := kit.NewServer(m, of(o, m))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		during()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	})
}
