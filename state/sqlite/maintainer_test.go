package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// soon waits until ok, which the store brings about by itself.
func soon(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func reported(db *DB, sentence string) func() bool {
	return func() bool { return strings.Contains(strings.Join(db.Condition().News, "\n"), sentence) }
}

// damagePages overwrites the pages of a table of an open database.
func damagePages(t testing.TB, path, like string) {
	t.Helper()
	var pages []int64
	db := openRaw(t, path)
	rows, err := db.QueryContext(t.Context(), "SELECT pageno FROM dbstat WHERE name LIKE ? AND pagetype = 'leaf'", like)
	must(t, err)
	for rows.Next() {
		var page int64
		must(t, rows.Scan(&page))
		pages = append(pages, page)
	}
	must(t, errors.Join(rows.Err(), rows.Close()))
	execRaw(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	if len(pages) == 0 {
		t.Fatalf("no page of %s", like)
	}
	for _, page := range pages {
		overwrite(t, path, (page-1)*4096, []byte(strings.Repeat("\x07", 4096)))
	}
}

// openRaw connects to a file without what guards it.
func openRaw(t testing.TB, path string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	must(t, err)
	conn, err := db.Conn(t.Context())
	must(t, err)
	t.Cleanup(func() { _ = errors.Join(conn.Close(), db.Close()) })
	return conn
}

func execRaw(t testing.TB, conn *sql.Conn, q string) {
	t.Helper()
	_, err := conn.ExecContext(t.Context(), q)
	must(t, err)
}

// Removed under two running sessions, the folder comes back with all that
// exists nowhere else, and both work on.
func TestRemovedFolderIsWrittenAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	a, b := openIn(t, dir), openIn(t, dir)
	addRows(t, a, 0, 5)
	head(t, a, conv(1), noon, page("", says(conv(1), 1, "in", "hello", noon)))
	must(t, os.Rename(dir, dir+".gone")) // removing takes its time, and the store would be in the way
	must(t, os.RemoveAll(dir+".gone"))
	soon(t, "both have new files", func() bool { return a.Condition().Generation >= 2 && b.Condition().Generation >= 2 })
	for _, db := range []*DB{a, b} {
		drafts, messages, marks := countRows(t, db, 5)
		if drafts+messages+marks != 15 {
			t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
		}
		if rows, err := db.Unsent(t.Context()); err != nil || rows[0].Status != state.Queued {
			t.Errorf("%+v, %v", rows, err) // the very file, so nothing is in doubt
		}
		if got := lines(t, db, all(conv(1))); got != "" {
			t.Errorf("the cache still has %q", got)
		}
	}
	if !reported(a, "was emptied")() && !reported(b, "was emptied")() {
		t.Errorf("got %q and %q", newsOf(t, a), newsOf(t, b))
	}
	addRows(t, b, 5, 2)
	if drafts, messages, marks := countRows(t, a, 7); drafts+messages+marks != 21 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
}

// Damage met while running: one session rescues, the other opens the new file;
// who owned the outbox does not any more.
func TestDamageWhileRunning(t *testing.T) {
	dir := t.TempDir()
	a, b := openIn(t, dir), openIn(t, dir)
	owning(t, a)
	addRows(t, a, 0, 40)
	epoch := a.Epoch()
	damagePages(t, statePath(dir), "sqlite_autoindex_draft_1")
	soon(t, "the file is rescued", func() bool {
		_, _ = b.Draft(t.Context(), conv(1))
		return reported(a, "were rescued")() || reported(b, "were rescued")()
	})
	soon(t, "both have the new file", func() bool { return a.Condition().Generation > 0 && b.Condition().Generation > 0 })
	for _, db := range []*DB{a, b} {
		if drafts, messages, marks := countRows(t, db, 40); drafts+messages+marks != 120 {
			t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
		}
	}
	soon(t, "the lease is taken anew", func() bool { return a.Epoch() > epoch })
	if kept := keptFiles(statePath(dir)); len(kept) != 1 {
		t.Errorf("kept %q", kept)
	}
}

// Who sleeps while the file is replaced writes nothing to the old one.
func TestNothingIsWrittenToAReplacedFile(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	must(t, os.Rename(statePath(dir), statePath(dir)+".old"))
	must(t, os.WriteFile(statePath(dir), nil, 0o600))
	err := db.state.Write(t.Context(), func(*dbfile.Conn) error { t.Error("it was written"); return nil })
	if !errors.Is(err, dbfile.ErrMoved) {
		t.Fatalf("got %v", err)
	}
}

func TestDamagedCacheIsReplacedWhileRunning(t *testing.T) {
	dir := t.TempDir()
	a, b := openIn(t, dir), openIn(t, dir)
	addRows(t, a, 0, 3)
	for i := range 200 {
		head(t, a, conv(i), noon, page("", says(conv(i), 1, "in", strings.Repeat("hello ", 50), noon)))
	}
	must(t, a.cache.Reopen(t.Context(), func() error { return nil })) // forget what is in memory
	damagePages(t, a.cache.Path, "message")
	soon(t, "the cache is replaced", func() bool {
		for i := range 200 {
			_, _ = a.Timeline(t.Context(), all(conv(i)))
		}
		return reported(a, "the cache was damaged and is fetched again")()
	})
	soon(t, "the other opens the new one", func() bool { return b.Condition().Generation > 0 })
	for _, db := range []*DB{a, b} {
		if rows := viewed(t, db, state.ListQuery{View: state.ViewStarred}); len(rows) != 0 { // unknown to the new cache, kept in state.db
			t.Errorf("%v", rows)
		}
		want(t, viewed(t, db, state.ListQuery{View: state.ViewDrafts}), "0", "1", "2")
	}
	head(t, b, conv(1), noon, page("", says(conv(1), 1, "in", "again", noon)))
	if got := lines(t, a, all(conv(1))); got != "again" {
		t.Errorf("timeline %q", got)
	}
	if kept := keptFiles(a.cache.Path); len(kept) != 1 {
		t.Errorf("kept %q", kept)
	}
}

// A damaged index costs no message: it is made again behind everything else.
func TestDamagedIndexIsMadeAgain(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	for i := range 500 {
		head(t, db, conv(i), noon, page("", says(conv(i), 1, "in", fmt.Sprint("parcel ", i), noon)))
	}
	must(t, db.cache.Reopen(t.Context(), func() error { return nil }))
	execRaw(t, openRaw(t, db.cache.Path), "UPDATE fts_data SET block = zeroblob(length(block)) WHERE id > 10")
	soon(t, "the damage is met", func() bool {
		for range 5 { // the answers to all of them are the same news
			_, _ = db.Search(t.Context(), "parcel", 10)
		}
		missing, _ := db.Indexing(t.Context())
		return missing || len(db.Condition().News) > 0
	})
	soon(t, "the screen shows it", func() bool { return strings.Contains(db.Condition().Problem, "search index") })
	owning(t, db)
	soon(t, "everything is indexed", func() bool {
		missing, err := db.Indexing(t.Context())
		return err == nil && !missing
	})
	for _, i := range []int{0, 250, 499} {
		msgs, err := db.Search(t.Context(), fmt.Sprint("parcel ", i), 10)
		if err != nil || len(msgs) == 0 || msgs[len(msgs)-1].Message.Conversation != conv(i) {
			t.Errorf("%d: %v, %v", i, msgs, err)
		}
	}
	if len(db.Condition().News) != 0 || len(keptFiles(db.cache.Path)) != 0 {
		t.Errorf("the cache was replaced: %q", newsOf(t, db))
	}
}

// After somebody truncates -shm, reads fail until the file is opened again.
func TestTruncatedSharedMemoryIsOpenedAnew(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	addRows(t, db, 0, 3)
	must(t, os.Truncate(statePath(dir)+"-shm", 0))
	if _, err := db.Draft(t.Context(), conv(1)); !dbfile.Failing(err) {
		t.Fatalf("got %v", err)
	}
	soon(t, "it can be read again", func() bool {
		_, err := db.Draft(t.Context(), conv(1))
		return err == nil && db.Condition().Generation == 1
	})
	if drafts, messages, marks := countRows(t, db, 3); drafts+messages+marks != 9 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
	addRows(t, db, 3, 1)
	if c := db.Condition(); c.ReadOnly || c.Problem != "" {
		t.Errorf("%+v", c)
	}
}

// A disk that fails again and again is read and no more, until it does not.
func TestAFailingDiskIsOnlyRead(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db := openIn(t, dir)
		defer db.Close()
		addRows(t, db, 0, 1)
		for _, readOnly := range []bool{false, true} {
			db.reportError(db.state, errors.New("an error of the disk"))
			time.Sleep(2 * pollEvery)
			if db.Condition().ReadOnly != readOnly {
				t.Fatalf("%+v", db.Condition())
			}
		}
		if got := db.Condition().Problem; !strings.Contains(got, "cannot be read reliably: nothing is saved or sent") {
			t.Error(got)
		}
		if _, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(9), Body: "x"}); !errors.Is(err, state.ErrReadOnly) {
			t.Errorf("got %v", err)
		}
		if drafts, messages, marks := countRows(t, db, 1); drafts+messages+marks != 3 {
			t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
		}
		time.Sleep(2 * probeEvery)
		if c := db.Condition(); c.ReadOnly || c.Problem != "" {
			t.Errorf("%+v", c)
		}
		addRows(t, db, 1, 1)
	})
}

// While the folder cannot be made again, what is still open is not let go.
func TestRemovedFolderWaitsForItsPlace(t *testing.T) {
	top := filepath.Join(t.TempDir(), "home")
	dir := filepath.Join(top, "state")
	synctest.Test(t, func(t *testing.T) {
		db := openIn(t, dir)
		defer db.Close()
		addRows(t, db, 0, 5)
		must(t, os.Rename(top, top+".gone"))
		must(t, os.WriteFile(top, nil, 0o600)) // no folder can be made in it
		time.Sleep(4 * probeEvery)
		if c := db.Condition(); !c.ReadOnly || !strings.Contains(c.Problem, "cannot be opened any more") {
			t.Errorf("%+v", c)
		}
		must(t, os.Remove(top))
		time.Sleep(4 * probeEvery)
		if c := db.Condition(); c.ReadOnly || c.Problem != "" {
			t.Errorf("%+v", c)
		}
		if drafts, messages, marks := countRows(t, db, 5); drafts+messages+marks != 15 {
			t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
		}
		addRows(t, db, 5, 1)
	})
}

// A stored list that alone is damaged costs its use in this session: neither the search
// index nor the cache.
func TestADamagedListCostsNothingElse(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	listed(t, db, 60)
	head(t, db, conv(1), noon, page("", says(conv(1), 2, "in", "parcel", noon), says(conv(1), 1, "in", "first", noon.Add(-time.Minute))))
	must(t, db.storeList(t.Context(), 1))
	must(t, db.Close())
	damagePages(t, filepath.Join(dir, "cache.db"), "list")
	db = openIn(t, dir)
	soon(t, "the list is given up", func() bool {
		_, _ = db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 1})
		return db.inbox.unstorable.Load() || len(db.Condition().News) > 0
	})
	must(t, db.DeleteMessage(t.Context(), conv(1), api.MessageID{Account: "shop", Remote: "1"}))
	if got := len(viewed(t, db, state.ListQuery{View: state.ViewAll, Text: "покупатель"})); got != 60 {
		t.Errorf("%d are found", got)
	}
	if db.inbox.toStore(0, 0) {
		t.Error("it is to be stored")
	}
	missing, err := db.Indexing(t.Context())
	if must(t, err); missing || len(db.Condition().News) != 0 || len(keptFiles(db.cache.Path)) != 0 {
		t.Errorf("the index is made again: %v, the cache was replaced: %q", missing, newsOf(t, db))
	}
	if found, err := db.Search(t.Context(), "parcel", 10); err != nil || len(found) != 1 {
		t.Errorf("%v, %v", found, err)
	}
}
