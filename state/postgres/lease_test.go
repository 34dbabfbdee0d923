package postgres_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
)

// works is a box that takes leases, and says which it has.
type works struct {
	mu    sync.Mutex
	holds []api.AccountID
	moved chan struct{}
	stop  func()
}

func work(t *testing.T, f *postgres.Fleet, accounts ...api.AccountID) *works {
	t.Helper()
	return workBy(t, f, 1, accounts...)
}

// workBy is work of a version whose rows have a layout.
func workBy(t *testing.T, f *postgres.Fleet, layout int, accounts ...api.AccountID) *works {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	w := &works{moved: make(chan struct{}, 100), stop: func() { stop(); done.Wait() }}
	done.Go(func() {
		_ = f.Hold(ctx, accounts, "test", layout, func(ctx context.Context, held state.FleetLease) error {
			w.note(held.Account, true)
			<-ctx.Done()
			w.note(held.Account, false)
			return ctx.Err()
		})
	})
	t.Cleanup(w.stop)
	return w
}

func (w *works) note(account api.AccountID, holds bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.holds = slices.DeleteFunc(w.holds, func(a api.AccountID) bool { return a == account })
	if holds {
		w.holds = append(w.holds, account)
	}
	w.moved <- struct{}{}
}

// has waits until the box works for just these accounts.
func (w *works) has(want ...api.AccountID) {
	for {
		w.mu.Lock()
		got := slices.Sorted(slices.Values(w.holds))
		w.mu.Unlock()
		if slices.Equal(got, want) {
			return
		}
		<-w.moved
	}
}

// Each account has a holder of its own: a box takes those that nobody has, and the rest once
// their holder is gone.
func TestABoxTakesWhatNobodyHas(t *testing.T) {
	database := pgtest.Database(t)
	one := work(t, open(t, database), "a", "b")
	one.has("a", "b")
	two := work(t, open(t, database), "b", "c")
	two.has("c")
	one.has("a", "b") // no fight about what it has
	one.stop()
	two.has("b", "c")
}

// A lease that is lost ends the work for its account, and for no other.
func TestALostLeaseEndsOneAccount(t *testing.T) {
	database := pgtest.Database(t)
	one := work(t, open(t, database), "a", "b")
	one.has("a", "b")
	pgtest.Exec(t, database, "UPDATE unibox.lease SET holder = 'another', epoch = epoch + 1, until = 'infinity' WHERE account = 'b'")
	one.has("a")
	pgtest.Exec(t, database, "UPDATE unibox.lease SET until = '-infinity' WHERE account = 'b'")
	one.has("a", "b")
}

// A box whose version is older than the rows by now gives its leases up and takes none: it could
// send nothing, and nobody else could.
func TestABoxOfAnOlderVersionHoldsNoLease(t *testing.T) {
	database := pgtest.Database(t)
	older, f := work(t, open(t, database), "a", "b"), open(t, database)
	older.has("a", "b")
	must(t, f.Write(t.Context(), state.FleetWrite{Layout: 2, Rows: []state.FleetRow{row(1)}}))
	older.has()
	workBy(t, f, 2, "a", "b").has("a", "b")
	late := work(t, open(t, database), "c")
	workBy(t, f, 2, "c").has("c")
	if late.has(); len(late.moved) > 0 {
		t.Error("it took a lease")
	}
}

// Where the server does not say which one it is, a box that finds commits lost has every holder look
// whether its own are there all the same: who has lost some ends, and who comes next is told.
func TestDoubtWhereTheServerHasNoName(t *testing.T) {
	database := pgtest.Database(t)
	f := open(t, database)
	must(t, f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(1)}}))
	pgtest.Exec(t, database, "CREATE OR REPLACE FUNCTION unibox.server() RETURNS text LANGUAGE sql STABLE AS $$ SELECT '' $$")
	held, working, release := hold(t, f)
	must(t, f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(2)}, Leases: held}))
	loseTheLast(t, database)
	must(t, open(t, database).Doubt(t.Context()))
	if err := f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(3)}, Leases: held}); !errors.Is(err, state.ErrFleetTurned) {
		t.Fatalf("something was sent by a lease that is doubted: %v", err)
	}
	<-working.Done()
	release()
	if held, _, _ = hold(t, f); len(held) != 1 || !held[0].Turned {
		t.Errorf("the next holder is told nothing: %+v", held)
	}
}
