package pact

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// listConversations lists the newest activity first.
func (a p2) listConversations(c *kit.Call) (any, error) {
	company, err := a.company(c)
	if err != nil {
		return nil, err
	}
	w, err := pageOf(c.Params, 25)
	if err != nil {
		return nil, err
	}
	ids := a.world.byRecency(company)
	if term := searchTerm(c.Params.Get("search_string")); term != "" {
		ids = slices.DeleteFunc(ids, func(id int64) bool { return !a.world.conversationByID(company, id).matches(term) })
	}
	if a.world.behavior.OldestFirst {
		slices.Reverse(ids)
	}
	lo, hi := w.of(len(ids))
	out := []object{}
	for _, id := range ids[lo:hi] {
		out = append(out, a.wireConversation(a.world.conversationByID(company, id), c.Origin))
	}
	return w.list("conversations", out), nil
}

// searchTerm drops what a search ignores: case, and a leading + or @.
func searchTerm(text string) string {
	return strings.ToLower(strings.TrimLeft(strings.TrimSpace(text), "+@"))
}

// matches reports whether a search for a term finds the conversation: by phone,
// name or public id.
func (v *conversation) matches(term string) bool {
	return strings.Contains(strings.ToLower(v.name), term) || strings.Contains(v.sender, term) || strings.Contains(v.publicID(), term)
}

// byRecency returns the ids of a company's conversations, the newest activity
// first. Whatever happened after the start is newer than all of the seed.
func (p *Server) byRecency(c *company) []int64 {
	type moved struct {
		id int64
		at time.Time
	}
	var recent []moved
	known := map[int64]bool{}
	add := func(id int64, at time.Time) {
		if !known[id] {
			known[id] = true
			recent = append(recent, moved{id, at})
		}
	}
	for id, t := range p.threads {
		if t.company == c && !t.updated.IsZero() {
			add(id, t.updated)
		}
	}
	for _, v := range c.made {
		add(v.id, v.created)
	}
	slices.SortFunc(recent, func(a, b moved) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.id, a.id)) })
	ids := make([]int64, 0, c.conversations())
	for _, m := range recent {
		ids = append(ids, m.id)
	}
	for _, id := range p.seedByRecency(c) {
		if !known[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// seedByRecency returns the ids of the conversations of the seed in the order that
// they had at the start. The order is computed once.
func (p *Server) seedByRecency(c *company) []int64 {
	if c.recency != nil {
		return c.recency
	}
	last := make(map[int64]time.Time, c.base)
	for i := range c.base {
		v := p.conversation(c, i)
		last[v.id] = v.Last
		c.recency = append(c.recency, v.id)
	}
	slices.SortFunc(c.recency, func(a, b int64) int { return cmp.Or(last[b].Compare(last[a]), cmp.Compare(b, a)) })
	return c.recency
}

func (a p2) showConversation(c *kit.Call) (any, error) {
	v, err := a.conversation(c)
	if err != nil {
		return nil, err
	}
	return object{"conversation": a.wireConversation(v, c.Origin)}, nil
}

// updateConversation sets the given fields, or none if one is wrong. The assignee is
// in no answer. See api/pact/REFERENCE.md "p2 endpoints".
func (a p2) updateConversation(c *kit.Call) (any, error) {
	v, err := a.conversation(c)
	if err != nil {
		return nil, err
	}
	operational, replied, assignee := c.Params.Get("operational_state"), c.Params.Get("replied_state"), c.Params.Get("assignee_id")
	_, notANumber := strconv.ParseInt(assignee, 10, 64)
	switch {
	case operational != "" && operational != "open" && operational != "archived":
		return nil, kit.BadRequest("operational_state: must be open or archived")
	case replied != "" && replied != "replied" && replied != "unreplied":
		return nil, kit.BadRequest("replied_state: must be replied or unreplied")
	case assignee != "" && notANumber != nil:
		return nil, kit.BadRequest("assignee_id: must be a number or null")
	}
	t := a.world.thread(v)
	t.operational, t.replied = cmp.Or(operational, t.operational), cmp.Or(replied, t.replied)
	if c.Params.Has("assignee_id") {
		t.assignee = assignee
	}
	t.updated = c.Now
	a.post(v.company, "update", "conversation", func() object { return a.wireConversation(v, c.Origin) })
	return object{"conversation": a.wireConversation(v, c.Origin)}, nil
}

// operationalState returns open, archived or blocked. A few conversations of the
// seed are archived, and some contacts of company 157 have blocked us; a new message
// opens an archived one.
func (p *Server) operationalState(v *conversation) string {
	if t := p.threads[v.id]; t != nil && t.operational != "" {
		return t.operational
	}
	d := kit.Roll(p.options.Seed, v.id, 22)
	switch {
	case v.Waiting || v.Size == 0:
	case d.N(30) == 0:
		return "archived"
	case d.N(12) == 0 && v.company.style == modern:
		return "blocked"
	}
	return "open"
}

// repliedState returns who wrote last, unless a client has said otherwise since.
func (p *Server) repliedState(v *conversation) string {
	if t := p.threads[v.id]; t != nil && t.replied != "" {
		return t.replied
	}
	income := v.Waiting
	if t := p.threads[v.id]; t != nil && len(t.extra) > 0 {
		income = t.extra[len(t.extra)-1].income
	}
	switch {
	case p.historyLen(v) == 0:
		return "initialized"
	case income:
		return "unreplied"
	}
	return "replied"
}
