package ui

import (
	"strings"
	"testing"
	"time"

	"unibox/state"
)

// With an hour to keep, most of the list is older than that. It says so, and
// whoever opens such a conversation reads it to its beginning.
func TestWhatIsNotKeptIsReadWhenOpened(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, keep: time.Hour})
	a.synced()
	list, err := a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 60})
	if err != nil {
		t.Fatal(err)
	}
	var old state.Row
	for _, row := range list.Rows {
		if p, ok := row.Preview.Get(); ok && p.Expired && len(row.Conversation.Contact.Name) > 3 {
			old = row
		}
	}
	id := old.Conversation.ID
	if w, err := a.db.Timeline(t.Context(), state.TimelineQuery{Conversation: id, Before: 99}); err != nil || len(w.Items) != 0 || w.Older != state.EdgeRemote {
		t.Fatalf("%+v %v", w, err)
	}
	a.press("2", "G")
	a.see("(too old to keep here)")
	a.open(old.Conversation.Contact.Name)
	a.until("its beginning", func(s string) bool {
		a.press("pgup")
		return strings.Contains(s, "the conversation begins here")
	})
	row, err := a.db.Row(t.Context(), id)
	if p, _ := row.Preview.Get(); err != nil || p.Expired || !row.WaitingSince.Equal(old.WaitingSince) {
		t.Errorf("before %+v, then %+v, %v", old, row, err)
	}
}
