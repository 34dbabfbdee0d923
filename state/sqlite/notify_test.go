package sqlite

import (
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// notifiedIn opens a store that looks for what others commit only when the system
// says that there is something.
func notifiedIn(t *testing.T, dir string) *DB {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("this system cannot watch a database without opening it")
	}
	db, err := Open(t.Context(), dir, state.NewFeed(), Notified(), func(db *DB) { db.rarely = time.Hour })
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	if db.watcher.notices == nil {
		t.Fatal("nothing is watched")
	}
	return db
}

// marked waits until a topic is marked, for as long as the test may last.
func marked(t *testing.T, sub *state.Sub, want state.Topic) {
	t.Helper()
	for {
		got, err := sub.Next(t.Context())
		if err != nil {
			t.Fatalf("%v is not marked: %v", want, err)
		}
		if slices.Contains(got, want) {
			return
		}
	}
}

// What another session commits, to either file, is noticed without a poll.
func TestCommitsAreNoticed(t *testing.T) {
	dir := t.TempDir()
	a, b := openIn(t, dir), notifiedIn(t, dir)
	sub := b.feed.Subscribe()
	_, err := a.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "hi"})
	must(t, err)
	marked(t, sub, state.Thread(conv(1)))
	head(t, a, conv(2), noon, page("", says(conv(2), 1, "in", "hi", noon)))
	marked(t, sub, state.Thread(conv(2)))
}

// Commits are still noticed after a file was removed and begun again.
func TestCommitsToANewFileAreNoticed(t *testing.T) {
	dir := t.TempDir()
	b := notifiedIn(t, dir)
	sub := b.feed.Subscribe()
	must(t, os.Remove(b.cache.Path))
	marked(t, sub, state.Disk)
	head(t, openIn(t, dir), conv(2), noon, page("", says(conv(2), 1, "in", "hi", noon)))
	marked(t, sub, state.Thread(conv(2)))
}

// A commit for which no notice comes at all makes the watcher poll; one that was
// only found before its notice does not.
func TestNoticesThatDoNotComeAreGivenUp(t *testing.T) {
	db := notifiedIn(t, t.TempDir())
	notices, err := dbfile.Notify(db.state)
	must(t, err)
	defer notices.Close()
	w := &watcher{db: db, maintainer: newMaintainer(db), notices: notices}
	for range 3 {
		w.judge(true) // found first
		w.noticed, w.doubted = true, false
		w.judge(false)
	}
	if w.notices == nil || w.doubted {
		t.Error("a late notice is taken for none")
	}
	w.judge(true)
	if !w.doubted || w.pause() != db.poll {
		t.Error("it is not looked again soon")
	}
	w.judge(false)
	if w.notices != nil || w.pause() != db.poll {
		t.Error("it goes on to wait for notices")
	}
}

// The log of state.db is emptied after each commit, though nothing polls.
func TestANoticedLogIsEmptied(t *testing.T) {
	db := notifiedIn(t, t.TempDir())
	addRows(t, db, 0, 1)
	for !db.state.Settled() {
		time.Sleep(gather)
	}
}
