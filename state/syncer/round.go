package syncer

import (
	"time"

	"unibox/api"
	"unibox/state/work"
)

// round is one reading of the list of conversations from its head downwards,
// page by page: to its end, or down to where nothing is new.
type round struct {
	whole bool
	// due is when the next page, or the next round, may be asked for.
	due time.Time
	// urgent: a person waits for its next page.
	urgent bool
	busy   bool
	// fails counts failures in a row.
	fails  int
	cursor api.Cursor
	// tokens and ids are what this round has seen, so that it ends on a
	// platform that leads it in a circle (api/pact/REFERENCE.md "Pages of a
	// list").
	tokens map[api.Cursor]struct{}
	ids    map[string]struct{}
}

// mostListed is how many conversations a round reads: many times what any
// company has. A list that has more has no end.
const mostListed = 500_000

// The sentences for a list that cannot be read to its end.
const (
	circled = "the list of conversations cannot be read to its end: the platform keeps answering with its newest page"
	endless = "the list of conversations cannot be read to its end: the platform has named 500,000 and goes on"
)

// page takes in a page of which news items were new. It reports whether the round
// is over, and, if it did not come to the end of the list, why in a sentence.
func (r *round) page(p api.Page[api.Conversation], news int) (over bool, why string) {
	r.fails, r.urgent = 0, false
	switch {
	case p.Next == "", !r.whole && news == 0:
		return true, ""
	case !r.progress(p):
		return true, circled
	case len(r.ids) >= mostListed:
		return true, endless
	}
	r.cursor = p.Next
	return false, ""
}

// progress reports whether the page and its cursor are not the ones of before.
func (r *round) progress(p api.Page[api.Conversation]) bool {
	if r.ids == nil {
		r.ids, r.tokens = map[string]struct{}{}, map[api.Cursor]struct{}{}
	}
	before := len(r.ids)
	for _, c := range p.Items {
		r.ids[c.ID.Remote] = struct{}{}
	}
	_, seen := r.tokens[p.Next]
	r.tokens[p.Next] = struct{}{}
	return len(r.ids) > before && !seen
}

// failed puts the next attempt off; the round continues where it was.
func (r *round) failed(now time.Time, jitter float64) {
	r.fails++
	r.due = now.Add(work.Backoff(r.fails, jitter))
}

// end puts the next round off.
func (r *round) end(due time.Time) {
	*r = round{whole: r.whole, due: due}
}
