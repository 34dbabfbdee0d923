package kit

import (
	"maps"
	"net/http"
	"sync"
)

// requestLog counts the requests of clients.
type requestLog struct {
	mu        sync.Mutex
	routes    map[string]int
	histories map[string]*historyReads
}

// historyReads counts how the history of one conversation was read.
type historyReads struct {
	Pages       int `json:"pages"`
	InFlightMax int `json:"in_flight_max"`
	// Repeated has the page tokens that were answered completely more than once.
	Repeated map[string]int `json:"repeated"`

	inFlight int
	tokens   map[string]int
}

func newRequestLog() *requestLog {
	return &requestLog{routes: map[string]int{}, histories: map[string]*historyReads{}}
}

// begin counts a request. The caller reports with done that the request is over,
// and whether its answer was complete.
func (l *requestLog) begin(r *http.Request, found Match) (done func(complete bool)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.routes[found.label(r.Method)]++
	if found.Route == nil || found.Route.Pages == nil {
		return func(bool) {}
	}
	conversation, from := found.Route.Pages(r, found.Segments)
	if conversation == "" {
		return func(bool) {}
	}
	f := l.historyReads(conversation)
	f.inFlight++
	f.InFlightMax = max(f.InFlightMax, f.inFlight)
	return func(complete bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		f.end(from, complete)
	}
}

func (l *requestLog) historyReads(conversation string) *historyReads {
	f := l.histories[conversation]
	if f == nil {
		f = &historyReads{tokens: map[string]int{}, Repeated: map[string]int{}}
		l.histories[conversation] = f
	}
	return f
}

func (f *historyReads) end(from string, complete bool) {
	f.inFlight--
	if !complete {
		return
	}
	f.Pages++
	if from == "" {
		return
	}
	if f.tokens[from]++; f.tokens[from] > 1 {
		f.Repeated[from] = f.tokens[from]
	}
}

// counts are the counts as the control side returns them.
type counts struct {
	Counts        map[string]int          `json:"counts"`
	Conversations map[string]historyReads `json:"conversations"`
}

func (l *requestLog) snapshot() counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := counts{maps.Clone(l.routes), map[string]historyReads{}}
	for id, f := range l.histories {
		copied := *f
		copied.Repeated = maps.Clone(f.Repeated)
		t.Conversations[id] = copied
	}
	return t
}
