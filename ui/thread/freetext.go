package thread

import (
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/text"
)

// freeText says how long something else than a template may be written, on a channel
// that limits it, in full and in few words, and whether to warn. It is empty where there
// is no limit, and where it is not known when the customer wrote last.
func (p *Pane) freeText() (words, few string, warn bool) {
	until, known := p.freeUntil()
	left := until.Sub(p.look.Clock.At(p.now()))
	switch {
	case !known:
		return "", "", false
	case left <= 0:
		return p.env.T("only templates until the customer writes"), p.env.T("only templates"), true
	}
	few = p.env.T("%s left", text.Left(left))
	return p.env.T("%s for free text", few), few, left <= state.ClosingWarns
}

// TemplatesOnly reports whether nothing but a template may be sent now, as far as is
// known.
func (p *Pane) TemplatesOnly() bool {
	until, known := p.freeUntil()
	return known && !p.now().Before(until)
}

// freeUntil is when only templates may be written any more. It is not known where there
// is no such limit.
func (p *Pane) freeUntil() (until time.Time, known bool) {
	limit := p.env.Rules(p.id.Account, p.row.Conversation.Kind).Window
	if limit == 0 || !p.loaded {
		return until, false
	}
	wrote, known := p.customerWrote(limit)
	return wrote.Add(limit), known
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
