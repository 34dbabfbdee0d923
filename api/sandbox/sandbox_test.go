package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
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

// service is a running server and a client that knows the token.
type service struct {
	*testing.T
	clock  *clock
	origin string
	server *Server
}

func start(t *testing.T, o Options) *service { t.Helper(); return startAt(t, o, noon) }

func startAt(t *testing.T, o Options, at time.Time) *service {
	t.Helper()
	c := &clock{now: at}
	o.Now, o.Quiet = c.Now, true
	s := New(o)
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return &service{t, c, h.URL, s}
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

const (
	tokenHeader = "X-Private-Api-Token: " + pactToken
	formHeader  = "Content-Type: application/x-www-form-urlencoded"
	jsonHeader  = "Content-Type: application/json"
)

func (s *service) get(path string) reply { s.Helper(); return s.do("GET", path, "", tokenHeader) }

func (s *service) post(path, form string) reply {
	s.Helper()
	return s.do("POST", path, form, tokenHeader, formHeader)
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

// refused checks for an error in Pact's shape.
func (r reply) refused(t *testing.T, status int, about string) {
	t.Helper()
	r.want(t, status, "status", "errored")
	if !strings.Contains(fmt.Sprint(r.at("errors")), about) {
		t.Errorf("errors %v, want something about %q", r.at("errors"), about)
	}
}

// all walks a list to its end and returns its elements.
func (s *service) all(path, name string, query string) []map[string]any {
	s.Helper()
	var out []map[string]any
	from := ""
	for {
		r := s.get(path + "?" + query + "&from=" + url.QueryEscape(from))
		r.want(s.T, 200, "status", "ok")
		out = append(out, r.items("data."+name)...)
		next, more := r.at("data.next_page").(string)
		if !more {
			return out
		}
		from = next
	}
}

func idsOf(list []map[string]any) []int64 {
	var ids []int64
	for _, one := range list {
		n, _ := one["external_id"].(float64)
		ids = append(ids, int64(n))
	}
	return ids
}
