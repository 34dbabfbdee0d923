package pact

import (
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

// listMessages lists the newest first, with those that were accepted through p2 and
// are not delivered.
func (a p2) listMessages(c *kit.Call) (any, error) {
	v, err := a.conversation(c)
	if err != nil {
		return nil, err
	}
	w, err := pageOf(c.Params, 150)
	if err != nil {
		return nil, err
	}
	n := a.world.timelineLen(v)
	lo, hi := w.of(n)
	var some []message
	if a.world.behavior.OldestFirst {
		some = a.world.timeline(v, n-hi, n-lo)
		slices.Reverse(some)
	} else {
		some = a.world.timeline(v, lo, hi)
	}
	out := []object{}
	for _, m := range some {
		out = append(out, a.wireMessage(v, m, c.Origin))
	}
	return w.list("messages", out), nil
}

func (a p2) showMessage(c *kit.Call) (any, error) {
	v, err := a.conversation(c)
	if err != nil {
		return nil, err
	}
	m, ok := a.world.messageByID(v, c.IDs[1])
	if !ok {
		return nil, kit.ErrNotFound
	}
	return object{"message": a.wireMessage(v, m, c.Origin)}, nil
}

// timelineLen returns the number of messages in the timeline of a conversation: its
// history, and what is not delivered.
func (p *Server) timelineLen(v *conversation) int {
	if t := p.threads[v.id]; t != nil {
		return v.Size + len(t.extra) + len(t.unsent)
	}
	return v.Size
}

// timeline returns the messages lo to hi-1 of the timeline, newest first.
func (p *Server) timeline(v *conversation, lo, hi int) []message {
	recent := p.recent(v)
	out := make([]message, 0, hi-lo)
	for ; lo < min(hi, len(recent)); lo++ {
		out = append(out, recent[len(recent)-1-lo])
	}
	if lo < hi {
		seed := p.history(v, v.Size+len(recent)-hi, v.Size+len(recent)-lo)
		slices.Reverse(seed)
		out = append(out, seed...)
	}
	return out
}

// recent returns what a conversation's timeline has since the start, oldest first.
func (p *Server) recent(v *conversation) []message {
	t := p.threads[v.id]
	if t == nil {
		return nil
	}
	all := slices.Clone(t.extra)
	for _, m := range t.unsent {
		all = append(all, *m)
	}
	slices.SortStableFunc(all, func(a, b message) int { return a.at.Compare(b.at) })
	return all
}

// latest returns the last message of the timeline, if it has any.
func (p *Server) latest(v *conversation) (message, bool) {
	if p.timelineLen(v) == 0 {
		return message{}, false
	}
	return p.timeline(v, 0, 1)[0], true
}

// messageByID finds a message of the timeline.
func (p *Server) messageByID(v *conversation, id int64) (message, bool) {
	if i := id - v.id*messageSpace; i >= 0 && i < int64(v.Size) {
		return p.history(v, int(i), int(i)+1)[0], true
	}
	recent := p.recent(v)
	if i := slices.IndexFunc(recent, func(m message) bool { return m.id == id }); i >= 0 {
		return recent[i], true
	}
	return message{}, false
}

// messageByExternalID finds a message by the id that its messenger gave it.
func (p *Server) messageByExternalID(v *conversation, external string) (message, bool) {
	id, ok := v.ourID(external)
	if !ok {
		return message{}, false
	}
	m, found := p.messageByID(v, id)
	return m, found && m.arrived()
}

// arrived reports whether the messenger has the message.
func (m message) arrived() bool { return !m.pending && m.failed == "" }

// created returns when Pact heard of a message: ours when it was accepted, all
// others a little after the messenger had them.
func (m message) created() time.Time {
	if !m.accepted.IsZero() {
		return m.accepted
	}
	return m.at.Add(time.Duration(m.id%900) * time.Millisecond)
}

// status returns what became of a message: see api/pact/REFERENCE.md "p2 objects".
func (p *Server) status(v *conversation, m message) string {
	switch {
	case m.income:
		return "created"
	case m.failed != "":
		return "error"
	case m.pending:
		return "sent"
	}
	if at, read := p.readAt(v, m); read && !at.After(p.options.Now()) {
		return "read"
	}
	return "delivered"
}

// readAt returns when the customer reads a delivered message. One in twelve never
// does, and Facebook never tells.
func (p *Server) readAt(v *conversation, m message) (time.Time, bool) {
	d := kit.Roll(p.options.Seed, m.id, 21)
	if d.N(12) == 0 || v.kind == "facebook" {
		return time.Time{}, false
	}
	return m.at.Add(time.Duration(d.Between(2_000, 20_000)) * time.Millisecond), true
}

// quoted returns the external id of the message that a message answers, if any. In
// the seed every seventeenth quotes one that came shortly before it.
func (p *Server) quoted(v *conversation, m message) string {
	i := m.id - v.id*messageSpace
	if i >= int64(v.Size) || i < 3 || m.id%17 != 4 {
		return m.quotes
	}
	return v.externalID(m.id - 1 - m.id%3)
}

// reactions returns the reactions to a message. Pact does not publish the form of an
// element: here it is an object, in the rough company a text.
func (p *Server) reactions(v *conversation, m message) []any {
	if !m.arrived() || m.id%23 != 7 {
		return []any{}
	}
	emoji := kit.Pick(kit.Roll(p.options.Seed, m.id, 23), []string{"👍", "❤️", "😂", "🙏"})
	if v.company.style == rough {
		return []any{emoji}
	}
	return []any{object{"emoji": emoji, "contact_id": v.contactID(), "created_at": wireTime(m.at.Add(time.Minute))}}
}

// deleted reports whether a message was deleted: by us, or in company 157 sometimes
// by its customer.
func (p *Server) deleted(v *conversation, id int64) bool {
	if t := p.threads[v.id]; t != nil && t.erased[id] {
		return true
	}
	return v.company.style == modern && id%37 == 11 && id-v.id*messageSpace < int64(v.Size)
}

// updated returns when something about a conversation changed last.
func (p *Server) updated(v *conversation) time.Time {
	if t := p.threads[v.id]; t != nil && !t.updated.IsZero() {
		return t.updated
	}
	return v.Last
}
