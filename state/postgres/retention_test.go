package postgres_test

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
)

// keeping is a box that keeps messages for a time.
func keeping(t *testing.T, database string, kept time.Duration) *box {
	t.Helper()
	f := open(t, database)
	db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed(), sqlite.Fleet(f), sqlite.Retention(state.Retention{For: kept}))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Kind: "chat"}}))
	b := &box{db, f}
	must(t, b.FollowFleet(t.Context()))
	return b
}

// A box that keeps messages for a short time takes no notes from one that keeps them longer, nor
// from one that has not said yet how long it does.
func TestNotesStayAsLongAsAnyBoxKeepsThem(t *testing.T) {
	ctx, database, day := t.Context(), pgtest.Database(t), 24*time.Hour
	short, long := keeping(t, database, day), keeping(t, database, 60*day)
	for key, age := range map[string]time.Duration{"old": 100 * day, "new": 30 * day} {
		must(t, short.AddNote(ctx, note.Note{Key: key, Conversation: conv(1), Body: key, Author: "olga", Made: time.Now().Add(-age)}, nil))
	}
	for _, step := range []struct {
		round *box
		left  int
	}{{short, 2}, {long, 1}, {short, 1}} {
		_, err := step.round.DropExpired(ctx)
		must(t, err)
		for _, b := range []*box{short, long} {
			must(t, b.FollowFleet(ctx))
			notes, err := b.Notes(ctx, conv(1))
			if must(t, err); len(notes) != step.left {
				t.Errorf("%d notes are left, want %d: %+v", len(notes), step.left, notes)
			}
		}
	}
}
