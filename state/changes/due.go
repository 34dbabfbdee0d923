package changes

import (
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
)

// plan is what may be done for the changes of an account now, and when to
// think again; a zero next means that only news can change it.
type plan struct {
	carry []state.Change
	// drop are the changes that nothing is left to do for: their time on top
	// is over, or a newer one wishes something else of the same thing.
	drop []state.Change
	next time.Time
}

// due plans. Rows come oldest first; busy ones are being carried out; nothing
// is asked of the platform before hold. Of a conversation only the oldest one
// that waits may be carried out.
func due(rows []state.Change, busy func(id int64) bool, now, hold time.Time) plan {
	var p plan
	ahead := map[api.ConversationID]bool{}
	for i, ch := range rows {
		switch {
		case ch.Refused, ahead[ch.Conversation]:
		case !ch.Waits():
			p.at(&p.drop, ch, state.Planned(ch.Until, now), now)
		case busy(ch.ID):
			ahead[ch.Conversation] = true
		case overtaken(ch, rows[i+1:]):
			p.drop = append(p.drop, ch)
		default:
			ahead[ch.Conversation] = true
			p.at(&p.carry, ch, later(state.Planned(ch.NotBefore, now), hold), now)
		}
	}
	return p
}

// overtaken reports whether a newer change wishes something of the same thing.
func overtaken(ch state.Change, newer []state.Change) bool {
	return slices.ContainsFunc(newer, func(o state.Change) bool { return o.Waits() && o.Same(ch) })
}

// at puts ch on a list if its time has come, and remembers the time if not.
func (p *plan) at(list *[]state.Change, ch state.Change, when, now time.Time) {
	switch {
	case !when.After(now):
		*list = append(*list, ch)
	case p.next.IsZero() || when.Before(p.next):
		p.next = when
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
