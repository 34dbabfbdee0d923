package pact

import (
	"time"

	"unibox/api/sandbox/kit"
)

type message struct {
	id     int64
	text   string
	income bool
	at     time.Time
	files  []kit.File
	// Of a message that was sent through p2: when it was accepted, whether its
	// delivery has not ended, why it failed, and the external id of the message
	// that it answers.
	accepted time.Time
	pending  bool
	failed   string
	quotes   string
}

// thread is what happened in a conversation after the start.
type thread struct {
	company *company
	// extra are the messages of p1's history. given is the number of ids that
	// were given to messages.
	extra []message
	given int64
	// unsent are the messages that were sent through p2 and are not delivered,
	// erased the deleted ones.
	unsent []*message
	erased map[int64]bool
	// updated is when something changed last; zero if nothing did.
	updated time.Time
	// What a client has set; empty if it has not.
	operational, replied, assignee string
	// bitrix is set while Bitrix leaves the conversation alone.
	bitrix bool
	// due is when the newest delivery of the conversation ends. The next one
	// does not end before it.
	due time.Time
	kit.Customer
}

// thread returns the thread of a conversation. It makes one if there is none.
func (p *Server) thread(v *conversation) *thread {
	t := p.threads[v.id]
	if t == nil {
		t = &thread{company: v.company, erased: map[int64]bool{}}
		p.threads[v.id] = t
	}
	return t
}

// historyLen returns the present number of messages in a conversation.
func (p *Server) historyLen(v *conversation) int {
	if t := p.threads[v.id]; t != nil {
		return v.Size + len(t.extra)
	}
	return v.Size
}

// history returns the messages lo to hi-1 of a conversation, oldest first.
func (p *Server) history(v *conversation, lo, hi int) []message {
	out := make([]message, 0, hi-lo)
	for lo < min(hi, v.Size) {
		block, from := p.block(v, lo/kit.BlockLen), lo%kit.BlockLen
		to := min(len(block), from+hi-lo)
		out = append(out, block[from:to]...)
		lo += to - from
	}
	if lo < hi {
		out = append(out, p.threads[v.id].extra[lo-v.Size:hi-v.Size]...)
	}
	return out
}

// newest returns the last message of a conversation, if it has any.
func (p *Server) newest(v *conversation) (message, bool) {
	n := p.historyLen(v)
	if n == 0 {
		return message{}, false
	}
	return p.history(v, n-1, n)[0], true
}

// say adds a message to the end of a history and returns its id. Its time is not
// before that of the message before it.
func (p *Server) say(v *conversation, m message) int64 {
	if last, ok := p.newest(v); ok && m.at.Before(last.at) {
		m.at = last.at
	}
	t := p.thread(v)
	if m.id == 0 {
		m.id = p.takeID(v)
	}
	if p.operationalState(v) == "archived" {
		t.operational = "open"
	}
	t.extra = append(t.extra, m)
	t.updated, t.replied = kit.Latest(t.updated, m.at), ""
	return m.id
}

// hear adds what a customer wrote, and tells who listens.
func (p *Server) hear(v *conversation, m message) int64 {
	first := p.timelineLen(v) == 0
	m.id = p.say(v, m)
	p.announceMessage(v, m, first, nil)
	return m.id
}

// takeID gives an id to a message.
func (p *Server) takeID(v *conversation) int64 {
	id := p.nextID(v)
	p.thread(v).given++
	return id
}

// nextID returns the id of the next message. No earlier run with the same seed gave
// this id to a message after its start.
func (p *Server) nextID(v *conversation) int64 {
	return v.id*messageSpace + max(int64(v.Size), p.run) + p.thread(v).given
}

// block makes up the messages from b*kit.BlockLen on.
func (p *Server) block(v *conversation, b int) []message {
	talk, _ := p.talk(v, b)
	out := make([]message, len(talk))
	for k, at := range v.Times(kit.Roll(p.options.Seed, v.id, int64(b), 1), talk, b) {
		out[k] = p.message(v, b*kit.BlockLen+k, talk[k], at)
	}
	return out
}

// talk makes up the lines of a block, and for the last block what the customer would
// have written next.
func (p *Server) talk(v *conversation, b int) ([]kit.Said, []kit.Line) {
	return v.Talk(v.language, kit.Roll(p.options.Seed, v.id, int64(b)), b)
}

// unsaid returns what the customer would have written next at the start.
func (p *Server) unsaid(v *conversation) []kit.Line {
	return v.Unsaid(func(b int) []kit.Line {
		_, next := p.talk(v, b)
		return next
	})
}

// message makes message i of the seed out of a line.
func (p *Server) message(v *conversation, i int, s kit.Said, at time.Time) message {
	m := message{id: v.id*messageSpace + int64(i), text: s.Text, income: s.Income, at: at.Truncate(time.Millisecond)}
	if s.File != "" {
		m.files = []kit.File{p.media.Sample(m.id, s.File)}
	}
	if v.hard != nil {
		if k := v.Size - 2 - i; k >= 0 && k < len(v.hard.Texts) {
			m.text, m.income, m.files = v.hard.Texts[k], true, nil
			if k == 0 {
				m.files = v.hard.Files
			}
		}
	}
	return m
}
