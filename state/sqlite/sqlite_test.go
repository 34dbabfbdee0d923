package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// noon is when the tests' conversations take place.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func conv(n int) api.ConversationID {
	return api.ConversationID{Account: "shop", Remote: fmt.Sprint(n)}
}

// says makes a message of a conversation; who is "in" or "out".
func says(id api.ConversationID, n int, who, body string, at time.Time) api.Message {
	m := api.Message{ID: api.MessageID{Account: id.Account, Remote: fmt.Sprint(n)}, Conversation: id, Body: body, At: at}
	if who == "out" {
		m.Direction, m.Delivery = api.Outbound, api.DeliverySent
	}
	return m
}

func page(next api.Cursor, msgs ...api.Message) api.Page[api.Message] {
	return api.Page[api.Message]{Items: msgs, Next: next}
}

func openIn(t testing.TB, dir string, options ...Option) *DB {
	t.Helper()
	db, err := Open(t.Context(), dir, state.NewFeed(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func head(t testing.TB, db *DB, id api.ConversationID, at time.Time, p api.Page[api.Message]) state.Saved {
	t.Helper()
	saved, err := db.SaveHead(t.Context(), id, p, at)
	must(t, err)
	return saved
}

func rowOf(t testing.TB, db *DB, id api.ConversationID) state.Row {
	t.Helper()
	row, err := db.Row(t.Context(), id)
	must(t, err)
	return row
}

// lines prints a timeline: bodies, "--" for a hole, "body!" for what is being sent.
func lines(t testing.TB, db *DB, q state.TimelineQuery) string {
	t.Helper()
	w, err := db.Timeline(t.Context(), q)
	must(t, err)
	var out []string
	for _, it := range w.Items {
		switch {
		case it.Gap:
			out = append(out, "--")
		case it.Sending != nil:
			out = append(out, it.Message.Body+"!")
		default:
			out = append(out, it.Message.Body)
		}
	}
	return strings.Join(out, " ")
}

func all(id api.ConversationID) state.TimelineQuery {
	return state.TimelineQuery{Conversation: id, Before: 10_000}
}

func removeCache(dir string) (err error) {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if e := os.Remove(filepath.Join(dir, "cache.db"+suffix)); e != nil && !os.IsNotExist(e) {
			err = e
		}
	}
	return err
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "state")
	db := openIn(t, dir)
	head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "hello", noon)))
	must(t, onlyOwner(dir, 0o700))
	for _, name := range []string{"state.db", "cache.db", "cache.db-wal", "cache.db-shm"} {
		must(t, onlyOwner(filepath.Join(dir, name), 0o600))
	}
}

func onlyOwner(path string, want os.FileMode) error {
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm() != want {
		err = fmt.Errorf("%s has mode %o", path, info.Mode().Perm())
	}
	return err
}

func TestManyFirstStartsAtOnce(t *testing.T) {
	for range 5 {
		dir := filepath.Join(t.TempDir(), "state")
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				db, err := Open(t.Context(), dir, state.NewFeed())
				if err != nil {
					t.Error(err)
					return
				}
				_, err = db.SaveDraft(t.Context(), state.Draft{Conversation: conv(n), Body: "mine"})
				if err := errors.Join(err, db.Close()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		want(t, viewed(t, openIn(t, dir), state.ListQuery{View: state.ViewDrafts}), "0", "1", "2", "3", "4", "5", "6", "7")
	}
}

func TestReopeningFindsEverything(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Kind: "whatsapp", Contact: api.Contact{Name: "Anna", Handle: "7900"}}}))
	head(t, db, conv(1), noon, page("c", says(conv(1), 2, "in", "two", noon.Add(time.Second)), says(conv(1), 1, "out", "one", noon)))
	before := rowOf(t, db, conv(1))
	must(t, db.Close())
	db = openIn(t, dir)
	after := rowOf(t, db, conv(1))
	if fmt.Sprint(before) != fmt.Sprint(after) || after.Unread != 1 || !after.WaitingSince.Equal(noon.Add(time.Second)) {
		t.Fatalf("before %+v\nafter  %+v", before, after)
	}
	if got := lines(t, db, all(conv(1))); got != "one two" {
		t.Fatalf("timeline %q", got)
	}
}

// A file of a later version is refused with both versions named, and not
// touched.
func TestNewerFilesAreLeftAlone(t *testing.T) {
	for _, name := range []string{"state.db", "cache.db"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db := openIn(t, dir)
			f := map[string]*dbfile.File{"state.db": db.state, "cache.db": db.cache}[name]
			must(t, f.Write(t.Context(), func(l *dbfile.Conn) error { err := l.Script(t.Context(), "PRAGMA user_version = 99"); return err }))
			must(t, db.Close())
			before, err := os.ReadFile(filepath.Join(dir, name))
			must(t, err)
			_, err = Open(t.Context(), dir, state.NewFeed())
			if err == nil || !strings.Contains(err.Error(), "newer version of unibox (its layout is 99, this version knows ") {
				t.Fatalf("got %v", err)
			}
			if after, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(after) != string(before) {
				t.Fatalf("the file was changed: %v", err)
			}
		})
	}
}

// Caches that were put aside do not fill the disk.
func TestFewDamagedCachesAreKept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cache.db")
	for _, day := range []string{"20260101", "20260102", "20260103"} {
		must(t, os.WriteFile(path+".corrupt-"+day+"-120000", nil, 0o600))
		must(t, os.WriteFile(path+".corrupt-"+day+"-120000-wal", nil, 0o600))
	}
	must(t, os.WriteFile(statePath(dir)+".corrupt-"+"20260101-120000", nil, 0o600))
	must(t, os.WriteFile(path, []byte(strings.Repeat("no database ", 500)), 0o600))
	openIn(t, dir)
	if kept := keptFiles(path); len(kept) != 2 || strings.HasSuffix(kept[0], "20260102-120000") {
		t.Errorf("kept %q", kept)
	}
	if logs, _ := filepath.Glob(path + ".corrupt-" + "*-wal"); len(logs) != 1 {
		t.Errorf("kept %q", logs)
	}
	if len(keptFiles(statePath(dir))) != 1 {
		t.Error("what exists nowhere else was removed")
	}
}

func TestDamagedCacheIsSetAside(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "keep me"})
	must(t, err)
	must(t, db.Close())
	must(t, os.WriteFile(filepath.Join(dir, "cache.db"), []byte(strings.Repeat("no database ", 500)), 0o600))
	db = openIn(t, dir)
	kept, err := filepath.Glob(filepath.Join(dir, "cache.db.corrupt-*"))
	if news := db.Condition().News; err != nil || len(kept) != 1 || len(news) != 1 || !strings.HasSuffix(news[0], "kept beside it as "+filepath.Base(kept[0])) {
		t.Fatalf("kept %q, reported %q", kept, news)
	}
	if row := rowOf(t, db, conv(1)); row.DraftText != "keep me" {
		t.Fatalf("row %+v", row)
	}
}

// The generated SQLite runs on exactly the C library it was generated with.
func TestLibcIsTheOneSQLiteRequires(t *testing.T) {
	mod, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	must(t, err)
	requires, err := os.ReadFile(strings.TrimSpace(string(mod)))
	must(t, err)
	want := regexp.MustCompile(`modernc.org/libc (v\S+)`).FindStringSubmatch(string(requires))
	have, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "modernc.org/libc").Output()
	must(t, err)
	if len(want) != 2 || strings.TrimSpace(string(have)) != want[1] {
		t.Fatalf("have libc %s, sqlite requires %v", have, want)
	}
}

func TestCancelledWriteLeavesNothing(t *testing.T) {
	db := openIn(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	err := db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		if err := saveConversation(ctx, l, api.Conversation{ID: conv(1)}, rev); err != nil {
			return err
		}
		cancel()
		return saveConversation(ctx, l, api.Conversation{ID: conv(2)}, rev)
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(3)}}))
	heads, err := db.Heads(t.Context(), "shop")
	if err != nil || len(heads) != 1 || heads[0].ID != conv(3) {
		t.Fatalf("heads %v, %v", heads, err)
	}
}

// Files that others could read, from a time before or from a copy, are theirs
// no more once the store is open.
func TestFilesThatOthersCanReadAreMadePrivate(t *testing.T) {
	dir := t.TempDir()
	must(t, openIn(t, dir).Close())
	for _, name := range []string{"state.db", "cache.db"} {
		must(t, os.Chmod(filepath.Join(dir, name), 0o644))
	}
	openIn(t, dir)
	for _, name := range []string{"state.db", "state.db-wal", "state.db-shm", "cache.db", "cache.db-wal", "cache.db-shm"} {
		must(t, onlyOwner(filepath.Join(dir, name), 0o600))
	}
}
