package textus

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"unibox/api/sandbox/kit"
)

// magicEnds decide how a delivery ends, by a mark in the text or by the phone number.
// See api/textus/REFERENCE.md "The sandbox".
var magicEnds = []struct{ mark, number, state string }{
	{"#fail", "+15555550101", "failed"},
	{"#transient", "+15555550102", "failed_transient"},
	{"#unknown", "+15555550103", "unknown"},
}

var e164 = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\+[1-9]\d{7,14}$`) })

// send accepts a message. For several recipients the answer has no body.
func (p *Server) send(c *kit.Call) (any, error) {
	return p.accept(c, time.Time{})
}

// schedule accepts a message that is sent later.
func (p *Server) schedule(c *kit.Call) (any, error) {
	at, err := time.Parse(time.RFC3339Nano, c.Params.Get("scheduled_at"))
	switch {
	case err != nil:
		return nil, unprocessable("scheduled_at: must be a time")
	case !at.After(c.Now):
		return nil, unprocessable("scheduled_at: must be in the future")
	}
	return p.accept(c, at.UTC())
}

func (p *Server) accept(c *kit.Call, at time.Time) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	to, text := c.Params.Values["to"], c.Params.Get("body")
	if len(to) == 0 || strings.TrimSpace(text) == "" {
		return nil, unprocessable("to, body: are required")
	}
	for _, phone := range to {
		if err := p.reachable(a, phone, c.Now); err != nil {
			return nil, err
		}
	}
	var made object
	for _, phone := range to {
		made = p.outgoing(a, phone, text, at, c)
	}
	if len(to) > 1 {
		return accepted{}, nil
	}
	return created{made}, nil
}

// reachable returns the refusal for a phone number that cannot be written to.
func (p *Server) reachable(a *account, phone string, now time.Time) error {
	if !e164().MatchString(phone) {
		return unprocessable("to: must be a number such as +14155550142")
	}
	v := p.byPhone(a, phone)
	switch {
	case v == nil && p.refused[phone]:
		return unprocessable("the contact has opted out")
	case v == nil:
		return nil
	}
	switch s := p.state(v, now); {
	case s.blocked:
		return unprocessable("the contact is blocked")
	case s.optedOut:
		return unprocessable("the contact has opted out")
	}
	return nil
}

func (p *Server) outgoing(a *account, phone, text string, at time.Time, c *kit.Call) object {
	r := kit.Received{Platform: p.Name(), Phone: phone, Text: text, Attachments: []kit.ReceivedFile{}, Time: c.Now}
	if v := p.byPhone(a, phone); v != nil {
		id := kit.ID(p.slugOf(v))
		r.Conversation = &id
	}
	p.accepted = append(p.accepted, r)
	v := p.openConversation(a, phone, c.Now)
	m := p.say(v, &item{text: text, at: c.Now.Truncate(time.Millisecond), state: "created", sendAt: at}, c.Now)
	t := p.thread(v, c.Now)
	if at.IsZero() {
		t.state.unanswered, t.state.closed = false, false
		at = c.Now
	} else {
		m.state = "scheduled"
	}
	p.deliver(v, m, at)
	return p.wireItem(v, m, c)
}

// nextScheduled returns the scheduled message that is sent first, or nil.
func (p *Server) nextScheduled(v *conversation, c *kit.Call) any {
	var next *item
	if t := p.threads[v.id]; t != nil {
		for _, m := range t.extra {
			if m.state == "scheduled" && (next == nil || m.sendAt.Before(next.sendAt)) {
				next = m
			}
		}
	}
	if next == nil {
		return nil
	}
	return p.wireItem(v, next, c)
}

// delivery is a delivery that is not final, with its next state and when that is due.
type delivery struct {
	v    *conversation
	m    *item
	due  time.Time
	next string
}

// deliver begins the delivery of a message at a time. Deliveries in a conversation
// keep their order.
func (p *Server) deliver(v *conversation, m *item, at time.Time) {
	d := &delivery{v, m, at.Add(p.options.JobTime / 10), "queued"}
	if t := p.threads[v.id]; m.state != "scheduled" {
		d.due = kit.Latest(t.due, d.due)
		t.due = d.due
	}
	p.pending = append(p.pending, d)
}

// settle gives all deliveries the states that are due.
func (p *Server) settle(now time.Time) {
	if p.hold.Active(now) {
		return
	}
	for {
		slices.SortStableFunc(p.pending, func(a, b *delivery) int { return a.due.Compare(b.due) })
		if len(p.pending) == 0 || p.pending[0].due.After(now) {
			return
		}
		if d := p.pending[0]; !p.advance(d, p.hold.Release(d.due)) {
			p.pending = p.pending[1:]
		}
	}
}

// advance gives a delivery its next state, and reports whether another follows.
func (p *Server) advance(d *delivery, at time.Time) bool {
	t := p.thread(d.v, at)
	d.m.state, d.m.changed = d.next, at
	p.emitMessage(d.v, d.m, at)
	switch d.next {
	case "queued":
		t.state.unanswered = false
		d.next, d.due = "dispatched", at.Add(p.options.JobTime*3/10)
	case "dispatched":
		d.next, d.due = p.finalState(d), at.Add(time.Duration(float64(p.options.JobTime)*(.2+.8*kit.Roll(p.options.Seed, d.m.id).Part())))
	case "delivered":
		p.expectAnswer(d.v, t, at)
		return false
	default:
		return false
	}
	return true
}

// finalState returns the state in which a delivery ends. A message that failed with
// failed_transient is delivered when it is retried.
func (p *Server) finalState(d *delivery) string {
	for _, end := range magicEnds {
		if (strings.Contains(d.m.text, end.mark) || d.v.phone == end.number) && !(d.m.retried && end.state == "failed_transient") {
			return end.state
		}
	}
	return "delivered"
}

// retryMessage delivers a failed message again. The message stays the same one. See
// api/textus/REFERENCE.md "Retrying".
func (p *Server) retryMessage(c *kit.Call) (any, error) {
	v, m, place := p.message(c.Segments[0])
	switch {
	case m == nil:
		return nil, kit.ErrNotFound
	case m.state != "failed_transient":
		return nil, unprocessable("the message cannot be tried again")
	}
	t := p.thread(v, c.Now)
	if place < v.baseLen() {
		t.replaced[place] = m
	}
	m.state, m.changed, m.retried = "created", c.Now, true
	p.deliver(v, m, c.Now)
	return accepted{}, nil
}

// message returns the message with a slug, and its index in the timeline.
func (p *Server) message(slug string) (*conversation, *item, int) {
	n, ok := messageSlugs(p.options.Seed).number(slug)
	if !ok {
		return nil, nil, 0
	}
	v := p.bySlug(conversationSlugs(p.options.Seed).of(n >> messageBits))
	if v == nil {
		return nil, nil, 0
	}
	if place := int(n & (1<<messageBits - 1)); place < v.baseLen() {
		return v, p.items(v, place, place+1)[0], place
	}
	if t := p.threads[v.id]; t != nil {
		for i, m := range t.extra {
			if m.id == n {
				return v, m, v.baseLen() + i
			}
		}
	}
	return v, nil, 0
}
