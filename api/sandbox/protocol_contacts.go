package sandbox

import (
	"slices"
	"time"
)

func (p *protocol) listContacts(c *call) (any, error) {
	return p.page(c, listOf(p.contacts, func(one *protocolContact) *time.Time { return &one.created },
		func(one *protocolContact) string { return p.id(*one.ref()) },
		func(one *protocolContact) any { return p.wireContact(one, c.origin) }))
}

// contactByID returns nil where there is no such contact.
func (p *protocol) contactByID(id string) *protocolContact {
	r, ok := p.ref(id)
	for _, one := range p.contacts {
		if ok && r == *one.ref() {
			return one
		}
	}
	return nil
}

func (p *protocol) pathContact(c *call) (*protocolContact, error) {
	if one := p.contactByID(c.words[0]); one != nil {
		return one, nil
	}
	return nil, errMissing
}

// createContact makes a contact and the conversation with it.
func (p *protocol) createContact(c *call) (any, error) {
	if name, lacks := c.params.missing([]string{"username", "phone_number"}); lacks {
		return nil, bad(name + " is missing.")
	}
	p.serial++
	one := &protocolContact{
		serial: p.serial, username: c.params.Get("username"), phone: c.params.Get("phone_number"),
		avatar: optional(c.params, "avatar_url", nil), display: optional(c.params, "display_name", nil),
		created: c.now.Truncate(time.Second), language: languageOf("en"),
	}
	p.contacts = append(p.contacts, one)
	p.converse(c.now, one, nil)
	return p.wireContact(one, c.origin), nil
}

func (p *protocol) showContact(c *call) (any, error) {
	one, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	return p.wireContact(one, c.origin), nil
}

func (p *protocol) updateContact(c *call) (any, error) {
	one, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	one.display = optional(c.params, "display_name", one.display)
	return p.wireContact(one, c.origin), nil
}

// deleteContact takes the conversation along, and the contact out of groups.
func (p *protocol) deleteContact(c *call) (any, error) {
	gone, err := p.pathContact(c)
	if err != nil {
		return nil, err
	}
	same := func(one *protocolContact) bool { return one == gone }
	p.forget(gone.conversation)
	p.contacts = slices.DeleteFunc(p.contacts, same)
	for _, g := range p.groups {
		g.members = slices.DeleteFunc(g.members, same)
	}
	return nil, nil
}
