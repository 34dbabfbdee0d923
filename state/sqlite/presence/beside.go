package presence

import (
	"context"
	"sync"

	"unibox/api"
	"unibox/state"
)

// beside are the further sessions of a process on one open store. Nobody tells them what their
// own process commits, so they tell each other.
type beside struct {
	mu  sync.Mutex
	all map[*Presence]struct{}
	// sessions and claims are what they all read when one of them has changed.
	sessions shared[[]state.Session]
	claims   shared[[]state.Claim]
}

// Another is the presence of one more session of this process on the same open store, known
// to nobody before Join. It never has the lease. looks: it is read-only.
func (p *Presence) Another(looks bool) *Presence {
	q := New(p.file, p.cache, p.feed, func(context.Context) {})
	q.timing, q.Notice = p.timing, p.Notice
	q.beside, q.guest = p.beside, true
	q.fleet, q.box, q.boxID = p.fleet, p.box, p.boxID
	if looks {
		q.OnlyLooks()
	}
	p.beside.add(q)
	p.expectCompany()
	return q
}

func (b *beside) add(p *Presence) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil {
		b.all = map[*Presence]struct{}{}
	}
	b.all[p] = struct{}{}
}

func (b *beside) remove(p *Presence) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.all, p)
}

// has reports whether a session is one of them, which needs no heartbeat to be known to live.
func (b *beside) has(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for p := range b.all {
		if p.id == id {
			return true
		}
	}
	return false
}

// each calls fn for the further sessions, one after the other.
func (b *beside) each(fn func(*Presence)) {
	b.mu.Lock()
	all := make([]*Presence, 0, len(b.all))
	for p := range b.all {
		all = append(all, p)
	}
	b.mu.Unlock()
	for _, p := range all {
		fn(p)
	}
}

// hear takes in an answer that the engine of this process gave.
func (p *Presence) hear(id api.ConversationID, f state.Fetching) {
	p.mu.Lock()
	a := p.asked[id]
	if _, again := p.asks[id]; again { // it answers what was asked before
		a = nil
	}
	if a != nil {
		a.Fetching, a.taken = f, true
		if !f.Head && !f.Older {
			p.over = append(p.over, id)
		}
	}
	p.mu.Unlock()
	if a != nil {
		p.feed.Mark(state.Thread(id))
	}
}
