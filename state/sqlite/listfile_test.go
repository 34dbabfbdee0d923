package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
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

// listed fills a store with conversations that are only listed, each with a flag.
func listed(t testing.TB, db *DB, n int) {
	t.Helper()
	for part := range slices.Chunk(slices.Collect(numbersTo(n)), 500) {
		var convs []api.Conversation
		for _, c := range part {
			convs = append(convs, api.Conversation{
				ID: conv(c), Kind: "whatsapp", Contact: api.Contact{Name: fmt.Sprint("Покупатель ", c), Handle: fmt.Sprint(79000000000 + c)},
				Channel: api.Known(api.ChannelID{Account: "shop", Remote: "1"}), Active: api.Known(noon.Add(time.Duration(c) * time.Second)), Answered: api.Known(c%3 == 0),
			})
		}
		must(t, db.SaveConversations(t.Context(), convs))
	}
	must(t, db.state.Commit(t.Context(), func(l *dbfile.Conn, rev int64) error {
		for c := range n {
			if err := saveFlag(t.Context(), l, conv(c), flag{starred: c%2 == 0}); err != nil {
				return err
			}
			if err := touch(t.Context(), l, conv(c), rev); err != nil {
				return err
			}
		}
		return nil
	}))
}

func numbersTo(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// began reports whether a session began its list with the stored one.
func began(t testing.TB, db *DB) bool {
	t.Helper()
	must(t, db.withList(t.Context(), func(*inbox, time.Time) error { return nil }))
	db.inbox.mu.Lock()
	defer db.inbox.mu.Unlock()
	return db.inbox.stored
}

func TestWhatIsPackedIsUnpacked(t *testing.T) {
	var in entry
	in.id, in.channel, in.kind, in.text, in.local = conv(7), "channel", "kind", "words\x00name\x00123", &local{drafted: true}
	var numbers [numberCount]int64
	for i := range numbers {
		numbers[i] = int64(i+1) << 24 // more than a byte, less than the truth values take
	}
	in.setNumbers(numbers)
	if in.numbers() != numbers {
		t.Fatalf("%v became %v", numbers, in.numbers())
	}
	for i := range in.truths() {
		b := inbox{}
		b.init()
		b.cache, b.state, b.clock = revision{"c", 5}, revision{"s", 6}, 7
		one := in
		*one.truths()[i] = true
		b.byID[one.id], b.entries = &one, []*entry{&one}
		b.lengths[windowKey{"shop", "kind"}] = time.Hour
		p := b.pack()
		var s stock
		for _, part := range []int{indexPart, factsFrom} {
			if err := s.add(p.parts[part]); err != nil {
				t.Fatalf("part %d: %v", part, err)
			}
		}
		if s.of != p.of || !s.whole() || s.index.clock != 7 || !slices.Equal(s.index.partly, []no{0}) || !maps.Equal(s.index.windows, b.lengths) {
			t.Fatalf("%+v", s.index)
		}
		var out entry
		n, ok := s.find(one.id)
		s.unpack(n, &out)
		if !ok || out.id != one.id || out.summary != one.summary || out.flag != one.flag {
			t.Errorf("packed   %+v\nunpacked %+v, %v", one, out, ok)
		}
		if _, ok := s.find(conv(8)); ok {
			t.Error("it finds what is not there")
		}
		for _, list := range []uint64{p.of.list, p.of.list + 1} {
			texts := unpackTexts(p.parts[textsFrom], list)
			if texts == nil || texts.nth(0) != one.text || (len(texts.ids) == 1 && texts.ids[0] == one.id) != (list != p.of.list) {
				t.Errorf("%+v", texts)
			}
		}
	}
}

// No byte of a part can be another one, or be missing, without that it is refused.
func TestADamagedPartIsRefused(t *testing.T) {
	e := &entry{id: conv(1), summary: summary{cached: true, row: 9, waiting: 8}, views: inAll | inWaiting}
	b := inbox{}
	b.init()
	b.entries = []*entry{e}
	b.sorted.add(b.entries)
	p := b.pack()
	for _, part := range []int{indexPart, factsFrom} {
		body := p.parts[part]
		for i := range body {
			bad := bytes.Clone(body)
			bad[i] ^= 0x10
			for _, bad := range [][]byte{bad, body[:i]} {
				var s stock
				if part == factsFrom {
					must(t, s.add(p.parts[indexPart]))
				}
				if err := s.add(bad); err == nil {
					t.Fatalf("damage at byte %d of %d was not noticed", i, len(body))
				}
			}
		}
	}
}

// What entries are sorted and counted by is stored as the rules say it. If this fails,
// the rules say something else now: raise listLayout, and note the sum here.
func TestTheRulesAreThoseOfTheLayout(t *testing.T) {
	const layout, sum = 8, 0x80d419fa
	r, h := rand.New(rand.NewPCG(1, 2)), crc32.NewIEEE()
	some := func(n int64) int64 { return r.Int64N(n) * r.Int64N(2) }
	for range 5_000 {
		var numbers [numberCount]int64
		for i := range numbers {
			numbers[i] = some(8)
		}
		var e entry
		numbers[11] = r.Int64N(1 << 24)
		e.setNumbers(numbers)
		for _, b := range e.truths() {
			*b = r.IntN(2) == 0
		}
		e.freeUntil = some(8)
		e.settle(moment(4), new(inbox).due)
		fmt.Fprintln(h, e.views, e.pinned, e.lastActive, e.since, e.place)
	}
	if got := h.Sum32(); got != sum || listLayout != layout {
		t.Errorf("layout %d says %#x", listLayout, got)
	}
}

func TestStoredListCountsForItsOwnFilesOnly(t *testing.T) {
	tests := map[string]struct {
		harm  func(t *testing.T, db *DB)
		began bool
	}{
		"nothing happened": {func(*testing.T, *DB) {}, true},
		"news since": {func(t *testing.T, db *DB) {
			must(t, db.SetFlags(t.Context(), conv(3), state.FlagChange{Done: api.Known(true)}))
		}, true},
		"a commit of the cache was taken back": {func(t *testing.T, db *DB) { rewind(t, db.cache, "UPDATE clock SET rev = rev - 1") }, false},
		"one of state.db was":                  {func(t *testing.T, db *DB) { rewind(t, db.state, "UPDATE clock SET rev = 0") }, false},
		"another cache":                        {func(t *testing.T, db *DB) { rewind(t, db.cache, "UPDATE clock SET id = 'x'") }, false},
		"another state.db":                     {func(t *testing.T, db *DB) { rewind(t, db.state, "UPDATE clock SET id = 'x'") }, false},
		"a byte of it is another one": {func(t *testing.T, db *DB) {
			rewind(t, db.cache, "UPDATE list SET body = CAST(substr(body, 1, 500) || x'aa' || substr(body, 502) AS BLOB) WHERE part = 1")
		}, false},
		"a part is gone":         {func(t *testing.T, db *DB) { rewind(t, db.cache, "DELETE FROM list WHERE part = 1") }, false},
		"an account was removed": {func(t *testing.T, db *DB) { must(t, db.Purge(t.Context(), "shop")) }, false},
	}
	stored := t.TempDir()
	db := openIn(t, stored)
	listed(t, db, perPart+200)
	must(t, db.storeList(t.Context(), 1))
	must(t, db.Close())
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "state")
			must(t, os.CopyFS(dir, os.DirFS(stored)))
			db := openIn(t, dir)
			tt.harm(t, db)
			must(t, db.Close())
			_ = os.Remove(filepath.Join(dir, "state.db-rev")) // else what lacks commits is rescued
			db = openIn(t, dir)
			if got := began(t, db); got != tt.began {
				t.Fatalf("it began with the stored list: %v", got)
			}
			plain := readPlainly(t, db)
			for view, name := range state.Views {
				q := state.ListQuery{View: name, Limit: 20, Text: []string{"", "покупатель 11"}[view%2]}
				got, err := db.List(t.Context(), q)
				must(t, err)
				if want := plain.list(view, q); !sameList(got, want) {
					t.Errorf("%s: %d of %d, want %d of %d", name, len(got.Rows), got.Total, len(want.Rows), want.Total)
				}
			}
		})
	}
}

// rewind writes to a file without a revision.
func rewind(t *testing.T, f *dbfile.File, q string) {
	t.Helper()
	must(t, f.OnWriter(t.Context(), func(l *dbfile.Conn) error { return l.Script(t.Context(), q) }))
}

// What is of no use is replaced at once: when its revisions are reached again, it
// would count.
func TestAUselessListIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		db := openIn(t, dir)
		listed(t, db, 60)
		must(t, db.storeList(t.Context(), 1))
		rewind(t, db.cache, "UPDATE list SET body = x'00'")
		must(t, db.Close())
		db = openIn(t, dir)
		time.Sleep(2 * rarely)
		var body []byte
		must(t, db.cache.Read(t.Context(), func(l *dbfile.Conn) error {
			return l.Row(t.Context(), "SELECT body FROM list WHERE part = 0").Scan(&body)
		}))
		if of, ok := stampsOf(body); !ok || of.cache != db.inbox.cache {
			t.Fatalf("%+v, %v", of, ok)
		}
	})
}

// What is read of a part stays as it was while the next ones are read: facts are no copies of it.
func TestAPartOfTheListMayBeKept(t *testing.T) {
	db := openIn(t, t.TempDir())
	rewind(t, db.cache, "INSERT OR REPLACE INTO list SELECT part, randomblob(4000) FROM (WITH RECURSIVE n(part) AS (SELECT 1 UNION ALL SELECT part + 1 FROM n WHERE part < 9) SELECT part FROM n)")
	var kept, copies [][]byte
	must(t, db.eachPart(t.Context(), 1, 10, func(body []byte) error {
		kept, copies = append(kept, body), append(copies, slices.Clone(body))
		return nil
	}))
	if len(kept) != 9 || !slices.EqualFunc(kept, copies, bytes.Equal) {
		t.Errorf("of %d parts the first was overwritten", len(kept))
	}
}

// Of a state.db with many flags the rest is checked a moment after the start, and
// rescued like one that is damaged while it is open.
func TestALargeStateIsCheckedAfterTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		db := openIn(t, dir)
		listed(t, db, 3000)
		must(t, db.storeList(t.Context(), 1))
		var page int64
		must(t, db.state.Read(t.Context(), func(l *dbfile.Conn) error {
			return l.Row(t.Context(), "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_flag_1'").Scan(&page)
		}))
		must(t, db.Close())
		if path := filepath.Join(dir, "state.db"); !large(path) {
			t.Fatal("it is checked at once")
		} else {
			change(t, path, func(b []byte) { copy(b[(page-1)*4096:], bytes.Repeat([]byte{7}, 4096)) })
		}
		db = openIn(t, dir)
		want(t, viewed(t, db, state.ListQuery{View: state.ViewStarred, Limit: 2}), "2998", "2996")
		if news := db.Condition().News; len(news) != 0 {
			t.Fatalf("at the start: %v", news)
		}
		time.Sleep(2 * rarely)
		synctest.Wait()
		if news := db.Condition().News; len(news) != 1 || !strings.Contains(news[0], "state.db was damaged: 0 drafts, 0 unsent messages and 3000 marks were rescued") {
			t.Fatalf("later: %v", news)
		}
	})
}

func change(t *testing.T, path string, with func([]byte)) {
	t.Helper()
	body, err := os.ReadFile(path)
	must(t, err)
	with(body)
	must(t, os.WriteFile(path, body, 0o600))
}

// A message that went out answers for an hour; then its customer waits again, also in a
// session that runs on.
func TestAnAnswerThatIsNotListedCountsForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openIn(t, t.TempDir())
		owning(t, db)
		head(t, db, conv(1), time.Now(), page("", says(conv(1), 1, "in", "hello", time.Now())))
		o := queued(conv(1), "k", "coming")
		o.Submitted = time.Now().Add(time.Second)
		o = advance(t, db, advance(t, db, submit(t, db, o)[0], state.InFlight), state.Done)
		want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}))
		time.Sleep(recent + time.Minute)
		want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1")
	})
}

// What a date that is set back means for a snooze that was over.
func TestSnoozeFollowsTheDate(t *testing.T) {
	db := four(t)
	until := time.Now().Add(time.Hour)
	must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{Snoozed: api.Known(until)}))
	waiting := func(now time.Time) int {
		n := 0
		must(t, db.withList(t.Context(), func(b *inbox, _ time.Time) error {
			b.tick(now)
			n = len(b.sorted.views[waitingView])
			return nil
		}))
		return n
	}
	for _, tt := range []struct {
		now  time.Time
		want int
	}{{until.Add(-time.Minute), 1}, {until.Add(time.Minute), 2}, {until.Add(-2 * time.Minute), 1}} {
		if got := waiting(tt.now); got != tt.want {
			t.Errorf("at %v: %d wait, want %d", tt.now, got, tt.want)
		}
	}
}

// A start, a filter, news and a look at another place of the list cost about the same
// with few conversations and with many: in allocations, which no machine changes.
func TestTheListCostsWhatItTouches(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	few, many := listCosts(t, 400), listCosts(t, 4000)
	for name, n := range many {
		if n > 1.5*few[name]+60 {
			t.Errorf("%s: %.0f allocations with 400 conversations, %.0f with 4000", name, few[name], n)
		}
	}
}

func listCosts(t *testing.T, n int) map[string]float64 {
	dir := t.TempDir()
	db := openIn(t, dir)
	listed(t, db, n)
	must(t, db.storeList(t.Context(), 1))
	list := func(q state.ListQuery) {
		q.Limit = 60
		_, err := db.List(t.Context(), q)
		must(t, err)
	}
	news := 0
	costs := map[string]float64{
		"filter": testing.AllocsPerRun(5, func() { list(state.ListQuery{View: state.ViewAll, Text: "покупатель"}) }),
		"another place": testing.AllocsPerRun(5, func() {
			for _, e := range db.inbox.entries { // no row of it is in memory
				if e != nil {
					e.shown = nil
				}
			}
			list(state.ListQuery{View: state.ViewAll, Around: conv(news * 131 % n)})
			news++
		}),
		"news": testing.AllocsPerRun(5, func() {
			news++
			c := conv(news * 7 % n)
			head(t, db, c, noon, page("", says(c, news, "in", "again", noon.Add(time.Duration(n+news)*time.Second))))
			list(state.ListQuery{View: state.ViewWaiting})
			_, err := db.Sidebar(t.Context())
			must(t, err)
		}),
	}
	must(t, db.Close())
	costs["start"] = testing.AllocsPerRun(3, func() {
		db, err := Open(t.Context(), dir, state.NewFeed())
		must(t, err)
		_, err = db.List(t.Context(), state.ListQuery{View: state.ViewWaiting, Limit: 60})
		must(t, err)
		must(t, db.Close())
	})
	return costs
}

// A panic beside the caller is the caller's, who has it reported.
func TestAPanicBesideIsTheCallers(t *testing.T) {
	done := false
	err := state.Guarded(func() error {
		atOnce(func() { panic("beside") }, func() { done = true })
		return nil
	})
	if err == nil || !done {
		t.Errorf("%v, done %v", err, done)
	}
}

// Many entries are each worked on once.
func TestEachOfTwoHalvesIsWorkedOn(t *testing.T) {
	for _, n := range []int{0, 1, perPart, perPart + 1, 3*perPart + 1} {
		all := make([]*entry, n)
		for i := range all {
			all[i] = new(entry)
		}
		inHalves(all, func(e *entry) { e.row++ })
		for i, e := range all {
			if e.row != 1 {
				t.Fatalf("entry %d of %d was worked on %d times", i, n, e.row)
			}
		}
	}
}

// What the list is found by is read soon after a start, before anybody has typed a
// name: also where looks at the files are rare.
func TestTextsAreReadSoonAfterAStart(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	listed(t, db, 60)
	must(t, db.storeList(t.Context(), 1))
	must(t, db.Close())
	synctest.Test(t, func(t *testing.T) {
		db, err := Open(t.Context(), dir, state.NewFeed(), PollEvery(time.Hour))
		must(t, err)
		defer db.Close()
		if !began(t, db) {
			t.Fatal("it did not begin with the stored list")
		}
		textless := func() bool {
			synctest.Wait()
			db.inbox.mu.Lock()
			defer db.inbox.mu.Unlock()
			return db.inbox.textless
		}
		if !textless() {
			t.Error("the texts are read with the list")
		}
		time.Sleep(textsAfter)
		if textless() {
			t.Error("the texts are not read")
		}
	})
}

// The stored texts lie end to end: a word that the end of one and the beginning of the
// next spell is in neither.
func TestAWordAcrossTwoTextsIsFoundInNeither(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	lists(t, db, api.Conversation{ID: conv(1), Contact: api.Contact{Name: "Anna", Handle: "79003"}, Active: api.Known(noon.Add(time.Minute))})
	lists(t, db, api.Conversation{ID: conv(2), Contact: api.Contact{Name: "Dmitri 3D"}, Active: api.Known(noon)})
	must(t, db.storeList(t.Context(), 1))
	must(t, db.Close())
	db = openIn(t, dir)
	if !began(t, db) {
		t.Fatal("it did not begin with the stored list")
	}
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll, Text: "3d"}), "2")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll, Text: "tri"}), "2")
}

// What a use of the list that failed has left is no part of the one that begins with
// the stored list; and a use that was given up says nothing of that.
func TestTheStoredListFollowsAUseThatFailed(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	listed(t, db, 4)
	must(t, db.storeList(t.Context(), 1))
	must(t, db.Close())
	db = openIn(t, dir)
	cache, ours, err := db.revisions(t.Context())
	must(t, err)
	b := &db.inbox
	b.mu.Lock()
	b.clear()
	must(t, db.refreshLocal(t.Context(), ours)) // as of a list that has no entry yet
	given, giveUp := context.WithCancel(t.Context())
	giveUp()
	if db.readStored(given, cache, ours); b.useless || b.stored {
		t.Errorf("given up: useless %v, stored %v", b.useless, b.stored)
	}
	b.useless = true
	b.mu.Unlock()
	if !began(t, db) {
		t.Error("it did not begin with the stored list")
	}
	b.mu.Lock()
	if b.useless || len(b.byID) != 0 {
		t.Errorf("useless %v, %d entries beside the stored ones", b.useless, len(b.byID))
	}
	b.mu.Unlock()
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll}), "3", "2", "1", "0")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewStarred}), "2", "0")
}

// As long as cache.db cannot be read, nothing of state.db is taken over.
func TestALackOfTheCacheTakesNothingOver(t *testing.T) {
	db := openIn(t, t.TempDir())
	listed(t, db, 2)
	b := &db.inbox
	b.mu.Lock()
	b.clear()
	rewind(t, db.cache, "ALTER TABLE gone RENAME TO elsewhere")
	err := db.refresh(t.Context())
	if err == nil || len(b.entries) != 0 || b.state != (revision{}) {
		t.Errorf("%v, %d entries, %+v", err, len(b.entries), b.state)
	}
	b.mu.Unlock()
	rewind(t, db.cache, "ALTER TABLE elsewhere RENAME TO gone")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewStarred}), "0")
}

// What is dropped or deleted is in no stored list, also in none that was packed before;
// and the list is stored again with the texts that are left.
func TestDroppedTextLeavesTheStoredList(t *testing.T) {
	without := func(t *testing.T, db *DB, from int) {
		head(t, db, conv(1), at(from), page("", says(conv(1), 1, "in", "first", noon)))
	}
	for name, drop := range map[string]func(t *testing.T, db *DB){
		"a message expires": func(t *testing.T, db *DB) {
			n, err := db.dropBatch(t.Context(), conv(1), ceiling)
			if must(t, err); n != 2 {
				t.Fatalf("%d dropped", n)
			}
		},
		"a message is deleted": func(t *testing.T, db *DB) {
			must(t, db.DeleteMessage(t.Context(), conv(1), api.MessageID{Account: "shop", Remote: "2"}))
		},
		"two pages lack a message": func(t *testing.T, db *DB) {
			without(t, db, 10)
			without(t, db, 14)
		},
		"the platform says so": func(t *testing.T, db *DB) {
			m := says(conv(1), 2, "in", "", noon.Add(time.Minute))
			m.Kind = api.KindDeleted
			must(t, db.SaveMessage(t.Context(), m))
		},
		"a conversation is removed": func(t *testing.T, db *DB) {
			owning(t, db)
			must(t, db.RemoveConversation(t.Context(), conv(1)))
		},
		"an account is removed": func(t *testing.T, db *DB) {
			must(t, db.Purge(t.Context(), "shop"))
			lists(t, db, api.Conversation{ID: conv(2), Contact: api.Contact{Name: "Olga"}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := openIn(t, t.TempDir())
			lists(t, db, api.Conversation{ID: conv(2), Contact: api.Contact{Name: "Olga"}})
			head(t, db, conv(1), at(0), page("", says(conv(1), 2, "in", "walrus", noon.Add(time.Minute)), says(conv(1), 1, "in", "first", noon)))
			must(t, db.storeList(t.Context(), 0))
			if n := partsWith(t, db, "walrus"); n != 1 {
				t.Fatalf("%d parts of the stored list have it", n)
			}
			var late packed
			must(t, db.withList(t.Context(), func(b *inbox, _ time.Time) error {
				late = b.pack()
				late.replace = true
				return nil
			}))
			drop(t, db)
			if n := partsWith(t, db, "walrus"); n != 0 {
				t.Error("it is still in the stored list")
			}
			if err := db.cache.Write(t.Context(), func(l *dbfile.Conn) error { return late.store(t.Context(), l) }); !errors.Is(err, errOutdated) {
				t.Errorf("a list from before was stored: %v", err)
			}
			changed := storeEvery // as the watcher does, or has done
			if name == "an account is removed" {
				changed = 1 // nothing is stored any more, and of all rows
			}
			must(t, db.storeList(t.Context(), changed))
			if n, rest := partsWith(t, db, "walrus"), partsWith(t, db, "olga"); n != 0 || rest != 1 {
				t.Errorf("stored again: %d parts with what is gone, %d with what is left", n, rest)
			}
		})
	}
}

// partsWith counts the parts of the stored list that hold a word.
func partsWith(t *testing.T, db *DB, word string) (n int) {
	t.Helper()
	must(t, db.cache.Read(t.Context(), func(l *dbfile.Conn) error {
		return l.Row(t.Context(), "SELECT COUNT(*) FROM list WHERE instr(body, CAST(? AS BLOB))", word).Scan(&n)
	}))
	return n
}

// A list that has lost its texts, and nothing else, is stored again: not for each loss
// at once, but at an end, or at the next start.
func TestAListWithoutTextsIsStoredAgain(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	listed(t, db, 3)
	must(t, db.storeList(t.Context(), 1))
	db.inbox.bare.Add(1)
	if b := &db.inbox; b.toStore(storeEvery, bareFor) || !b.toStore(storeEvery, 0) {
		t.Error("it is stored for each loss at once, or never")
	}
	rewind(t, db.cache, fmt.Sprint("DELETE FROM list WHERE part >= ", textsFrom))
	db.inbox.bare.Store(0) // as after a kill
	must(t, db.Close())
	db, err := Open(t.Context(), dir, state.NewFeed(), PollEvery(time.Hour))
	must(t, err)
	defer db.Close()
	if !began(t, db) {
		t.Fatal("it did not begin with the stored list")
	}
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll, Text: "покупатель 1"}), "1")
	if !db.inbox.toStore(storeEvery, bareFor) {
		t.Error("nobody noticed")
	}
	must(t, db.Close())
	db = openIn(t, dir)
	if n := partsWith(t, db, "покупатель"); n != 1 {
		t.Errorf("%d parts with texts", n)
	}
}

// A clock that is set right by a few seconds has no entry unpacked, and what changes
// meanwhile moves on when its time has come.
func TestALittleStepBackOfTheClock(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	listed(t, db, 60)
	must(t, db.storeList(t.Context(), 1))
	must(t, db.Close())
	db = openIn(t, dir)
	if !began(t, db) {
		t.Fatal("it did not begin with the stored list")
	}
	b := &db.inbox
	b.mu.Lock()
	ahead := moment(b.clock).Add(5 * time.Second)
	b.tick(ahead)
	b.mu.Unlock()
	must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{Snoozed: api.Known(ahead.Add(-time.Second))}))
	must(t, db.withList(t.Context(), func(b *inbox, now time.Time) error {
		if !now.Equal(ahead) {
			t.Errorf("the list is as of %v, want %v", now, ahead)
		}
		unpacked := 0
		for _, e := range b.entries {
			unpacked += int(bit(e != nil))
		}
		if unpacked > 20 {
			t.Errorf("%d of %d entries are unpacked", unpacked, len(b.entries))
		}
		if e, _ := b.find(conv(1)); e.views&inSnoozed != 0 {
			t.Error("it sleeps for good")
		}
		return nil
	}))
}

// An entry of which several deadlines have passed is due once.
func TestAnEntryIsDueOnce(t *testing.T) {
	b := inbox{}
	b.init()
	b.entries = []*entry{{n: 0}, {n: 1}}
	b.deadlines = []deadline{{1, 0}, {2, 0}, {2, 1}, {3, 0}, {9, 1}}
	if due := b.passed(3); len(due) != 2 || len(b.deadlines) != 1 {
		t.Errorf("%d are due, %d deadlines are left", len(due), len(b.deadlines))
	}
}

// A list with a right checksum that no program packed is of no use, and no harm.
func TestAForgedListIsRefused(t *testing.T) {
	b := inbox{}
	b.init()
	b.cache, b.state, b.clock = revision{"c", 5}, revision{"s", 6}, 7
	b.entries = []*entry{{id: conv(1), text: "one"}, {id: conv(2), n: 1, text: "two"}}
	p := b.pack()
	all, whole := b.inOrder()
	slots := func(numbers ...uint32) (table []byte) {
		for _, n := range numbers {
			table = binary.LittleEndian.AppendUint32(table, n)
		}
		return table
	}
	for name, tt := range map[string]struct {
		total, here int
		table       []byte
		refused     bool
	}{
		"as packed":           {2, 0, slots(1, 0, 2, 0), false},
		"fewer than none":     {-1, 0, slots(1, 0, 2, 0), true},
		"a part of less":      {2, -1, slots(1, 0, 2, 0), true},
		"three slots":         {2, 0, slots(1, 0, 2), true},
		"no slot":             {2, 0, nil, true},
		"no end":              {2, 0, slots(1, 2, 1, 2), true},
		"an entry out of it":  {2, 0, slots(1, 0, 3, 0), true},
		"a slot and a half":   {2, 0, append(slots(1, 0, 2, 0), 0), true},
		"more than slots has": {2, 0, slots(1, 0), true},
	} {
		index := b.packIndex(all, whole)
		index.numbers = tt.table
		var s stock
		if err := s.add(seal(p.of, tt.total, tt.here, index)); (err != nil) != tt.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
	var s stock
	must(t, errors.Join(s.add(p.parts[indexPart]), s.add(p.parts[factsFrom])))
	b.take(s)
	var texts part
	texts.found(conv(1), "one")
	for body, want := range map[string]int{string(seal(p.of, 2, 1, texts)): 0, string(p.parts[textsFrom]): 1} {
		b.texts = nil
		b.takeTexts(0, unpackTexts([]byte(body), p.of.list))
		if len(b.texts) != want {
			t.Errorf("%d parts of texts were taken, want %d", len(b.texts), want)
		}
	}
	texts.numbers = nil
	if unpackTexts(seal(p.of, 2, 1<<62, texts), p.of.list) != nil {
		t.Error("so many texts are in no part")
	}
}

// N7: a command that knows no targets leaves the stored list to the sessions that do.
func TestACommandWithoutTargetsLeavesTheStoredList(t *testing.T) {
	dir, targets := t.TempDir(), state.Service{All: time.Hour}
	db := openIn(t, dir, Due(targets))
	for n := 1; n <= 30; n++ {
		head(t, db, conv(n), noon, page("", says(conv(n), 1, "in", "hello", noon)))
	}
	order := viewed(t, db, state.ListQuery{View: state.ViewWaiting})
	must(t, db.storeList(t.Context(), 0))
	must(t, db.Close())

	db = openIn(t, dir)
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), order...)
	setFlags(t, db, 1, state.FlagChange{Starred: api.Known(true)})
	viewed(t, db, state.ListQuery{View: state.ViewStarred})
	if db.inbox.useless {
		t.Error("a command works all out again")
	}
	must(t, db.storeList(t.Context(), 0))
	must(t, db.Close())

	db = openIn(t, dir, Due(targets))
	if want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), order...); db.inbox.useless || !db.inbox.stored {
		t.Error("the session after a command works all out again")
	}
}
