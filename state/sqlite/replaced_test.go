package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/recovery"
)

// removeFolder takes a folder away at once, as far as those who have it open can see.
func removeFolder(t testing.TB, dir string) {
	t.Helper()
	must(t, os.Rename(dir, dir+".gone"))
	must(t, os.RemoveAll(dir+".gone"))
}

// replacedFolder is a session that runs on while its folder is removed and another
// one begins there, so fast that it notices only now. What the test wrote is
// in the removed folder alone.
func replacedFolder(t *testing.T, fill func(t *testing.T, old *DB), test func(t *testing.T, old, fresh *DB)) {
	dir := filepath.Join(t.TempDir(), "state")
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		clock := func() time.Duration { return time.Since(start) }
		old := openIn(t, dir)
		defer old.Close()
		old.Presence.Clock = clock
		fill(t, old)
		removeFolder(t, dir) // nobody wakes up between here and the end of Open
		fresh := openIn(t, dir)
		defer fresh.Close()
		fresh.Presence.Clock = clock
		test(t, old, fresh)
	})
}

// What exists nowhere else is kept beside the files that another session began
// anew, and is not mixed with theirs.
func TestTheOldFileIsKeptBesideANewOne(t *testing.T) {
	replacedFolder(t, func(t *testing.T, old *DB) {
		addRows(t, old, 0, 5)
	}, func(t *testing.T, old, fresh *DB) {
		submit(t, fresh, queued(conv(1), "key-theirs", "of the new session"))
		time.Sleep(time.Second)
		for _, db := range []*DB{old, fresh} {
			want(t, viewed(t, db, state.ListQuery{View: state.ViewOutbox}), "1")
		}
		kept := keptFiles(old.state.Path)
		if len(kept) != 1 || !reported(old, "is kept beside the new one as "+filepath.Base(kept[0]))() {
			t.Fatalf("kept %q, reported %q", kept, newsOf(t, old))
		}
		must(t, dbfile.ReadClosed(t.Context(), kept[0], func(l *dbfile.Conn) error {
			var rows int
			err := l.Row(t.Context(), "SELECT COUNT(*) FROM outbox").Scan(&rows)
			if rows != 5 {
				t.Errorf("%d messages are kept", rows)
			}
			return err
		}))
	})
}

// Of a folder in which nothing was written nothing is kept.
func TestNothingIsKeptOfAnEmptyFile(t *testing.T) {
	replacedFolder(t, func(*testing.T, *DB) {}, func(t *testing.T, old, _ *DB) {
		time.Sleep(time.Second)
		if kept := keptFiles(old.state.Path); len(kept) != 0 || newsOf(t, old) != "" {
			t.Errorf("kept %q, reported %q", kept, newsOf(t, old))
		}
	})
}

// Two folders never give out the same lease: whoever held that of the removed one does not
// hold that of the new one, unless he was back there first, and then nobody else does.
func TestALeaseOfARemovedFolderCounts(t *testing.T) {
	replacedFolder(t, func(t *testing.T, old *DB) {
		owning(t, old)
		time.Sleep(time.Second) // leases are told apart by when they began
	}, func(t *testing.T, old, fresh *DB) {
		wanting(t, fresh)
		time.Sleep(time.Minute)
		if (old.Epoch() == 0) == (fresh.Epoch() == 0) {
			t.Errorf("the leases are %d and %d", old.Epoch(), fresh.Epoch())
		}
	})
}

// A session that is back in its folder before anybody else keeps its lease: the other
// waits for it.
func TestALeaseIsKeptInARestoredFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		clock := func() time.Duration { return time.Since(start) }
		old := openIn(t, dir)
		defer old.Close()
		old.Presence.Clock = clock
		owning(t, old)
		removeFolder(t, dir)
		time.Sleep(time.Minute)
		other := openIn(t, dir)
		defer other.Close()
		other.Presence.Clock = clock
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := other.WithLease(ctx, "other", func(context.Context) error {
			t.Error("both sessions hold the lease")
			return nil
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it waited and got %v", err)
		}
	})
}

// A write that ended in a file that was replaced meanwhile did not happen.
func TestAWriteOvertakenByAReplacementIsAnError(t *testing.T) {
	db := openIn(t, t.TempDir())
	path := db.state.Path
	err := db.state.Write(t.Context(), func(*dbfile.Conn) error {
		return errors.Join(os.Rename(path, path+".corrupt-20260101-000000"), os.WriteFile(path, nil, 0o600))
	})
	if !errors.Is(err, dbfile.ErrMoved) {
		t.Errorf("got %v", err)
	}
}

// Quitting right after the folder was removed keeps what was typed and is no
// failure.
func TestCloseRightAfterTheFolderWasRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	db := openIn(t, dir)
	addRows(t, db, 0, 3)
	id := conv(1)
	head(t, db, id, noon, page("", says(id, 1, "in", "hello", noon)))
	head(t, db, id, noon, page("", says(id, 1, "in", "hello", noon))) // a look to be put on disk
	removeFolder(t, dir)
	if err := db.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if drafts, messages, marks := countRows(t, openIn(t, dir), 3); drafts+messages+marks != 9 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
}

// cutShort leaves a rescue as it is when its last step failed: the new file is
// complete, and not in its place.
func cutShort(t testing.TB, db *DB) {
	t.Helper()
	l, end, err := dbfile.Connect(t.Context(), db.state.Path, "NORMAL")
	must(t, err)
	defer end()
	must(t, recovery.CopyInto(t.Context(), l, db.state.Path+".rescued-"+"20260101-000000"))
}

// A rescue whose last step failed is ended before the file is used again:
// a later start would put that in the place of all that came since.
func TestARescueCutShortIsEndedBeforeTheFileIsUsed(t *testing.T) {
	for name, happens := range map[string]func(db *DB){
		"the disk failed":  func(db *DB) { db.reportError(db.state, errors.New("an error of the disk")) },
		"the file is gone": func(db *DB) { must(t, os.Remove(db.state.Path)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db := openIn(t, dir)
			addRows(t, db, 0, 3)
			cutShort(t, db)
			happens(db)
			soon(t, "it is opened anew", func() bool { return db.Condition().Generation > 0 })
			addRows(t, db, 3, 2)
			must(t, db.Close())
			if drafts, messages, marks := countRows(t, openIn(t, dir), 5); drafts+messages+marks != 15 {
				t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
			}
		})
	}
}

// Copying a file that is not there makes none: it would be taken for the store.
func TestASnapshotOfNothingLeavesNothing(t *testing.T) {
	path := statePath(t.TempDir())
	if err := recovery.Snapshot(context.Background(), path); err == nil {
		t.Error("no error")
	}
	if left, _ := filepath.Glob(filepath.Dir(path) + "/*"); len(left) > 0 {
		t.Errorf("left %q", strings.Join(left, " "))
	}
}
