package kit

import (
	"maps"
	"net/http"
	"sync"
)

// ledger counts what clients asked, for tests that care how often.
type ledger struct {
	mu        sync.Mutex
	counts    map[string]int
	histories map[string]*fetches
}

// fetches is how the history of one conversation was read.
type fetches struct {
	Pages       int `json:"pages"`
	InFlightMax int `json:"in_flight_max"`
	// Repeated holds the tokens answered whole more than once.
	Repeated map[string]int `json:"repeated"`

	inFlight int
	tokens   map[string]int
}

func newLedger() *ledger {
	return &ledger{counts: map[string]int{}, histories: map[string]*fetches{}}
}

// begin counts a request; done is to be told when it is over and whether a
// page was answered whole.
func (l *ledger) begin(r *http.Request, found Match) (done func(whole bool)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[found.label(r.Method)]++
	if found.Route == nil || found.Route.Pages == nil {
		return func(bool) {}
	}
	conversation, from := found.Route.Pages(r, found.Segments)
	if conversation == "" {
		return func(bool) {}
	}
	f := l.fetches(conversation)
	f.inFlight++
	f.InFlightMax = max(f.InFlightMax, f.inFlight)
	return func(whole bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		f.end(from, whole)
	}
}

func (l *ledger) fetches(conversation string) *fetches {
	f := l.histories[conversation]
	if f == nil {
		f = &fetches{tokens: map[string]int{}, Repeated: map[string]int{}}
		l.histories[conversation] = f
	}
	return f
}

func (f *fetches) end(from string, whole bool) {
	f.inFlight--
	if !whole {
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

// tally is the ledger as the control side shows it.
type tally struct {
	Counts        map[string]int     `json:"counts"`
	Conversations map[string]fetches `json:"conversations"`
}

func (l *ledger) tally() tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := tally{maps.Clone(l.counts), map[string]fetches{}}
	for id, f := range l.histories {
		copied := *f
		copied.Repeated = maps.Clone(f.Repeated)
		t.Conversations[id] = copied
	}
	return t
}
