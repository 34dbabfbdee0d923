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

	"unibox/api"
	"unibox/state"
)

// vanish takes a folder away at once, as far as those who have it open can see.
func vanish(t testing.TB, dir string) {
	t.Helper()
	must(t, os.Rename(dir, dir+".gone"))
	must(t, os.RemoveAll(dir+".gone"))
}

// begunAnew is a session that runs on while its folder is removed and another
// one begins there, so fast that it notices only now. What the test wrote is
// in the removed folder alone.
func begunAnew(t *testing.T, fill func(t *testing.T, old *DB), test func(t *testing.T, old, fresh *DB)) {
	dir := filepath.Join(t.TempDir(), "state")
	synctest.Test(t, func(t *testing.T) {
		old := openIn(t, dir)
		defer old.Close()
		fill(t, old)
		vanish(t, dir) // nobody wakes up between here and the end of Open
		fresh := openIn(t, dir)
		defer fresh.Close()
		test(t, old, fresh)
	})
}

// closing wishes a conversation closed.
func closing(t testing.TB, db *DB) {
	t.Helper()
	_, err := db.SubmitChange(t.Context(), state.Change{Conversation: conv(7), Cap: api.CapClose, On: true, Made: noon})
	must(t, err)
}

// What exists nowhere else is brought over to a folder that another session
// began anew, and nothing of it goes out by itself.
func TestUnsavedRowsAreBroughtOverToANewFolder(t *testing.T) {
	begunAnew(t, func(t *testing.T, old *DB) {
		treasure(t, old, 0, 5)
		closing(t, old)
	}, func(t *testing.T, old, fresh *DB) {
		theirs := queued(conv(1), "key-theirs", "of the new session")
		submit(t, fresh, theirs)
		time.Sleep(time.Second)
		for _, db := range []*DB{old, fresh} {
			if drafts, messages, marks := found(t, db, 5); drafts+messages+marks != 15 {
				t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
			}
			rows, err := db.Unsent(t.Context())
			must(t, err)
			for _, o := range rows {
				if o.Status != state.Uncertain && o.Key != "key-theirs" {
					t.Errorf("%s is %v", o.Key, o.Status)
				}
			}
			want(t, viewed(t, db, state.ListQuery{View: state.ViewOutbox}), "1", "1000", "1001", "1002", "1003", "1004")
			if all, err := db.Changes(t.Context(), ""); err != nil || len(all) != 1 || !all[0].Refused {
				t.Errorf("%+v, %v", all, err)
			}
		}
		if !told(old, "5 drafts, 5 unsent messages and 6 marks were brought over")() {
			t.Errorf("told %q", newsOf(t, old))
		}
	})
}

// Two sessions that both lost the folder bring the same rows over once.
func TestRowsAreBroughtOverOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	synctest.Test(t, func(t *testing.T) {
		a, b := openIn(t, dir), openIn(t, dir)
		defer a.Close()
		defer b.Close()
		treasure(t, a, 0, 3)
		closing(t, a)
		vanish(t, dir)
		fresh := openIn(t, dir)
		defer fresh.Close()
		time.Sleep(time.Second)
		if rows, err := fresh.Unsent(t.Context()); err != nil || len(rows) != 3 {
			t.Errorf("%d messages, %v", len(rows), err)
		}
		if all, err := fresh.Changes(t.Context(), ""); err != nil || len(all) != 1 {
			t.Errorf("%d changes, %v", len(all), err)
		}
	})
}

// Two folders never give out the same lease: whoever held that of the removed
// one does not hold that of the new one.
func TestALeaseOfARemovedFolderCounts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	a := openIn(t, dir)
	owning(t, a)
	was := a.epoch.Load()
	vanish(t, dir)
	b := openIn(t, dir)
	owning(t, b)
	if b.epoch.Load() == was {
		t.Error("both sessions hold the lease")
	}
}

// A file that is replaced while it is being opened is opened again: what is
// written goes to the one at the path.
func TestAFileReplacedWhileItIsOpened(t *testing.T) {
	path := statePath(t.TempDir())
	f := newFile(path, "FULL", "state")
	must(t, create(path))
	before, err := os.Stat(path)
	must(t, err)
	links, err := f.conns.connect(t.Context(), 3, dsn(path, "FULL", 1024, ""))
	must(t, err)
	defer func() { closeAll(links, f.conns) }()
	must(t, os.Rename(path, path+".old"))
	must(t, os.WriteFile(path, nil, 0o600))
	if err := f.ready(links, before); !errors.Is(err, errMoved) {
		t.Errorf("got %v", err)
	}
}

// A write that ended in a file that was replaced meanwhile did not happen.
func TestAWriteOvertakenByAReplacementIsAnError(t *testing.T) {
	db := openIn(t, t.TempDir())
	path := db.state.path
	err := db.state.write(t.Context(), func(*link) error {
		return errors.Join(os.Rename(path, path+".corrupt-20260101-000000"), os.WriteFile(path, nil, 0o600))
	})
	if !errors.Is(err, errMoved) {
		t.Errorf("got %v", err)
	}
}

// Quitting right after the folder was removed keeps what was typed and is no
// failure.
func TestCloseRightAfterTheFolderWasRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	db := openIn(t, dir)
	treasure(t, db, 0, 3)
	id := conv(1)
	head(t, db, id, noon, page("", says(id, 1, "in", "hello", noon)))
	head(t, db, id, noon, page("", says(id, 1, "in", "hello", noon))) // a look to be put on disk
	vanish(t, dir)
	if err := db.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if drafts, messages, marks := found(t, openIn(t, dir), 3); drafts+messages+marks != 9 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
}

// cutShort leaves a rescue as it is when its last step failed: the new file is
// complete, and not in its place.
func cutShort(t testing.TB, db *DB) {
	t.Helper()
	l := openRaw(t, db.state.path, "")
	must(t, copyInto(t.Context(), l, db.state.path+readyMark+"20260101-000000"))
}

// A rescue whose last step failed is ended before the file is used again:
// a later start would put that in the place of all that came since.
func TestARescueCutShortIsEndedBeforeTheFileIsUsed(t *testing.T) {
	for name, happens := range map[string]func(db *DB){
		"the disk failed":  func(db *DB) { db.alert(db.state, errors.New("an error of the disk")) },
		"the file is gone": func(db *DB) { must(t, os.Remove(db.state.path)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db := openIn(t, dir)
			treasure(t, db, 0, 3)
			cutShort(t, db)
			happens(db)
			soon(t, "it is opened anew", func() bool { return db.Condition().Era > 0 })
			treasure(t, db, 3, 2)
			must(t, db.Close())
			if drafts, messages, marks := found(t, openIn(t, dir), 5); drafts+messages+marks != 15 {
				t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
			}
		})
	}
}

// Copying a file that is not there makes none: it would be taken for the store.
func TestASnapshotOfNothingLeavesNothing(t *testing.T) {
	path := statePath(t.TempDir())
	if err := keepSnapshot(context.Background(), path); err == nil {
		t.Error("no error")
	}
	if left, _ := filepath.Glob(filepath.Dir(path) + "/*"); len(left) > 0 {
		t.Errorf("left %q", strings.Join(left, " "))
	}
}
