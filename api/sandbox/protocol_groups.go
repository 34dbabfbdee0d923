package sandbox

import (
	"slices"
	"time"
)

func (g *protocolGroup) ref() protocolRef { return protocolRef{kind: idGroup, first: g.serial} }

func (p *protocol) listGroups(c *call) (any, error) {
	var some []*protocolGroup
	for _, g := range p.groups {
		if c.params.Get("archived") != "true" || g.archived != nil {
			some = append(some, g)
		}
	}
	return p.page(c, listOf(some, func(g *protocolGroup) *time.Time { return &g.created },
		func(g *protocolGroup) string { return p.id(g.ref()) },
		func(g *protocolGroup) any { return p.wireGroup(g, c.origin) }))
}

// groupByID returns nil where there is no such group.
func (p *protocol) groupByID(id string) *protocolGroup {
	r, ok := p.ref(id)
	for _, g := range p.groups {
		if ok && r == g.ref() {
			return g
		}
	}
	return nil
}

func (p *protocol) pathGroup(c *call) (*protocolGroup, error) {
	if g := p.groupByID(c.words[0]); g != nil {
		return g, nil
	}
	return nil, errMissing
}

// createGroup makes a group and its conversation.
func (p *protocol) createGroup(c *call) (any, error) {
	if !c.params.has("name") {
		return nil, bad("name is missing.")
	}
	g := &protocolGroup{serial: p.serial + 1, created: c.now.Truncate(time.Second)}
	if err := p.fill(g, c.params); err != nil {
		return nil, err
	}
	p.serial++
	p.groups = append(p.groups, g)
	p.converse(c.now, nil, g)
	return p.wireGroup(g, c.origin), nil
}

// fill takes the given fields over, all or none; contacts replace the members.
func (p *protocol) fill(g *protocolGroup, q params) (err error) {
	next := *g
	if given(q, "name") {
		if next.name = q.Get("name"); next.name == "" {
			return bad("name is missing.")
		}
	}
	next.description, next.avatar = optional(q, "description", g.description), optional(q, "avatar_url", g.avatar)
	if next.archived, err = moment(q, "archived_at", g.archived); err != nil {
		return err
	}
	if given(q, "contacts") {
		if next.members, err = p.members(refs(q, "contacts")); err != nil {
			return err
		}
	}
	*g = next
	return nil
}

func (p *protocol) members(ids []string) ([]*protocolContact, error) {
	var members []*protocolContact
	for _, id := range ids {
		one := p.contactByID(id)
		if one == nil {
			return nil, bad("contacts names somebody who is no contact.")
		}
		if !slices.Contains(members, one) {
			members = append(members, one)
		}
	}
	return members, nil
}

func (p *protocol) showGroup(c *call) (any, error) {
	g, err := p.pathGroup(c)
	if err != nil {
		return nil, err
	}
	return p.wireGroup(g, c.origin), nil
}

func (p *protocol) updateGroup(c *call) (any, error) {
	g, err := p.pathGroup(c)
	if err != nil {
		return nil, err
	}
	if err := p.fill(g, c.params); err != nil {
		return nil, err
	}
	return p.wireGroup(g, c.origin), nil
}

// deleteGroup takes the conversation and its messages along.
func (p *protocol) deleteGroup(c *call) (any, error) {
	gone, err := p.pathGroup(c)
	if err != nil {
		return nil, err
	}
	p.forget(gone.conversation)
	p.groups = slices.DeleteFunc(p.groups, func(g *protocolGroup) bool { return g == gone })
	return nil, nil
}
