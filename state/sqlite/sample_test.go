package sqlite

import (
	"context"
	"reflect"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/state/storetest"
)

var sample = storetest.SampleFlags(storetest.Sample{Conversations: 400, Messages: 10_000, Seed: 1})

func openPages(ctx context.Context, dir string) (storetest.Pages, error) {
	return Open(ctx, dir, state.NewFeed())
}

// A sample is as large as it says, complete, the same again, and has some of
// everything.
func TestSampleIsWhatItSays(t *testing.T) {
	t.Parallel()
	s, folder := storetest.Sample{Conversations: 200, Messages: 1_000, Seed: 1}, t.TempDir()
	db := openIn(t, s.Copy(t, folder, openPages))
	got, err := db.Sidebar(t.Context())
	must(t, err)
	for _, v := range []state.View{state.ViewWaiting, state.ViewUnread, state.ViewStarred, state.ViewSnoozed, state.ViewDrafts, state.ViewDone} {
		if n := got.Views[v]; n == 0 || n > s.Conversations/3 {
			t.Errorf("%d of %d are %s", n, s.Conversations, v)
		}
	}
	messages := 0
	for _, a := range got.Accounts {
		h, err := db.Holdings(t.Context(), a.ID)
		must(t, err)
		messages += h.Messages
		heads, err := db.Heads(t.Context(), a.ID)
		must(t, err)
		for _, head := range heads {
			checkComplete(t, db, head.ID)
		}
	}
	if messages != s.Messages || got.Views[state.ViewAll] != s.Conversations {
		t.Errorf("it has %d conversations and %d messages", got.Views[state.ViewAll], messages)
	}
	again, err := openIn(t, s.Copy(t, t.TempDir(), openPages)).Sidebar(t.Context())
	if must(t, err); !reflect.DeepEqual(again, got) {
		t.Errorf("made again, it counts %v, before %v", again, got)
	}
}

func checkComplete(t *testing.T, db *DB, id api.ConversationID) {
	t.Helper()
	cov, err := db.Coverage(t.Context(), id)
	must(t, err)
	if len(cov) != 1 || !cov[0].Complete {
		t.Errorf("%v is read as far as %v", id, cov)
	}
}
