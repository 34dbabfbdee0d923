package thread

import (
	"time"

	"unibox/api"
	"unibox/state"
)

// closing is how long before the end of free text its title warns.
const closing = time.Hour

// freeText says until when something else than a template may be written, on a channel
// that limits it, and whether to warn. It is empty where there is no limit, and where it
// is not known when the customer wrote last. It names a time, not what is left of it: a
// frame that nothing changes is not drawn again.
func (p *Pane) freeText() (words string, warn bool) {
	limit := p.env.Rules(p.id.Account, p.row.Conversation.Kind).Window
	wrote, known := p.customerWrote(limit)
	if limit == 0 || !known {
		return "", false
	}
	now := p.now()
	until := wrote.Add(limit)
	if !now.Before(until) {
		return "only templates until the customer writes", true
	}
	format := "15:04"
	if until = until.In(now.Location()); until.YearDay() != now.YearDay() {
		format = "Mon 15:04"
	}
	return "free text until " + until.Format(format), until.Sub(now) < closing
}

// customerWrote is when the customer wrote last. It is known if that is among the newest
// messages, or if these go back further than the limit: then it is the zero time.
func (p *Pane) customerWrote(limit time.Duration) (at time.Time, known bool) {
	if p.window.Newer != state.EdgeEnd {
		return at, false
	}
	for i := len(p.items) - 1; i >= 0; i-- {
		switch m := p.items[i].Message; {
		case p.items[i].Gap:
			return at, false
		case p.items[i].Pos != 0 && m.Direction == api.Inbound && m.Kind != api.KindEvent:
			return m.At, true
		case p.items[i].Pos != 0 && p.now().Sub(m.At) > limit:
			return at, true
		}
	}
	return at, len(p.items) > 0 && p.window.Older == state.EdgeEnd
}
