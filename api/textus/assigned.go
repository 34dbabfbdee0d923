package textus

import (
	"context"
	"slices"
	"time"

	"unibox/api"
)

// maxAssigned is of how many conversations the assignments are read after each page of a
// list.
const maxAssigned = 2

// maxResponsible is how many conversations Responsible asks for in a minute, a quarter of the
// budget of what an agent does.
const maxResponsible = 10

// taken is when the assignments of a conversation were read, at what view of it, whether
// that succeeded, and the ids of the users whom it is assigned to.
type taken struct {
	view
	said bool
	who  []string
}

// learnAssigned reads who is responsible for those who wait for an answer and are not
// assigned to this user, which a list does not say (REFERENCE.md "Conversations"). A few
// are asked for each time a page is read: those with news, then those not asked for long
// ago. The others stay as they were, and so do those that cannot be read; of what somebody
// looks at Responsible says it.
func (c *Client) learnAssigned(ctx context.Context, list []wireConversation) {
	asked := 0
	for i := range list {
		w := &list[i]
		if asked == maxAssigned || !w.mayBeFree() || !c.known.takenIsDue(w) {
			continue
		}
		asked++
		all, err := collect[wireAssignment](ctx, c, "list assignments", api.ClassOther, w.Assignments.path)
		if err == nil {
			c.setTaken(ctx, w.slug(), w.accountSlug(), all)
		}
	}
}

// mayBeFree reports whether the contact waits and the conversation is not said to be this
// user's.
func (w *wireConversation) mayBeFree() bool {
	v := w.Info.value
	return w.Unanswered.On && w.State == "open" && w.Assignments.path != "" && w.slug() != "" && v != nil && v.Assigned.Said && !v.Assigned.On
}

// Responsible says to whom a conversation is assigned. It asks again no sooner than a list
// would (REFERENCE.md "Calls"), and no more often than leaves room for what an agent does.
func (c *Client) Responsible(ctx context.Context, id api.ConversationID) (api.Conversation, error) {
	out := api.Conversation{ID: id}
	if c.known.takenLately(id.Remote) || !c.known.mayAskWho(time.Now()) {
		out.AssignedTo, _ = c.known.assignedTo(id.Remote) // whether it is this user's, the lists say at once
		return out, nil
	}
	all, err := collect[wireAssignment](ctx, c, "list assignments", api.ClassOther, pathOf("conversations", id.Remote, "assignments"))
	if err != nil {
		return out, err
	}
	p, _ := c.known.peer(id.Remote)
	c.setTaken(ctx, id.Remote, p.account, all)
	out.AssignedTo, out.Mine = c.known.assignedTo(id.Remote)
	out.Assigned = c.known.assigned(id.Remote, out.Mine)
	return out, nil
}

// setTaken notes to whom a conversation is assigned. The users of its account are read
// where one of them has no name yet, and not again soon where that does not help.
func (c *Client) setTaken(ctx context.Context, slug, account string, list []wireAssignment) {
	who := c.who(list)
	c.known.setTaken(slug, who)
	if c.known.nameless(who) && account != "" && c.known.usersAreDue(account) {
		c.learnUsers(ctx, c.accountOf(account))
	}
}

// who are the ids of the users of assignments, whose names are learned where they come.
func (c *Client) who(list []wireAssignment) (ids []string) {
	for _, a := range list {
		if id, _ := c.known.user(a.Assignee); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// takenIsDue reports whether assignments have to be read, and takes them as read.
func (m *memory) takenIsDue(w *wireConversation) bool {
	now := viewNow(w)
	m.mu.Lock()
	defer m.mu.Unlock()
	last, known := m.taken[w.slug()]
	if known && !last.due(now) {
		return false
	}
	m.taken[w.slug()] = taken{now, last.said, last.who}
	return true
}

// takenLately reports whether the assignments of a conversation were read a short while ago.
func (m *memory) takenLately(slug string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, known := m.taken[slug]
	return known && t.said && time.Since(t.asked) < viewAge
}

// mayAskWho reports whether one more conversation may be asked for, and counts it.
func (m *memory) mayAskWho(now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.whoAsked = slices.DeleteFunc(m.whoAsked, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	if len(m.whoAsked) >= maxResponsible {
		return false
	}
	m.whoAsked = append(m.whoAsked, now)
	return true
}

// nameless reports whether the name of one of these users is not known.
func (m *memory) nameless(ids []string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(ids, func(id string) bool { return m.users[id] == "" })
}

// usersAreDue reports whether the users of an account have to be read for a name, and takes
// them as read.
func (m *memory) usersAreDue(account string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if last, asked := m.named[account]; asked && time.Since(last) < viewAge {
		return false
	}
	m.named[account] = time.Now()
	return true
}

// setTaken notes to whom a conversation is assigned.
func (m *memory) setTaken(slug string, who []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.taken[slug]
	if t.asked.IsZero() || time.Since(t.asked) >= viewAge {
		t.asked = time.Now()
	}
	t.who, t.said = who, true
	m.taken[slug] = t
}

// assigned is whether a conversation is assigned to anybody, as far as that was read; mine
// is whether it is to this user.
func (m *memory) assigned(slug string, mine api.Opt[bool]) api.Opt[bool] {
	if mine.Or(false) {
		return mine
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.taken[slug]
	return when(t.said, len(t.who) > 0)
}

// assignedTo are the other users whom a conversation is assigned to, and whether it is to
// this one, as far as that was read and it is known who this one is.
func (m *memory) assignedTo(slug string) (to api.Opt[[]api.Agent], mine api.Opt[bool]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.taken[slug]
	if !t.said || m.me == "" {
		return to, mine
	}
	others, isMine := []api.Agent{}, false
	for _, id := range t.who {
		if id == m.me {
			isMine = true
			continue
		}
		others = append(others, api.Agent{Remote: id, Name: m.users[id]})
	}
	return api.Known(others), api.Known(isMine)
}
