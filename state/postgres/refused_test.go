package postgres_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
)

// refusing is a fleet that does not commit what refuses says.
type refusing struct {
	state.Fleet
	refuses func(w state.FleetWrite) bool
}

func (f *refusing) Write(ctx context.Context, w state.FleetWrite) error {
	if f.refuses(w) {
		return &state.StoreError{What: state.ErrFleetTurned.Error(), Err: state.ErrFleetTurned}
	}
	return f.Fleet.Write(ctx, w)
}

// refused is a box whose fleet refuses nothing yet.
func refused(t *testing.T, database, dir string) (*refusing, *box) {
	t.Helper()
	inner := open(t, database)
	f := &refusing{inner, func(state.FleetWrite) bool { return false }}
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed(), sqlite.Fleet(f))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	b := &box{db, inner}
	must(t, b.FollowFleet(t.Context()))
	return f, b
}

func all(state.FleetWrite) bool { return true }

// What the team has committed, and this box has taken over, is stored, though something else that
// waits here cannot be brought to the team yet.
func TestWhatIsCommittedIsStoredThoughSomethingElseWaits(t *testing.T) {
	ctx := t.Context()
	f, b := refused(t, pgtest.Database(t), t.TempDir())
	f.refuses = all
	must(t, b.SetFlags(ctx, conv(1), state.FlagChange{Starred: api.Known(true)}))
	f.refuses = func(w state.FleetWrite) bool {
		return slices.ContainsFunc(w.Rows, func(r state.FleetRow) bool { return r.Kind == "flag" })
	}
	if o := b.reply(t, 2, "text"); o.ID < 1 {
		t.Errorf("it waits here: %+v", o)
	}
	must(t, b.AddNote(ctx, note.Note{Key: "n", Conversation: conv(2), Body: "a note", Author: "olga", Made: time.Now()}, nil))
	rows, err := b.DB.Unsent(ctx)
	if must(t, err); len(rows) != 1 || rows[0].ID < 1 || rows[0].Reason != "" {
		t.Errorf("to be sent: %+v", rows)
	}
	if err := b.FollowFleet(ctx); !errors.Is(err, state.ErrFleetTurned) {
		t.Errorf("nobody is told that a mark waits: %v", err)
	}
	if problem := b.Condition().Problem; problem != state.ErrFleetTurned.Error() {
		t.Errorf("people are told %q", problem)
	}
}

// A sender goes on while a reply waits here that the team does not take yet.
func TestASenderGoesOnWhileAReplyWaits(t *testing.T) {
	f, b := refused(t, pgtest.Database(t), t.TempDir())
	old := b.reply(t, 1, "at the team")
	must(t, b.WithLease(t.Context(), "test", func(ctx context.Context) error {
		f.refuses = all
		b.reply(t, 2, "waits")
		f.refuses = func(w state.FleetWrite) bool { return w.Settled }
		old.Status = state.InFlight
		if ok, err := b.SaveOutbound(ctx, old, state.Queued); !ok || err != nil {
			t.Errorf("it is not sent: %v, %v", ok, err)
		}
		f.refuses = func(state.FleetWrite) bool { return false }
		return nil
	}))
	rows, err := b.Unsent(t.Context())
	if must(t, err); len(rows) != 2 || rows[0].Status != state.InFlight || rows[1].Status != state.Queued || rows[1].ID < 1 {
		t.Errorf("to be sent: %+v", rows)
	}
}

// A mark that the database has lost is brought back, also where another of the same customer waits.
func TestALostMarkComesBackWhereAnotherWaits(t *testing.T) {
	ctx, database, dir := t.Context(), pgtest.Database(t), t.TempDir()
	_, b := refused(t, database, dir)
	must(t, b.SetFlags(ctx, conv(1), state.FlagChange{Muted: api.Known(true)}))
	must(t, b.Close())
	backup := pgtest.Copy(t, database)
	f, b := refused(t, database, dir)
	must(t, b.SetFlags(ctx, conv(1), state.FlagChange{Starred: api.Known(true)}))
	f.refuses = all
	must(t, b.SetFlags(ctx, conv(1), state.FlagChange{Pinned: api.Known(true)}))
	must(t, b.Close())
	_, b = refused(t, backup, dir)
	must(t, b.Close())
	late := t.TempDir()
	_, other := refused(t, backup, late)
	must(t, other.Close())
	for _, of := range []string{dir, late} {
		if got := flags(t, of); got != "1 1 1  0 0" {
			t.Errorf("the marks are %q", got)
		}
	}
}

// dropping is a fleet of whose caller the line drops as soon as it has committed.
type dropping struct {
	state.Fleet
	drop func()
}

func (f *dropping) Write(ctx context.Context, w state.FleetWrite) error {
	defer f.drop()
	return f.Fleet.Write(ctx, w)
}

// A reply that the team has is sent off, though the session that sent it ended during the commit.
func TestAReplyIsSentOffThoughItsSessionEnds(t *testing.T) {
	inner := open(t, pgtest.Database(t))
	f := &dropping{inner, func() {}}
	db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed(), sqlite.Fleet(f))
	must(t, err)
	b := &box{db, inner}
	t.Cleanup(func() { _ = db.Close() })
	d := b.write(t, 1, "text")
	ctx, drop := context.WithCancel(t.Context())
	f.drop = drop
	rows, err := b.DB.Submit(ctx, d, []state.Outbound{{Key: "k", Conversation: conv(1), Body: "text", Part: 1, Parts: 1, Submitted: time.Now()}})
	if err != nil || len(rows) != 1 {
		t.Errorf("it is said not to be sent off: %+v, %v", rows, err)
	}
	if all := b.unsent(t); !slices.Equal(all, []string{"text"}) {
		t.Errorf("to be sent: %q", all)
	}
	if d, err := b.DB.Draft(t.Context(), conv(1)); err != nil || !d.Empty() {
		t.Errorf("the draft is %q, %v", d.Body, err)
	}
}
