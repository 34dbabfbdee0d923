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
	// fails counts failures in a row, and why is the last one's sentence if there
	// was one before.
	fails  int
	why    string
	cursor api.Cursor
	// pages counts those that were read. resumed: none was since an earlier run read
	// down to cursor.
	pages   int
	resumed bool
	// empty counts pages without a conversation in a row.
	empty int
	// tokens and ids are what this round has seen, so that it ends on a
	// platform that leads it in a circle (api/pact/REFERENCE.md "Pages of a
	// list").
	tokens map[api.Cursor]struct{}
	ids    map[string]struct{}
}

// mostListed is how many conversations a round reads: many times what any
// company has. A list that has more has no end.
const mostListed = 500_000

// mostEmpty is how many pages without a conversation a round follows in a row.
const mostEmpty = 3

// The sentences for a list that cannot be read to its end.
const (
	notToItsEnd = "the list of conversations cannot be read to its end: "
	circled     = notToItsEnd + "the platform leads back to a page that was read already"
	emptied     = notToItsEnd + "the platform answers with empty pages and says that there is more"
	endless     = notToItsEnd + "the platform has named 500,000 and goes on"
)

// page takes in a page of which news items were new. It reports whether the round
// is over, and, if it did not come to the end of the list, why in a sentence.
func (r *round) page(p api.Page[api.Conversation], news int) (over bool, why string) {
	r.fails, r.urgent, r.why, r.resumed = 0, false, "", false
	r.pages++
	switch {
	case p.Next == "", !r.whole && news == 0 && len(p.Items) > 0:
		return true, ""
	case len(r.ids) >= mostListed:
		return true, endless
	}
	if why := r.progress(p); why != "" {
		return true, why
	}
	r.cursor = p.Next
	return false, ""
}

// progress says why the page and its cursor lead no further, "" if they do. An
// empty page may: what it held can have been deleted, or is not for this login.
func (r *round) progress(p api.Page[api.Conversation]) string {
	if r.ids == nil {
		r.ids, r.tokens = map[string]struct{}{}, map[api.Cursor]struct{}{}
	}
	before := len(r.ids)
	for _, c := range p.Items {
		r.ids[c.ID.Remote] = struct{}{}
	}
	_, seen := r.tokens[p.Next]
	r.tokens[p.Next] = struct{}{}
	if r.empty++; len(p.Items) > 0 {
		r.empty = 0
	}
	switch {
	case seen, r.empty == 0 && len(r.ids) == before:
		return circled
	case r.empty >= mostEmpty:
		return emptied
	}
	return ""
}

// failed puts the next attempt off; the round continues where it was.
func (r *round) failed(now time.Time, jitter float64, err error) {
	if r.fails++; r.fails > 1 && !r.resumed {
		r.why = notToItsEnd + api.Explain(err)
	}
	r.due = now.Add(work.Backoff(r.fails, jitter))
}

// restart begins at the head: the cursor that an earlier run left leads nowhere.
func (r *round) restart(now time.Time) { *r = round{whole: r.whole, due: now} }

// end puts the next round off.
func (r *round) end(due time.Time) {
	*r = round{whole: r.whole, due: due}
}
