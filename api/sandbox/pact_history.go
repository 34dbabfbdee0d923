package sandbox

import "time"

type pactMessage struct {
	id     int64
	text   string
	income bool
	at     time.Time
	files  []file
}

// thread is what happened to a conversation after the start.
type thread struct {
	extra []pactMessage
	// due is when the newest delivery of the conversation ends: the next
	// one does not overtake it.
	due time.Time
	life
}

// thread returns the overlay of a conversation, making it where needed.
func (p *pact) thread(v *pactConversation) *thread {
	t := p.threads[v.id]
	if t == nil {
		t = &thread{}
		p.threads[v.id] = t
	}
	return t
}

// length of the history as it is now.
func (p *pact) historyLen(v *pactConversation) int {
	if t := p.threads[v.id]; t != nil {
		return v.size + len(t.extra)
	}
	return v.size
}

// history returns the messages [lo, hi) of a conversation, oldest first.
func (p *pact) history(v *pactConversation, lo, hi int) []pactMessage {
	out := make([]pactMessage, 0, hi-lo)
	for lo < min(hi, v.size) {
		block, from := p.block(v, lo/blockLen), lo%blockLen
		to := min(len(block), from+hi-lo)
		out = append(out, block[from:to]...)
		lo += to - from
	}
	if lo < hi {
		out = append(out, p.threads[v.id].extra[lo-v.size:hi-v.size]...)
	}
	return out
}

// newest returns the last message of a conversation, if it has any.
func (p *pact) newest(v *pactConversation) (pactMessage, bool) {
	n := p.historyLen(v)
	if n == 0 {
		return pactMessage{}, false
	}
	return p.history(v, n-1, n)[0], true
}

// say puts a message at the end of a history, never before what stands there.
func (p *pact) say(v *pactConversation, m pactMessage) int64 {
	if last, ok := p.newest(v); ok && m.at.Before(last.at) {
		m.at = last.at
	}
	m.id = p.nextID(v)
	t := p.thread(v)
	t.extra = append(t.extra, m)
	return m.id
}

// nextID is the id of the next message. It is not one that an earlier run of
// the same world gave away, so that who kept what he read then is not misled.
func (p *pact) nextID(v *pactConversation) int64 {
	return v.id*messageSpace + max(int64(v.size), p.run) + int64(len(p.thread(v).extra))
}

// block makes up messages b*blockLen and on.
func (p *pact) block(v *pactConversation, b int) []pactMessage {
	talk, _ := p.talk(v, b)
	out := make([]pactMessage, len(talk))
	for k, at := range v.times(roll(p.options.Seed, v.id, int64(b), 1), talk, b) {
		out[k] = p.message(v, b*blockLen+k, talk[k], at)
	}
	return out
}

// talk makes up what is said in a block, and the customer's next words if it
// is the last.
func (p *pact) talk(v *pactConversation, b int) ([]said, []line) {
	return v.talk(v.language, roll(p.options.Seed, v.id, int64(b)), b)
}

// unsaid returns what the customer still had in mind at the start.
func (p *pact) unsaid(v *pactConversation) []line {
	return v.unsaid(func(b int) []line {
		_, next := p.talk(v, b)
		return next
	})
}

func (p *pact) message(v *pactConversation, i int, s said, at time.Time) pactMessage {
	m := pactMessage{id: v.id*messageSpace + int64(i), text: s.text, income: s.income, at: at.Truncate(time.Millisecond)}
	if s.file != "" {
		m.files = []file{p.media.file(m.id, s.file)}
	}
	if v.role != nil {
		if k := v.size - 2 - i; k >= 0 && k < len(v.role.texts) {
			m.text, m.income, m.files = v.role.texts[k], true, nil
			if k == 0 {
				m.files = v.role.files
			}
		}
	}
	return m
}
