package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// waiters are conversations of which some wait; it lists as the real store does.
type waiters struct {
	*shelf
	answered map[string]bool
}

func (w *waiters) List(_ context.Context, q state.ListQuery) (list state.List, err error) {
	for _, r := range w.rows {
		if q.View != state.ViewWaiting || !w.answered[r.Conversation.ID.Remote] || r.Conversation.ID == q.Keep {
			list.Rows = append(list.Rows, r)
		}
	}
	list.Total = len(list.Rows)
	at := q.Offset
	if i := slices.IndexFunc(list.Rows, func(r state.Row) bool { return r.Conversation.ID == q.Around }); i >= 0 {
		at = i - q.Limit/2
	}
	list.Offset = max(min(at, list.Total-q.Limit), 0)
	list.Rows = list.Rows[list.Offset:min(list.Offset+q.Limit, list.Total)]
	return list, nil
}

// N3: the key walks the whole queue, never back and forth between two, and begins again
// when it has been to all; it comes back to whom something changed at.
func TestNextWaitingWalksTheWholeQueue(t *testing.T) {
	m := bare(7, 3, 120, 40)
	w := &waiters{newShelf(7, 3), map[string]bool{}}
	m.env.Store = w
	next := func() string {
		for _, msg := range results(m.do(keymap.NextWaiting)) {
			m.Update(msg)
		}
		return m.thread.Conversation().Remote
	}
	start := m.thread.Conversation().Remote
	var visited []string
	for range 8 {
		visited = append(visited, next())
	}
	if got := start + ": " + strings.Join(visited, " "); got != "0: 0 1 2 3 4 5 6 0" {
		t.Errorf("visited %s", got)
	}
	next()
	w.answered["1"], w.answered["2"] = true, true
	if got := next(); got != "3" {
		t.Errorf("from one that was answered it goes to %s", got)
	}
	m.jumpTo(api.ConversationID{Account: "a", Remote: "6"})
	w.answered["6"] = true
	if got := next(); got != "4" {
		t.Errorf("from the last, which was answered, it goes to %s and not to whom it has not been", got)
	}
	w.rows[0].Newest += 5 // wrote again
	if got := next() + next() + next(); got != "050" {
		t.Errorf("then it goes to %s", got)
	}
	for i := range 7 {
		w.answered[fmt.Sprint(i)] = i != 0
	}
	if got := next(); got != "0" || !strings.Contains(m.View().Content, "nobody else is waiting") {
		t.Errorf("where nobody else waits it goes to %s", got)
	}
}
