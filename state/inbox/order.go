package inbox

import (
	"cmp"

	"unibox/state"
)

// Place is where a conversation stands in the queue of who is next: first whose window
// of free text ends within the hour, the soonest first; then by when an answer is due,
// which is the target after the wait began, or when what was snoozed came back; last
// who was skipped, in the order of that.
type Place struct {
	Tier uint8
	At   int64
}

// The tiers of the queue.
const (
	tierClosing uint8 = iota
	tierDue
	tierSkipped
)

// PlaceOf is the place of whoever's answer is due at a moment.
func PlaceOf(at int64) Place { return Place{tierDue, at} }

// Compare is negative where p is before q.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Tier, q.Tier), cmp.Compare(p.At, q.At))
}

// InQueue reports whether a conversation is in the queue of who waits.
func (f Facts) InQueue(now int64) bool { return f.Queued(now) && (f.Waits() || f.Back(now)) }

// Place is where a conversation stands in the queue, if it is in it. due says until when
// an answer is due to whoever waits since a moment.
func (f Facts) Place(now int64, due func(since int64) int64) Place {
	closes := f.FreeUntil - state.ClosingWarns.Microseconds()
	closing := now >= closes && now < f.FreeUntil && !f.Blocked && !f.OptedOut
	switch {
	case f.IsSkipped() && !(closing && f.Skipped < closes): // who was skipped before that comes up once more
		return Place{tierSkipped, f.Skipped}
	case closing:
		return Place{tierClosing, f.FreeUntil}
	case f.Back(now):
		return Place{tierDue, f.Snoozed}
	}
	return Place{tierDue, due(f.Since())}
}
