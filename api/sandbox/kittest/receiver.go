package kittest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// Event is a webhook as it was received.
type Event struct {
	Header http.Header
	Raw    []byte
	Reply
}

// Receiver is an address that gets webhooks.
type Receiver struct {
	t      *testing.T
	URL    string
	events chan Event
	mu     sync.Mutex
	answer []int
}

// Listen returns an address that answers with the given statuses in turn, and then
// with 200.
func Listen(t *testing.T, answers ...int) *Receiver {
	t.Helper()
	r := &Receiver{t: t, events: make(chan Event, 1000), answer: answers}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.URL = server.URL + "/in/unguessable"
	return r
}

// ServeHTTP takes a webhook.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	raw, _ := io.ReadAll(req.Body)
	e := Event{Header: req.Header, Raw: raw, Reply: Reply{Status: http.StatusOK, Header: req.Header, Body: string(raw)}}
	_ = json.Unmarshal(raw, &e.JSON)
	r.mu.Lock()
	status := http.StatusOK
	if len(r.answer) > 0 {
		status, r.answer = r.answer[0], r.answer[1:]
	}
	r.mu.Unlock()
	w.WriteHeader(status)
	r.events <- e
}

// Next returns the next webhook, and ends the test if none comes.
func (r *Receiver) Next() Event {
	r.t.Helper()
	select {
	case e := <-r.events:
		return e
	case <-time.After(20 * time.Second):
		r.t.Fatal("no webhook came")
	}
	return Event{}
}

// Until returns the first webhook that a check takes, and drops those before it.
func (r *Receiver) Until(takes func(Event) bool) Event {
	r.t.Helper()
	for {
		if e := r.Next(); takes(e) {
			return e
		}
	}
}

// Is reports whether a webhook has a value at a path.
func (e Event) Is(path string, value any) bool { return e.At(path) == value }
