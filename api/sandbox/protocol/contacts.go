package protocol

import (
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

func (p *Server) listContacts(c *kit.Call) (any, error) {
	return p.page(c, listOf(p.contacts, func(one *contact) *time.Time { return &one.created },
		func(one *contact) string { return p.id(*one.ref()) },
		func(one *contact) any { return p.wireContact(one, c.Origin) }))
}

// contactByID returns the contact with an id, or nil.
func (p *Server) contactByID(id string) *contact {
	r, ok := p.ref(id)
	for _, one := range p.contacts {
		if ok && r == *one.ref() {
			return one
		}
	}
	return nil
}

func (p *Server) pathContact(c *kit.Call) (*contact, error) {
	if one := p.contactByID(c.Segments[0]); one != nil {
		return one, nil
	}
	return nil, kit.ErrNotFound
}

// createContact makes a contact and the conversation with it.
func (p *Server) createContact(c *kit.Call) (any, error) {
	if name, lacks := c.Params.Missing([]string{"username", "phone_number"}); lacks {
		return nil, kit.BadRequest(name + " is missing.")
	}
	p.serial++
	one := &contact{
		serial: p.serial, username: c.Params.Get("username"), phone: c.Params.Get("phone_number"),
		avatar: optional(c.Params, "avatar_url", nil), display: optional(c.Params, "display_name", nil),
		created: c.Now.Truncate(time.Second), language: kit.LanguageOf("en"),
	}
	p.contacts = append(p.contacts, one)
	p.converse(c.Now, one, nil)
	return p.wireContact(one, c.Origin), nil
}

func (p *Server) showContact(c *kit.Call) (any, error) {
	one, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	return p.wireContact(one, c.Origin), nil
}

func (p *Server) updateContact(c *kit.Call) (any, error) {
	one, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	one.display = optional(c.Params, "display_name", one.display)
	return p.wireContact(one, c.Origin), nil
}

// deleteContact also deletes the conversation, and removes the contact from groups.
func (p *Server) deleteContact(c *kit.Call) (any, error) {
	gone, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	same := func(one *contact) bool { return one == gone }
	p.forget(gone.conversation)
	p.contacts = slices.DeleteFunc(p.contacts, same)
	for _, g := range p.groups {
		g.members = slices.DeleteFunc(g.members, same)
	}
	return nil, nil
}
