package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/recovery"
)

// addRows fills a store with n drafts, n messages of the outbox and n marks.
func addRows(t testing.TB, db *DB, from, n int) {
	t.Helper()
	for i := from; i < from+n; i++ {
		_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(i), Body: fmt.Sprintf("draft %d %s", i, strings.Repeat("word ", i%40)), Edited: noon})
		must(t, err)
		o := queued(conv(1000+i), fmt.Sprintf("key-%d", i), fmt.Sprintf("message %d %s", i, strings.Repeat("text ", i%60)))
		o.Submitted = noon
		submit(t, db, o)
		must(t, db.SetFlags(t.Context(), conv(2000+i), state.FlagChange{Starred: api.Known(true)}))
	}
}

// countRows counts what of a treasure is there.
func countRows(t testing.TB, db *DB, n int) (drafts, messages, marks int) {
	t.Helper()
	rows, err := db.Unsent(t.Context())
	must(t, err)
	sent := map[string]state.Outbound{}
	for _, o := range rows {
		sent[o.Key] = o
	}
	for i := range n {
		d, err := db.Draft(t.Context(), conv(i))
		must(t, err)
		drafts += int(bit(strings.HasPrefix(d.Body, fmt.Sprintf("draft %d ", i))))
		messages += int(bit(strings.HasPrefix(sent[fmt.Sprintf("key-%d", i)].Body, fmt.Sprintf("message %d ", i))))
		f, err := db.readFlag(t.Context(), conv(2000+i))
		must(t, err)
		marks += int(bit(f.starred))
	}
	return drafts, messages, marks
}

func duplicate(from, to string) error {
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	return err
}

// snapshotsIn lists the snapshots in a folder, newest first.
func snapshotsIn(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "state-*.db"))
	must(t, err)
	slices.Sort(names)
	slices.Reverse(names)
	return names
}

func statePath(dir string) string { return filepath.Join(dir, "state.db") }

// overwrite puts bytes into a closed file.
func overwrite(t testing.TB, path string, at int64, bytes []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	_, err = f.WriteAt(bytes, at)
	must(t, errors.Join(err, f.Close()))
}

// closedStore is a folder with a closed store of n of everything.
func closedStore(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	db := openIn(t, dir)
	addRows(t, db, 0, n)
	must(t, db.Close())
	return dir
}

// keptFiles lists the databases that were kept aside, without their logs.
func keptFiles(path string) []string {
	all, _ := filepath.Glob(path + ".corrupt-*")
	return slices.DeleteFunc(all, func(name string) bool {
		return slices.ContainsFunc(dbfile.Suffixes, func(end string) bool { return strings.HasSuffix(name, end) })
	})
}

func newsOf(t testing.TB, db *DB) string {
	t.Helper()
	return strings.Join(db.Condition().News, "\n")
}

func TestDamagedPageCostsOnlyItsRows(t *testing.T) {
	const n = 150
	dir := closedStore(t, n)
	info, err := os.Stat(statePath(dir))
	must(t, err)
	for at := int64(4096 * 20); at < info.Size(); at += 4096 * 25 {
		overwrite(t, statePath(dir), at, []byte(strings.Repeat("\x07", 4096)))
	}
	db := openIn(t, dir)
	drafts, messages, marks := countRows(t, db, n)
	if drafts+messages+marks < 3*n*3/4 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
	kept := keptFiles(statePath(dir))
	want := fmt.Sprintf("state.db was damaged: %d drafts, %d unsent messages and %d marks were rescued; the damaged file is kept beside it as %s", drafts, messages, marks, filepath.Base(strings.Join(kept, "")))
	if got := newsOf(t, db); got != want {
		t.Errorf("got  %s\nwant  %s", got, want)
	}
	must(t, db.state.Check(t.Context()))
}

// What was about to go out is not known to be unsent any more.
func TestNothingRescuedGoesOutByItself(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	t.Run("fill", func(t *testing.T) {
		owning(t, db)
		for i, status := range []state.Status{state.Queued, state.Uploading, state.InFlight, state.Accepted, state.Done, state.Failed} {
			o := queued(conv(i), fmt.Sprint("k", i), "text")
			o.Submitted = noon
			advance(t, db, submit(t, db, o)[0], status)
		}
	})
	must(t, recovery.Snapshot(t.Context(), statePath(dir)))
	addRows(t, db, 0, 3)
	for _, damage := range []struct {
		name string
		do   func()
		want []state.Status
	}{
		{"from the file", func() {
			must(t, db.Close())
			damageIndex(t, dir)
		}, []state.Status{state.Uncertain, state.Uncertain, state.Uncertain, state.Accepted, state.Done, state.Uncertain}},
		{"from a snapshot", func() { must(t, db.Close()); must(t, os.WriteFile(statePath(dir), make([]byte, 1<<16), 0o600)) },
			[]state.Status{state.Uncertain, state.Uncertain, state.Uncertain, state.Uncertain, state.Done, state.Uncertain}},
	} {
		t.Run(damage.name, func(t *testing.T) {
			damage.do()
			db = openIn(t, dir)
			for i, want := range damage.want {
				o, err := db.Outbound(t.Context(), int64(i+1))
				if err != nil || o.Status != want || want == state.Uncertain && (o.Reason != rescuedReason || !o.SentAt.Equal(noon)) {
					t.Errorf("row %d is %v: %+v, %v", i, o.Status, o, err)
				}
			}
		})
	}
}

// damageIndex damages the automatic index of the drafts in a closed store, so
// that every row can still be read.
func damageIndex(t *testing.T, dir string) {
	t.Helper()
	var root int64
	must(t, dbfile.ReadClosed(t.Context(), statePath(dir), func(l *dbfile.Conn) error {
		return l.Row(t.Context(), "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_draft_1'").Scan(&root)
	}))
	overwrite(t, statePath(dir), (root-1)*4096, []byte(strings.Repeat("\x07", 4096)))
}

func TestSnapshotsFillWhatIsLost(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	addRows(t, db, 0, 10)
	must(t, recovery.Snapshot(t.Context(), statePath(dir)))
	addRows(t, db, 10, 5)
	must(t, db.Close())
	for _, ruin := range []struct {
		name string
		do   func(path string) error
	}{
		{"text", func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("no database ", 500)), 0o600) }},
		{"empty", func(path string) error { return os.Truncate(path, 0) }},
		{"short", func(path string) error { return os.Truncate(path, 5000) }},
		{"missing", os.Remove},
	} {
		t.Run(ruin.name, func(t *testing.T) {
			must(t, ruin.do(statePath(dir)))
			db := openIn(t, dir)
			if drafts, messages, marks := countRows(t, db, 10); drafts != 10 || messages != 10 || marks != 10 {
				t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
			}
			if got := newsOf(t, db); !strings.Contains(got, "10 drafts, 10 unsent messages and 10 marks were rescued") {
				t.Error(got)
			}
			must(t, db.Close())
		})
	}
	kept := keptFiles(statePath(dir))
	if len(kept) != 3 { // of the missing file there is nothing to keep
		t.Errorf("kept %q", kept)
	}
}

// A file that lost its beginning, while all it held is still in its log.
func TestAnEmptyFileIsReadFromItsLog(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	addRows(t, db, 0, 3)
	crashed := t.TempDir()
	for _, end := range []string{"", "-wal"} {
		must(t, duplicate(statePath(dir)+end, statePath(crashed)+end))
	}
	must(t, os.Truncate(statePath(crashed), 0))
	again := openIn(t, crashed)
	if drafts, messages, marks := countRows(t, again, 3); drafts != 3 || messages != 3 || marks != 3 {
		t.Errorf("%d drafts, %d messages, %d marks: %s", drafts, messages, marks, newsOf(t, again))
	}
}

// Whoever is killed in the middle of putting the new file in place, the next
// start ends it.
func TestRescueSurvivesItsOwnEnd(t *testing.T) {
	for _, gone := range []int{0, 1, 2} {
		dir := closedStore(t, 5)
		ready := statePath(dir) + ".rescued-" + "20260304-120000"
		must(t, duplicate(statePath(dir), ready))
		must(t, os.WriteFile(statePath(dir)+"-wal", []byte("an old log"), 0o600))
		for _, end := range []string{"", "-wal"}[:gone] {
			must(t, os.Rename(statePath(dir)+end, statePath(dir)+".corrupt-20260304-120000"+end))
		}
		db := openIn(t, dir)
		if drafts, messages, marks := countRows(t, db, 5); drafts+messages+marks != 15 {
			t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
		}
		must(t, db.Close())
		for _, end := range []string{"", "-wal"} {
			if _, err := os.Stat(statePath(dir) + ".corrupt-20260304-120000" + end); err != nil {
				t.Error(err)
			}
		}
	}
}

// Nothing is put aside while another session is in the middle of a write to it.
func TestRescueWaitsForWhoWrites(t *testing.T) {
	t.Parallel() // it waits five seconds for the other
	dir := closedStore(t, 20)
	other := openRaw(t, statePath(dir))
	execRaw(t, other, "BEGIN IMMEDIATE")
	damageIndex(t, dir)
	if db, err := Open(t.Context(), dir, state.NewFeed()); err == nil {
		t.Errorf("it was opened: %q", newsOf(t, db))
	}
	execRaw(t, other, "ROLLBACK")
	if drafts, messages, marks := countRows(t, openIn(t, dir), 20); drafts+messages+marks != 60 {
		t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
	}
}

// Of two sessions that start on a damaged file one rescues it.
func TestTwoStartsRescueOnce(t *testing.T) {
	dir := closedStore(t, 20)
	damageIndex(t, dir)
	const starts = 4
	news := make(chan string, starts)
	for range starts {
		go func() {
			db, err := Open(context.Background(), dir, state.NewFeed())
			if err != nil {
				news <- err.Error()
				return
			}
			drafts, messages, marks := countRows(t, db, 20)
			reported := append(db.Condition().News, fmt.Sprint(drafts, messages, marks))
			if err := db.Close(); err != nil {
				reported = append(reported, err.Error())
			}
			news <- strings.Join(reported, "\n")
		}()
	}
	reported := 0
	for range starts {
		got := <-news
		reported += strings.Count(got, "were rescued")
		if !strings.HasSuffix(got, "20 20 20") {
			t.Error(got)
		}
	}
	if kept := keptFiles(statePath(dir)); reported != 1 || len(kept) != 1 {
		t.Errorf("rescued %d times, kept %q", reported, kept)
	}
}

func TestSnapshotsRotate(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	hours := 9
	for range 5 { // the last two within an hour
		must(t, recovery.Snapshot(t.Context(), statePath(dir)))
		at := noon.Add(time.Duration(min(hours, 12)) * time.Hour)
		must(t, os.Chtimes(snapshotsIn(t, dir)[0], at, at))
		hours++
	}
	must(t, recovery.Snapshot(t.Context(), statePath(dir)))
	var names []string
	for _, s := range snapshotsIn(t, dir) {
		must(t, onlyOwner(s, 0o600))
		names = append(names, filepath.Base(s))
	}
	if got := strings.Join(names, " "); got != "state-6.db state-4.db state-3.db" {
		t.Error(got)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "state-*.part")); len(left) != 0 { // the ballast has one of its own
		t.Errorf("left %q", left)
	}
	must(t, db.Close())
}

// Bytes are changed at random all over the file: the start never fails, the
// new file is whole, and what could not be read is the exception. A snapshot
// that lacks the newest rows makes up for nearly all the rest.
func TestDamageAtRandom(t *testing.T) {
	t.Parallel()
	const n = 60
	for _, c := range []struct {
		name       string
		snapshotAt int     // how many of everything the snapshot holds
		share      float64 // of the rows that have to be rescued at least
	}{{"without a snapshot", 0, 0.80}, {"with a snapshot", n - 5, 0.97}} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			db := openIn(t, dir)
			addRows(t, db, 0, c.snapshotAt)
			if c.snapshotAt > 0 {
				must(t, recovery.Snapshot(t.Context(), statePath(dir)))
			}
			addRows(t, db, c.snapshotAt, n-c.snapshotAt)
			must(t, db.Close())
			must(t, os.Remove(db.cache.Path))
			damageAtRandom(t, dir, n, c.share)
		})
	}
}

// A file that can be read, and that does not hold how often it was changed or has a layout
// that no version wrote, is damaged.
func TestNumbersThatNobodyWroteAreRescued(t *testing.T) {
	for _, damage := range []string{"DELETE FROM clock", "PRAGMA user_version = 40457", "PRAGMA user_version = -3"} {
		t.Run(damage, func(t *testing.T) {
			dir := t.TempDir()
			db := openIn(t, dir)
			addRows(t, db, 0, 3)
			must(t, db.Close())
			raw, err := sql.Open("sqlite", statePath(dir))
			must(t, err)
			_, err = raw.Exec(damage)
			must(t, errors.Join(err, raw.Close()))
			if got := rescued(t, dir, 3); got != 1 {
				t.Errorf("%.0f %% of the rows are left", 100*got)
			}
		})
	}
}

func damageAtRandom(t *testing.T, dir string, n int, least float64) {
	cases := cases(20, 200)
	whole, err := os.ReadFile(statePath(dir))
	must(t, err)
	pick := rand.New(rand.NewPCG(1, 2))
	share, unharmed, none := 0.0, 0, 0
	for range cases {
		file := append([]byte(nil), whole...)
		for range 1 + pick.IntN(3) {
			at := pick.IntN(len(file) / 4096)
			for range 1 + pick.IntN(400) {
				file[at*4096+pick.IntN(4096)] = byte(pick.Uint32())
			}
		}
		sub := t.TempDir()
		must(t, os.CopyFS(sub, os.DirFS(dir)))
		must(t, os.WriteFile(statePath(sub), file, 0o600))
		got := rescued(t, sub, n)
		share += got / float64(cases)
		unharmed += int(bit(got == 1))
		none += int(bit(got == 0))
		must(t, os.RemoveAll(sub))
	}
	t.Logf("%d cases: %.1f %% of the rows rescued on average, all in %d, none in %d", cases, 100*share, unharmed, none)
	if least -= 1 / float64(cases); share < least { // of a few, one that is lost says little
		t.Errorf("only %.1f %% of the rows were rescued", 100*share)
	}
}

// rescued opens a damaged store, and returns which part of a treasure is there.
func rescued(t *testing.T, dir string, n int) float64 {
	t.Helper()
	db := openIn(t, dir)
	defer func() { must(t, db.Close()) }()
	must(t, db.state.Check(t.Context()))
	_, err := db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 1000})
	must(t, err)
	drafts, messages, marks := countRows(t, db, n)
	return float64(drafts+messages+marks) / float64(3*n)
}

// A file that was cut is read as far as it goes, although SQLite says that it is no
// database.
func TestACutFileIsReadAsFarAsItGoes(t *testing.T) {
	const n = 5
	dir := closedStore(t, n)
	info, err := os.Stat(statePath(dir))
	must(t, err)
	must(t, os.Truncate(statePath(dir), info.Size()-465))
	if got := rescued(t, dir, n); got != 1 {
		t.Errorf("%.0f %% of the rows were rescued", 100*got)
	}
}

// A flipped byte in the text of a schema is no damage to SQLite, which then finds
// another column or none. All rows are there.
func TestAFlipInTheSchemaIsRescued(t *testing.T) {
	const n = 5
	dir := closedStore(t, n)
	whole, err := os.ReadFile(statePath(dir))
	must(t, err)
	for _, flip := range []struct{ at, now string }{
		{"body TEXT NOT NULL, files TEXT NOT NULL, rev", "bodx TEXT NOT NULL, files TEXT NOT NULL, rev"},
		{"CREATE TABLE draft (", "CREATE TABLE drafu ("},
		{"CREATE TABLE draft (", "CREATE TABLF draft ("},
		{"CHECK (one = 1), rev", "CHECK (one = 9), rev"},
		{"part INTEGER NOT NULL, parts", "part INTEGES NOT NULL, parts"},
	} {
		sub := t.TempDir()
		damaged := strings.Replace(string(whole), flip.at, flip.now, 1)
		if damaged == string(whole) {
			t.Fatalf("no %q in the file", flip.at)
		}
		must(t, os.WriteFile(statePath(sub), []byte(damaged), 0o600))
		db := openIn(t, sub)
		if drafts, messages, marks := countRows(t, db, n); drafts+messages+marks != 3*n || !strings.Contains(newsOf(t, db), "5 drafts, 5 unsent messages and 5 marks were rescued") {
			t.Errorf("%s: %d drafts, %d messages, %d marks: %s", flip.now, drafts, messages, marks, newsOf(t, db))
		}
		_, err := db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 10})
		must(t, errors.Join(err, db.Close()))
	}
}

// The cache's schema can be flipped as well; it is fetched again.
func TestAFlipInTheSchemaOfTheCache(t *testing.T) {
	dir := closedStore(t, 1)
	path := filepath.Join(dir, "cache.db")
	whole, err := os.ReadFile(path)
	must(t, err)
	damaged := strings.Replace(string(whole), "p_kind INTEGER NOT NULL", "p_kinc INTEGER NOT NULL", 1)
	if damaged == string(whole) {
		t.Fatal("nothing was flipped")
	}
	must(t, os.WriteFile(path, []byte(damaged), 0o600))
	db := openIn(t, dir)
	_, err = db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 10})
	if got := newsOf(t, db); err != nil || !strings.Contains(got, "the cache was damaged") {
		t.Errorf("%v, %q", err, got)
	}
}
