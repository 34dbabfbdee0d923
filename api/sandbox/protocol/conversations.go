package protocol

import (
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

func (p *Server) listConversations(c *kit.Call) (any, error) {
	var some []*conversation
	for _, v := range p.conversations {
		if p.wanted(c.Params, v) {
			some = append(some, v)
		}
	}
	return p.page(c, listOf(some, func(v *conversation) *time.Time { return v.active },
		func(v *conversation) string { return p.id(*v.ref()) },
		func(v *conversation) any { return p.wireConversation(v) }))
}

// wanted reports whether the filters of a request include a conversation.
func (p *Server) wanted(q kit.Params, v *conversation) bool {
	group := q.Get("group_id")
	switch {
	case q.Get("muted") == "true" && !v.muted, q.Get("pinned") == "true" && !v.pinned, q.Get("archived") == "true" && v.archived == nil:
		return false
	case p.behavior.HideArchived && q.Get("archived") != "true" && v.archived != nil:
		return false
	}
	return group == "" || v.group != nil && p.id(v.group.ref()) == group
}

// conversation returns the conversation with a serial number, or nil.
func (p *Server) conversation(serial int64) *conversation {
	for _, v := range p.conversations {
		if v.serial == serial {
			return v
		}
	}
	return nil
}

func (p *Server) conversationByID(id string) *conversation {
	r, ok := p.ref(id)
	if !ok || r.kind != idConversation {
		return nil
	}
	return p.conversation(r.first)
}

// createConversation returns the conversation with a contact or a group, and makes it
// if there is none.
func (p *Server) createConversation(c *kit.Call) (any, error) {
	contact, group := c.Params.Get("contact_id"), c.Params.Get("group_id")
	switch {
	case (contact == "") == (group == ""):
		return nil, kit.BadRequest("contact_id or group_id is required.")
	case contact != "":
		one := p.contactByID(contact)
		if one == nil {
			return nil, kit.BadRequest("contact_id names no contact.")
		}
		return p.wireConversation(p.converse(c.Now, one, nil)), nil
	}
	one := p.groupByID(group)
	if one == nil {
		return nil, kit.BadRequest("group_id names no group.")
	}
	return p.wireConversation(p.converse(c.Now, nil, one)), nil
}

// converse finds or makes the conversation with a contact or a group.
func (p *Server) converse(now time.Time, c *contact, g *group) *conversation {
	switch {
	case c != nil && c.conversation != nil:
		return c.conversation
	case g != nil && g.conversation != nil:
		return g.conversation
	}
	p.serial++
	v := &conversation{
		serial: p.serial, contact: c, group: g, created: now.Truncate(time.Second), language: kit.LanguageOf("en"), changed: map[int64]*message{},
	}
	if g != nil {
		g.conversation = v
	} else {
		c.conversation = v
	}
	p.conversations = append(p.conversations, v)
	return v
}

func (p *Server) pathConversation(c *kit.Call) (*conversation, error) {
	if v := p.conversationByID(c.Segments[0]); v != nil {
		return v, nil
	}
	return nil, kit.ErrNotFound
}

func (p *Server) showConversation(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	return p.wireConversation(v), nil
}

func (p *Server) updateConversation(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	next := *v
	for name, field := range map[string]*bool{"is_pinned": &next.pinned, "is_muted": &next.muted} {
		if given(c.Params, name) {
			if *field, err = flag(c.Params, name); err != nil {
				return nil, err
			}
		}
	}
	if next.archived, err = moment(c.Params, "archived_at", v.archived); err != nil {
		return nil, err
	}
	if next.pinnedMessage, err = p.toPin(c.Params, v); err != nil {
		return nil, err
	}
	v.pinned, v.muted, v.archived, v.pinnedMessage = next.pinned, next.muted, next.archived, next.pinnedMessage
	return p.wireConversation(v), nil
}

func (p *Server) toPin(q kit.Params, v *conversation) (*reference, error) {
	switch {
	case !given(q, "pinned_message_id"):
		return v.pinnedMessage, nil
	case !q.Filled("pinned_message_id"):
		return nil, nil
	}
	r, _ := p.ref(q.Get("pinned_message_id"))
	if of, _ := p.message(r); of != v {
		return nil, kit.BadRequest("pinned_message_id names no message of this conversation.")
	}
	return &r, nil
}

// deleteConversation also deletes its messages.
func (p *Server) deleteConversation(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	p.forget(v)
	return nil, nil
}

func (p *Server) forget(gone *conversation) {
	if gone == nil {
		return
	}
	if gone.group != nil {
		gone.group.conversation = nil
	} else {
		gone.contact.conversation = nil
	}
	same := func(v *conversation) bool { return v == gone }
	p.conversations = slices.DeleteFunc(p.conversations, same)
	p.answering = slices.DeleteFunc(p.answering, same)
	p.pendingReads = slices.DeleteFunc(p.pendingReads, func(r *pendingRead) bool { return r.of == gone })
}
