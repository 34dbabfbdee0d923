package protocol

import (
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

func (g *group) ref() reference { return reference{kind: idGroup, first: g.serial} }

func (p *Server) listGroups(c *kit.Call) (any, error) {
	var some []*group
	for _, g := range p.groups {
		if c.Params.Get("archived") != "true" || g.archived != nil {
			some = append(some, g)
		}
	}
	return p.page(c, listOf(some, func(g *group) *time.Time { return &g.created },
		func(g *group) string { return p.id(g.ref()) },
		func(g *group) any { return p.wireGroup(g, c.Origin) }))
}

// groupByID returns the group with an id, or nil.
func (p *Server) groupByID(id string) *group {
	r, ok := p.ref(id)
	for _, g := range p.groups {
		if ok && r == g.ref() {
			return g
		}
	}
	return nil
}

func (p *Server) pathGroup(c *kit.Call) (*group, error) {
	if g := p.groupByID(c.Segments[0]); g != nil {
		return g, nil
	}
	return nil, kit.ErrNotFound
}

// createGroup makes a group and its conversation.
func (p *Server) createGroup(c *kit.Call) (any, error) {
	if !c.Params.Filled("name") {
		return nil, kit.BadRequest("name is missing.")
	}
	g := &group{serial: p.serial + 1, created: c.Now.Truncate(time.Second)}
	if err := p.fill(g, c.Params); err != nil {
		return nil, err
	}
	p.serial++
	p.groups = append(p.groups, g)
	p.converse(c.Now, nil, g)
	return p.wireGroup(g, c.Origin), nil
}

// fill sets the given fields, or none if one is wrong. contacts replaces the members.
func (p *Server) fill(g *group, q kit.Params) (err error) {
	next := *g
	if given(q, "name") {
		if next.name = q.Get("name"); next.name == "" {
			return kit.BadRequest("name is missing.")
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

func (p *Server) members(ids []string) ([]*contact, error) {
	var members []*contact
	for _, id := range ids {
		one := p.contactByID(id)
		if one == nil {
			return nil, kit.BadRequest("contacts names somebody who is no contact.")
		}
		if !slices.Contains(members, one) {
			members = append(members, one)
		}
	}
	return members, nil
}

func (p *Server) showGroup(c *kit.Call) (any, error) {
	g, err := p.pathGroup(c)
	if err != nil {
		return nil, err
	}
	return p.wireGroup(g, c.Origin), nil
}

func (p *Server) updateGroup(c *kit.Call) (any, error) {
	g, err := p.pathGroup(c)
	if err != nil {
		return nil, err
	}
	if err := p.fill(g, c.Params); err != nil {
		return nil, err
	}
	return p.wireGroup(g, c.Origin), nil
}

// deleteGroup also deletes the conversation and its messages.
func (p *Server) deleteGroup(c *kit.Call) (any, error) {
	gone, err := p.pathGroup(c)
	if err != nil {
		return nil, err
	}
	p.forget(gone.conversation)
	p.groups = slices.DeleteFunc(p.groups, func(g *group) bool { return g == gone })
	return nil, nil
}
