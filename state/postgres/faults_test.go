package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
)

// While the server is killed and started again, what is acknowledged stays, and what
// failed is not there.
func TestAServerThatIsKilledLosesNothing(t *testing.T) {
	const boxes, rows, kills = 3, 60, 3
	server := pgtest.NewServer(t)
	database := server.Database()
	var (
		up        sync.RWMutex // held by who restarts the server
		writing   sync.WaitGroup
		acked     atomic.Int64
		mu        sync.Mutex
		there     []string
		notThere  []string
		unsure    int
		milestone = make(chan struct{}, boxes*rows)
	)
	for b := range boxes {
		f := open(t, database)
		writing.Go(func() {
			for i := range rows {
				n := b*rows + i
				err := f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(n)}})
				mu.Lock()
				switch {
				case err == nil:
					there = append(there, row(n).Key)
				case errors.Is(err, state.ErrFleetUnsure):
					unsure++
				default:
					notThere = append(notThere, row(n).Key)
				}
				mu.Unlock()
				if err == nil && acked.Add(1)%(boxes*rows/(kills+2)) == 0 {
					milestone <- struct{}{}
				}
				if err != nil {
					until(up.RLocker()) // the server is there again
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() { writing.Wait(); close(ended) }()
	for range kills {
		select {
		case <-milestone:
		case <-ended:
		}
		up.Lock()
		server.Restart()
		up.Unlock()
	}
	<-ended
	keys, _ := since(t, open(t, database), state.FleetPos{})
	for _, k := range there {
		if !slices.Contains(keys, k) {
			t.Errorf("%s was acknowledged, and is lost", k)
		}
	}
	for _, k := range notThere {
		if slices.Contains(keys, k) {
			t.Errorf("%s failed, and is there", k)
		}
	}
	t.Logf("%d acknowledged, %d failed, %d unsure, %d there", len(there), len(notThere), unsure, len(keys))
}

// until waits until nobody has a lock.
func until(l sync.Locker) {
	l.Lock()
	defer l.Unlock()
}

// A database that was restored knows less than the boxes, or something else by now. They
// do not follow it, and nothing leaves.
func TestARestoredDatabaseIsNotFollowed(t *testing.T) {
	database := pgtest.Database(t)
	b, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	_, err = b.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "before"})
	must(t, err)
	b.fleet.Close()
	backup := pgtest.Copy(t, database)

	dir := t.TempDir()
	b, err = openBox(t, database, dir, state.NewFeed())
	must(t, err)
	_, err = b.SaveDraft(t.Context(), state.Draft{Conversation: conv(2), Body: "after"})
	must(t, err)
	must(t, b.Close())
	if _, err := openBox(t, backup, dir, state.NewFeed()); !errors.Is(err, state.ErrFleetBehind) {
		t.Errorf("a database that knows less was followed: %v", err)
	}
	other, err := openBox(t, backup, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	_, err = other.SaveDraft(t.Context(), state.Draft{Conversation: conv(3), Body: "something else"})
	must(t, err)
	if _, err := openBox(t, backup, dir, state.NewFeed()); !errors.Is(err, state.ErrFleetBehind) {
		t.Errorf("a database that has gone another way was followed: %v", err)
	}
}

// A holder that is dead leaves a message in flight. Who comes next sees it before
// anything else is done.
func TestTheNextHolderSeesWhatWasInFlight(t *testing.T) {
	database := pgtest.Database(t)
	one, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer one.Close()
	two, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer two.Close()
	rows, err := one.Submit(t.Context(), state.Draft{Conversation: conv(1), Body: "text"}, []state.Outbound{{Key: "k", Conversation: conv(1), Body: "text", Part: 1, Parts: 1, Submitted: time.Now()}})
	must(t, err)
	err = one.WithLease(t.Context(), "one", func(ctx context.Context) error {
		o := rows[0]
		o.Status = state.InFlight
		if ok, err := one.SaveOutbound(ctx, o, state.Queued); !ok || err != nil {
			return fmt.Errorf("%v, %w", ok, err)
		}
		pgtest.Exec(t, database, "UPDATE unibox.lease SET until = clock_timestamp()") // as if it had been stopped for long
		return two.WithLease(context.WithoutCancel(ctx), "two", func(context.Context) error {
			now, err := two.DB.Outbound(t.Context(), o.ID)
			if err != nil || now.Status != state.InFlight {
				t.Errorf("the next holder saw %+v, %v", now, err)
			}
			o.Status = state.Accepted
			if _, err := one.SaveOutbound(ctx, o, state.InFlight); err == nil {
				t.Error("a holder of an older epoch went on")
			}
			return nil
		})
	})
	must(t, err)
}

// A box that was stopped for longer than its lease lasts learns by its own clock that it
// must not send, without asking anybody.
func TestAStoppedHolderSendsNothing(t *testing.T) {
	var slept atomic.Int64
	f, err := postgres.Open(t.Context(), postgres.Options{Database: pgtest.Database(t), Lasts: time.Hour, Clock: func() time.Duration { return time.Duration(slept.Load()) }})
	must(t, err)
	t.Cleanup(f.Close)
	_, ctx, _ := hold(t, f)
	if err := api.Permitted(ctx); err != nil {
		t.Errorf("a fresh lease is none: %v", err)
	}
	slept.Store(int64(time.Hour - time.Second)) // the server would still take it for the holder
	if err := api.Permitted(ctx); err == nil {
		t.Error("a lease that is about to end is one")
	}
}
