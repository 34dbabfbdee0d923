package sandbox

import "time"

type pactMessage struct {
	id     int64
	text   string
	income bool
	at     time.Time
	files  []file
}

// blockLen is how many messages are made up at a time, so that any message of
// a history costs the same.
const blockLen = 48

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
	size := min(blockLen, v.size-b*blockLen)
	d := roll(p.options.Seed, v.id, int64(b), 1)
	talk, _ := p.talk(v, b, size)
	share := time.Duration(float64(v.open) * float64(size) / float64(v.size))
	past := time.Duration(float64(v.open) * float64(b*blockLen) / float64(v.size))
	times := pace(d, talk, share, b == 0)
	out := make([]pactMessage, size)
	for k := range out {
		i := b*blockLen + k
		past += times[k]
		left := v.open - past
		if i == v.size-1 {
			left = 0
		}
		out[k] = p.message(v, i, talk[k], before(v.last, max(0, left)))
	}
	return out
}

// talk makes up what is said in a block. The last block ends as the
// conversation does, and then the customer's next words are known too.
func (p *pact) talk(v *pactConversation, b, size int) ([]said, []line) {
	var end *bool
	if b*blockLen+size == v.size {
		end = &v.waiting
	}
	return v.language.compose(roll(p.options.Seed, v.id, int64(b)), size, end)
}

// unsaid returns what the customer still had in mind at the start.
func (p *pact) unsaid(v *pactConversation) []line {
	if v.size == 0 {
		return nil
	}
	b := (v.size - 1) / blockLen
	_, next := p.talk(v, b, v.size-b*blockLen)
	return next
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

// pace returns the open time before each line, in all as much as was asked
// for. Within a talk people take seconds and minutes; the rest of the time
// passes between talks. In the first block there is nothing before the first.
func pace(d *dice, talk []said, total time.Duration, first bool) []time.Duration {
	gaps, weights := make([]time.Duration, len(talk)), make([]float64, len(talk))
	inside, outside := time.Duration(0), 0.0
	for i, s := range talk {
		if s.opens && (i > 0 || !first) {
			weights[i] = d.spread(1, 20)
			outside += weights[i]
			continue
		}
		gaps[i] = pause(d, talk, i)
		inside += gaps[i]
	}
	room := total
	if outside > 0 {
		room = total * 6 / 10
	}
	if inside > 0 && (inside > room || outside == 0) {
		scale(gaps, float64(room)/float64(inside))
		inside = room
	}
	for i, w := range weights {
		if w > 0 {
			gaps[i] = time.Duration(float64(total-inside) * w / outside)
		}
	}
	return gaps
}

// pause is how long somebody takes for a line within a talk. A file comes
// right after its text, often in the same second.
func pause(d *dice, talk []said, i int) time.Duration {
	switch {
	case i == 0:
		return time.Duration(d.between(200, 3000)) * time.Millisecond
	case talk[i].income == talk[i-1].income && talk[i].file != "":
		return time.Duration(d.between(40, 900)) * time.Millisecond
	case talk[i].income == talk[i-1].income:
		return time.Duration(d.between(4_000, 50_000)) * time.Millisecond
	}
	return time.Duration(d.spread(15_000, 400_000)) * time.Millisecond
}

func scale(gaps []time.Duration, by float64) {
	for i := range gaps {
		gaps[i] = time.Duration(float64(gaps[i]) * by)
	}
}
