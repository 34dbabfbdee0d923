package postgres_test

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
)

// keeping is a box that keeps messages for a time.
func keeping(t *testing.T, database string, kept time.Duration) *box {
	t.Helper()
	f := open(t, database)
	return keepingBy(t, f, f, kept)
}

// keepingBy is keeping by what a team's database says.
func keepingBy(t *testing.T, f *postgres.Fleet, fleet state.Fleet, kept time.Duration) *box {
	t.Helper()
	db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed(), sqlite.Fleet(fleet), sqlite.Retention(state.Retention{For: kept}))
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

// yearBefore is a team's database whose date is that of a year before the box's.
type yearBefore struct{ *postgres.Fleet }

func (y yearBefore) Now() time.Time { return y.Fleet.Now().AddDate(-1, 0, 0) }

// A box whose date is wrong takes no notes from the team, nor what was sent: their age is by the
// database's time of day.
func TestABoxWithAWrongDateDropsNothingOfTheTeams(t *testing.T) {
	ctx, database, day := t.Context(), pgtest.Database(t), 24*time.Hour
	f := open(t, database)
	b := keepingBy(t, f, yearBefore{f}, day)
	must(t, b.AddNote(ctx, note.Note{Key: "n", Conversation: conv(1), Body: "a note", Author: "olga", Made: time.Now().Add(-2 * day)}, nil))
	o := state.Outbound{Key: "k", Conversation: conv(1), Body: "text", Part: 1, Parts: 1, Submitted: time.Now().Add(-2 * day)}
	rows, err := b.DB.Submit(ctx, state.Draft{Conversation: conv(1), Apart: true}, []state.Outbound{o})
	must(t, err)
	rows[0].Status = state.Done
	_, err = b.Decided(ctx, rows[0], state.Queued)
	must(t, err)
	_, err = b.DropExpired(ctx)
	must(t, err)
	if notes, err := b.Notes(ctx, conv(1)); err != nil || len(notes) != 1 {
		t.Errorf("notes: %+v, %v", notes, err)
	}
	if _, err := b.OutboundOf(ctx, "k"); err != nil {
		t.Errorf("what was sent: %v", err)
	}
}
