package sqlite

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// chatted fills conversation 1: 1 in, 2 out, 3 in, a minute apart.
func chatted(t testing.TB) *DB {
	t.Helper()
	db := openIn(t, t.TempDir())
	lists(t, db, api.Conversation{ID: conv(1), Contact: api.Contact{Name: "Olga"}})
	head(t, db, conv(1), noon, page("", chat3()...))
	return db
}

func chat3() []api.Message {
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	return []api.Message{says(conv(1), 3, "in", "where is it", at(3)), says(conv(1), 2, "out", "coming", at(2)), says(conv(1), 1, "in", "hello", at(1))}
}

func name(n int) api.MessageID { return api.MessageID{Account: "shop", Remote: fmt.Sprint(n)} }

func TestAnEditedMessageReplacesTheOld(t *testing.T) {
	db := chatted(t)
	m := chat3()[1]
	m.Body, m.Edited = "on its way", noon
	must(t, db.SaveMessage(t.Context(), m))
	if got := lines(t, db, all(conv(1))); got != "hello on its way where is it" {
		t.Fatal(got)
	}
	if found, err := db.Search(t.Context(), "coming", 9); err != nil || len(found) != 0 {
		t.Fatalf("the old words are still found: %+v, %v", found, err)
	}
	m.ID, m.Conversation = name(9), conv(7)
	must(t, db.SaveMessage(t.Context(), m))
	if _, err := db.Row(t.Context(), conv(7)); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("an unknown message made a conversation: %v", err)
	}
}

func TestADeletedMessageLeavesNoTrace(t *testing.T) {
	tests := []struct {
		gone    []int
		lines   string
		unread  int
		waiting bool
		preview string
	}{
		{[]int{3}, "hello coming", 0, false, "coming"},
		{[]int{2}, "hello where is it", 1, true, "where is it"},
		{[]int{1}, "coming where is it", 1, true, "where is it"},
		{[]int{2, 3}, "hello", 0, true, "hello"},
		{[]int{1, 2, 3}, "", 0, false, ""},
		{[]int{9}, "hello coming where is it", 1, true, "where is it"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.gone), func(t *testing.T) {
			db := chatted(t)
			for _, n := range tt.gone {
				must(t, db.DeleteMessage(t.Context(), conv(1), name(n)))
			}
			w, err := db.Timeline(t.Context(), all(conv(1)))
			must(t, err)
			row := rowOf(t, db, conv(1))
			if got := lines(t, db, all(conv(1))); got != tt.lines || w.Older != state.EdgeEnd {
				t.Errorf("%q, and below it %v", got, w.Older)
			}
			if row.Unread != tt.unread || row.WaitingSince.IsZero() == tt.waiting || row.Preview.Or(state.Preview{}).Body != tt.preview {
				t.Errorf("%+v", row)
			}
		})
	}
	db := chatted(t)
	must(t, db.DeleteMessage(t.Context(), conv(1), name(3)))
	if found, err := db.Search(t.Context(), "where", 9); err != nil || len(found) != 0 {
		t.Fatalf("%+v, %v", found, err)
	}
}

func TestSpansEndAtWhatIsLeft(t *testing.T) {
	db := openIn(t, t.TempDir())
	head(t, db, conv(1), noon, page("older", chat3()...))
	before, err := db.Coverage(t.Context(), conv(1))
	must(t, err)
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	must(t, db.DeleteMessage(t.Context(), conv(1), name(1)))
	after, err := db.Coverage(t.Context(), conv(1))
	if err != nil || len(after) != 1 || after[0].Oldest != w.Items[1].Pos || after[0].Newest != before[0].Newest || after[0].Older != "older" {
		t.Fatalf("before %+v, after %+v, %v", before, after, err)
	}
	for _, n := range []int{2, 3} {
		must(t, db.DeleteMessage(t.Context(), conv(1), name(n)))
	}
	if after, err = db.Coverage(t.Context(), conv(1)); err != nil || len(after) != 0 {
		t.Fatalf("%+v, %v", after, err)
	}
	head(t, db, conv(1), noon, page("", chat3()[2]))
	if got := lines(t, db, all(conv(1))); got != "hello" {
		t.Fatal(got)
	}
}

// A page that was asked for before the deletion does not bring it back.
func TestDeletedStaysDeleted(t *testing.T) {
	db := chatted(t)
	owning(t, db)
	ch := changeOf(conv(1), api.CapDelete, true)
	ch.Message = name(3)
	ch = submitChange(t, db, ch)
	must(t, db.DeleteMessage(t.Context(), conv(1), name(3)))
	ch.Until = time.Now().Add(time.Minute)
	keeps(t, db, ch)
	head(t, db, conv(1), noon, page("", chat3()...))
	if got := lines(t, db, all(conv(1))); got != "hello coming" {
		t.Fatal(got)
	}
	must(t, db.DropChange(t.Context(), ch.ID))
	head(t, db, conv(1), noon, page("", chat3()...)) // it was not deleted after all
	if got := lines(t, db, all(conv(1))); got != "hello coming where is it" {
		t.Fatal(got)
	}
}

func TestARemovedConversationIsGoneInEverySession(t *testing.T) {
	dir := t.TempDir()
	a, b := openIn(t, dir), openIn(t, dir)
	owning(t, a)
	for _, n := range []int{1, 2} {
		lists(t, a, api.Conversation{ID: conv(n), Contact: api.Contact{Name: "Olga"}})
	}
	head(t, a, conv(1), noon, page("", chat3()...))
	_, err := a.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "draft"})
	must(t, err)
	must(t, a.SetFlags(t.Context(), conv(1), state.FlagChange{Starred: api.Known(true)}))
	want(t, viewed(t, b, state.ListQuery{View: state.ViewAll}), "1", "2")
	ch := submitChange(t, a, changeOf(conv(1), api.CapRemove, true))
	must(t, a.RemoveConversation(t.Context(), conv(1)))
	ch.Until = time.Now().Add(time.Minute)
	keeps(t, a, ch)
	for _, db := range []*DB{a, b} {
		want(t, viewed(t, db, state.ListQuery{View: state.ViewAll}), "2")
		if _, err := db.Row(t.Context(), conv(1)); !errors.Is(err, state.ErrNoSuch) {
			t.Errorf("%v", err)
		}
	}
	if found, err := a.Search(t.Context(), "hello", 9); err != nil || len(found) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
	// What was asked for before is late.
	lists(t, a, api.Conversation{ID: conv(1)})
	head(t, a, conv(1), noon, page("", chat3()...))
	want(t, viewed(t, a, state.ListQuery{View: state.ViewAll}), "2")
	// Later it may come back, and nothing of the old one sticks to it.
	must(t, a.DropChange(t.Context(), ch.ID))
	lists(t, a, api.Conversation{ID: conv(1), Contact: api.Contact{Handle: "7999"}})
	row := rowOf(t, b, conv(1))
	clean := state.Row{Conversation: api.Conversation{ID: conv(1), Contact: api.Contact{Handle: "7999"}}}
	if !reflect.DeepEqual(row, clean) {
		t.Errorf("%+v", row)
	}
	want(t, viewed(t, openIn(t, dir), state.ListQuery{View: state.ViewAll}), "1", "2")
}

func TestWhatHasNotGoneOutOutlivesItsConversation(t *testing.T) {
	db := chatted(t)
	owning(t, db)
	submit(t, db, queued(conv(1), "k", "unsent"))
	must(t, db.RemoveConversation(t.Context(), conv(1)))
	if row := rowOf(t, db, conv(1)); row.Pending != 1 || row.Newest != 0 {
		t.Fatalf("%+v", row)
	}
}

func TestMessagesShowTheirPendingChanges(t *testing.T) {
	db := chatted(t)
	edit := changeOf(conv(1), api.CapEdit, true)
	edit.Message, edit.Arg = name(2), "on its way"
	edit = submitChange(t, db, edit)
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	if it := w.Items[1]; it.Message.Body != "on its way" || len(it.Changes) != 1 || it.Changes[0].ID != edit.ID || len(w.Items[0].Changes) != 0 {
		t.Fatalf("%+v", it)
	}
	owning(t, db)
	edit.Refused, edit.Reason = true, "too late"
	keeps(t, db, edit)
	if w, err = db.Timeline(t.Context(), all(conv(1))); err != nil || w.Items[1].Message.Body != "coming" || w.Items[1].Changes[0].Reason != "too late" {
		t.Fatalf("%+v, %v", w.Items[1], err)
	}
}
