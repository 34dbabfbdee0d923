package postgres_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

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

// retry is a box on which somebody asks for a failed message to be sent again by the platform, and for a
// star there.
func (b *box) retry(t *testing.T) {
	t.Helper()
	message := api.MessageID{Account: "shop", Remote: "failed"}
	for _, ch := range []state.Change{{Cap: api.CapRetry, Message: message}, {Cap: api.CapStar, On: true}} {
		ch.Conversation, ch.Made = conv(1), time.Now()
		_, err := b.SubmitChange(t.Context(), ch)
		must(t, err)
	}
}

// asked looks at which changes a box has, and which of them count as asked for: those are not repeated
// by themselves, if they are retries.
func (b *box) asked(t *testing.T, want map[api.Caps]bool) {
	t.Helper()
	must(t, b.FollowFleet(t.Context()))
	all, err := b.Changes(t.Context(), "shop")
	must(t, err)
	got := map[api.Caps]bool{}
	for _, ch := range all {
		got[ch.Cap] = ch.Sent
	}
	if !maps.Equal(got, want) {
		t.Errorf("asked for: %v, want %v", got, want)
	}
}

// A platform may have been asked to send a message again by a holder whose commit is lost. Whoever comes
// next does not ask again. That is stored for the team before anything else is done, also where
// the database does not answer in the midst of it.
func TestARetryInDoubtIsNotAskedForAgain(t *testing.T) {
	for name, away := range map[string]bool{"at once": false, "after a pause of the line": true} {
		t.Run(name, func(t *testing.T) {
			database := pgtest.Database(t)
			fleet, b := session(t, database, t.TempDir())
			other, err := openBox(t, database, t.TempDir(), state.NewFeed())
			must(t, err)
			defer other.Close()
			b.retry(t)
			other.asked(t, map[api.Caps]bool{api.CapRetry: false, api.CapStar: false})
			must(t, b.WithLease(t.Context(), "one", func(context.Context) error { return nil }))
			must(t, b.fleet.Doubt(t.Context()))
			if away {
				fleet.writes(func(context.Context, state.FleetWrite) error {
					fleet.writes(nil)
					return &state.StoreError{What: state.ErrFleetAway.Error(), Err: state.ErrFleetAway}
				})
			}
			must(t, b.WithLease(t.Context(), "two", func(context.Context) error {
				other.asked(t, map[api.Caps]bool{api.CapRetry: true, api.CapStar: false})
				return nil
			}))
		})
	}
}

// A retry that the database has lost, and a box brings back, may have been asked for meanwhile.
func TestARetryThatIsBroughtBackIsNotAskedFor(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	b, err := openBox(t, database, dir, state.NewFeed())
	must(t, err)
	b.write(t, 2, "before")
	must(t, b.Close())
	backup := pgtest.Copy(t, database)
	b, err = openBox(t, database, dir, state.NewFeed())
	must(t, err)
	b.retry(t)
	must(t, b.Close())
	b, err = openBox(t, backup, dir, state.NewFeed())
	must(t, err)
	defer b.Close()
	b.asked(t, map[api.Caps]bool{api.CapRetry: true, api.CapStar: false})
}

// A retry that was asked for while a box was cut off is committed, and that is lost before the box has read
// it back, whether it had the answer or not: a platform may have been asked by then. What the team is
// known not to have stored is asked for.
func TestARetryWhileCutOff(t *testing.T) {
	unsure := func() error { return errors.Join(state.ErrFleetUnsure, errors.New("no answer")) }
	for name, c := range map[string]struct {
		answer func() error
		asked  bool
	}{
		"lost":   {func() error { return nil }, true},
		"unsure": {unsure, true},
		"away":   {func() error { return &state.StoreError{What: state.ErrFleetAway.Error(), Err: state.ErrFleetAway} }, false},
		"moved":  {func() error { return state.ErrFleetMoved }, false},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, database := t.Context(), pgtest.Database(t)
			p, through := pgtest.NewProxy(t, database)
			fleet, b := session(t, through, t.TempDir())
			other, err := openBox(t, database, t.TempDir(), state.NewFeed())
			must(t, err)
			defer other.Close()
			other.write(t, 2, "before")
			must(t, b.FollowFleet(ctx))
			p.Cut()
			b.retry(t)
			fleet.writes(func(context.Context, state.FleetWrite) error { // the commit that is lost is not made
				fleet.writes(nil)
				return c.answer()
			})
			p.Mend()
			b.follows(t)
			b.asked(t, map[api.Caps]bool{api.CapRetry: c.asked, api.CapStar: false})
			other.asked(t, map[api.Caps]bool{api.CapRetry: c.asked, api.CapStar: false})
		})
	}
}
