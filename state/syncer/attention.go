package syncer

import (
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
)

const (
	// openHolePages and holePages are how many pages go into a hole by
	// themselves; a larger one is filled when somebody scrolls to it.
	openHolePages, holePages = 5, 2
	// stuckFor is how long a conversation whose history cannot be read back is
	// not asked for it again.
	stuckFor = 5 * time.Minute
)

// attention is what a conversation needs beyond its regular readings.
type attention struct {
	// head: a person waits for the newest messages.
	head bool
	// older: a person waits for history below pos.
	older bool
	pos   state.Pos
	// walk reads what older asks for once the cursor below pos was lost.
	walk *walk
	// fill is how many pages may still go into the hole below hole.
	fill int
	hole state.Pos
	// headErr and olderErr are why the last such request failed.
	headErr, olderErr string
	// stuck: until then, olderErr is the answer to every request for history.
	stuck time.Time
}

// wanted reports whether a person waits.
func (a *attention) wanted() bool { return a != nil && (a.head || a.older) }

// idle reports whether there is nothing left to do or to remember.
func (a *attention) idle() bool {
	return !a.wanted() && a.fill == 0 && a.headErr == "" && a.olderErr == ""
}

// stopWaiting drops what nobody waits for any longer.
func (a *attention) stopWaiting() {
	a.head, a.older, a.walk = false, false, nil
}

// fetching is what the screen shows of it.
func (c *conv) fetching() state.Fetching {
	if c.att == nil {
		return state.Fetching{}
	}
	f := state.Fetching{Head: c.att.head, Older: c.att.older, Err: c.att.olderErr}
	if f.Err == "" {
		f.Err = c.att.headErr
	}
	return f
}

// attend returns c's attention, made if need be.
func (p *plan) attend(c *conv) *attention {
	if c.att == nil {
		c.att = &attention{}
		p.attended = append(p.attended, c)
	}
	return c.att
}

// dropIdle drops attention that has nothing left to do.
func (p *plan) dropIdle() {
	p.attended = slices.DeleteFunc(p.attended, func(c *conv) bool {
		if !c.att.idle() {
			return false
		}
		c.att = nil
		return true
	})
}

// requestHead takes in a person's request for the newest messages.
func (p *plan) requestHead(c *conv) {
	a := p.attend(c)
	a.head = p.health.State != state.HealthStopped
	if !a.head {
		a.headErr = p.health.Reason
	}
}

// requestOlder takes in a person's request for history below pos. Of a conversation
// that was never read, the newest messages come first.
func (p *plan) requestOlder(c *conv, pos state.Pos, now time.Time) {
	a := p.attend(c)
	switch {
	case p.health.State == state.HealthStopped:
		a.olderErr = p.health.Reason
	case c.checked.IsZero():
		p.requestHead(c)
	case now.Before(a.stuck):
	case a.walk != nil:
		a.pos = min(a.pos, pos) // for when the walk has arrived
	case now.Sub(c.servedAt) < freshFor && c.served.Oldest <= pos && pos <= c.served.Newest: // for another session
	default:
		a.older, a.pos, a.olderErr = true, pos, ""
	}
}

// refresh takes in a person's request for what is new of a conversation.
func (p *plan) refresh(c *conv) {
	a := p.attend(c)
	a.headErr, a.olderErr, a.stuck = "", "", time.Time{}
	c.notBefore, c.fails = time.Time{}, 0
	p.requestHead(c)
}

// refreshAll takes in a person's request for what is new at all: who we are,
// with the channels, the list of conversations, and what is on screen.
func (p *plan) refreshAll(now time.Time) {
	if p.identified {
		p.identifyAt = now
	}
	p.head.due, p.head.urgent = now, true
	for _, c := range p.convs {
		c.moved = c.moved || c.visible
	}
	for _, c := range p.opens() {
		p.refresh(c)
	}
}

// restart ends the wait of an account that was stopped or failed.
func (p *plan) restart(now time.Time) {
	if p.health.State == state.HealthStopped {
		p.identified, p.identifyAt, p.renew = false, time.Time{}, true
		for _, c := range p.attended {
			c.att.headErr, c.att.olderErr = "", ""
		}
	}
	p.health.retry(now)
}

// stop ends all waiting: the account continues when a person has fixed it.
func (p *plan) stop(now time.Time, err error, jitter float64) {
	p.health.stop(now, err, jitter)
	for _, c := range p.attended {
		if c.att.wanted() {
			c.att.headErr, c.att.olderErr = "", api.Explain(err)
		}
		c.att.stopWaiting()
	}
}
