package sqlite

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

const day = 24 * time.Hour

// begun is when these tests began.
var begun = time.Now().Truncate(time.Second)

// ago is a time so many days ago, always the same.
func ago(days int) time.Time { return begun.Add(-time.Duration(days) * day) }

// withRetention is a store that keeps 90 days.
func withRetention(t testing.TB) (*DB, string) {
	t.Helper()
	dir := t.TempDir()
	db := openIn(t, dir)
	db.retention = state.Retention{For: 90 * day}
	return db, dir
}

// dropExpired makes one round, as the holder of the lease does.
func dropExpired(t testing.TB, db *DB) int {
	t.Helper()
	n, err := db.DropExpired(t.Context())
	must(t, err)
	return n
}

// before stores a page as it was stored when it was new.
func before(t testing.TB, db *DB, id api.ConversationID, p api.Page[api.Message]) {
	t.Helper()
	k := db.retention
	db.retention = state.Retention{}
	head(t, db, id, time.Now(), p)
	db.retention = k
}

// oldAndFresh fills conversation 1 with two old messages and two fresh ones, of which
// the oldest is the first unanswered.
func oldAndFresh(t testing.TB, db *DB) {
	t.Helper()
	lists(t, db, api.Conversation{ID: conv(1), Contact: api.Contact{Name: "Olga"}})
	before(t, db, conv(1), page("more", says(conv(1), 4, "in", "four", ago(2)), says(conv(1), 3, "in", "three", ago(80)),
		says(conv(1), 2, "in", "two", ago(100)), says(conv(1), 1, "out", "one", ago(110))))
}

func TestOldMessagesAreDropped(t *testing.T) {
	db, _ := withRetention(t)
	oldAndFresh(t, db)
	if n := dropExpired(t, db); n != 2 {
		t.Fatalf("%d messages were dropped", n)
	}
	if got := lines(t, db, all(conv(1))); got != "three four" {
		t.Fatal(got)
	}
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	if w.Older != state.EdgeRemote {
		t.Errorf("what was dropped is not said to be at the platform: %v", w.Older)
	}
	if found, err := db.Search(t.Context(), "two", 9); err != nil || len(found) != 0 {
		t.Errorf("a dropped message is found: %+v, %v", found, err)
	}
	row := rowOf(t, db, conv(1))
	if row.WaitingSince.Unix() != ago(100).Unix() || row.Preview.Or(state.Preview{}).Body != "four" {
		t.Errorf("%+v", row)
	}
	if n := dropExpired(t, db); n != 0 {
		t.Errorf("a second round dropped %d", n)
	}
}

func TestAConversationOfWhichNothingIsKeptStaysListed(t *testing.T) {
	db, _ := withRetention(t)
	before(t, db, conv(1), page("", says(conv(1), 2, "in", "anyone there", ago(95)), says(conv(1), 1, "in", "hello", ago(100))))
	was := rowOf(t, db, conv(1))
	dropExpired(t, db)
	row := rowOf(t, db, conv(1))
	p := row.Preview.Or(state.Preview{})
	if !p.Expired || p.Body != "" || p.Direction != api.Inbound || !p.At.Equal(was.Preview.Or(state.Preview{}).At) {
		t.Errorf("preview %+v", p)
	}
	if !row.WaitingSince.Equal(was.WaitingSince) || row.Unread == 0 || !row.Active.Equal(was.Active) {
		t.Errorf("the customer is forgotten: %+v", row)
	}
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting, Limit: 9}), "1")
	// The marks are counted from what is stored, and have to stay the same.
	must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{ReadUpTo: api.Known(was.Newest - 1)}))
	if row := rowOf(t, db, conv(1)); row.Unread != 1 || row.WaitingSince.IsZero() {
		t.Errorf("after a mark: %+v", row)
	}
	must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{ReadUpTo: api.Known(was.Newest)}))
	if row := rowOf(t, db, conv(1)); row.Unread != 0 {
		t.Errorf("read, and %d unread", row.Unread)
	}
}

// What the engine reads by itself does not bring back what was dropped, nor
// does it cost a write each time.
func TestTheSweepBringsNothingBack(t *testing.T) {
	db, _ := withRetention(t)
	p := page("more", says(conv(1), 3, "in", "three", ago(2)), says(conv(1), 2, "in", "two", ago(100)), says(conv(1), 1, "out", "one", ago(110)))
	dead := page("more", says(conv(2), 2, "in", "anyone", ago(95)), says(conv(2), 1, "out", "yes", ago(99)))
	if saved := head(t, db, conv(1), time.Now(), p); saved.New != 1 {
		t.Errorf("%+v", saved)
	}
	if saved := head(t, db, conv(2), time.Now(), dead); saved.New != 0 || !saved.Changed {
		t.Errorf("%+v", saved)
	}
	if row := rowOf(t, db, conv(2)); row.WaitingSince.Unix() != ago(95).Unix() || row.Unread != 1 || row.Preview.Or(state.Preview{}).Body != "" {
		t.Errorf("%+v", row)
	}
	rev := db.cache.OwnRevision()
	for range 3 {
		saved, other := head(t, db, conv(1), time.Now(), p), head(t, db, conv(2), time.Now(), dead)
		if saved.New+other.New != 0 || saved.Changed || other.Changed {
			t.Errorf("%+v %+v", saved, other)
		}
	}
	if now := db.cache.OwnRevision(); now != rev {
		t.Errorf("looks without news were written: revision %d after %d", now, rev)
	}
	if got := lines(t, db, all(conv(1))) + "," + lines(t, db, all(conv(2))); got != "three," {
		t.Errorf("stored: %q", got)
	}
}

// What somebody asks for is shown whatever its age, stays while it is read,
// and leaves again afterwards.
func TestHistoryThatSomebodyReadsIsSpared(t *testing.T) {
	db, _ := withRetention(t)
	oldAndFresh(t, db)
	dropExpired(t, db)
	db.Reading(conv(1))
	p := page("", says(conv(1), 4, "in", "four", ago(2)), says(conv(1), 3, "in", "three", ago(80)),
		says(conv(1), 2, "in", "two", ago(100)), says(conv(1), 1, "out", "one", ago(110)))
	head(t, db, conv(1), time.Now(), p)
	for range 2 {
		if n := dropExpired(t, db); n != 0 {
			t.Errorf("%d messages were taken from the reader", n)
		}
		if got := lines(t, db, all(conv(1))); got != "one two three four" {
			t.Fatal(got)
		}
	}
	if w, _ := db.Timeline(t.Context(), all(conv(1))); w.Older != state.EdgeEnd {
		t.Errorf("the beginning was read, and the edge is %v", w.Older)
	}
	db.readings.last[conv(1)] = time.Now().Add(-readFor - time.Second)
	if n := dropExpired(t, db); n != 2 {
		t.Errorf("%d messages left", n)
	}
}

func TestAConversationWithSomethingOfOursIsSpared(t *testing.T) {
	db, _ := withRetention(t)
	for n := 1; n <= 4; n++ {
		before(t, db, conv(n), page("", says(conv(n), 1, "in", "old", ago(100))))
	}
	_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "wait"})
	must(t, err)
	submit(t, db, queued(conv(2), "k", "unsent"))
	submitChange(t, db, changeOf(conv(3), api.CapStar, true))
	if n := dropExpired(t, db); n != 1 {
		t.Errorf("%d messages were dropped", n)
	}
	for n := 1; n <= 3; n++ {
		if got := lines(t, db, all(conv(n))); !strings.HasPrefix(got, "old") {
			t.Errorf("conversation %d: %q", n, got)
		}
	}
	saved := head(t, db, conv(2), time.Now(), page("", says(conv(2), 1, "in", "old", ago(100)), says(conv(2), 9, "in", "older", ago(120))))
	if saved.New != 1 {
		t.Errorf("a message of ours may be in what was left out of the page: %+v", saved)
	}
}

func TestAccountsMayKeepDifferently(t *testing.T) {
	db, _ := withRetention(t)
	db.retention = state.Retention{For: 90 * day, Accounts: map[api.AccountID]time.Duration{"archive": 0, "brief": 7 * day}}
	for _, account := range []api.AccountID{"shop", "archive", "brief"} {
		id := api.ConversationID{Account: account, Remote: "1"}
		before(t, db, id, page("", says(id, 2, "in", "fresh", ago(30)), says(id, 1, "in", "old", ago(100))))
	}
	if n := dropExpired(t, db); n != 3 {
		t.Errorf("%d messages were dropped", n)
	}
}

// Messages of ours that went out are in state.db as well, for a month at most.
func TestWhatWentOutAgesToo(t *testing.T) {
	db, _ := withRetention(t)
	db.retention = state.Retention{For: 7 * day}
	owning(t, db)
	before(t, db, conv(1), page("", says(conv(1), 1, "in", "hi", ago(1))))
	o := queued(conv(1), "k", "went out")
	o.Submitted = ago(8)
	done := advance(t, db, submit(t, db, o)[0], state.Done)
	dropExpired(t, db)
	if _, err := db.Outbound(t.Context(), done.ID); err == nil {
		t.Error("it is still there")
	}
}

// marker is a word that is in every old message, and nowhere else.
const marker = "zebrafinch"

// holding names the files of a folder in which a word is.
func holding(t testing.TB, dir, word string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil && bytes.Contains(bytes.ToLower(b), []byte(word)) {
			names = append(names, filepath.Base(name))
		}
	}
	return names
}

// Random histories, of which a part grows old: what is dropped is nowhere
// in the files any more, not as text, not as words of the index, not in a log.
func TestDroppedTextIsGoneFromTheFiles(t *testing.T) {
	db, dir := withRetention(t)
	rng := rand.New(rand.NewPCG(4, 6)) // with some seeds a split page keeps one: see the traps of the store
	for n := range cases(60, 60) {
		var msgs []api.Message
		for k := range 1 + rng.IntN(40) {
			at, body := ago(rng.IntN(90)), "fresh words "
			if k%2 == 1 {
				at, body = ago(91+rng.IntN(900)), "some "+strings.Repeat(marker+" ", 1+rng.IntN(30))
			}
			msgs = append(msgs, says(conv(n), k, []string{"in", "out"}[k%2], body+fmt.Sprint(rng.Int64()), at))
		}
		slices.SortFunc(msgs, func(a, b api.Message) int { return b.At.Compare(a.At) })
		before(t, db, conv(n), page("", msgs...))
	}
	if len(holding(t, dir, marker)) == 0 {
		t.Fatal("the marker was never on disk")
	}
	dropped := dropExpired(t, db)
	must(t, db.mergeIndex(t.Context()))
	if busy, err := db.emptyLogs(t.Context()); busy || err != nil {
		t.Fatal(busy, err)
	}
	if names := holding(t, dir, marker); len(names) > 0 || dropped == 0 {
		t.Errorf("%d messages were dropped, and their text is in %v", dropped, names)
	}
	if found, err := db.Search(t.Context(), "fresh", 9); err != nil || len(found) != 9 {
		t.Errorf("what is kept is not found: %d, %v", len(found), err)
	}
	must(t, db.cache.Write(t.Context(), func(l *dbfile.Conn) error {
		_, err := l.Exec(t.Context(), "INSERT INTO fts (fts, rank) VALUES ('integrity-check', 0)")
		return err
	}))
}

// Random runs of looks by the engine, of people who read back, and of rounds
// that drop what has grown old: the order and the holes are right all
// the time, the row knows who waits, nothing old stays that nobody reads, and
// whoever wants it reads all of it in the end.
func TestHistoryWithACutoffIsTrueAllTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon.AddDate(1, 0, 0))) // after all that is written here
		db := openQuiet(t, t.TempDir())
		runs := cases(30, 200)
		dropped := 0
		for seed := range runs {
			rng := rand.New(rand.NewPCG(uint64(seed), 9))
			r := &remote{id: conv(seed), start: noon.Add(time.Duration(seed) * time.Hour), rng: rng}
			r.grow(1 + rng.IntN(40))
			limit := 2 + rng.IntN(8) // a page of one does not show what came before
			for step := range 20 {
				when := fmt.Sprintf("run %d step %d", seed, step)
				r.grow(rng.IntN(4))
				old := rng.IntN(len(r.times)) // so many messages are older than is kept
				db.retention = state.Retention{For: time.Since(r.times[old])}
				delete(db.readings.last, r.id)
				switch rng.IntN(4) {
				case 0:
					db.Reading(r.id)
					r.step(t, db, limit, when)
				case 1:
					n, err := db.dropBatch(t.Context(), r.id, cutoffOf(db.retentionOf("shop"))) // all there is
					must(t, err)
					dropped += n
					r.noneExpired(t, db, positionOf(stamp(r.times[old].Add(-time.Second))), when)
				default:
					head(t, db, r.id, noon, r.page("", limit))
					r.waits(t, db, when)
				}
				r.check(t, db, when)
			}
			db.Reading(r.id)
			r.finish(t, db, limit)
			r.check(t, db, fmt.Sprintf("run %d at its end", seed))
			if w, err := db.Timeline(t.Context(), all(r.id)); err != nil || len(w.Items) != len(r.times) {
				t.Fatalf("run %d: %d of %d messages, %v", seed, len(w.Items), len(r.times), err)
			}
		}
		t.Logf("%d runs, %d messages dropped", runs, dropped)
	})
}

// noneExpired demands that nothing stored is below the cutoff. That goes by positions,
// which a hole may push some seconds above their time.
func (r *remote) noneExpired(t *testing.T, db *DB, cutoff state.Pos, when string) {
	t.Helper()
	w, err := db.Timeline(t.Context(), all(r.id))
	must(t, err)
	for _, it := range w.Items {
		if !it.Gap && it.Pos < cutoff {
			t.Fatalf("%s: %s of %v stays", when, it.Message.Body, it.Message.At)
		}
	}
}

// waits demands that the row knows who wrote last, right after a look.
func (r *remote) waits(t *testing.T, db *DB, when string) {
	t.Helper()
	row, last := rowOf(t, db, r.id), len(r.times)
	if waiting := last%2 == 0; waiting == row.WaitingSince.IsZero() || waiting && !row.WaitingSince.Equal(r.times[last-1]) {
		t.Fatalf("%s: message %d of %v is the last, and the row says %v", when, last, r.times[last-1], row.WaitingSince)
	}
}
