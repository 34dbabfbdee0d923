package syncer_test

import (
	"slices"
	"testing"

	"unibox/api"
	"unibox/state"
)

// An account that moves from one version of its platform's API to the other keeps what
// is stored: conversations and messages have the same ids. Where its reading goes on is
// named otherwise, and found again (api/pact/REFERENCE.md "From p1 to p2").
func TestAnAccountThatMovesKeepsItsHistory(t *testing.T) {
	w := newWhole(t, state.Retention{})
	w.allRead(t)
	before := w.list(t)
	longest := before.Rows[0].Conversation.ID
	for _, row := range before.Rows { // one that is read in part
		if spans, err := w.db.Coverage(t.Context(), row.Conversation.ID); err == nil && len(spans) == 1 && !spans[0].Complete {
			longest = row.Conversation.ID
		}
	}
	had := w.stored(t, longest)
	w.stop()
	client := w.start(t, "p2")
	w.allRead(t)
	ids := func(l state.List) (all []string) {
		for _, row := range l.Rows {
			all = append(all, row.Conversation.ID.Remote)
		}
		slices.Sort(all)
		return all
	}
	if now := w.list(t); !slices.Equal(ids(now), ids(before)) {
		t.Errorf("the conversations were %v and are %v", ids(before), ids(now))
	}
	w.readBack(t, longest)
	var want []api.MessageID
	for req := (api.PageRequest{}); ; {
		page, err := client.Messages(t.Context(), longest, req)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Items {
			want = append(want, m.ID)
		}
		if req.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	slices.Reverse(want)
	now := w.stored(t, longest)
	if !slices.Equal(now, want) {
		t.Errorf("%d messages are stored, the platform has %d", len(now), len(want))
	}
	if len(had) == 0 || len(had) >= len(now) {
		t.Errorf("%d messages were stored before, %d after", len(had), len(now))
	}
	for _, id := range had {
		if !slices.Contains(now, id) {
			t.Errorf("message %s is gone", id.Remote)
		}
	}
}

// stored are the ids of all messages of a conversation that are stored, oldest first.
func (w *whole) stored(t *testing.T, id api.ConversationID) (ids []api.MessageID) {
	t.Helper()
	window, err := w.db.Timeline(t.Context(), state.TimelineQuery{Conversation: id, Before: 9999})
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range window.Items {
		if m := it.Message; m.ID.Remote != "" {
			ids = append(ids, m.ID)
		}
	}
	return ids
}
