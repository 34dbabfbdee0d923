package postgres_test

import (
	"context"
	"errors"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/state/postgres/pgtest"
)

// Who holds a lease after commits were lost is told, and so is whoever comes next, until one has said
// that it has acted on that: also where one more server takes over meanwhile.
func TestEachHolderIsToldUntilOneHasActed(t *testing.T) {
	f := open(t, pgtest.Database(t))
	_, _, release := hold(t, f)
	release()
	must(t, f.Doubt(t.Context()))
	old, working, release := hold(t, f)
	must(t, f.Doubt(t.Context()))
	if err := f.Trust(t.Context(), old[0]); !errors.Is(err, state.ErrNoLease) {
		t.Errorf("what it did is trusted, though that may be lost: %v", err)
	}
	<-working.Done()
	release()
	held, _, release := hold(t, f)
	if !old[0].Turned || !held[0].Turned {
		t.Errorf("told: the first %v, the next %v", old[0].Turned, held[0].Turned)
	}
	if err := f.Trust(t.Context(), old[0]); !errors.Is(err, state.ErrNoLease) {
		t.Errorf("one whose lease is another's is trusted: %v", err)
	}
	must(t, f.Trust(t.Context(), held[0]))
	release()
	if held, _, _ = hold(t, f); held[0].Turned {
		t.Error("the next one is told, though all is done")
	}
}

// A message that failed waits to be sent again, and the database may have lost that it was. The first
// holder after that ends before it could store that this is not known: the next one does not send it.
func TestAHolderThatEndsLeavesItsDoubtToTheNext(t *testing.T) {
	database := pgtest.Database(t)
	f, b := refused(t, database, t.TempDir())
	o := b.reply(t, 1, "text")
	must(t, b.WithLease(t.Context(), "test", func(ctx context.Context) error {
		o.Attempts = 1
		_, err := b.SaveOutbound(ctx, o, state.Queued)
		return err
	}))
	must(t, b.fleet.Doubt(t.Context()))
	holding, end := context.WithCancel(t.Context())
	f.refuses = func(state.FleetWrite) bool { end(); return true }
	err := b.WithLease(holding, "one", func(context.Context) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the first holder began: %v", err)
	}
	other, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	must(t, other.WithLease(t.Context(), "two", func(ctx context.Context) error {
		rows, err := other.DB.Unsent(ctx)
		if err != nil || len(rows) != 1 || rows[0].Status != state.Uncertain {
			t.Errorf("to be sent: %+v, %v", rows, err)
		}
		return nil
	}))
	const latest = 1000 // a box that knows all rows
	must(t, other.fleet.Hold(t.Context(), []api.AccountID{"shop"}, "three", latest, func(_ context.Context, held state.FleetLease) error {
		if held.Turned {
			t.Error("the next one is told, though all is done")
		}
		return nil
	}))
}
