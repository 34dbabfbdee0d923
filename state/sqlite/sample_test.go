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

// searches asks for one answer of a search, as each letter does.
func searches(db *DB, q state.Search) func() error {
	return func() error { _, err := db.SearchMessages(context.Background(), q); return err }
}

// BenchmarkSample asks what the screen asks, of a sample: -args -conversations=20000
// -messages=1000000 makes it large (storetest.SampleFlags).
func BenchmarkSample(b *testing.B) {
	s, folder := sample()
	dir := s.Copy(b, folder, openPages)
	ctx := b.Context()
	db := openIn(b, dir)
	must(b, db.storeList(ctx, 0)) // as this program stores it
	must(b, db.Close())
	db = openIn(b, dir)
	first, err := db.List(ctx, state.ListQuery{View: state.ViewAll, Limit: 1})
	must(b, err)
	id := first.Rows[0].Conversation.ID
	for _, c := range []struct {
		name string
		ask  func() error
	}{
		{"waiting", func() error { _, err := db.List(ctx, state.ListQuery{View: state.ViewWaiting, Limit: 60}); return err }},
		{"all", func() error { _, err := db.List(ctx, state.ListQuery{View: state.ViewAll, Limit: 60}); return err }},
		{"middle", func() error {
			_, err := db.List(ctx, state.ListQuery{View: state.ViewAll, Limit: 60, Offset: s.Conversations / 2})
			return err
		}},
		{"filter", func() error {
			_, err := db.List(ctx, state.ListQuery{View: state.ViewAll, Text: "Ruby", Limit: 60})
			return err
		}},
		{"sidebar", func() error { _, err := db.Sidebar(ctx); return err }},
		{"count of saved views", func() error {
			db.SetSaved([]string{"is:mine", "is:unassigned"})
			_, err := db.Sidebar(ctx)
			return err
		}},
		{"row", func() error { _, err := db.Row(ctx, id); return err }},
		{"timeline", func() error {
			_, err := db.Timeline(ctx, state.TimelineQuery{Conversation: id, Before: 60})
			return err
		}},
		{"search", func() error { _, err := db.Search(ctx, "umbrella", 50); return err }},
		{"search of two words", func() error { _, err := db.Search(ctx, "order cup", 50); return err }},
		{"search from a name", searches(db, state.Search{Text: "from:ruby order", Limit: 50})},
		{"search in a channel", searches(db, state.Search{Text: "channel:whatsapp order", Limit: 50})},
		{"search unread", searches(db, state.Search{Text: "is:unread order", Limit: 50})},
		{"search files", searches(db, state.Search{Text: "has:file", Limit: 50})},
		{"search a phrase of last year", searches(db, state.Search{Text: `"the order" before:365d from:me`, Limit: 50})},
		{"search what is rare", searches(db, state.Search{Text: "order -is:starred has:link", Limit: 50})},
		{"go to a name", func() error { _, err := db.Find(ctx, "ruby", 30); return err }},
		{"go to one letter", func() error { _, err := db.Find(ctx, "o", 30); return err }},
		{"go to a number", func() error { _, err := db.Find(ctx, "+7 925 000", 30); return err }},
		{"find in the thread", searches(db, state.Search{Text: "order", Conversation: id, Limit: 200})},
		{"archive", func() error { _, err := db.Archive(ctx); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				must(b, c.ask())
			}
		})
	}
	must(b, db.Close())
	b.Run("first after a start", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			db := openIn(b, dir)
			_, err := db.List(ctx, state.ListQuery{View: state.ViewWaiting, Limit: 60})
			must(b, err)
			must(b, db.Close())
		}
	})
}
