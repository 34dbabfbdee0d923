package sandbox

import (
	"fmt"
	"strconv"
)

func (p *pact) listConversations(c *call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	w, err := windowOf(c.params)
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

// createConversation finds or makes the conversation with a phone; whether
// messages will reach it is another matter (pact.md §2.4).
func (p *pact) createConversation(c *call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	if c.params.Get("provider") != "whatsapp" {
		return nil, bad("provider: must be whatsapp")
	}
	phone, err := phoneOf(c.params)
	if err != nil {
		return nil, err
	}
	if h := company.carrying("whatsapp"); h == nil || h.disabled {
		return nil, bad("provider: no whatsapp channel is connected")
	}
	return oneConversation(p.openConversation(company, phone, c.now)), nil
}

// showConversation answers GET, and PUT for old clients (pact.md §7, 2).
func (p *pact) showConversation(c *call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	return oneConversation(v), nil
}

func oneConversation(v *pactConversation) any {
	return ok(map[string]any{"conversation": v.wire()})
}

func (p *pact) assign(c *call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	if id := c.params.Get("assignee_id"); id != "" {
		if _, err := strconv.ParseInt(id, 10, 64); err != nil {
			return nil, bad("assignee_id: must be a number")
		}
	}
	return ok(map[string]any{"conversation": wireID{v.id}}), nil
}

// note takes a note that nothing gives back.
func (p *pact) note(c *call) (any, error) {
	if _, err := p.pathConversation(c); err != nil {
		return nil, err
	}
	if !c.params.has("note") {
		return nil, bad("note: is required")
	}
	return wireEnvelope{Status: "updated"}, nil
}
