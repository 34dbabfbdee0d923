package sqlite

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

func setFlags(t *testing.T, db *DB, n int, c state.FlagChange) {
	t.Helper()
	must(t, db.SetFlags(t.Context(), conv(n), c))
}

// openQuiet opens a store that looks rarely for what others commit: hours pass quickly.
func openQuiet(t *testing.T, dir string) *DB {
	db, err := Open(t.Context(), dir, state.NewFeed(), PollEvery(time.Hour))
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

// N3: who is skipped comes last, also after a restart, until the customer writes or is
// answered.
func TestSkippedComesLast(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	for n := 1; n <= 3; n++ {
		head(t, db, conv(n), noon, page("", says(conv(n), 1, "in", "hello", noon.Add(time.Duration(n)*time.Minute))))
	}
	order := func(ids ...string) {
		t.Helper()
		want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), ids...)
	}
	skip := func(n int, on bool) {
		t.Helper()
		setFlags(t, db, n, state.FlagChange{Skipped: api.Known(on)})
	}
	order("1", "2", "3")
	skip(1, true)
	order("2", "3", "1")
	skip(2, true)
	order("3", "1", "2")
	must(t, db.Close())
	db = openIn(t, dir)
	order("3", "1", "2")
	skip(1, true)
	if order("3", "2", "1"); rowOf(t, db, conv(1)).Skips != 2 || rowOf(t, db, conv(2)).Skips != 1 || rowOf(t, db, conv(3)).Skips != 0 {
		t.Error("the skips are not counted")
	}
	skip(2, false)
	order("2", "3", "1")
	head(t, db, conv(1), noon, page("", says(conv(1), 2, "in", "hello?", noon.Add(time.Hour)), says(conv(1), 1, "in", "hello", noon.Add(time.Minute))))
	if order("1", "2", "3"); rowOf(t, db, conv(1)).Skips != 0 {
		t.Error("the skips count on")
	}
}

// N7: the order is by when answers are due, and another config counts from its start on,
// also for what is stored.
func TestTheOrderFollowsTheTargets(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Kind: "sms"}, {ID: conv(2), Kind: "whatsapp"}}))
	for n := 1; n <= 2; n++ {
		head(t, db, conv(n), noon, page("", says(conv(n), 1, "in", "hello", noon.Add(time.Duration(n)*time.Minute))))
	}
	order := func(ids ...string) {
		t.Helper()
		want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), ids...)
	}
	order("1", "2")
	whatsApp := state.Service{Kinds: map[api.ChannelKind]time.Duration{"whatsapp": time.Minute, "sms": time.Hour}}
	for range 2 {
		must(t, db.Close())
		db = openIn(t, dir, Due(whatsApp))
		order("2", "1")
		must(t, db.storeList(t.Context(), 0))
	}
	must(t, db.Close())
	db = openIn(t, dir, Due(state.Service{All: time.Hour}))
	order("1", "2")
}

// N10, N12: what was snoozed comes back at its time, in each session; that it did is noted
// once, and late where nobody ran then. An answer, done, or another snooze ends it.
func TestComebacksAreNotedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon))
		dir := t.TempDir()
		db, other := openQuiet(t, dir), openQuiet(t, dir)
		until := noon.Add(time.Hour)
		for n := 1; n <= 5; n++ {
			head(t, db, conv(n), noon, page("", says(conv(n), 1, "out", "we look into it", noon.Add(time.Duration(-n)*time.Minute))))
			setFlags(t, db, n, state.FlagChange{Snoozed: api.Known(until), SnoozeKind: state.SnoozeSilent})
		}
		waiting := func(ids ...string) {
			t.Helper()
			for _, db := range []*DB{db, other} {
				want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), ids...)
			}
		}
		waiting()
		want(t, viewed(t, db, state.ListQuery{View: state.ViewSnoozed}), "1", "2", "3", "4", "5")
		head(t, db, conv(5), noon, page("", says(conv(5), 2, "in", "thanks", noon.Add(time.Minute)), says(conv(5), 1, "out", "we look into it", noon.Add(-5*time.Minute))))
		waiting("5") // who answered waits by themselves, and is not back

		time.Sleep(80 * time.Minute)
		waiting("5", "1", "2", "3", "4")
		for range 2 { // the second time nothing is left to note
			next, err := db.noteBack(t.Context(), time.Now())
			if must(t, err); !next.IsZero() {
				t.Errorf("next at %v", next)
			}
			time.Sleep(time.Minute)
		}
		row := rowOf(t, other, conv(1))
		if b := row.Back; b.Kind != state.SnoozeSilent || !b.At.Equal(until) || b.Late() != 20*time.Minute || !row.WaitingSince.IsZero() || !row.Flags.Snoozed.IsZero() {
			t.Errorf("%+v", row)
		}
		if rowOf(t, db, conv(5)).Back.Is() {
			t.Error("who has written is back as silent")
		}
		submit(t, db, queued(conv(1), "k", "b"))
		setFlags(t, other, 2, state.FlagChange{Done: api.Known(true)})
		setFlags(t, db, 3, state.FlagChange{Handled: true})
		setFlags(t, db, 4, state.FlagChange{Snoozed: api.Known(time.Now().Add(time.Hour))})
		waiting("5")
		time.Sleep(2 * time.Hour)
		waiting("5", "4")
	})
}

// The session with the lease notes it at the moment, and at its start what it missed.
func TestNoteComebacksSleepsUntilThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon))
		db := openQuiet(t, t.TempDir())
		lists(t, db, api.Conversation{ID: conv(1)})
		lists(t, db, api.Conversation{ID: conv(2)})
		setFlags(t, db, 1, state.FlagChange{Snoozed: api.Known(time.Now().Add(-time.Hour))})
		go func() { _ = db.NoteComebacks(t.Context()) }()
		synctest.Wait()
		if late := rowOf(t, db, conv(1)).Back.Late(); late < time.Hour || late > time.Hour+time.Second {
			t.Errorf("late by %v", late)
		}
		setFlags(t, db, 2, state.FlagChange{Snoozed: api.Known(time.Now().Add(90 * time.Second))})
		time.Sleep(91 * time.Second)
		synctest.Wait()
		if b := rowOf(t, db, conv(2)).Back; b.Noted.IsZero() || b.Late() != 0 {
			t.Errorf("%+v", b)
		}
	})
}

// With nothing snoozed it reads nothing, whatever the customers write, until something in
// state.db changes, here or in another session.
func TestNoteComebacksReadsNothingInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon))
		db := openQuiet(t, t.TempDir())
		lists(t, db, api.Conversation{ID: conv(1)})
		setFlags(t, db, 1, state.FlagChange{Starred: api.Known(true)})
		go func() { _ = db.NoteComebacks(t.Context()) }()
		synctest.Wait()
		must(t, db.state.Write(t.Context(), func(l *dbfile.Conn) error { // nobody is told of it
			_, err := l.Exec(t.Context(), "UPDATE flag SET snoozed = ?", stamp(time.Now().Add(-time.Hour)))
			return err
		}))
		noted := func() bool {
			t.Helper()
			synctest.Wait()
			f, err := db.readFlag(t.Context(), conv(1))
			must(t, err)
			return f.noted != 0
		}
		head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "hello", noon)))
		for range 5 {
			time.Sleep(time.Minute)
			db.feed.Mark(state.Inbox, state.Thread(conv(1)))
		}
		if noted() {
			t.Error("it reads state.db every minute, or at each message")
		}
		db.feed.Mark(state.Inbox, state.Outbox, state.Changes, state.Thread(conv(1))) // as the watcher does
		if !noted() {
			t.Error("it does not look when another session has changed something")
		}
	})
}

// N11: a snooze that outlives a bare thanks, and nothing else, also in a session that
// starts later.
func TestASnoozeOutlivesABareThanks(t *testing.T) {
	dir := t.TempDir()
	open := func() *DB {
		return openIn(t, dir, Thanks(func(body string) bool { return strings.HasPrefix(body, "thanks") }))
	}
	db := open()
	soon := time.Now().Add(time.Hour)
	said := []api.Message{says(conv(1), 1, "in", "where is it?", noon)}
	says := func(text string) {
		said = append([]api.Message{says(conv(1), len(said)+1, "in", text, noon.Add(time.Duration(len(said))*time.Minute))}, said...)
		head(t, db, conv(1), noon, page("", said...))
	}
	head(t, db, conv(1), noon, page("", said...))
	setFlags(t, db, 1, state.FlagChange{Snoozed: api.Known(soon), SnoozeKind: state.SnoozeFirm})
	says("thanks")
	says("thanks a lot")
	for range 2 {
		if row := rowOf(t, db, conv(1)); row.Flags.Snoozed.IsZero() || row.Flags.SnoozeKind != state.SnoozeFirm {
			t.Fatalf("a thanks ended it: %+v", row.Flags)
		}
		want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}))
		must(t, db.storeList(t.Context(), 0))
		must(t, db.Close())
		db = open()
	}
	must(t, db.Close())
	db = openIn(t, dir) // a command, which knows no thanks, leaves that to the sessions that do
	says("thanks again")
	viewed(t, db, state.ListQuery{View: state.ViewWaiting})
	must(t, db.storeList(t.Context(), 0))
	must(t, db.Close())
	db = open()
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}))

	says("when does it come?")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1")

	setFlags(t, db, 1, state.FlagChange{Snoozed: api.Known(soon)})
	says("thanks")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1") // a plain one ends with anything

	setFlags(t, db, 1, state.FlagChange{Snoozed: api.Known(soon), SnoozeKind: state.SnoozeFirm})
	for i := range mostThanks + 1 { // whoever goes on and on wants something
		says(fmt.Sprint("thanks ", i))
	}
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1")
}

// What had ended before there was a way back is over; what is still to come stays.
func TestOldSnoozesDoNotComeBack(t *testing.T) {
	db := openIn(t, t.TempDir())
	for n, after := range map[int]time.Duration{1: -time.Hour, 2: time.Hour} {
		lists(t, db, api.Conversation{ID: conv(n)})
		setFlags(t, db, n, state.FlagChange{Snoozed: api.Known(time.Now().Add(after))})
	}
	step := stepsOf("state")[8]
	must(t, db.state.Write(t.Context(), func(l *dbfile.Conn) error {
		return l.Script(t.Context(), step[strings.Index(step, "UPDATE"):])
	}))
	db.inbox.forget()
	if old, coming := rowOf(t, db, conv(1)), rowOf(t, db, conv(2)); old.Back.Is() || coming.Flags.Snoozed.IsZero() {
		t.Errorf("%+v\n%+v", old, coming)
	}
}

// N10: a promise and a follow-up, come back or still to come, outlive a reply that is taken
// back, discarded, or fails, and a promise that has come back ends when all of it is sent.
func TestWhatIsPromisedOutlivesAReplyThatIsNotSent(t *testing.T) {
	for _, in := range []time.Duration{-time.Minute, 72 * time.Hour} {
		for _, kind := range []state.SnoozeKind{state.SnoozePlain, state.SnoozeSilent, state.SnoozePromise} {
			db := openIn(t, t.TempDir())
			owning(t, db)
			head(t, db, conv(1), noon, page("", says(conv(1), 1, "out", "we call you on Friday", noon)))
			until := time.Now().Add(in).Truncate(time.Microsecond)
			setFlags(t, db, 1, state.FlagChange{Snoozed: api.Known(until), SnoozeKind: kind})
			before, err := db.readFlag(t.Context(), conv(1))
			must(t, err)
			reply := func() []state.Outbound {
				one, two := queued(conv(1), "k1", "b"), queued(conv(1), "k2", "b")
				one.Submitted = time.Now()
				two.Submitted = one.Submitted
				d, err := db.Draft(t.Context(), conv(1))
				must(t, err)
				d.Conversation = conv(1)
				rows, err := db.Submit(t.Context(), d, []state.Outbound{one, two})
				must(t, err)
				want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting})) // an answer is on its way
				return rows
			}
			same := func(after string) {
				t.Helper()
				if in > 0 && kind == state.SnoozePlain {
					return // a snooze alone ends: its customer has no answer
				}
				row := rowOf(t, db, conv(1))
				if f, err := db.readFlag(t.Context(), conv(1)); err != nil || f.snoozed != before.snoozed || f.kind != kind || row.Back.Is() != (in < 0) || row.Flags.Snoozed.IsZero() != (in < 0) {
					t.Errorf("%v in %v, after %s: %+v, %+v, %v", kind, in, after, row, f, err)
				}
				if in < 0 {
					want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1")
				}
			}
			for _, o := range reply() {
				_, _, err := db.Takeback(t.Context(), o, o.Status)
				must(t, err)
			}
			same("an undo")
			for _, o := range reply() {
				_, err := db.DeleteOutbound(t.Context(), advance(t, db, o, state.Failed), state.Failed)
				must(t, err)
			}
			same("a failure")
			if in > 0 {
				continue
			}
			rows := reply()
			advance(t, db, with(rows[0], api.DeliverySent, ""), state.Done)
			if f, err := db.readFlag(t.Context(), conv(1)); err != nil || f.snoozed == 0 {
				t.Errorf("half of an answer ended it: %+v, %v", f, err)
			}
			advance(t, db, with(rows[1], api.DeliverySent, ""), state.Done)
			if f, err := db.readFlag(t.Context(), conv(1)); err != nil || f.snoozed != 0 {
				t.Errorf("an answer did not end it: %+v, %v", f, err)
			}
		}
	}
}
