package syncer

import (
	"time"

	"unibox/api"
	"unibox/state/work"
)

// confirmAfter is when a conversation is read again that seems to lack a message.
const confirmAfter = 4 * time.Second

// learnPage learns from a page of messages that was stored.
func (p *plan) learnPage(r result, now time.Time) {
	switch {
	case r.walk != nil:
		p.walked(r, now)
	case r.job == readOlder:
		p.extended(r, now)
	case r.job == fillHole:
		p.filled(r)
	default:
		p.headRead(r, now)
	}
}

func (p *plan) headRead(r result, now time.Time) {
	c := r.conv
	if r.wrote && !c.checked.IsZero() && !r.announced {
		p.foundUnannounced(c, now)
	}
	p.check(c, r.began)
	c.active = work.Later(c.active, r.newest)
	if a := c.att; a != nil {
		a.headErr = ""
		a.head = a.head && r.urgency != person
	}
	if r.saved.Suspect {
		c.moved, c.notBefore = true, now.Add(confirmAfter)
	}
	if !r.hole {
		return
	}
	a := p.attend(c)
	a.hole, a.fill = r.saved.Oldest, holePages
	if p.isOpen(c) {
		a.fill = openHolePages
	}
}

// extended ends a request for history. One that was made while the page was on
// its way is served by it too, if it was for the same span.
func (p *plan) extended(r result, now time.Time) {
	r.conv.served, r.conv.servedAt = r.span, now
	a := r.conv.att
	if a == nil {
		return
	}
	if a.pos == r.pos || r.span.Oldest <= a.pos && a.pos <= r.span.Newest {
		a.older = false
	}
	a.olderErr = ""
}

func (p *plan) filled(r result) {
	a := r.conv.att
	if a == nil {
		return
	}
	a.fill--
	if !r.hole {
		a.fill = 0
	}
}

// walked records a page of a walk, unless nobody waits for it any longer. Whoever
// saw its last page before we learned of it may have asked for what is below it.
func (p *plan) walked(r result, now time.Time) {
	a := r.conv.att
	if a == nil || a.walk == nil {
		return
	}
	arrived, err := a.walk.advance(r.saved.Oldest, r.next)
	switch {
	case err != nil:
		p.giveUp(r.conv, err, now)
	case arrived:
		a.older, a.walk = r.next != "" && a.pos <= r.saved.Oldest, nil
	}
}

// startWalk begins a walk for a person, and leaves a hole as it is.
func (p *plan) startWalk(r result) {
	a := r.conv.att
	switch {
	case a == nil:
	case r.job == fillHole:
		a.fill = 0
	case a.older:
		a.walk = newWalk(r.span.Oldest)
	}
}

// giveUp gives up reading a conversation's history back, and says why.
func (p *plan) giveUp(c *conv, err error, now time.Time) {
	a := p.attend(c)
	a.older, a.walk, a.fill = false, nil, 0
	a.olderErr, a.stuck = err.Error(), now.Add(stuckFor)
}

// noteFailure keeps the error for whoever waits. If the conversation itself is
// refused (own), it also ends the wait: a repetition would not help.
func (p *plan) noteFailure(r result, own bool) {
	c := r.conv
	if c.att == nil && !p.isOpen(c) {
		return
	}
	a := p.attend(c)
	if r.job == readHead {
		a.headErr = api.Explain(r.err)
		a.head = a.head && !own
		return
	}
	if r.job == readOlder {
		a.olderErr = api.Explain(r.err)
	}
	if own {
		a.older, a.walk, a.fill = false, nil, 0
	}
}

// copied returns a copy of a walk for a request, since the plan may change it.
func (w *walk) copied() *walk {
	if w == nil {
		return nil
	}
	return &walk{target: w.target, cursor: w.cursor, pos: w.pos}
}
