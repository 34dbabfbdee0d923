package pact

import (
	"fmt"
	"strconv"

	"unibox/api/sandbox/kit"
)

func (p *Server) listConversations(c *kit.Call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	w, err := windowOf(c.Params)
	if err != nil {
		return nil, err
	}
	all := listing{fmt.Sprint("conversations of ", company.id), company.conversations(), company.conversationID}
	page, next := all.cut(p.options.Seed, w)
	out := []wireConversation{}
	for _, i := range page {
		out = append(out, p.conversation(company, i).wire())
	}
	return list("conversations", out, next), nil
}

// createConversation finds or makes the conversation with a phone number. It does
// not check that messages reach the number. See api/pact/REFERENCE.md "Conversations".
func (p *Server) createConversation(c *kit.Call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	if c.Params.Get("provider") != "whatsapp" {
		return nil, kit.BadRequest("provider: must be whatsapp")
	}
	phone, err := phoneOf(c.Params)
	if err != nil {
		return nil, err
	}
	if h := company.carrying("whatsapp"); h == nil || h.disabled {
		return nil, kit.BadRequest("provider: no whatsapp channel is connected")
	}
	return oneConversation(p.openConversation(company, phone, c.Now)), nil
}

// showConversation answers GET, and PUT for old clients. See api/pact/REFERENCE.md "Contradictions".
func (p *Server) showConversation(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	return oneConversation(v), nil
}

func oneConversation(v *conversation) any {
	return ok(map[string]any{"conversation": v.wire()})
}

func (p *Server) assign(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	if id := c.Params.Get("assignee_id"); id != "" {
		if _, err := strconv.ParseInt(id, 10, 64); err != nil {
			return nil, kit.BadRequest("assignee_id: must be a number")
		}
	}
	return ok(map[string]any{"conversation": wireID{v.id}}), nil
}

// note accepts a note. No request returns it.
func (p *Server) note(c *kit.Call) (any, error) {
	if _, err := p.pathConversation(c); err != nil {
		return nil, err
	}
	if !c.Params.Filled("note") {
		return nil, kit.BadRequest("note: is required")
	}
	return wireEnvelope{Status: "updated"}, nil
}
