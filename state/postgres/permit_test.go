package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"unibox/state"
	"unibox/state/postgres/pgtest"
)

// full has the disk of a box take nothing more of what the team has, or take it again.
func full(t *testing.T, dir string, is bool) {
	t.Helper()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "state.db"))
	must(t, err)
	defer raw.Close()
	statement := "DROP TRIGGER full"
	if is {
		statement = "CREATE TRIGGER full BEFORE UPDATE ON fleet BEGIN SELECT RAISE(ABORT, 'no room'); END"
	}
	_, err = raw.Exec(statement)
	must(t, err)
}

// A permit to send that is at the team, and that the disk of the holder does not take, is taken back there:
// nothing was sent by it. The box gives the lease up, and another one sends.
func TestAPermitThatTheDiskDoesNotTake(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	_, b := session(t, database, dir)
	other, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	o := b.reply(t, 1, "text")
	working, stop := context.WithCancel(t.Context())
	has, ended := make(chan struct{}), make(chan error, 1)
	runs := 0
	go func() {
		ended <- b.WithLease(working, "one", func(ctx context.Context) error {
			if runs++; runs > 1 {
				t.Error("it works though its disk takes nothing")
				return nil
			}
			full(t, dir, true)
			o.Status, o.Attempts = state.InFlight, 1
			if ok, err := b.SaveOutbound(ctx, o, state.Queued); ok || err == nil || errors.Is(err, state.ErrFleetUnsure) {
				t.Errorf("it has a permit: %v, %v", ok, err)
			}
			close(has)
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	<-has
	must(t, other.WithLease(t.Context(), "two", func(ctx context.Context) error {
		rows, err := other.DB.Unsent(ctx)
		if err != nil || len(rows) != 1 || rows[0].Status != state.Queued || rows[0].Attempts != 0 {
			t.Errorf("to be sent: %+v, %v", rows, err)
		}
		ok, err := other.SaveOutbound(ctx, o, state.Queued)
		if !ok {
			t.Error("another box gets no permit")
		}
		return err
	}))
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	full(t, dir, false)
	if o, err := b.Outbound(t.Context(), o.ID); err != nil || o.Status != state.InFlight {
		t.Errorf("%+v, %v", o, err)
	}
}

// Who cannot store what it is answered takes no account away from those who can.
func TestABoxWhoseDiskIsFullYields(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	_, b := session(t, database, dir)
	other, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	must(t, b.FollowFleet(t.Context()))
	full(t, dir, true)
	defer full(t, dir, false)
	working, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- b.WithLease(working, "one", func(context.Context) error {
			t.Error("it works though its disk takes nothing")
			return nil
		})
	}()
	c, err := pgx.Connect(t.Context(), database)
	must(t, err)
	defer func() { must(t, c.Close(context.WithoutCancel(t.Context()))) }()
	for took := false; !took; { // nobody else can then
		must(t, c.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM unibox.lease WHERE who = 'one')").Scan(&took))
	}
	must(t, other.WithLease(t.Context(), "two", func(context.Context) error { return nil }))
	stop()
	<-ended
}
