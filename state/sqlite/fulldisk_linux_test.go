package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

func hasBallast(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, "ballast"))
	return err == nil && info.Size() == 8<<20
}

// limit lets a file grow no further than it is, as a full disk would; 0 lets it
// grow again.
func limit(t testing.TB, f *dbfile.File, pages int) {
	t.Helper()
	if pages == 0 {
		pages = 1 << 30
	}
	must(t, f.OnWriter(t.Context(), func(l *dbfile.Conn) error {
		var is int
		return l.Row(t.Context(), fmt.Sprint("PRAGMA max_page_count = ", pages)).Scan(&is)
	}))
}

// When the cache can grow no more the fetching stops, drafts are saved as
// before, and all goes on once there is room.
func TestFullDiskPausesFetching(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db := openIn(t, dir)
		defer db.Close()
		soon(t, "there is ballast", func() bool { return hasBallast(dir) })
		must(t, onlyOwner(filepath.Join(dir, "ballast"), 0o600))
		var runs atomic.Int64
		var fetching atomic.Bool
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			ended <- db.WhileFetchable(ctx, func(ctx context.Context) error {
				runs.Add(1)
				fetching.Store(true)
				defer fetching.Store(false)
				<-ctx.Done()
				return ctx.Err()
			})
		}()
		soon(t, "it is fetched", fetching.Load)
		long := strings.Repeat("a long message ", 5000)
		head(t, db, conv(2), noon, page("", says(conv(2), 1, "in", "short", noon)))
		limit(t, db.cache, 1)
		if _, err := db.SaveHead(ctx, conv(1), page("", says(conv(1), 1, "in", long, noon)), noon); !errors.Is(err, state.ErrNoRoom) {
			t.Fatalf("got %v", err)
		}
		soon(t, "fetching is paused", func() bool { return !fetching.Load() })
		if c := db.Condition(); !strings.Contains(c.Problem, "is full: drafts and replies are saved") || c.ReadOnly || hasBallast(dir) {
			t.Errorf("%+v", c)
		}
		began := time.Now()
		for range 1000 { // nobody wears the disk out with writes that fail
			if _, err := db.SaveHead(ctx, conv(1), page("", says(conv(1), 1, "in", long, noon)), noon); !errors.Is(err, state.ErrNoRoom) {
				t.Fatalf("got %v", err)
			}
		}
		addRows(t, db, 0, 3)
		must(t, db.SetFlags(ctx, conv(2), state.FlagChange{ReadUpTo: api.Known(rowOf(t, db, conv(2)).Newest)}))
		if row := rowOf(t, db, conv(2)); row.Unread != 0 {
			t.Errorf("%d unread", row.Unread)
		}
		if drafts, messages, marks := countRows(t, db, 3); drafts+messages+marks != 9 || time.Since(began) > time.Second {
			t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
		}
		limit(t, db.cache, 0)
		soon(t, "fetching goes on", fetching.Load)
		if db.Condition().Problem != "" || !hasBallast(dir) || runs.Load() != 2 {
			t.Errorf("%+v, %d runs", db.Condition(), runs.Load())
		}
		head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", long, noon)))
		cancel()
		<-ended
	})
}

// A real disk that is full to the last byte: what is typed and what is
// submitted get the room of the ballast.
func TestBallastHoldsDraftsOnARealDisk(t *testing.T) {
	t.Parallel() // it waits until the room is looked at again
	dir := smallDisk(t)
	db := openIn(t, dir)
	soon(t, "there is ballast", func() bool { return hasBallast(dir) })
	head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "hello", noon)))
	stuff := filepath.Join(dir, "stuff")
	fillUp(t, stuff)
	addRows(t, db, 0, 100)
	if drafts, messages, marks := countRows(t, db, 100); drafts+messages+marks != 300 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
	if hasBallast(dir) {
		t.Error("the ballast is still there")
	}
	soon(t, "it is reported", func() bool { return strings.Contains(db.Condition().Problem, "nothing new is fetched") })
	fillUp(t, stuff+"2") // and now there is really nothing left
	_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(5000), Body: strings.Repeat("too much ", 1<<20)})
	if !errors.Is(err, state.ErrNoRoom) || !strings.Contains(err.Error(), "make room") {
		t.Errorf("got %v", err)
	}
	must(t, errors.Join(os.Remove(stuff), os.Remove(stuff+"2")))
	soon(t, "the problem is over", func() bool { return db.Condition().Problem == "" && hasBallast(dir) })
	addRows(t, db, 100, 1)
	must(t, db.state.Check(t.Context()))
}

// A store can be opened on a full disk: the ballast gives the room for it.
func TestStartOnAFullDisk(t *testing.T) {
	dir := smallDisk(t)
	db := openIn(t, dir)
	addRows(t, db, 0, 2)
	soon(t, "there is ballast", func() bool { return hasBallast(dir) })
	must(t, db.Close())
	fillUp(t, filepath.Join(dir, "stuff"))
	db = openIn(t, dir)
	addRows(t, db, 2, 2)
	if drafts, messages, marks := countRows(t, db, 4); drafts+messages+marks != 12 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
}

// smallDisk is a disk of 24 MB, for those who may make one.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("only root can make a disk: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// fillUp writes until nothing more fits.
func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	for _, size := range []int{1 << 20, 1 << 12, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	must(t, f.Close())
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
}

// A damaged file is rescued on a full disk too, at a start and while running.
func TestRescueOnAFullDisk(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(fmt.Sprint("running ", running), func(t *testing.T) {
			dir := smallDisk(t)
			db := openIn(t, dir)
			addRows(t, db, 0, 40)
			soon(t, "there is ballast", func() bool { return hasBallast(dir) })
			if !running {
				must(t, db.Close())
			}
			damagePages(t, statePath(dir), "sqlite_autoindex_draft_1")
			fillUp(t, filepath.Join(dir, "stuff"))
			if !running {
				db = openIn(t, dir)
			}
			soon(t, "it is rescued", func() bool {
				_, _ = db.Draft(t.Context(), conv(1))
				return reported(db, "were rescued")()
			})
			if drafts, messages, marks := countRows(t, db, 40); drafts+messages+marks != 120 {
				t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
			}
		})
	}
}
