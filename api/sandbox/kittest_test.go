package sandbox

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
)

// clock is a time that moves when told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// noon is when tests begin.
var noon = time.Date(2026, 3, 5, 12, 0, 30, 0, time.UTC)

// service is a running server of one platform and a client of it.
type service struct {
	*testing.T
	clock  *clock
	origin string
}

// start serves one platform. Nobody writes by himself there.
func start(t *testing.T, o Options, at time.Time, of func(Options, *media) platform) *service {
	t.Helper()
	c := &clock{now: at}
	o.Now, o.Quiet = c.Now, true
	m := newMedia()
	h := httptest.NewServer(newServer(m, of(o, m)))
	t.Cleanup(h.Close)
	return &service{t, c, h.URL}
}

// reply is an answer, decoded where it is JSON.
type reply struct {
	status int
	header http.Header
	body   string
	json   map[string]any
	err    error
}

// do sends a request; headers are "Name: value".
func (s *service) do(method, path, body string, headers ...string) reply {
	s.Helper()
	req, err := http.NewRequest(method, s.origin+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return reply{err: err}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	r := reply{status: resp.StatusCode, header: resp.Header, body: string(raw), err: err}
	_ = json.Unmarshal(raw, &r.json)
	return r
}

// control asks the control side and has to be obeyed.
func (s *service) control(method, path, body string) reply {
	s.Helper()
	r := s.do(method, "/control/"+path, body)
	if r.status != 200 {
		s.Fatalf("%s /control/%s: %d %s", method, path, r.status, r.body)
	}
	return r
}

// at returns what stands at a place such as "data.conversation.name".
func (r reply) at(place string) any {
	var v any = r.json
	for name := range strings.SplitSeq(place, ".") {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

func (r reply) id(place string) int64 {
	n, _ := r.at(place).(float64)
	return int64(n)
}

// items returns a list of objects.
func (r reply) items(place string) []map[string]any {
	list, _ := r.at(place).([]any)
	var out []map[string]any
	for _, one := range list {
		object, _ := one.(map[string]any)
		out = append(out, object)
	}
	return out
}

func (r reply) want(t *testing.T, status int, place string, value any) {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	if got := fmt.Sprint(r.at(place)); place != "" && got != fmt.Sprint(value) {
		t.Errorf("%s is %v, want %v: %.500s", place, got, value, r.body)
	}
}

const (
	formHeader = "Content-Type: application/x-www-form-urlencoded"
	jsonHeader = "Content-Type: application/json"
)

// taken returns what the control side says a platform has taken in.
func (s *service) taken(platform string) []map[string]any {
	s.Helper()
	var all []map[string]any
	if err := json.Unmarshal([]byte(s.control("GET", "received?platform="+platform, "").body), &all); err != nil {
		s.Fatal(err)
	}
	return all
}

// strikes sets a fault.
func (s *service) strikes(fault string) {
	s.Helper()
	s.control("POST", "fault", fault)
}

// alive runs the life of one platform on a fake clock for a while.
func alive(t *testing.T, o Options, of func(Options, *media) platform, during func()) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := newMedia()
		s := newServer(m, of(o, m))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		during()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the life ended with %v", err)
		}
	})
}
