package textus

import (
	"maps"
	"time"

	"unibox/api/sandbox/kit"
)

// state is how a conversation stands. What concerns read and starred is
// the token's user's alone, the rest everyone's (textus.md §3).
type state struct {
	read            bool
	readTo          time.Time
	starred         bool
	unanswered      bool
	closed, blocked bool
	// optedOut: the number wants no messages; byContact if it said so
	// itself, and then only it can come back.
	optedOut, byContact bool
	// assigned holds users by their place in textusUsers.
	assigned map[int]bool
	// speaker is which of the contacts is taken to be speaking.
	speaker int
	// stirred is when somebody last reopened it by hand.
	stirred time.Time
}

// idleAfter is how long a conversation may wait before the service closes it
// by itself (textus.md §4).
const idleAfter = kit.Day

// thread is what happened to a conversation after the start.
type thread struct {
	state state
	extra []*item
	// redone holds messages of the seed that were tried again, by their place.
	redone map[int]*item
	// seq grows with every message of all conversations; 0 if none came.
	seq int64
	// due is when the newest delivery ends: the next does not overtake it.
	due time.Time
	kit.Life
}

// state returns how a conversation stands now.
func (p *Server) state(v *conversation, now time.Time) state {
	s := v.seed
	if t := p.threads[v.id]; t != nil {
		s = t.state
	}
	if s.unanswered && !s.blocked && now.Sub(kit.Latest(p.lastAt(v), s.stirred)) >= idleAfter {
		s.closed = true
	}
	return s
}

// lastAt is when the newest message came.
func (p *Server) lastAt(v *conversation) time.Time {
	t := p.threads[v.id]
	for i := range t.length() {
		if m := t.extra[len(t.extra)-1-i]; m.event == "" {
			return m.at
		}
	}
	return v.Last
}

// length is how many items a thread adds; nil adds none.
func (t *thread) length() int {
	if t == nil {
		return 0
	}
	return len(t.extra)
}

// thread returns the overlay of a conversation, made and brought up to now
// where needed.
func (p *Server) thread(v *conversation, now time.Time) *thread {
	s := p.state(v, now)
	t := p.threads[v.id]
	if t == nil {
		s.assigned = maps.Clone(s.assigned)
		t = &thread{redone: map[int]*item{}}
		p.threads[v.id] = t
	}
	t.state = s
	return t
}
