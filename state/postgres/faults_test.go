package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
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

// A database that was restored knows less than the boxes, or something else by now. What
// they have beyond it is brought back; what may have been sent counts as unknown.
func TestARestoredDatabaseGetsBackWhatABoxHas(t *testing.T) {
	database := pgtest.Database(t)
	dir := t.TempDir()
	b, err := openBox(t, database, dir, state.NewFeed())
	must(t, err)
	d, err := b.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "sent off later"})
	must(t, err)
	_, err = b.SaveDraft(t.Context(), state.Draft{Conversation: conv(2), Body: "before"})
	must(t, err)
	b.submit(t, state.Draft{Conversation: conv(5)}, "under way later")
	must(t, b.Close())
	backup := pgtest.Copy(t, database)

	b, err = openBox(t, database, dir, state.NewFeed())
	must(t, err)
	b.submit(t, d, "sent off later")
	b.flight(t, "under way later")
	b.submit(t, state.Draft{Conversation: conv(6)}, "of the last moment")
	_, err = b.SaveDraft(t.Context(), state.Draft{Conversation: conv(3), Body: "after"})
	must(t, err)
	must(t, b.Close())

	other, err := openBox(t, backup, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	other.submit(t, state.Draft{Conversation: conv(7)}, "of another") // it gets the number of one that is lost
	b, err = openBox(t, backup, dir, state.NewFeed())
	must(t, err)
	defer b.Close()
	for _, box := range []*box{b, other} {
		for n, want := range map[int]string{1: "", 2: "before", 3: "after"} {
			if d, err := box.Draft(t.Context(), conv(n)); err != nil || d.Body != want {
				t.Errorf("%d: %q, %v", n, d.Body, err)
			}
		}
		rows, err := box.Unsent(t.Context())
		must(t, err)
		got := map[string]state.Status{}
		for _, o := range rows {
			got[o.Body] = o.Status
		}
		want := map[string]state.Status{"sent off later": state.Uncertain, "under way later": state.Uncertain, "of the last moment": state.Uncertain, "of another": state.Queued}
		if len(rows) != len(want) || !maps.Equal(got, want) {
			t.Errorf("%v", got)
		}
	}
}

func (b *box) submit(t *testing.T, d state.Draft, text string) {
	t.Helper()
	_, err := b.Submit(t.Context(), d, []state.Outbound{{Key: text, Conversation: d.Conversation, Body: text, Part: 1, Parts: 1, Submitted: time.Now()}})
	must(t, err)
}

// flight has a box store that it is about to send a message.
func (b *box) flight(t *testing.T, text string) {
	t.Helper()
	err := b.WithLease(t.Context(), "test", func(ctx context.Context) error {
		rows, err := b.Unsent(ctx)
		for _, o := range rows {
			if o.Body == text {
				o.Status, o.Attempts = state.InFlight, 1
				_, err = b.SaveOutbound(ctx, o, state.Queued)
			}
		}
		return err
	})
	must(t, err)
}

// Where a standby takes over that has all by which something was sent, the holder goes on.
// Where it lacks some, who holds the lease next is told.
func TestAStandbyTakesOver(t *testing.T) {
	for name, lossy := range map[string]bool{"with all commits": false, "without the last ones": true} {
		t.Run(name, func(t *testing.T) {
			server := pgtest.NewServer(t)
			server.Database()
			p, through := server.Proxy()
			lasts := 30 * time.Second // a busy machine may take long to promote a standby
			if lossy {
				lasts = 10 * time.Second // which the next holder waits for
			}
			f, err := postgres.Open(t.Context(), postgres.Options{Database: through, Lasts: lasts})
			must(t, err)
			t.Cleanup(f.Close)
			standby := server.Standby()
			server.Exec("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
			server.Wait("SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')")
			held, working, release := hold(t, f)
			must(t, f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(1)}, Leases: held}))
			if lossy {
				server.Exec("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
				standby.Exec("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
				server.Wait("SELECT NOT EXISTS (SELECT FROM pg_stat_replication)")
				must(t, f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(2)}, Leases: held}))
			}
			server.Halt()
			standby.Exec("ALTER SYSTEM RESET synchronous_standby_names")
			standby.Promote()
			p.Turn(standby)
			if !lossy {
				for errors.Is(f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(3)}, Leases: held}), state.ErrFleetTurned) {
					if !patience(t, working) {
						t.Fatal("the holder lost its lease")
					}
				}
				return
			}
			<-working.Done()
			release()
			if held, _, _ = hold(t, f); len(held) != 1 || !held[0].Turned {
				t.Errorf("the next holder is told nothing: %+v", held)
			}
		})
	}
}

// patience waits a moment, and reports whether a context has not ended.
func patience(t *testing.T, ctx context.Context) bool {
	t.Helper()
	select {
	case <-ctx.Done():
		return false
	case <-time.After(20 * time.Millisecond):
		return true
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
