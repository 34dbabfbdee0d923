package sqlite

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// owning makes db the owner until the test ends.
func owning(t testing.TB, db *DB) {
	t.Helper()
	has := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		_ = db.Own(ctx, "test", func(ctx context.Context) error { close(has); <-ctx.Done(); return nil })
	})
	<-has
	t.Cleanup(func() { cancel(); done.Wait() })
}

func queued(id api.ConversationID, key, body string) state.Outbound {
	return state.Outbound{Key: key, Conversation: id, Body: body, Part: 1, Parts: 1, Submitted: noon.Add(time.Hour)}
}

func submit(t testing.TB, db *DB, o ...state.Outbound) []state.Outbound {
	t.Helper()
	rows, err := db.Submit(t.Context(), o[0].Conversation, o)
	must(t, err)
	return rows
}

func advance(t testing.TB, db *DB, o state.Outbound, to state.Status) state.Outbound {
	t.Helper()
	was := o.Status
	o.Status = to
	if ok, err := db.SaveOutbound(t.Context(), o, was); !ok || err != nil {
		t.Fatalf("%d to %d: %v, %v", was, to, ok, err)
	}
	return o
}

func TestStaleDraftIsRefused(t *testing.T) {
	db := openIn(t, t.TempDir())
	first, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "mine", Edited: noon, Files: []state.File{{Path: "/a", Name: "a", Size: 1}}})
	must(t, err)
	read, err := db.Draft(t.Context(), conv(1))
	if err != nil || !reflect.DeepEqual(read.Files, first.Files) || read.Body != "mine" || read.Rev != first.Rev || !read.Edited.Equal(noon) {
		t.Fatalf("%+v, %v", read, err)
	}
	theirs := read
	theirs.Body = "theirs"
	theirs, err = db.SaveDraft(t.Context(), theirs)
	must(t, err)
	read.Body = "mine again"
	got, err := db.SaveDraft(t.Context(), read)
	if !errors.Is(err, state.ErrDraftMoved) || got.Body != "theirs" || got.Rev != theirs.Rev {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestAnEmptiedDraftCannotComeBack(t *testing.T) {
	db := openIn(t, t.TempDir())
	d, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "text"})
	must(t, err)
	stale := d
	d.Body = ""
	d, err = db.SaveDraft(t.Context(), d)
	if err != nil || d.Rev <= stale.Rev {
		t.Fatalf("%+v, %v", d, err)
	}
	if _, err := db.Row(t.Context(), conv(1)); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("an empty draft is listed: %v", err)
	}
	stale.Body = "ghost"
	if _, err := db.SaveDraft(t.Context(), stale); !errors.Is(err, state.ErrDraftMoved) {
		t.Fatalf("got %v", err)
	}
	if again, err := db.SaveDraft(t.Context(), d); err != nil || again.Rev != d.Rev {
		t.Fatalf("nothing was saved as %+v, %v", again, err)
	}
}

func TestOneOfManySessionsSavesTheDraft(t *testing.T) {
	dir := t.TempDir()
	var saved, moved int
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range 4 {
		db := openIn(t, dir)
		all.Go(func() {
			_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: fmt.Sprint("session ", n)})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				saved++
			case errors.Is(err, state.ErrDraftMoved):
				moved++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if saved != 1 || moved != 3 {
		t.Fatalf("%d saved, %d moved", saved, moved)
	}
}

func TestSubmitTakesTheDraft(t *testing.T) {
	db := openIn(t, t.TempDir())
	_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "text"})
	must(t, err)
	sub := db.feed.Subscribe()
	full := state.Outbound{
		Key: "k", Conversation: conv(1), Body: "text", Files: []state.File{{Path: "/p", Name: "n", MIME: "m", Size: 2, Remote: "r"}}, Part: 2, Parts: 3,
		Status: state.Queued, Attempts: 4, Checks: 5, NotBefore: noon.Local(), Submitted: noon.Local(), SentAt: noon.Local(),
		Receipt: api.Receipt{Conversation: conv(1), Message: api.MessageID{Account: "shop", Remote: "m1"}, Job: "j", Delivery: api.DeliverySent, Reason: "why"},
		Reason:  "because", Refused: true, Left: true,
	}
	rows := submit(t, db, full, queued(conv(1), "k2", "second"))
	if !slices.Contains(sub.Take(), state.Outbox) {
		t.Fatal("the outbox was not woken")
	}
	full.ID = rows[0].ID
	if got, err := db.Outbound(t.Context(), rows[0].ID); err != nil || !reflect.DeepEqual(got, full) {
		t.Fatalf("read  %+v\nwrote %+v, %v", got, full, err)
	}
	if d, err := db.Draft(t.Context(), conv(1)); err != nil || !d.Empty() || d.Rev != 2 {
		t.Fatalf("%+v, %v", d, err)
	}
	for _, list := range []func() ([]state.Outbound, error){
		func() ([]state.Outbound, error) { return db.Unsent(t.Context()) },
		func() ([]state.Outbound, error) { return db.Unsettled(t.Context(), "shop") },
	} {
		if got, err := list(); err != nil || len(got) != 2 || got[0].Key != "k" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if _, err := db.Submit(t.Context(), conv(1), []state.Outbound{queued(conv(1), "k3", "x"), queued(conv(1), "k", "twice")}); err == nil {
		t.Fatal("the same key twice")
	}
	if got, err := db.Unsent(t.Context()); err != nil || len(got) != 2 {
		t.Fatalf("half of it stayed: %+v, %v", got, err)
	}
}

func TestOnlyTheOwnerSends(t *testing.T) {
	db := openIn(t, t.TempDir())
	o := submit(t, db, queued(conv(1), "k", "text"))[0]
	if _, err := db.SaveOutbound(t.Context(), o, state.Queued); !errors.Is(err, state.ErrNotOwner) {
		t.Fatalf("got %v", err)
	}
	o.Status, o.Reason = state.Failed, "no"
	if ok, err := db.Decided(t.Context(), o, state.Queued); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	owning(t, db)
	if ok, err := db.SaveOutbound(t.Context(), o, state.Queued); ok || err != nil {
		t.Fatalf("saved over a decision: %v, %v", ok, err)
	}
	if row := rowOf(t, db, conv(1)); row.Failed != 1 || row.Pending != 0 {
		t.Fatalf("%+v", row)
	}
	if ok, err := db.DeleteOutbound(t.Context(), o.ID, state.Queued); ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if ok, err := db.DeleteOutbound(t.Context(), o.ID, state.Failed); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if ok, err := db.DeleteOutbound(t.Context(), o.ID, state.Failed); ok || err != nil {
		t.Fatalf("twice: %v, %v", ok, err)
	}
	if next := submit(t, db, queued(conv(1), "k2", "text"))[0]; next.ID <= o.ID {
		t.Fatalf("id %d was given again as %d", o.ID, next.ID)
	}
}

func TestTakebackGoesBeforeTheDraft(t *testing.T) {
	db := openIn(t, t.TempDir())
	o := queued(conv(1), "k", "sent too soon")
	o.Files = []state.File{{Path: "/copy", Name: "a"}}
	o = submit(t, db, o)[0]
	d, err := db.Draft(t.Context(), conv(1))
	must(t, err)
	d.Body, d.Files = "next", []state.File{{Path: "/b", Name: "b"}}
	_, err = db.SaveDraft(t.Context(), d)
	must(t, err)
	got, ok, err := db.Takeback(t.Context(), o.ID, state.Queued)
	if !ok || err != nil || got.Body != "sent too soon\n\nnext" || len(got.Files) != 2 || got.Files[0].Name != "a" {
		t.Fatalf("%+v, %v, %v", got, ok, err)
	}
	if stored, err := db.Draft(t.Context(), conv(1)); err != nil || stored.Body != got.Body || stored.Rev != got.Rev {
		t.Fatalf("%+v, %v", stored, err)
	}
	if _, ok, err := db.Takeback(t.Context(), o.ID, state.Queued); ok || err != nil {
		t.Fatalf("twice: %v, %v", ok, err)
	}
}

func TestAnAnswerOnItsWayEndsTheWaiting(t *testing.T) {
	db := four(t)
	owning(t, db)
	waits := func(names ...string) {
		t.Helper()
		want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), names...)
	}
	o := queued(conv(1), "k", "coming")
	o.Submitted = time.Now()
	o = submit(t, db, o)[0]
	waits("2")
	o = advance(t, db, o, state.InFlight)
	o = advance(t, db, o, state.Uncertain)
	waits("1", "2")
	if row := rowOf(t, db, conv(1)); row.Uncertain != 1 {
		t.Fatalf("%+v", row)
	}
	o.Left = true
	o = advance(t, db, o, state.Uncertain)
	if row := rowOf(t, db, conv(1)); row.Uncertain != 0 {
		t.Fatalf("left alone: %+v", row)
	}
	o = advance(t, db, o, state.Accepted)
	waits("2")
	advance(t, db, o, state.Done)
	waits("2")
}

func TestFirstMessageIsListedAndAdopted(t *testing.T) {
	db := four(t)
	owning(t, db)
	from, to := state.ProvisionalID("shop", "k"), conv(4)
	o := queued(from, "k", "hello")
	o.First = &state.First{Channel: api.ChannelID{Account: "shop", Remote: "ch1"}, Kind: "whatsapp", To: "79991112233"}
	o = submit(t, db, o)[0]
	row := rowOf(t, db, from)
	if !row.Provisional || row.Conversation.Contact.Name != "79991112233" || row.Conversation.Kind != "whatsapp" || row.Pending != 1 {
		t.Fatalf("%+v", row)
	}
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll, Limit: 1}), from.Remote)
	if got := lines(t, db, all(from)); got != "hello!" {
		t.Fatalf("timeline %q", got)
	}
	for _, d := range []state.Draft{{Conversation: from, Body: "and more"}, {Conversation: to, Body: "old"}} {
		_, err := db.SaveDraft(t.Context(), d)
		must(t, err)
	}
	must(t, db.SetFlags(t.Context(), from, state.FlagChange{Starred: api.Known(true)}))
	must(t, db.Adopt(t.Context(), from, to))
	must(t, db.Adopt(t.Context(), from, to))
	if _, err := db.Row(t.Context(), from); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("the stand-in is still there: %v", err)
	}
	if d, err := db.Draft(t.Context(), to); err != nil || d.Body != "and more\n\nold" {
		t.Fatalf("%+v, %v", d, err)
	}
	if row := rowOf(t, db, to); row.Pending != 1 || !row.Flags.Starred || row.Provisional || row.Conversation.Contact.Name != "Olga" {
		t.Fatalf("%+v", row)
	}
	advance(t, db, o, state.InFlight) // with the conversation it was read with
	if got, err := db.Outbound(t.Context(), o.ID); err != nil || got.Conversation != to {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestTakenBackFirstMessageStaysInSight(t *testing.T) {
	db := openIn(t, t.TempDir())
	from := state.ProvisionalID("shop", "k")
	o := queued(from, "k", "hello")
	o.First = &state.First{Channel: api.ChannelID{Account: "shop", Remote: "ch1"}, Kind: "whatsapp", To: "7999"}
	o = submit(t, db, o)[0]
	if _, ok, err := db.Takeback(t.Context(), o.ID, state.Queued); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if row := rowOf(t, db, from); row.DraftText != "hello" || row.Conversation.Contact.Handle != "7999" {
		t.Fatalf("%+v", row)
	}
}

func TestOneItemForWhatIsOneMessage(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	id := conv(1)
	hi := says(id, 1, "in", "hi", noon)
	head(t, db, id, noon, page("", hi))
	o := queued(id, "k", "one  two")
	o.Submitted, o.SentAt = noon.Add(time.Minute), noon.Add(time.Minute)
	o = submit(t, db, o)[0]
	if got := lines(t, db, all(id)); got != "hi one  two!" {
		t.Fatalf("queued: %q", got)
	}
	o = advance(t, db, o, state.InFlight)
	older := says(id, 3, "out", "one two", noon.Add(-time.Hour))
	mine := says(id, 2, "out", "one two", noon.Add(time.Minute))
	head(t, db, id, noon.Add(2*time.Minute), page("", mine, hi, older))
	if got := lines(t, db, all(id)); got != "one two hi one two!" {
		t.Fatalf("listed before it was linked: %q", got)
	}
	seen, err := db.SeenSince(t.Context(), id, o.SentAt)
	if err != nil || len(seen) != 2 || seen[1].ID.Remote != "2" {
		t.Fatalf("%+v, %v", seen, err)
	}
	o.Receipt = api.Receipt{Message: mine.ID, Delivery: api.DeliveryDelivered}
	o = advance(t, db, o, state.Done)
	w, err := db.Timeline(t.Context(), all(id))
	must(t, err)
	if last := w.Items[2]; len(w.Items) != 3 || last.Sending == nil || last.Sending.ID != o.ID || last.Message.Delivery != api.DeliveryDelivered || last.Pos == 0 {
		t.Fatalf("%+v", w.Items)
	}
	if seen, err = db.SeenSince(t.Context(), id, o.SentAt); err != nil || len(seen) != 1 {
		t.Fatalf("%+v, %v", seen, err)
	}
}

func TestWhatIsBeingSentStandsAtTheNewestEnd(t *testing.T) {
	db := openIn(t, t.TempDir())
	id := conv(1)
	head(t, db, id, noon, page("", says(id, 2, "in", "b", noon.Add(time.Second)), says(id, 1, "in", "a", noon)))
	o := queued(id, "k1", "x")
	o.Files = []state.File{{Name: "cup.jpg", MIME: "image/jpeg", Size: 5}}
	submit(t, db, o, queued(id, "k2", "y"))
	if got := lines(t, db, all(id)); got != "a b x! y!" {
		t.Fatalf("%q", got)
	}
	w, err := db.Timeline(t.Context(), all(id))
	must(t, err)
	if a := w.Items[2].Message.Attachments; len(a) != 1 || a[0].Name != "cup.jpg" || w.Items[2].Message.Direction != api.Outbound {
		t.Fatalf("%+v", w.Items[2])
	}
	if got := lines(t, db, state.TimelineQuery{Conversation: id, Anchor: w.Items[0].Pos}); got != "a" {
		t.Fatalf("away from the end: %q", got)
	}
}

func TestPruningLeavesTheDeliveryBehind(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	id := conv(1)
	head(t, db, id, noon, page("", says(id, 1, "out", "old", noon)))
	o := queued(id, "k", "old")
	o.Submitted = time.Now().Add(-keepDone - time.Hour)
	o.Receipt = api.Receipt{Message: api.MessageID{Account: "shop", Remote: "1"}, Delivery: api.DeliveryRead}
	o = advance(t, db, submit(t, db, o)[0], state.Done)
	must(t, db.prune(t.Context()))
	if _, err := db.Outbound(t.Context(), o.ID); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("got %v", err)
	}
	w, err := db.Timeline(t.Context(), all(id))
	must(t, err)
	if it := w.Items[0]; it.Sending != nil || it.Message.Delivery != api.DeliveryRead {
		t.Fatalf("%+v", it)
	}
}

// A session that stops beating loses the lease within five seconds, cannot
// save any more, and gets it back when its successor ends.
func TestLeasePassesOn(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		a, b := openIn(t, dir), openIn(t, dir)
		start := time.Now()
		a.lease.clock = func() time.Duration { return time.Since(start) }
		b.lease.clock = a.lease.clock
		owner := make(chan string, 10)
		own := func(name string, db *DB) (end func()) {
			ctx, end := context.WithCancel(ctx)
			go func() {
				_ = db.Own(ctx, name, func(ctx context.Context) error { owner <- name; <-ctx.Done(); return nil })
			}()
			return end
		}
		defer own("a", a)()
		if got := <-owner; got != "a" {
			t.Fatal(got)
		}
		endB := own("b", b)
		o := submit(t, a, queued(conv(1), "k", "text"))[0]
		o = advance(t, a, o, state.Uploading)
		time.Sleep(20 * time.Second)
		if len(owner) != 0 {
			t.Fatal("a living owner was robbed")
		}
		l := <-a.state.writer // a hangs in a write
		since := time.Now()
		if got := <-owner; got != "b" || time.Since(since) > 5*time.Second {
			t.Fatalf("%s after %v", got, time.Since(since))
		}
		a.state.writer <- l
		if _, err := a.SaveOutbound(ctx, o, state.Uploading); !errors.Is(err, state.ErrNotOwner) {
			t.Fatalf("a still saves: %v", err)
		}
		advance(t, b, o, state.InFlight)
		since = time.Now()
		endB()
		if got := <-owner; got != "a" || time.Since(since) > time.Second {
			t.Fatalf("%s after %v", got, time.Since(since))
		}
		cancel()
		synctest.Wait()
		must(t, errors.Join(a.Close(), b.Close()))
	})
}

// What one session commits is marked on the other's feed, by name.
func TestSessionsHearOfEachOther(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a, b := openIn(t, dir), openIn(t, dir)
		sub := b.feed.Subscribe()
		hears := func(what string, topics ...state.Topic) {
			t.Helper()
			time.Sleep(2 * pollEvery)
			got := sub.Take()
			for _, want := range topics {
				if !slices.Contains(got, want) {
					t.Fatalf("%s: marked %v, not %v", what, got, want)
				}
			}
			if len(got) != len(topics) {
				t.Fatalf("%s: marked %v", what, got)
			}
		}
		hears("silence")
		_, err := a.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "hi"})
		must(t, err)
		hears("draft", state.Inbox, state.Outbox, state.Thread(conv(1)))
		head(t, a, conv(2), noon, page("", says(conv(2), 1, "in", "hi", noon)))
		hears("page", state.Inbox, state.Thread(conv(2)))
		must(t, a.SaveHealth(t.Context(), state.Health{Account: "shop"}))
		hears("health", state.Accounts, state.Inbox)
		want(t, viewed(t, b, state.ListQuery{View: state.ViewAll}), "2", "1")
		head(t, b, conv(3), noon, page("", says(conv(3), 1, "in", "mine", noon)))
		sub.Take()
		hears("its own")
		must(t, errors.Join(a.Close(), b.Close()))
	})
}
