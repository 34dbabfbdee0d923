package sqlite

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// The newest message that a list shows is in the row until the history is read, and
// changes nothing else of it.
func TestRowShowsWhatTheListHas(t *testing.T) {
	db := openIn(t, t.TempDir())
	list := func(text string, at time.Time) {
		t.Helper()
		must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Active: api.Known(at), Newest: api.Known(says(conv(1), 9, "in", text, at))}}))
	}
	shows := func(text string) {
		t.Helper()
		if p, ok := rowOf(t, db, conv(1)).Preview.Get(); !ok || p.Body != text || p.Direction != api.Inbound {
			t.Errorf("the row shows %+v, want %q", p, text)
		}
	}
	list("Is Tuesday free?", noon)
	shows("Is Tuesday free?")
	if row := rowOf(t, db, conv(1)); row.Newest != 0 || row.Unread != 0 || !row.WaitingSince.IsZero() || !row.Checked.IsZero() {
		t.Errorf("the list alone says %+v", row)
	}
	list("Or Wednesday?", noon.Add(time.Minute))
	shows("Or Wednesday?")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll, Text: "wednesday"}), "1")

	head(t, db, conv(1), noon, page("c", says(conv(1), 2, "in", "Thursday it is", noon.Add(2*time.Minute))))
	shows("Thursday it is")
	list("an older text", noon.Add(3*time.Minute))
	shows("Thursday it is")
}

// Where messages are kept for a time only, none is kept on the word of a list.
func TestRowShowsNothingOfTheListUnderRetention(t *testing.T) {
	db, err := Open(t.Context(), t.TempDir(), state.NewFeed(), Retention(state.Retention{For: time.Hour}))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Newest: api.Known(says(conv(1), 1, "in", "private", noon))}}))
	if p, ok := rowOf(t, db, conv(1)).Preview.Get(); ok {
		t.Errorf("the row shows %+v", p)
	}
}
