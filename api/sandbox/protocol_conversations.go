package sandbox

import (
	"slices"
	"time"
)

func (p *protocol) listConversations(c *call) (any, error) {
	var some []*protocolConversation
	for _, v := range p.conversations {
		if p.wanted(c.params, v) {
			some = append(some, v)
		}
	}
	return p.page(c, listOf(some, func(v *protocolConversation) *time.Time { return v.active },
		func(v *protocolConversation) string { return p.id(*v.ref()) },
		func(v *protocolConversation) any { return p.wireConversation(v) }))
}

// wanted applies the filters, which narrow when they are true.
func (p *protocol) wanted(q params, v *protocolConversation) bool {
	group := q.Get("group_id")
	switch {
	case q.Get("muted") == "true" && !v.muted, q.Get("pinned") == "true" && !v.pinned, q.Get("archived") == "true" && v.archived == nil:
		return false
	case p.habits.HideArchived && q.Get("archived") != "true" && v.archived != nil:
		return false
	}
	return group == "" || v.group != nil && p.id(v.group.ref()) == group
}

// conversation returns nil where there is no such conversation.
func (p *protocol) conversation(serial int64) *protocolConversation {
	for _, v := range p.conversations {
		if v.serial == serial {
			return v
		}
	}
	return nil
}

func (p *protocol) conversationByID(id string) *protocolConversation {
	r, ok := p.ref(id)
	if !ok || r.kind != idConversation {
		return nil
	}
	return p.conversation(r.first)
}

// createConversation gives the one there is, or makes it.
func (p *protocol) createConversation(c *call) (any, error) {
	contact, group := c.params.Get("contact_id"), c.params.Get("group_id")
	switch {
	case (contact == "") == (group == ""):
		return nil, bad("contact_id or group_id is required.")
	case contact != "":
		one := p.contactByID(contact)
		if one == nil {
			return nil, bad("contact_id names no contact.")
		}
		return p.wireConversation(p.converse(c.now, one, nil)), nil
	}
	one := p.groupByID(group)
	if one == nil {
		return nil, bad("group_id names no group.")
	}
	return p.wireConversation(p.converse(c.now, nil, one)), nil
}

// converse finds or makes the conversation with a contact or a group.
func (p *protocol) converse(now time.Time, c *protocolContact, g *protocolGroup) *protocolConversation {
	switch {
	case c != nil && c.conversation != nil:
		return c.conversation
	case g != nil && g.conversation != nil:
		return g.conversation
	}
	p.serial++
	v := &protocolConversation{
		serial: p.serial, contact: c, group: g, created: now.Truncate(time.Second), language: languageOf("en"), changed: map[int64]*protocolMessage{},
	}
	if g != nil {
		g.conversation = v
	} else {
		c.conversation = v
	}
	p.conversations = append(p.conversations, v)
	return v
}

func (p *protocol) pathConversation(c *call) (*protocolConversation, error) {
	if v := p.conversationByID(c.words[0]); v != nil {
		return v, nil
	}
	return nil, errMissing
}

func (p *protocol) showConversation(c *call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	return p.wireConversation(v), nil
}

func (p *protocol) updateConversation(c *call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	next := *v
	for name, field := range map[string]*bool{"is_pinned": &next.pinned, "is_muted": &next.muted} {
		if given(c.params, name) {
			if *field, err = flag(c.params, name); err != nil {
				return nil, err
			}
		}
	}
	if next.archived, err = moment(c.params, "archived_at", v.archived); err != nil {
		return nil, err
	}
	if next.pinnedMessage, err = p.toPin(c.params, v); err != nil {
		return nil, err
	}
	v.pinned, v.muted, v.archived, v.pinnedMessage = next.pinned, next.muted, next.archived, next.pinnedMessage
	return p.wireConversation(v), nil
}

func (p *protocol) toPin(q params, v *protocolConversation) (*protocolRef, error) {
	switch {
	case !given(q, "pinned_message_id"):
		return v.pinnedMessage, nil
	case !q.has("pinned_message_id"):
		return nil, nil
	}
	r, _ := p.ref(q.Get("pinned_message_id"))
	if of, _ := p.message(r); of != v {
		return nil, bad("pinned_message_id names no message of this conversation.")
	}
	return &r, nil
}

// deleteConversation takes all messages with it.
func (p *protocol) deleteConversation(c *call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	p.forget(v)
	return nil, nil
}

func (p *protocol) forget(gone *protocolConversation) {
	if gone == nil {
		return
	}
	if gone.group != nil {
		gone.group.conversation = nil
	} else {
		gone.contact.conversation = nil
	}
	same := func(v *protocolConversation) bool { return v == gone }
	p.conversations = slices.DeleteFunc(p.conversations, same)
	p.callers = slices.DeleteFunc(p.callers, same)
	p.unread = slices.DeleteFunc(p.unread, func(r *protocolReading) bool { return r.of == gone })
}
