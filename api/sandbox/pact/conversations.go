package pact

import (
	"fmt"
	"strconv"
	"strings"

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
	n, index := company.oneToOne()
	all := listing{fmt.Sprint("conversations of ", company.id), n, func(i int) int64 { return company.conversationID(index(i)) }}
	page, next := all.cut(p.options.Seed, w)
	out := []wireConversation{}
	for _, i := range page {
		out = append(out, p.conversation(company, index(i)).wire())
	}
	return list("conversations", out, next), nil
}

// createConversation finds or makes the conversation with a phone number, or with
// an account of Telegram, to which it also writes. It does not check that messages
// reach the contact. See api/pact/REFERENCE.md "Conversations".
func (p *Server) createConversation(c *kit.Call) (any, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	kind, text := c.Params.Get("provider"), c.Params.Get("text")
	contact, err := contactOf(kind, c.Params)
	h := company.carrying(kind)
	switch {
	case err != nil:
		return nil, err
	case h == nil || !h.works():
		return nil, kit.BadRequest("provider: no " + kind + " channel is connected")
	case kind == "telegram_personal" && strings.TrimSpace(text) == "":
		return nil, kit.BadRequest("text: is required")
	}
	v := p.openConversation(company, kind, contact, c.Now)
	if kind == "telegram_personal" {
		p.accept(c.Now, &job{company: company, channel: h, conversation: v, text: text})
	}
	return oneConversation(v), nil
}

// contactOf returns the parameter that names the contact of a new conversation.
func contactOf(kind string, given kit.Params) (string, error) {
	user := strings.TrimPrefix(given.Get("username"), "@")
	switch {
	case kind == "telegram_personal" && given.Filled("phone") == (user != ""):
		return "", kit.BadRequest("phone, username: exactly one of them is required")
	case kind == "telegram_personal" && user != "":
		return user, nil
	case kind == "telegram_personal", kind == "whatsapp":
		return phoneOf(given)
	}
	return "", kit.BadRequest("provider: must be whatsapp or telegram_personal")
}

// toggleBitrix switches Bitrix's part in a conversation, and answers with fields that
// no other request shows. See api/pact/REFERENCE.md "Conversations".
func (p *Server) toggleBitrix(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	t := p.thread(v)
	switch c.Params.Get("enabled") {
	case "":
		t.bitrix = !t.bitrix
	case "true", "1":
		t.bitrix = true
	case "false", "0":
		t.bitrix = false
	default:
		return nil, kit.BadRequest("enabled: must be true or false")
	}
	last, income := p.lastTimes(v)
	return ok(map[string]any{"conversation": struct {
		wireConversation
		Last   int64 `json:"last_message_at"`
		Income int64 `json:"last_income_message_at"`
		Bitrix bool  `json:"bitrix_block_openlines"`
	}{v.wire(), last, income, t.bitrix}}), nil
}

// lastTimes returns when the last message came, and the last one of the customer
// among the latest hundred; 0 for none.
func (p *Server) lastTimes(v *conversation) (last, income int64) {
	n := p.historyLen(v)
	for _, m := range p.history(v, max(0, n-100), n) {
		if last = m.at.Unix(); m.income {
			income = last
		}
	}
	return last, income
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
	p.thread(v).assignee = c.Params.Get("assignee_id")
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
