package textus

import (
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// pathConversation returns the conversation of a path.
func (p *Server) pathConversation(c *kit.Call) (*conversation, error) {
	if v := p.bySlug(c.Segments[0]); v != nil {
		return v, nil
	}
	return nil, kit.ErrNotFound
}

func (p *Server) showConversation(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	return p.wireConversation(v, c, alone), nil
}

func (p *Server) userInfo(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	return p.info(v, p.state(v, c.Now)), nil
}

func (p *Server) conversationByNumber(c *kit.Call) (any, error) {
	a, err := p.pathAccount(c)
	if err != nil {
		return nil, err
	}
	v := p.byPhone(a, c.Segments[1])
	if v == nil {
		return nil, kit.ErrNotFound
	}
	return p.wireConversation(v, c, alone), nil
}

// action is a request that changes the state of a conversation. link is the field
// of the conversation that has to have a link for it; if it is null the request is
// refused with the text in refused. See api/textus/REFERENCE.md "Verbs of the links".
type action struct {
	method, path, link, refused string
	change                      func(s *state, now time.Time)
}

var actions = []action{
	{"PUT", "read", "readConversation", "", func(s *state, now time.Time) { s.read, s.readTo = true, now }},
	{"DELETE", "read", "unreadConversation", "", func(s *state, _ time.Time) { s.read, s.readTo = false, time.Time{} }},
	{"PUT", "star", "starConversation", "", func(s *state, _ time.Time) { s.starred = true }},
	{"DELETE", "star", "unstarConversation", "", func(s *state, _ time.Time) { s.starred = false }},
	{"PUT", "close", "closeConversation", "the conversation is not open", func(s *state, _ time.Time) { s.closed = true }},
	{"PUT", "reopen", "reopenConversation", "the conversation is open already", func(s *state, now time.Time) {
		s.closed, s.blocked, s.reopened = false, false, now
	}},
	{"PUT", "block", "blockConversation", "the contact is blocked already", func(s *state, _ time.Time) { s.blocked, s.closed = true, false }},
	{"DELETE", "block", "unblockConversation", "the contact is not blocked", func(s *state, now time.Time) {
		s.blocked, s.closed, s.reopened = false, false, now
	}},
	{"DELETE", "subscribe", "unsubscribeConversation", "the contact has opted out already", func(s *state, _ time.Time) { s.optedOut = true }},
	{"PUT", "subscribe", "subscribeConversation", "only the contact can opt in, by texting START", func(s *state, _ time.Time) { s.optedOut = false }},
	{"PUT", "assign_contact", "assignContact", "", nil},
}

// action returns how to perform an action.
func (p *Server) action(a action) func(*kit.Call) (any, error) {
	return func(c *kit.Call) (any, error) {
		v, err := p.pathConversation(c)
		if err != nil {
			return nil, err
		}
		t := p.thread(v, c.Now)
		switch {
		case t.state.links(p.path(v))[a.link] == nil:
			return nil, unprocessable(a.refused)
		case a.change != nil:
			a.change(&t.state, c.Now)
		default:
			if err := p.setSpeaker(v, &t.state, c.Params.Get("assigned_contact")); err != nil {
				return nil, err
			}
		}
		o := p.wireConversation(v, c, alone)
		o["requestingUserInfo"] = p.info(v, t.state)
		return o, nil
	}
}

// setSpeaker chooses which of the contacts that share the number is writing.
func (p *Server) setSpeaker(v *conversation, s *state, contact string) error {
	for i := range v.names {
		if p.contactPath(v, i) == contact {
			s.speaker = i
			return nil
		}
	}
	return unprocessable("assigned_contact: does not have this number")
}

func (p *Server) assignments(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	s := p.state(v, c.Now)
	var all []object
	for n := range users {
		if s.assigned[n] {
			all = append(all, p.assignment(v, n))
		}
	}
	return collection("hydra:Collection", p.path(v)+"/assignments", all), nil
}

func (p *Server) assignment(v *conversation, user int) object {
	o := typed("ConversationAssignment", "/assignments/"+p.slugOf(v)+"-"+users[user].slug)
	o["conversation"], o["assignee"] = p.path(v), "/users/"+users[user].slug
	if user%2 == 0 {
		o["assignee"] = userOf(user)
	}
	return o
}

func userNumber(path string) int {
	for n, u := range users {
		if "/users/"+u.slug == path {
			return n
		}
	}
	return -1
}

// assign answers 200, not 201. See api/textus/REFERENCE.md "Calls".
func (p *Server) assign(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	user := userNumber(c.Params.Get("assignee"))
	if user < 0 {
		return nil, unprocessable("assignee: is no user of this account")
	}
	p.thread(v, c.Now).state.assigned[user] = true
	return p.assignment(v, user), nil
}

func (p *Server) unassign(c *kit.Call) (any, error) {
	slug, user, _ := strings.Cut(c.Segments[0], "-")
	v, n := p.bySlug(slug), userNumber("/users/"+user)
	if v == nil || n < 0 || !p.state(v, c.Now).assigned[n] {
		return nil, kit.ErrNotFound
	}
	delete(p.thread(v, c.Now).state.assigned, n)
	return p.assignment(v, n), nil
}

func (p *Server) stats(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	o := typed("ConversationStats", p.path(v)+"/stats")
	o["startedAt"] = nil
	if n := p.timelineLen(v); n > 0 {
		o["startedAt"] = stampOf(p.items(v, 0, 1)[0].at)
	}
	o["engagementGrade"] = string("ABCD"[v.index%4])
	o["outboundDeliveryPercentage"] = 90 + v.index%10
	return o, nil
}

// participants returns the users who wrote in the last 50 items.
func (p *Server) participants(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	n := p.timelineLen(v)
	wrote := map[int]bool{}
	for _, m := range p.items(v, max(0, n-50), n) {
		wrote[m.sender] = wrote[m.sender] || m.event == "" && !m.income
	}
	var all []object
	for i := range users {
		if wrote[i] {
			all = append(all, userOf(i))
		}
	}
	return collection("hydra:Collection", p.path(v)+"/participants", all), nil
}
