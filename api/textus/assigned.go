package textus

import (
	"context"
	"time"

	"unibox/api"
)

// maxAssigned is of how many conversations the assignments are read after each page of a
// list.
const maxAssigned = 2

// taken is when the assignments of a conversation were read, at what view of it, and
// whether that succeeded and there were any.
type taken struct {
	view
	said, has bool
}

// learnAssigned reads whether somebody is responsible for those who wait for an answer and
// are not assigned to this user, which a list does not say (REFERENCE.md "Conversations").
// A few are asked for each time a page is read: those with news, then those not asked for
// long ago. The others stay as they were, and so do those that cannot be read.
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
			c.known.setTaken(w.slug(), len(all) > 0)
		}
	}
}

// mayBeFree reports whether the contact waits and the conversation is not said to be this
// user's.
func (w *wireConversation) mayBeFree() bool {
	v := w.Info.value
	return w.Unanswered.On && w.State == "open" && w.Assignments.path != "" && w.slug() != "" && v != nil && v.Assigned.Said && !v.Assigned.On
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
	m.taken[w.slug()] = taken{now, last.said, last.has}
	return true
}

// setTaken notes whether a conversation is assigned to anybody.
func (m *memory) setTaken(slug string, has bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.taken[slug]
	if t.asked.IsZero() {
		t.asked = time.Now()
	}
	t.has, t.said = has, true
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
	return when(t.said, t.has)
}
