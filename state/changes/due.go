package changes

import (
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// plan is what may be done for the changes of an account now, and when to plan
// again.
type plan struct {
	carry []state.Change
	// drop are the changes that nothing is left to do for: their time on top
	// is over, or a newer one is about the same thing.
	drop []state.Change
	work.Alarm
}

// due plans. Rows come oldest first; busy ones are being carried out; nothing
// is asked of the platform before resume. Of a conversation only the oldest one
// that waits may be carried out.
func due(rows []state.Change, busy func(id int64) bool, now, resume time.Time) plan {
	p := plan{Alarm: work.Alarm{Now: now}}
	ahead := map[api.ConversationID]bool{}
	for i, ch := range rows {
		switch {
		case ch.Refused, ahead[ch.Conversation]:
		case !ch.Waits():
			p.at(&p.drop, ch, state.Planned(ch.Until, now))
		case busy(ch.ID):
			ahead[ch.Conversation] = true
		case overtaken(ch, rows[i+1:]):
			p.drop = append(p.drop, ch)
		default:
			ahead[ch.Conversation] = true
			p.at(&p.carry, ch, work.Later(state.Planned(ch.NotBefore, now), resume))
		}
	}
	return p
}

// overtaken reports whether a newer change is about the same thing.
func overtaken(ch state.Change, newer []state.Change) bool {
	return slices.ContainsFunc(newer, func(o state.Change) bool { return o.Waits() && o.Same(ch) })
}

// at puts ch on a list if its time has come.
func (p *plan) at(list *[]state.Change, ch state.Change, when time.Time) {
	if p.Due(when) {
		*list = append(*list, ch)
	}
}
