package sqlite

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// crashed is a copy of an open store as a crash of the program leaves it.
func crashed(t testing.TB, dir string) string {
	t.Helper()
	to := t.TempDir()
	for _, end := range []string{"", "-wal", "-rev"} {
		must(t, duplicate(statePath(dir)+end, statePath(to)+end))
	}
	return to
}

// damages of a log, none of which SQLite reports.
var logDamages = []struct {
	name string
	do   func(t testing.TB, log string, pick *rand.Rand)
}{
	{"a flipped byte", func(t testing.TB, log string, pick *rand.Rand) {
		b, err := os.ReadFile(log)
		must(t, err)
		if len(b) > 0 {
			b[pick.IntN(len(b))] ^= 1 << pick.IntN(8)
		}
		must(t, os.WriteFile(log, b, 0o600))
	}},
	{"a cut", func(t testing.TB, log string, pick *rand.Rand) {
		info, err := os.Stat(log)
		must(t, err)
		must(t, os.Truncate(log, pick.Int64N(info.Size()+1)))
	}},
	{"removal", func(t testing.TB, log string, _ *rand.Rand) { must(t, os.Remove(log)) }},
}

// What a person did is out of the log a moment later, so that damage to the log of
// a store that was killed takes nothing back.
func TestDamageToTheLogTakesNothingBack(t *testing.T) {
	const n = 4
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db := openIn(t, dir)
		defer db.Close()
		addRows(t, db, 0, n)
		time.Sleep(2 * pollEvery)
		for _, damage := range logDamages {
			killed := crashed(t, dir)
			damage.do(t, statePath(killed)+"-wal", rand.New(rand.NewPCG(1, 1)))
			again := openIn(t, killed)
			if drafts, messages, marks := countRows(t, again, n); drafts+messages+marks != 3*n || newsOf(t, again) != "" {
				t.Errorf("%s: %d drafts, %d messages, %d marks: %s", damage.name, drafts, messages, marks, newsOf(t, again))
			}
			must(t, again.Close())
		}
	})
}

// What was only in the log when that was damaged is missing, which is said, and
// nothing of an earlier state goes out by itself.
func TestCommitsThatAreMissingAreReported(t *testing.T) {
	const n = 4
	dir := t.TempDir()
	db := openIn(t, dir)
	addRows(t, db, 0, n)
	defer db.state.HoldWriter()() // nothing leaves the log any more
	runs, silent, lost := cases(4, 200), 0, 0
	for _, damage := range logDamages {
		for seed := range runs {
			killed := crashed(t, dir)
			damage.do(t, statePath(killed)+"-wal", rand.New(rand.NewPCG(uint64(seed), 2)))
			again := openIn(t, killed)
			drafts, messages, marks := countRows(t, again, n)
			missing, news := 3*n-drafts-messages-marks, newsOf(t, again)
			lost += missing
			if missing > 0 && !strings.Contains(news, "because its log was damaged or removed") && !strings.Contains(news, "state.db was damaged") {
				silent++
				t.Errorf("%s, seed %d: %d of %d rows are missing: %q", damage.name, seed, missing, 3*n, news)
			}
			for _, o := range unsent(t, again) {
				if missing > 0 && o.Status == state.Queued {
					t.Errorf("%s, seed %d: %q would go out by itself", damage.name, seed, o.Body)
				}
			}
			must(t, again.Close())
			must(t, os.RemoveAll(killed))
		}
	}
	t.Logf("%d damages, %d rows lost of %d, %d without a word", len(logDamages)*runs, lost, 3*n*len(logDamages)*runs, silent)
}

func unsent(t testing.TB, db *DB) []state.Outbound {
	t.Helper()
	rows, err := db.Unsent(t.Context())
	must(t, err)
	return rows
}

func TestTheNoteSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	addRows(t, db, 0, 1)
	soon(t, "the log is empty", func() bool { return logSize(t, dir) == 0 })
	old := crashed(t, dir)
	addRows(t, db, 1, 2)
	must(t, db.Close())
	must(t, duplicate(statePath(dir)+"-rev", statePath(old)+"-rev"))
	again := openIn(t, old)
	if got := newsOf(t, again); !strings.HasPrefix(got, "state.db lacks the last 6 changes, until ") || !strings.Contains(got, "1 draft, 1 unsent message and 1 mark are left") {
		t.Error(got)
	}
	if o := unsent(t, again)[0]; o.Status != state.Uncertain {
		t.Errorf("%+v", o)
	}
	addRows(t, again, 1, 2)
	must(t, again.Close())
	again = openIn(t, old) // once is enough
	if got := newsOf(t, again); got != "" {
		t.Error(got)
	}
}

// A note that cannot be true accuses nobody.
func TestADamagedNoteIsNotBelieved(t *testing.T) {
	dir := closedStore(t, 2)
	b, err := os.ReadFile(statePath(dir) + "-rev")
	must(t, err)
	for i := range b {
		bad := append([]byte(nil), b...)
		bad[i] ^= 8
		must(t, os.WriteFile(statePath(dir)+"-rev", bad, 0o600))
		if rev, _ := dbfile.NotedRevision(statePath(dir)); rev != 0 {
			t.Errorf("%q is revision %d", bad, rev)
		}
	}
	if got := newsOf(t, openIn(t, dir)); got != "" {
		t.Error(got)
	}
}

// The log is removed while a session uses it: nothing is lost, another session can
// start, and the two see what each other writes.
func TestALogRemovedWhileRunningCostsNothing(t *testing.T) {
	for _, file := range []string{"state.db", "cache.db"} {
		dir := t.TempDir()
		db := openIn(t, dir)
		addRows(t, db, 0, 3)
		head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "hi", noon)))
		must(t, os.Remove(filepath.Join(dir, file+"-wal")))
		other := openIn(t, dir)
		soon(t, "it can be written again", func() bool {
			_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(50), Body: "x"})
			return err == nil
		})
		addRows(t, other, 3, 1)
		for _, s := range []*DB{db, other} {
			drafts, messages, marks := countRows(t, s, 4)
			if d, err := s.Draft(t.Context(), conv(50)); drafts+messages+marks != 12 || d.Body != "x" || err != nil {
				t.Errorf("%s: %d drafts, %d messages, %d marks, %+v, %v", file, drafts, messages, marks, d, err)
			}
			if c := s.Condition(); c.Problem != "" || len(c.News) > 0 {
				t.Errorf("%s: %+v", file, c)
			}
			must(t, s.Close())
		}
	}
}

// The log is cut while a session uses it: what was in it is missing, and is reported.
func TestALogCutWhileRunningIsReported(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db := openIn(t, dir)
		defer db.Close()
		addRows(t, db, 0, 3)
		time.Sleep(5 * pollEvery / 2) // between two polls, of which each empties the log
		_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(50), Body: "x"})
		must(t, err)
		must(t, os.Truncate(statePath(dir)+"-wal", 1000))
		_, err = db.Draft(t.Context(), conv(1))
		if !dbfile.Failing(err) {
			t.Fatalf("got %v", err)
		}
		time.Sleep(2 * pollEvery)
		if got := newsOf(t, db); !strings.HasPrefix(got, "state.db lacks the last change, until ") {
			t.Errorf("%q", got)
		}
		if drafts, messages, marks := countRows(t, db, 3); drafts+messages+marks != 9 {
			t.Errorf("%d drafts, %d messages, %d marks", drafts, messages, marks)
		}
	})
}

func logSize(t testing.TB, dir string) int64 {
	t.Helper()
	info, err := os.Stat(statePath(dir) + "-wal")
	must(t, err)
	return info.Size()
}

// A session that only lives leaves no trace in state.db.
func TestHeartbeatsStayOutOfTheDurableFile(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a, b := openIn(t, dir), openIn(t, dir)
		defer a.Close()
		defer b.Close()
		start := time.Now()
		for _, db := range []*DB{a, b} {
			db.Presence.Clock = func() time.Duration { return time.Since(start) }
		}
		owning(t, a)
		time.Sleep(2 * time.Second)
		before, err := os.ReadFile(statePath(dir))
		must(t, err)
		epoch := a.Epoch()
		time.Sleep(time.Minute)
		after, err := os.ReadFile(statePath(dir))
		must(t, err)
		if a.Epoch() != epoch || epoch == 0 || logSize(t, dir) != 0 || string(before) != string(after) {
			t.Errorf("epoch %d, then %d; log of %d bytes; file changed: %v", epoch, a.Epoch(), logSize(t, dir), string(before) != string(after))
		}
	})
	if left, _ := filepath.Glob(filepath.Join(dir, "heartbeat-*")); len(left) != 0 {
		t.Error(fmt.Sprint("left ", left))
	}
}
