package textus

import (
	"maps"
	"time"

	"unibox/api/sandbox/kit"
)

// state is the state of a conversation. read and starred are those of the token's
// user, the rest is the same for all users. See api/textus/REFERENCE.md "Conversations".
type state struct {
	read            bool
	readTo          time.Time
	starred         bool
	unanswered      bool
	closed, blocked bool
	// optedOut is set if the number wants no messages, byContact if the contact
	// opted out by text; then only the contact can opt in again.
	optedOut, byContact bool
	// assigned has the assigned users, by index in users.
	assigned map[int]bool
	// speaker is the index of the contact who is writing.
	speaker int
	// reopened is when a user last reopened it.
	reopened time.Time
}

// idleAfter is how long a customer may wait before TextUs closes the conversation.
// See api/textus/REFERENCE.md "What changes by itself".
const idleAfter = kit.Day

// thread is what happened in a conversation after the start.
type thread struct {
	state state
	extra []*item
	// replaced has messages of the seed that were retried, by index.
	replaced map[int]*item
	// seq is the number of the newest message, counted over all conversations;
	// 0 if there is none.
	seq int64
	// due is when the newest delivery ends. The next one does not end before it.
	due time.Time
	kit.Customer
}

// state returns the present state of a conversation.
func (p *Server) state(v *conversation, now time.Time) state {
	s := v.seed
	if t := p.threads[v.id]; t != nil {
		s = t.state
	}
	if s.unanswered && !s.blocked && now.Sub(kit.Latest(p.lastAt(v), s.reopened)) >= idleAfter {
		s.closed = true
	}
	return s
}

// lastAt returns the time of the newest message.
func (p *Server) lastAt(v *conversation) time.Time {
	t := p.threads[v.id]
	for i := range t.length() {
		if m := t.extra[len(t.extra)-1-i]; m.event == "" {
			return m.at
		}
	}
	return v.Last
}

// length returns the number of items of a thread, which may be nil.
func (t *thread) length() int {
	if t == nil {
		return 0
	}
	return len(t.extra)
}

// thread returns the thread of a conversation with its present state. It makes one
// if there is none.
func (p *Server) thread(v *conversation, now time.Time) *thread {
	s := p.state(v, now)
	t := p.threads[v.id]
	if t == nil {
		s.assigned = maps.Clone(s.assigned)
		t = &thread{replaced: map[int]*item{}}
		p.threads[v.id] = t
	}
	t.state = s
	p.changes++
	return t
}
