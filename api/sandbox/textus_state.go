package sandbox

import (
	"maps"
	"time"
)

// textusState is how a conversation stands. What concerns read and starred is
// the token's user's alone, the rest everyone's (textus.md §3).
type textusState struct {
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
const idleAfter = day

// textusThread is what happened to a conversation after the start.
type textusThread struct {
	state textusState
	extra []*textusItem
	// redone holds messages of the seed that were tried again, by their place.
	redone map[int]*textusItem
	// seq grows with every message of all conversations; 0 if none came.
	seq int64
	// due is when the newest delivery ends: the next does not overtake it.
	due time.Time
	life
}

// state returns how a conversation stands now.
func (p *textus) state(v *textusConversation, now time.Time) textusState {
	s := v.seed
	if t := p.threads[v.id]; t != nil {
		s = t.state
	}
	if s.unanswered && !s.blocked && now.Sub(latest(p.lastAt(v), s.stirred)) >= idleAfter {
		s.closed = true
	}
	return s
}

// lastAt is when the newest message came.
func (p *textus) lastAt(v *textusConversation) time.Time {
	t := p.threads[v.id]
	for i := range t.length() {
		if m := t.extra[len(t.extra)-1-i]; m.event == "" {
			return m.at
		}
	}
	return v.last
}

// length is how many items a thread adds; nil adds none.
func (t *textusThread) length() int {
	if t == nil {
		return 0
	}
	return len(t.extra)
}

// thread returns the overlay of a conversation, made and brought up to now
// where needed.
func (p *textus) thread(v *textusConversation, now time.Time) *textusThread {
	s := p.state(v, now)
	t := p.threads[v.id]
	if t == nil {
		s.assigned = maps.Clone(s.assigned)
		t = &textusThread{redone: map[int]*textusItem{}}
		p.threads[v.id] = t
	}
	t.state = s
	return t
}
