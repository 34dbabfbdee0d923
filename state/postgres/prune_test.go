package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"unibox/state"
	"unibox/state/postgres/pgtest"
)

const pruneNow = "SELECT unibox.prune('0 seconds', '30 days', 1000)"

// What is gone, and all boxes know of, is removed some day. A box that was silent for so long
// that it did not has its copy made anew, and says so.
func TestPruning(t *testing.T) {
	database := pgtest.Database(t)
	dir := t.TempDir()
	silent, err := openBox(t, database, dir, state.NewFeed())
	must(t, err)
	must(t, silent.SetLabels(t.Context(), conv(1), []string{"old"}, nil))
	must(t, silent.SetLabels(t.Context(), conv(2), []string{"stays"}, nil))
	must(t, silent.Close())
	b, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer b.Close()
	must(t, b.SetLabels(t.Context(), conv(1), nil, []string{"old"}))
	b.reply(t, 1, "taken back")
	rows, err := b.Unsent(t.Context())
	must(t, err)
	_, _, err = b.Takeback(t.Context(), rows[0], state.Queued)
	must(t, err)
	gone := func(want string) {
		t.Helper()
		f := open(t, database)
		var got []string
		_, err := f.Since(t.Context(), state.FleetPos{}, 1<<20, func(r state.FleetRow) error {
			if r.Columns == nil {
				got = append(got, r.Kind)
			}
			return nil
		})
		if must(t, err); strings.Join(got, " ") != want {
			t.Errorf("gone are %v, want %q", got, want)
		}
	}
	pgtest.Exec(t, database, pruneNow)
	gone("label outbox") // the silent one needs it
	pgtest.Exec(t, database, "UPDATE unibox.reader SET seen = now() - interval '31 days' WHERE pos = (SELECT min(pos) FROM unibox.reader)",
		"UPDATE unibox.reader SET pos = (SELECT pos FROM unibox.feed)", pruneNow)
	gone("outbox") // of which the number is not given again
	silent, err = openBox(t, database, dir, state.NewFeed())
	must(t, err)
	defer silent.Close()
	labels, err := silent.Labels(t.Context())
	if must(t, err); len(labels) != 1 || labels[0].Name != "stays" {
		t.Errorf("%+v", labels)
	}
	if news := strings.Join(silent.Condition().News, "\n"); !strings.Contains(news, "its copy was made anew") {
		t.Errorf("nobody is told: %q", news)
	}
	silent.reply(t, 3, "goes on")
	if rows, err := b.Unsent(t.Context()); err != nil || len(rows) != 1 || rows[0].ID < 2 {
		t.Errorf("%+v, %v", rows, err)
	}
}

// However much is gone, a call removes a part of it, and the highest number of each kind stays.
func TestPruningOfMuch(t *testing.T) {
	database := pgtest.Database(t)
	f := open(t, database)
	must(t, f.Followed(t.Context(), "a", state.FleetPos{}))
	pgtest.Exec(t, database,
		`INSERT INTO unibox.item (kind, key, account, conv, pos, columns)
			SELECT 'note', n, 'shop', n, n, CASE WHEN n > 4000 AND n < 20000 THEN '{}'::json END FROM generate_series(1, 20000) AS n`,
		"INSERT INTO unibox.written (id, pos, at) SELECT n, n, now() - interval '8 days' FROM generate_series(1, 20000) AS n",
		"UPDATE unibox.feed SET pos = 20000, last = '20000', pruned = '-infinity'")
	must(t, f.Followed(t.Context(), "a", state.FleetPos{Pos: 20000, Commit: "20000"}))
	var alive int
	var gone []string
	_, err := f.Since(t.Context(), state.FleetPos{}, 1<<20, func(r state.FleetRow) error {
		if alive++; r.Columns == nil {
			gone = append(gone, r.Key)
		}
		return nil
	})
	if must(t, err); alive != 16000 || strings.Join(gone, " ") != "20000" {
		t.Errorf("%d rows, gone are %v", alive, gone)
	}
	if upTo, err := f.Since(t.Context(), state.FleetPos{Pos: 20000, Commit: "20000"}, 1<<20, func(state.FleetRow) error { return nil }); err != nil || upTo.Pos != 20000 {
		t.Errorf("the last commit is known: %v, %v", upTo, err)
	}
}

// Pruning that fails is not tried again before the next hour: it would hold up all commits.
func TestPruningThatFails(t *testing.T) {
	database := pgtest.Database(t)
	f := open(t, database)
	must(t, f.Followed(t.Context(), "a", state.FleetPos{}))
	pgtest.Exec(t, database, "UPDATE unibox.feed SET pruned = '-infinity'", "DROP FUNCTION unibox.prune")
	if err := f.Followed(t.Context(), "a", state.FleetPos{}); err == nil {
		t.Fatal("it has not failed")
	}
	must(t, f.Followed(t.Context(), "a", state.FleetPos{}))
}

// In a team's first week nothing is removed that is gone: a box that has yet to say how far it is may need it.
func TestNothingIsPrunedBeforeItIsOldEnough(t *testing.T) {
	database := pgtest.Database(t)
	b, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer b.Close()
	must(t, b.SetLabels(t.Context(), conv(2), []string{"old"}, nil))
	must(t, b.SetLabels(t.Context(), conv(1), []string{"old"}, nil))
	must(t, b.SetLabels(t.Context(), conv(1), nil, []string{"old"}))
	pgtest.Exec(t, database, "UPDATE unibox.reader SET pos = (SELECT pos FROM unibox.feed)", `DO $$ BEGIN
		IF unibox.prune('7 days', '30 days', 1000) <> 0 OR (SELECT floor FROM unibox.feed) <> 0 THEN RAISE 'something was removed'; END IF; END $$`)
}

// What a box knows that has missed what is removed by now is not committed before it has followed: it could
// bring back what is gone.
func TestWhoMissedWhatIsPrunedFollowsFirst(t *testing.T) {
	database := pgtest.Database(t)
	fleet, b := session(t, database, t.TempDir())
	other, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	other.write(t, 1, "text")
	must(t, b.FollowFleet(t.Context()))
	pgtest.Exec(t, database, "UPDATE unibox.feed SET floor = pos + 1, pos = pos + 2, last = 'later'", "INSERT INTO unibox.written (id, pos) SELECT last, pos FROM unibox.feed",
		"DELETE FROM unibox.item") // it was removed, and pruned
	d, err := b.DB.Draft(t.Context(), conv(1))
	must(t, err)
	d.Body = "text, and more"
	fleet.writes(func(ctx context.Context, w state.FleetWrite) error {
		fleet.writes(nil)
		err := fleet.Fleet.Write(ctx, w)
		if !errors.Is(err, state.ErrFleetMoved) {
			t.Errorf("it was committed: %v", err)
		}
		return err
	})
	_, err = b.SaveDraft(t.Context(), d)
	if news := strings.Join(b.Condition().News, "\n"); !strings.Contains(news, "its copy was made anew") {
		t.Errorf("nothing was asked for: %q, %v", news, err)
	}
}
