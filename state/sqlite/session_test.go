package sqlite

import (
	"context"
	"errors"
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

// pair is two sessions on one folder, on a fake clock.
func pair(t *testing.T, test func(t *testing.T, a, b *DB)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a, b := openIn(t, dir), openIn(t, dir)
		start := time.Now()
		for _, db := range []*DB{a, b} {
			db.Presence.Clock = func() time.Duration { return time.Since(start) + time.Hour }
		}
		a.Join("anna (pts/1)", "")
		time.Sleep(time.Millisecond)
		b.Join("boris (pts/2)", "192.0.2.7")
		time.Sleep(time.Second)
		t.Cleanup(func() { must(t, errors.Join(a.Close(), b.Close())) })
		test(t, a, b)
	})
}

func whoIs(t *testing.T, db *DB) (names []string, all []state.Session) {
	t.Helper()
	all, err := db.Sessions(t.Context())
	must(t, err)
	for _, s := range all {
		names = append(names, s.Who)
	}
	return names, all
}

func TestSessionsKnowOfEachOther(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		news := b.feed.Subscribe()
		names, all := whoIs(t, b)
		if !slices.Equal(names, []string{"anna (pts/1)", "boris (pts/2)"}) || all[0].Self || !all[1].Self || all[1].From != "192.0.2.7" {
			t.Fatalf("%+v", all)
		}
		a.Replying(conv(1))
		time.Sleep(300 * time.Millisecond)
		if _, all := whoIs(t, b); all[0].Replying != conv(1) || all[0].Since.IsZero() || !slices.Contains(news.Take(), state.Sessions) {
			t.Fatalf("%+v", all)
		}
		owning(t, a)
		time.Sleep(300 * time.Millisecond)
		if _, all := whoIs(t, b); !all[0].Works || all[1].Works || !slices.Contains(news.Take(), state.Sessions) {
			t.Fatalf("%+v", all)
		}
		time.Sleep(20 * time.Second)
		if got := news.Take(); slices.Contains(got, state.Sessions) || slices.Contains(got, state.Requests) {
			t.Errorf("beats alone are news: %v", got)
		}
	})
}

// X3: the others know of a session that only looks that it never sends, also when it fetches.
func TestX3WhoOnlyLooksIsKnownToTheOthers(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		clock := func() time.Duration { return time.Since(start) + time.Hour }
		viewer, sender := openIn(t, dir, Looks(true)), openIn(t, dir, Looks(false))
		viewer.Presence.Clock, sender.Presence.Clock = clock, clock
		viewer.Join("anna", "")
		time.Sleep(time.Millisecond)
		sender.Join("boris", "")
		time.Sleep(time.Second)
		owning(t, viewer)
		time.Sleep(time.Second)
		for _, db := range []*DB{viewer, sender} {
			if _, all := whoIs(t, db); len(all) != 2 || !all[0].Looks || !all[0].Works || all[1].Looks || all[1].Works {
				t.Errorf("%+v", all)
			}
		}
		must(t, errors.Join(viewer.Close(), sender.Close()))
	})
}

// A session that is stopped is not listed any longer, and is again when it runs.
func TestStoppedSessionVanishesAndComesBack(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		news := b.feed.Subscribe()
		release := a.cache.HoldWriter() // a hangs
		since := time.Now()
		for !slices.Contains(news.Take(), state.Sessions) {
			if time.Sleep(100 * time.Millisecond); time.Since(since) > 6*time.Second {
				t.Fatal("nobody learned of its end")
			}
		}
		if names, _ := whoIs(t, b); !slices.Equal(names, []string{"boris (pts/2)"}) {
			t.Fatal(names)
		}
		release()
		time.Sleep(2 * time.Second)
		if names, _ := whoIs(t, b); len(names) != 2 {
			t.Fatal(names)
		}
		must(t, a.Close())
		time.Sleep(300 * time.Millisecond)
		if names, _ := whoIs(t, b); len(names) != 1 {
			t.Fatal(names)
		}
	})
}

// A session that was stopped in the middle of a write keeps all others from writing.
// They see that it is gone, and that the store is locked until it goes on.
func TestSessionStoppedWithinAWrite(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		news := b.feed.Subscribe()
		patientNoMore(t, b)
		must(t, a.cache.Transact(t.Context(), func(*dbfile.Conn) error {
			eventually(t, "its end, and the lock", func() bool {
				names, _ := whoIs(t, b)
				return len(names) == 1 && slices.Contains(news.Take(), state.Sessions) && lockedProblem(b, b.cache)
			})
			return nil
		}))
		eventually(t, "both, and no lock", func() bool {
			names, _ := whoIs(t, b)
			return len(names) == 2 && b.Condition().Problem == ""
		})
	})
}

// Who waits for the lease says why it does not get it.
func TestLeaseThatIsLockedAway(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		patientNoMore(t, b)
		must(t, a.state.Transact(t.Context(), func(*dbfile.Conn) error {
			go func() { _ = b.Alone(t.Context(), "test", func(context.Context) error { return nil }) }()
			eventually(t, "the lock", func() bool { return lockedProblem(b, b.state) })
			return nil
		}))
		eventually(t, "no lock", func() bool { return b.Condition().Problem == "" })
	})
}

// patientNoMore has a lock waited for no longer: SQLite waits by the real clock.
func patientNoMore(t *testing.T, db *DB) {
	t.Helper()
	for _, f := range []*dbfile.File{db.state, db.cache} {
		must(t, f.OnWriter(t.Context(), func(l *dbfile.Conn) error { return l.Script(t.Context(), "PRAGMA busy_timeout = 0") }))
	}
}

func lockedProblem(db *DB, f *dbfile.File) bool {
	return strings.HasPrefix(db.Condition().Problem, f.Path+" is locked by another program")
}

// eventually waits on a fake clock.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for since := time.Now(); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Since(since) > time.Minute {
			t.Fatal("nobody sees ", what)
		}
	}
}

// Whoever rested knows again who is here, also if its first news afterwards are
// of what it shows.
func TestSuspendedSessionReadsTheOthersAgain(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		time.Sleep(300 * time.Millisecond) // between two beats: the other's news are none
		var news *state.Sub
		must(t, a.Rest(func() error {
			if names, _ := whoIs(t, a); len(names) != 1 {
				t.Error(names)
			}
			news = a.feed.Subscribe()
			a.Show(state.Screen{Open: conv(1)})
			return nil
		}))
		time.Sleep(300 * time.Millisecond)
		if names, _ := whoIs(t, a); len(names) != 2 || !slices.Contains(news.Take(), state.Sessions) {
			t.Fatal(names, "and nobody learned of it")
		}
	})
}

// News of a session that rests do not bring it back before it does.
func TestRestingSessionTellsNothing(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		a.Pause()
		a.Replying(conv(1))
		time.Sleep(2 * time.Second)
		if names, _ := whoIs(t, b); !slices.Equal(names, []string{"boris (pts/2)"}) {
			t.Error(names)
		}
		a.Resume()
		time.Sleep(300 * time.Millisecond)
		if _, all := whoIs(t, b); len(all) != 2 || all[0].Replying != conv(1) {
			t.Errorf("%+v", all)
		}
	})
}

func TestRequestsAreAnsweredToWhoAsked(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		news, heard := a.feed.Subscribe(), b.feed.Subscribe()
		b.Show(state.Screen{Open: conv(1), Visible: []api.ConversationID{conv(1), conv(2)}})
		b.Ask(state.EngineRequest{Conversation: conv(1), Older: 7})
		if f := b.Fetching(conv(1)); !f.Older {
			t.Fatalf("who asked sees %+v", f)
		}
		time.Sleep(300 * time.Millisecond)
		if !slices.Contains(news.Take(), state.Requests) {
			t.Fatal("nobody learned of it")
		}
		hints, err := a.Requests(t.Context())
		must(t, err)
		if len(hints.Screens) != 1 || hints.Screens[0].Open != conv(1) || len(hints.Screens[0].Visible) != 2 || len(hints.Requests) != 1 || hints.Requests[0].Older != 7 {
			t.Fatalf("%+v", hints)
		}
		for _, f := range []state.Fetching{{Older: true}, {Err: "no luck"}} {
			heard.Take()
			must(t, a.Answer(t.Context(), conv(1), f))
			time.Sleep(300 * time.Millisecond)
			if got := b.Fetching(conv(1)); got != f || !slices.Contains(heard.Take(), state.Thread(conv(1))) {
				t.Fatalf("got %+v, want %+v", got, f)
			}
		}
		if hints, _ := a.Requests(t.Context()); len(hints.Requests) != 0 {
			t.Fatalf("still asked: %+v", hints.Requests)
		}
	})
}

// What was asked stays asked when its owner dies, and goes with who asked.
func TestRequestsOutliveWhoShouldAnswer(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		b.Ask(state.EngineRequest{Conversation: conv(1), Older: 7})
		time.Sleep(300 * time.Millisecond)
		must(t, a.Answer(t.Context(), conv(1), state.Fetching{Older: true}))
		must(t, a.Close())
		time.Sleep(10 * time.Second)
		if hints, err := b.Requests(t.Context()); err != nil || len(hints.Requests) != 1 {
			t.Fatalf("%+v, %v", hints, err)
		}
		must(t, b.Answer(t.Context(), conv(1), state.Fetching{}))
		if f := b.Fetching(conv(1)); f != (state.Fetching{}) {
			t.Fatalf("its own answer is %+v", f)
		}
	})
}

// A session may get the lease between asking and the request's being stored: its engine
// has looked for requests by then.
func TestARequestIsAnnouncedHereToo(t *testing.T) {
	pair(t, func(t *testing.T, _, b *DB) {
		news := b.feed.Subscribe()
		b.Ask(state.EngineRequest{Conversation: conv(1), Older: 7})
		time.Sleep(300 * time.Millisecond)
		if !slices.Contains(news.Take(), state.Requests) {
			t.Error("no word here of what was asked here")
		}
		if requests, err := b.Requests(t.Context()); err != nil || len(requests.Requests) != 1 {
			t.Errorf("%+v, %v", requests, err)
		}
	})
}

func TestUnheardAskIsGivenUp(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		b.Ask(state.EngineRequest{Conversation: conv(1), Older: 7})
		news := b.feed.Subscribe()
		time.Sleep(13 * time.Second)
		if f := b.Fetching(conv(1)); f.Err != "no other session answers; ctrl+r asks again" || !slices.Contains(news.Take(), state.Thread(conv(1))) {
			t.Fatalf("got %+v", f)
		}
	})
}

// What was asked, and taken, is asked again by a session that the others had
// taken for dead, as all do of all when the machine wakes up.
func TestAskOutlivesASleepOfWhoAsked(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		b.Ask(state.EngineRequest{Conversation: conv(1), Older: 7})
		time.Sleep(300 * time.Millisecond)
		must(t, a.Answer(t.Context(), conv(1), state.Fetching{Older: true}))
		time.Sleep(300 * time.Millisecond)
		release := b.cache.HoldWriter() // b hangs
		time.Sleep(10 * time.Second)
		release()
		time.Sleep(2 * time.Second)
		if hints, err := a.Requests(t.Context()); err != nil || len(hints.Requests) != 1 || hints.Requests[0].Older != 7 {
			t.Fatalf("%+v, %v", hints.Requests, err)
		}
	})
}

// What was asked of a cache that is no more is not waited for.
func TestAskEndsWithItsCache(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		b.Ask(state.EngineRequest{Conversation: conv(1), Older: 7})
		time.Sleep(300 * time.Millisecond)
		must(t, a.Answer(t.Context(), conv(1), state.Fetching{Older: true}))
		time.Sleep(300 * time.Millisecond)
		must(t, os.Remove(b.cache.Path))
		time.Sleep(time.Second)
		if f := b.Fetching(conv(1)); f != (state.Fetching{}) {
			t.Errorf("it waits for %+v", f)
		}
	})
}

// What a copied store, or a machine that was put back, says of sessions of a later
// time is not of anybody who is here.
func TestSessionAheadOfTheClockIsNotHere(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		must(t, a.cache.Commit(t.Context(), func(l *dbfile.Conn, _ int64) error {
			_, err := l.Exec(t.Context(), "UPDATE session SET beat = beat + 3600000000 WHERE who LIKE 'anna%'")
			return err
		}))
		defer a.cache.HoldWriter()() // as a process that is no more
		if names, _ := whoIs(t, b); !slices.Equal(names, []string{"boris (pts/2)"}) {
			t.Errorf("%q are here", names)
		}
	})
}

// The session that holds the lease shows by that alone that it lives: its row is not
// written again, the others see it all the same, and see its end.
func TestTheHolderOfTheLeaseWritesNoBeats(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		owning(t, a)
		time.Sleep(2 * time.Second)
		beat := func() (at int64) {
			must(t, b.cache.Read(t.Context(), func(l *dbfile.Conn) error {
				return l.Row(t.Context(), "SELECT beat FROM session WHERE who LIKE 'anna%'").Scan(&at)
			}))
			return at
		}
		before := beat()
		time.Sleep(20 * time.Second)
		if names, all := whoIs(t, b); len(names) != 2 || !all[0].Works || beat() != before {
			t.Fatalf("%v, written at %d and %d", names, before, beat())
		}
		news := b.feed.Subscribe()
		lease, row := a.state.HoldWriter(), a.cache.HoldWriter() // a hangs
		time.Sleep(6 * time.Second)
		if names, _ := whoIs(t, b); !slices.Equal(names, []string{"boris (pts/2)"}) || !slices.Contains(news.Take(), state.Sessions) {
			t.Errorf("%v, and nobody learned of its end", names)
		}
		lease()
		row()
		time.Sleep(3 * time.Second)
		if names, _ := whoIs(t, b); len(names) != 2 {
			t.Errorf("%v", names)
		}
	})
}

// The session that holds the lease looks for others seldom while it is alone. Who comes
// is seen at once all the same, and so is that it dies.
func TestAloneNoticesWhoComesAndDies(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a, start := openIn(t, dir), time.Now()
		clock := func() time.Duration { return time.Since(start) + time.Hour }
		a.Presence.Clock = clock
		a.Join("anna (pts/1)", "")
		owning(t, a)
		time.Sleep(24500 * time.Millisecond) // it has just looked
		news := a.feed.Subscribe()
		learned := func(what string, within time.Duration) {
			t.Helper()
			time.Sleep(within)
			if !slices.Contains(news.Take(), state.Sessions) {
				t.Errorf("%s, and after %v nobody has learned of it", what, within)
			}
		}
		b := openIn(t, dir)
		b.Presence.Clock = clock
		b.Join("boris (pts/2)", "")
		learned("another came", time.Second)
		row := b.cache.HoldWriter() // it hangs
		learned("it died", 6*time.Second)
		row()
		must(t, errors.Join(b.Close(), a.Close()))
	})
}

// Heartbeats of all sessions are files: none is a transaction, which would wake all others
// up. The file goes with the session, and one that was killed leaves its until another comes.
func TestHeartbeatsAreNoTransactions(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		owning(t, a)
		time.Sleep(2 * time.Second)
		before := a.cacheRevision(t)
		time.Sleep(20 * time.Second)
		for _, db := range []*DB{a, b} {
			if names, _ := whoIs(t, db); len(names) != 2 || db.cacheRevision(t) != before {
				t.Errorf("%v, revision %d, then %d", names, before, db.cacheRevision(t))
			}
		}
		left := filepath.Join(filepath.Dir(b.cache.Path), "presence-killed")
		must(t, os.WriteFile(left, make([]byte, 8), 0o600))
		c := openIn(t, filepath.Dir(b.cache.Path))
		c.Presence.Clock = a.Presence.Clock
		c.Join("clara", "")
		time.Sleep(3 * time.Second)
		if names, _ := whoIs(t, a); len(names) != 3 || len(presences(a)) != 2 {
			t.Errorf("%v with the files %v", names, presences(a))
		}
		must(t, errors.Join(b.Close(), c.Close()))
		if names, _ := whoIs(t, a); len(names) != 1 || len(presences(a)) != 0 {
			t.Errorf("%v with the files %v", names, presences(a))
		}
	})
}

func (db *DB) cacheRevision(t *testing.T) int64 {
	t.Helper()
	cache, _, err := db.revisions(t.Context())
	must(t, err)
	return cache.rev
}

// presences are the files of sessions that do not hold the lease.
func presences(db *DB) []string {
	all, _ := filepath.Glob(filepath.Join(filepath.Dir(db.cache.Path), "presence-*"))
	return all
}

// A session that rested and has no news is known again at once.
func TestWhoRestedIsBackWithoutNews(t *testing.T) {
	pair(t, func(t *testing.T, a, b *DB) {
		time.Sleep(3 * time.Second)
		a.Pause()
		if names, _ := whoIs(t, b); !slices.Equal(names, []string{"boris (pts/2)"}) {
			t.Error(names)
		}
		a.Resume()
		time.Sleep(2 * time.Second)
		if names, _ := whoIs(t, b); len(names) != 2 {
			t.Error(names)
		}
	})
}
