package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"unibox/state"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
	"unibox/state/sqlite/copied"
)

// counting is a fleet that counts the rows of each commit, and whose line is cut after some of them.
type counting struct {
	state.Fleet
	commits [][]state.FleetRow
	most    int
}

func (f *counting) Write(ctx context.Context, w state.FleetWrite) error {
	if len(f.commits) == f.most {
		return &state.StoreError{What: state.ErrFleetAway.Error(), Err: state.ErrFleetAway}
	}
	err := f.Fleet.Write(ctx, w)
	if err == nil {
		f.commits = append(f.commits, w.Rows)
	}
	return err
}

const manyNotes, manyDone = 2300, 700

// large is a store of its own that holds much, of which one message is not done.
func large(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	db := own(t, dir)
	fill(t, db, "box", 1)
	must(t, db.Close())
	raw, err := sql.Open("sqlite", filepath.Join(dir, "state.db"))
	must(t, err)
	defer raw.Close()
	for _, q := range []string{
		fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			INSERT INTO note (key, account, conv, body, author, made, edited) SELECT 'many ' || i, 'shop', 'c' || i %% 100, 'note ' || i, 'anna', i, 0 FROM n`, manyNotes),
		fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			INSERT INTO outbox (key, account, conv, first, body, files, part, parts, status, attempts, checks, not_before, submitted, sent, settled, r_conv, r_message, r_job, r_delivery, r_reason, reason, refused, leave)
			SELECT 'sent ' || i, 'shop', 'c' || i %% 100, '', 'sent ' || i, '', 1, 1, %d, 1, 0, 0, i, i, i, '', 'm' || i, '', 0, '', '', 0, 0 FROM n`, manyDone, state.Done),
	} {
		_, err := raw.Exec(q)
		must(t, err)
	}
	return dir
}

// A box that holds much comes into the team in parts; what somebody would send goes last, at once. Where
// the line is cut the box is in no team, nothing of it will be sent there, and the next try goes on.
func TestALargeBoxJoinsInParts(t *testing.T) {
	database, dir := pgtest.Database(t), large(t)
	cut := &counting{Fleet: open(t, database), most: 3}
	moved, err := sqlite.JoinFleet(t.Context(), dir, cut, nil, nil)
	if err == nil || moved.Notes == 0 || moved.Drafts+moved.Messages > 0 {
		t.Fatalf("it brought %+v, %v", moved, err)
	}
	before := moved
	db := own(t, dir) // still a store of its own
	must(t, db.Close())

	whole := &counting{Fleet: open(t, database), most: -1}
	var told []int
	moved, err = sqlite.JoinFleet(t.Context(), dir, whole, nil, func(done, of int) { told = append(told, done, of) })
	must(t, err)
	moved.Notes, moved.Marks, moved.Labels = moved.Notes+before.Notes, moved.Marks+before.Marks, moved.Labels+before.Labels
	if want := (copied.Moved{Drafts: 1, Messages: 1, Marks: 1, Labels: 1, Notes: manyNotes + 1}); moved != want {
		t.Errorf("both brought %+v, want %+v", moved, want)
	}
	if done, of := told[len(told)-2], told[len(told)-1]; done != of || of < manyNotes+manyDone || len(told) < 2*6 {
		t.Errorf("it said %v", told)
	}
	last := whole.commits[len(whole.commits)-1]
	for i, rows := range append(cut.commits, whole.commits...) {
		sends := slices.ContainsFunc(rows, func(r state.FleetRow) bool { return r.Kind == "draft" })
		if len(rows) > 600 || sends != (i == len(cut.commits)+len(whole.commits)-1) {
			t.Errorf("commit %d has %d rows, with drafts: %v", i, len(rows), sends)
		}
	}
	if len(last) != 2 {
		t.Errorf("the last commit has %d rows", len(last))
	}
	b, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer b.Close()
	notes, err := b.Notes(t.Context(), conv(1))
	must(t, err)
	if all := b.unsent(t); !slices.Equal(all, []string{"message of box"}) || len(notes) < 1 {
		t.Errorf("the team has %q to send, and %d notes of a customer", all, len(notes))
	}
}
