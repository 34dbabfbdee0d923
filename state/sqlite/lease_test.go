package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/presence"
)

// owning has db hold the lease until the test ends.
func owning(t testing.TB, db *DB) {
	t.Helper()
	<-wanting(t, db)
}

// wanting has db wait for the lease, and hold it until the test ends. What it returns says
// that it got it.
func wanting(t testing.TB, db *DB) <-chan struct{} {
	t.Helper()
	has := make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		_ = db.WithLease(ctx, "test", func(ctx context.Context) error {
			select {
			case has <- struct{}{}:
			default:
			}
			<-ctx.Done()
			return nil
		})
	})
	t.Cleanup(func() { cancel(); done.Wait() })
	return has
}

// What went out long ago goes in one round, however much it is: a session may hold the lease for
// a year.
func TestAllThatWasSentLongAgoIsDropped(t *testing.T) {
	db, err := Open(t.Context(), t.TempDir(), state.NewFeed(), Retention(state.Retention{For: 7 * 24 * time.Hour}))
	must(t, err)
	t.Cleanup(func() { db.Close() })
	owning(t, db)
	head(t, db, conv(1), noon, page("", says(conv(1), 1, "out", "old", noon)))
	sent := func(key string, ago time.Duration, n int) {
		rows := make([]state.Outbound, n)
		for i := range rows {
			rows[i] = queued(conv(1), fmt.Sprint(key, i), "old")
			rows[i].Submitted = time.Now().Add(-ago)
		}
		submit(t, db, rows...)
		must(t, db.state.Write(t.Context(), func(l *dbfile.Conn) error {
			_, err := l.Exec(t.Context(), "UPDATE outbox SET status = ?", state.Done)
			return err
		}))
	}
	left := func() int {
		rows, err := db.Submitted(t.Context(), 0)
		must(t, err)
		return len(rows)
	}
	sent("month", doneRetention+time.Hour, 2*mostPruned+1)
	sent("week", 8*24*time.Hour, mostPruned+1)
	sent("day", 24*time.Hour, 3)
	must(t, db.pruneAllDone(t.Context()))
	if n := left(); n != mostPruned { // as many as are listed
		t.Fatalf("%d are left of what is younger than a month", n)
	}
	_, err = db.DropExpired(t.Context())
	must(t, err)
	if n := left(); n != 3 {
		t.Errorf("%d are left of what is younger than a week", n)
	}
}

// What is listed of the outbox is read by its index, and not with all that was sent.
func TestWhatIsUnsentIsReadAlone(t *testing.T) {
	db := openIn(t, t.TempDir())
	for _, where := range []string{whereUnsettled, whereUnsent} {
		must(t, db.state.Read(t.Context(), func(l *dbfile.Conn) error {
			plan, err := plans(t, l, "SELECT "+outboxColumns+" FROM outbox "+where, "shop")
			if !strings.Contains(plan, "outbox_open") {
				t.Errorf("%s: %s", where, plan)
			}
			return err
		}))
	}
}

// plans is how SQLite reads what a statement asks for.
func plans(t *testing.T, l *dbfile.Conn, statement string, args ...any) (plan string, err error) {
	err = l.Each(t.Context(), func(r *sql.Rows) error {
		var id, parent, unused int
		var step string
		err := r.Scan(&id, &parent, &unused, &step)
		plan += step + "; "
		return err
	}, "EXPLAIN QUERY PLAN "+statement, args[:strings.Count(statement, "?")]...)
	return plan, err
}

func TestPruningLeavesTheDeliveryBehind(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	id := conv(1)
	head(t, db, id, noon, page("", says(id, 1, "out", "old", noon)))
	o := queued(id, "k", "old")
	o.Submitted = time.Now().Add(-doneRetention - time.Hour)
	o.Receipt = api.Receipt{Message: api.MessageID{Account: "shop", Remote: "1"}, Delivery: api.DeliveryRead}
	o = advance(t, db, submit(t, db, o)[0], state.Done)
	must(t, db.pruneAll(t.Context(), "", doneRetention))
	if _, err := db.Outbound(t.Context(), o.ID); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("got %v", err)
	}
	w, err := db.Timeline(t.Context(), all(id))
	must(t, err)
	if it := w.Items[0]; it.Sending != nil || it.Message.Delivery != api.DeliveryRead {
		t.Fatalf("%+v", it)
	}
}

// A session that stops beating loses the lease within five seconds, cannot
// save any more, and gets it back when its successor ends.
func TestLeasePassesOn(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		a, b := openIn(t, dir), openIn(t, dir)
		start := time.Now()
		a.Presence.Clock = func() time.Duration { return time.Since(start) }
		b.Presence.Clock = a.Presence.Clock
		holder := make(chan string, 10)
		own := func(name string, db *DB) (end func()) {
			ctx, end := context.WithCancel(ctx)
			go func() {
				_ = db.WithLease(ctx, name, func(ctx context.Context) error { holder <- name; <-ctx.Done(); return nil })
			}()
			return end
		}
		defer own("a", a)()
		if got := <-holder; got != "a" {
			t.Fatal(got)
		}
		endB := own("b", b)
		o := submit(t, a, queued(conv(1), "k", "text"))[0]
		o = advance(t, a, o, state.Uploading)
		time.Sleep(20 * time.Second)
		if len(holder) != 0 {
			t.Fatal("the lease was taken from a living session")
		}
		release := a.state.HoldWriter() // a hangs in a write
		since := time.Now()
		if got := <-holder; got != "b" || time.Since(since) > 5*time.Second {
			t.Fatalf("%s after %v", got, time.Since(since))
		}
		release()
		if _, err := a.SaveOutbound(ctx, o, state.Uploading); !errors.Is(err, state.ErrNoLease) {
			t.Fatalf("a still saves: %v", err)
		}
		advance(t, b, o, state.InFlight)
		since = time.Now()
		endB()
		if got := <-holder; got != "a" || time.Since(since) > time.Second {
			t.Fatalf("%s after %v", got, time.Since(since))
		}
		cancel()
		synctest.Wait()
		must(t, errors.Join(a.Close(), b.Close()))
	})
}

// A copied store, or a machine that was put back, has a holder of the lease whose
// last heartbeat is ahead of the clock. One that moves is respected, one that stands
// still is not waited for.
func TestHeartbeatAheadOfTheClock(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ahead, db := openIn(t, dir), openIn(t, dir)
		start := time.Now()
		db.Presence.Clock = func() time.Duration { return time.Since(start) }
		ahead.Presence.Clock = func() time.Duration { return time.Since(start) + time.Hour }
		owning(t, ahead)
		ctx, cancel := context.WithCancel(t.Context())
		works := make(chan struct{})
		go func() {
			_ = db.WithLease(ctx, "test", func(ctx context.Context) error { close(works); <-ctx.Done(); return nil })
		}()
		time.Sleep(20 * time.Second)
		select {
		case <-works:
			t.Fatal("the lease was taken from a living session")
		default:
		}
		release := ahead.state.HoldWriter() // as a process that is no more
		since := time.Now()
		<-works
		if waited := time.Since(since); waited > 6*time.Second {
			t.Errorf("it waited for %v", waited)
		}
		if got := newsOf(t, db); !strings.Contains(got, "ahead of this machine's clock") {
			t.Errorf("%q", got)
		}
		release()
		cancel()
		synctest.Wait()
		must(t, errors.Join(ahead.Close(), db.Close()))
	})
}

// What was begun under the lease may have no effect any more once the clock says
// that another may hold it, even before this process has noticed.
func TestPermitEndsWithTheClock(t *testing.T) {
	db := openIn(t, t.TempDir())
	var asleep atomic.Int64
	db.Presence.Clock = func() time.Duration { return presence.SinceBoot() + time.Duration(asleep.Load()) }
	ctx, cancel := context.WithCancel(t.Context())
	began, done := make(chan context.Context), make(chan error)
	go func() {
		done <- db.WithLease(ctx, "test", func(ctx context.Context) error { began <- ctx; <-ctx.Done(); return nil })
	}()
	owning := <-began
	n := 0
	save := func() error {
		n++
		_, err := db.SaveHead(owning, conv(1), page("", says(conv(1), n, "in", "hi", noon)), noon)
		return err
	}
	must(t, errors.Join(api.Permitted(owning), save()))
	release := db.state.HoldWriter() // the beat has to wait
	asleep.Store(int64(3500 * time.Millisecond))
	if err := api.Permitted(owning); !errors.Is(err, presence.ErrUnsure) {
		t.Errorf("permitted: %v", err)
	}
	if err := save(); !errors.Is(err, presence.ErrUnsure) {
		t.Errorf("saved: %v", err)
	}
	release()
	cancel()
	must(t, <-done)
}
