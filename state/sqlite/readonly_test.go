//go:build unix

package sqlite

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// reader names the folder that a copy of the test program, of a user who may
// not write there, opens.
const reader = "UNIBOX_TEST_READER"

// asNobody runs one test of this program again as somebody who is not root.
func asNobody(t *testing.T, name, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+name+"$", "-test.v")
	cmd.Env = append(os.Environ(), reader+"="+dir)
	if os.Getuid() == 0 {
		own, err := os.MkdirTemp("/tmp", "unibox-test-") // the folder of the original is closed to others, and memory may hold no programs
		must(t, err)
		t.Cleanup(func() { _ = os.RemoveAll(own) })
		must(t, os.Chmod(own, 0o755))
		self := filepath.Join(own, "test")
		must(t, duplicate(os.Args[0], self))
		must(t, os.Chmod(self, 0o755))
		cmd.Path, cmd.Dir = self, "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+name) {
		t.Fatalf("%v\n%s", err, out)
	}
}

// unwritableFolder is a folder with a closed store that a stranger may read and not write.
func unwritableFolder(t *testing.T) string {
	t.Helper()
	top, err := os.MkdirTemp("", "unibox-lent-")
	must(t, err)
	dir := filepath.Join(top, "state")
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700); _ = os.RemoveAll(top) })
	must(t, os.Chmod(top, 0o755))
	db := openIn(t, dir)
	addRows(t, db, 0, 3)
	head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "hello", noon)))
	must(t, db.Close())
	return dir
}

func makeUnwritable(t *testing.T, dir string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	for _, name := range names {
		must(t, os.Chmod(name, 0o444))
	}
	must(t, os.Chmod(dir, 0o555))
}

func TestAFolderThatCannotBeWrittenIsRead(t *testing.T) {
	dir := unwritableFolder(t)
	makeUnwritable(t, dir)
	asNobody(t, "TestReader", dir)
}

// TestReader is the stranger.
func TestReader(t *testing.T) {
	dir := os.Getenv(reader)
	if dir == "" {
		t.Skip("runs inside TestAFolderThatCannotBeWrittenIsRead")
	}
	db := openIn(t, dir)
	if drafts, messages, marks := countRows(t, db, 3); drafts+messages+marks != 9 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
	if got := lines(t, db, all(conv(1))); got != "hello" {
		t.Errorf("timeline %q", got)
	}
	if c := db.Condition(); !c.ReadOnly || !strings.HasPrefix(c.Problem, "reading only: the folder ") {
		t.Errorf("%+v", c)
	}
	if _, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(9), Body: "x"}); !errors.Is(err, state.ErrReadOnly) {
		t.Errorf("got %v", err)
	}
	must(t, db.Close())
}

// SQLite would not read a log there, and so would show what is old.
func TestAFolderWithALogIsNotReadHalf(t *testing.T) {
	dir := unwritableFolder(t)
	must(t, os.WriteFile(filepath.Join(dir, "state.db-wal"), []byte("something"), 0o600))
	makeUnwritable(t, dir)
	asNobody(t, "TestReaderOfHalf", dir)
}

func TestReaderOfHalf(t *testing.T) {
	dir := os.Getenv(reader)
	if dir == "" {
		t.Skip("runs inside TestAFolderWithALogIsNotReadHalf")
	}
	_, err := Open(t.Context(), dir, state.NewFeed())
	if err == nil || !strings.Contains(err.Error(), "cannot be read without writing: copy the folder to where you can write") {
		t.Errorf("got %v", err)
	}
}

// A migration that fails leaves the file as it was, and a copy of it.
func TestFailedMigrationLeavesTheFile(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	addRows(t, db, 0, 2)
	var have int
	must(t, db.state.Write(t.Context(), func(l *dbfile.Conn) (err error) {
		if err = l.Row(t.Context(), "PRAGMA user_version").Scan(&have); err != nil {
			return err
		}
		err = l.Script(t.Context(), "PRAGMA user_version = 1") // its later steps have been taken, and fail
		return err
	}))
	must(t, db.Close())
	_, err := Open(t.Context(), dir, state.NewFeed())
	if err == nil || !strings.Contains(err.Error(), "state.db could not be brought up to date and is as it was") {
		t.Fatalf("got %v", err)
	}
	if len(snapshotsIn(t, dir)) != 1 {
		t.Errorf("%d snapshots", len(snapshotsIn(t, dir)))
	}
	raw := openRaw(t, statePath(dir))
	var is int
	if err := raw.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&is); err != nil || is != 1 {
		t.Errorf("layout %d, %v", is, err)
	}
	execRaw(t, raw, fmt.Sprint("PRAGMA user_version = ", have))
	if drafts, messages, marks := countRows(t, openIn(t, dir), 2); drafts+messages+marks != 6 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
}

// A cache that cannot be brought up to date is fetched again.
func TestFailedMigrationOfTheCache(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	must(t, db.cache.Write(t.Context(), func(l *dbfile.Conn) error {
		err := l.Script(t.Context(), "PRAGMA user_version = 1")
		return err
	}))
	must(t, db.Close())
	db = openIn(t, dir)
	if !reported(db, "the cache was damaged and is fetched again")() {
		t.Error(newsOf(t, db))
	}
}
