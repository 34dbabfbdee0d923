package textus

import (
	"context"
	"time"

	"unibox/api"
)

const (
	// maxViews is how many views are asked for after each page of a list.
	maxViews = 4
	// viewAge is when a view is asked for again: it also changes elsewhere, without
	// a new message.
	viewAge = 10 * time.Minute
)

// view is when the user's view of a conversation was asked for, and what the newest
// item was then, in Unix nanoseconds.
type view struct {
	asked  time.Time
	newest int64
}

// learnViews reads this user's view (read, starred, assigned) of conversations that
// were listed without it: through its link, or with the whole conversation
// (REFERENCE.md "Shapes that vary"). A few are asked for each time a page is read:
// those with news, then those not asked for long ago. The others stay as they were,
// and so do those that cannot be read.
func (c *Client) learnViews(ctx context.Context, list []wireConversation) {
	asked := 0
	for i := range list {
		w := &list[i]
		if asked < maxViews && w.viewless() && w.slug() != "" && c.known.viewIsDue(w) {
			asked++
			w.Info.value = c.viewOf(ctx, w)
		}
	}
}

// viewless reports whether nothing is said of the user's view.
func (w *wireConversation) viewless() bool { return w.Info.value == nil || *w.Info.value == wireInfo{} }

// viewOf reads the view of a conversation, nil if that fails.
func (c *Client) viewOf(ctx context.Context, w *wireConversation) *wireInfo {
	const op = "read conversation"
	link := w.Info.link
	if !isLink(link) {
		whole, err := c.read(ctx, op, c.ConversationID(w.slug()))
		if err != nil || !whole.viewless() {
			return whole.Info.value
		}
		link = whole.Info.link
	}
	var info wireInfo
	if !isLink(link) || c.get(ctx, op, api.ClassOther, link, &info) != nil {
		return nil
	}
	return &info
}

// viewIsDue reports whether a view has to be asked for, and takes it as asked for.
func (m *memory) viewIsDue(w *wireConversation) bool {
	now := viewNow(w)
	m.mu.Lock()
	defer m.mu.Unlock()
	last, known := m.views[w.slug()]
	if known && !last.due(now) {
		return false
	}
	m.views[w.slug()] = now
	return true
}

// viewNow is that a conversation is asked about now.
func viewNow(w *wireConversation) view {
	now := view{asked: time.Now()}
	if v := w.Latest.value; v != nil && !v.at().IsZero() {
		now.newest = v.at().UnixNano()
	}
	return now
}

// due reports whether it has to be asked again, for news or for its age.
func (v view) due(now view) bool { return v.newest != now.newest || now.asked.Sub(v.asked) >= viewAge }
