package postgres_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"unibox/state"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
	"unibox/state/sqlite/copied"
)

// interrupted is a box whose join ended when the team had all that it is to send, and had not said so.
func interrupted(t *testing.T, database string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	db := own(t, dir)
	fill(t, db, "box", 1)
	must(t, db.Close())
	f := &asked{Fleet: open(t, database)}
	f.writes(func(ctx context.Context, w state.FleetWrite) error {
		if err := f.Fleet.Write(ctx, w); err != nil || !slices.ContainsFunc(w.Rows, func(r state.FleetRow) bool { return r.Kind == "draft" }) {
			return err
		}
		return state.ErrFleetUnsure
	})
	_, err := sqlite.JoinFleet(t.Context(), dir, f, nil, nil)
	if !errors.Is(err, state.ErrFleetUnsure) {
		t.Fatalf("the join: %v", err)
	}
	return dir
}

// What a team may have of a box whose join was interrupted is sent by nobody on that box: it would be
// sent twice. The next join brings nothing a second time.
func TestAnInterruptedJoin(t *testing.T) {
	database := pgtest.Database(t)
	dir := interrupted(t, database)
	for name, options := range map[string][]sqlite.Option{"alone": nil, "in the team": {sqlite.Fleet(open(t, database))}} {
		db, err := sqlite.Open(t.Context(), dir, state.NewFeed(), options...)
		if err == nil {
			_ = db.Close()
		}
		if !errors.Is(err, copied.ErrInterrupted) {
			t.Errorf("opened %s: %v", name, err)
		}
	}
	reading, err := sqlite.Open(t.Context(), dir, state.NewFeed(), sqlite.CopyToo())
	must(t, err)
	if d, err := reading.Draft(t.Context(), conv(1)); err != nil || d.Body != "draft of box" {
		t.Errorf("%+v, %v", d, err)
	}
	must(t, reading.Close())
	if _, err := sqlite.LeaveFleet(t.Context(), dir, open(t, database), nil); !errors.Is(err, copied.ErrInterrupted) {
		t.Errorf("left: %v", err)
	}
	if _, err := join(t, dir, pgtest.Database(t)); !errors.Is(err, copied.ErrOtherTeam) {
		t.Errorf("joined another: %v", err)
	}
	_, err = join(t, dir, database)
	must(t, err)
	b, err := openBox(t, database, dir, state.NewFeed())
	must(t, err)
	defer b.Close()
	if all := b.unsent(t); !slices.Equal(all, []string{"message of box"}) {
		t.Errorf("to be sent: %q", all)
	}
	if d, err := b.Draft(t.Context(), conv(1)); err != nil || d.Body != "draft of box" {
		t.Errorf("%+v, %v", d, err)
	}
}

// Where the team's database is lost after that, the box is on its own again, and sends nothing by itself.
func TestAnInterruptedJoinWithoutTheTeam(t *testing.T) {
	dir := interrupted(t, pgtest.Database(t))
	_, err := sqlite.LeaveFleet(t.Context(), dir, nil, nil)
	must(t, err)
	rows, err := own(t, dir).Unsent(t.Context())
	if must(t, err); len(rows) != 1 || rows[0].Status != state.Uncertain {
		t.Errorf("%+v", rows)
	}
}

// A join of which the team took nothing leaves a store of its own.
func TestARefusedJoin(t *testing.T) {
	dir := t.TempDir()
	db := own(t, dir)
	fill(t, db, "box", 1)
	must(t, db.Close())
	f := &asked{Fleet: open(t, pgtest.Database(t))}
	f.writes(func(context.Context, state.FleetWrite) error { return state.ErrFleetAway })
	if _, err := sqlite.JoinFleet(t.Context(), dir, f, nil, nil); !errors.Is(err, state.ErrFleetAway) {
		t.Fatalf("the join: %v", err)
	}
	rows, err := own(t, dir).Unsent(t.Context())
	if must(t, err); len(rows) != 1 || rows[0].Status != state.Queued {
		t.Errorf("%+v", rows)
	}
}
