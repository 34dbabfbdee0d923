package sandbox

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// The magic values that decide how a delivery ends: in a text, or as the
// number that is written to (textus.md §11).
var textusEnds = []struct{ mark, number, state string }{
	{"#fail", "+15555550101", "failed"},
	{"#transient", "+15555550102", "failed_transient"},
	{"#unknown", "+15555550103", "unknown"},
}

var e164 = regexp.MustCompile(`^\+[1-9]\d{7,14}$`)

// send takes a message in. Several recipients are answered with nothing.
func (p *textus) send(c *call) (any, error) {
	return p.take(c, time.Time{})
}

func (p *textus) schedule(c *call) (any, error) {
	at, err := time.Parse(time.RFC3339Nano, c.params.Get("scheduled_at"))
	switch {
	case err != nil:
		return nil, unprocessable("scheduled_at: must be a time")
	case !at.After(c.now):
		return nil, unprocessable("scheduled_at: must be in the future")
	}
	return p.take(c, at.UTC())
}

func (p *textus) take(c *call, at time.Time) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	to, text := c.params.Values["to"], c.params.Get("body")
	if len(to) == 0 || strings.TrimSpace(text) == "" {
		return nil, unprocessable("to, body: are required")
	}
	for _, phone := range to {
		if err := p.reachable(a, phone, c.now); err != nil {
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

func (p *textus) reachable(a *textusAccount, phone string, now time.Time) error {
	if !e164.MatchString(phone) {
		return unprocessable("to: must be a number such as +14155550142")
	}
	v := p.byPhone(a, phone)
	if v == nil {
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

func (p *textus) outgoing(a *textusAccount, phone, text string, at time.Time, c *call) object {
	r := Received{Platform: p.name(), Phone: phone, Text: text, Attachments: []ReceivedFile{}, Time: c.now}
	if v := p.byPhone(a, phone); v != nil {
		id := ident(p.slugOf(v))
		r.Conversation = &id
	}
	p.log = append(p.log, r)
	v := p.openTextus(a, phone, c.now)
	m := p.say(v, &textusItem{text: text, at: c.now.Truncate(time.Millisecond), state: "created", sendAt: at}, c.now)
	t := p.thread(v, c.now)
	if at.IsZero() {
		t.state.unanswered, t.state.closed = false, false
		at = c.now
	} else {
		m.state = "scheduled"
	}
	p.deliver(v, m, at)
	return p.wireItem(v, m, c)
}

// nextScheduled is the scheduled message that goes out first, or null.
func (p *textus) nextScheduled(v *textusConversation, c *call) any {
	var next *textusItem
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

// textusDelivery is a message on its way: the next state and its moment.
type textusDelivery struct {
	v    *textusConversation
	m    *textusItem
	due  time.Time
	next string
}

// deliver sends a message on its way at a moment. Within a conversation
// deliveries keep their order.
func (p *textus) deliver(v *textusConversation, m *textusItem, at time.Time) {
	d := &textusDelivery{v, m, at.Add(p.options.JobTime / 10), "queued"}
	if t := p.threads[v.id]; m.state != "scheduled" {
		d.due = latest(t.due, d.due)
		t.due = d.due
	}
	p.pending = append(p.pending, d)
}

// settle lets all deliveries come as far as their time has.
func (p *textus) settle(now time.Time) {
	if p.hold.on(now) {
		return
	}
	for {
		slices.SortStableFunc(p.pending, func(a, b *textusDelivery) int { return a.due.Compare(b.due) })
		if len(p.pending) == 0 || p.pending[0].due.After(now) {
			return
		}
		if d := p.pending[0]; !p.advance(d, p.hold.release(d.due)) {
			p.pending = p.pending[1:]
		}
	}
}

// advance takes a delivery to its next state, and reports whether one follows.
func (p *textus) advance(d *textusDelivery, at time.Time) bool {
	t := p.thread(d.v, at)
	d.m.state, d.m.changed = d.next, at
	switch d.next {
	case "queued":
		t.state.unanswered = false
		d.next, d.due = "dispatched", at.Add(p.options.JobTime*3/10)
	case "dispatched":
		d.next, d.due = p.fate(d), at.Add(time.Duration(float64(p.options.JobTime)*(.2+.8*roll(p.options.Seed, d.m.id).part())))
	case "delivered":
		p.expect(d.v, t, at)
		return false
	default:
		return false
	}
	return true
}

// fate is how a delivery ends. What failed for the moment arrives when it is
// tried again.
func (p *textus) fate(d *textusDelivery) string {
	for _, end := range textusEnds {
		if (strings.Contains(d.m.text, end.mark) || d.v.phone == end.number) && !(d.m.retried && end.state == "failed_transient") {
			return end.state
		}
	}
	return "delivered"
}

// retryMessage tries a failed delivery again: the same message changes.
func (p *textus) retryMessage(c *call) (any, error) {
	v, m, place := p.message(c.words[0])
	switch {
	case m == nil:
		return nil, errMissing
	case m.state != "failed_transient":
		return nil, unprocessable("the message cannot be tried again")
	}
	t := p.thread(v, c.now)
	if place < v.baseLen() {
		t.redone[place] = m
	}
	m.state, m.changed, m.retried = "created", c.now, true
	p.deliver(v, m, c.now)
	return accepted{}, nil
}

// message finds a message by its slug.
func (p *textus) message(slug string) (*textusConversation, *textusItem, int) {
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
