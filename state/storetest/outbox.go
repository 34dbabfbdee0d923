package storetest

import (
	"crypto/rand"
	"errors"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func submitTakesTheDraft(t *testing.T, s *sessions) {
	db := s.new()
	db.saveDraft(state.Draft{Conversation: conv(1), Body: "text"})
	sub := db.feed.Subscribe()
	full := state.Outbound{
		Key: "k", By: "olga", Conversation: conv(1), Body: "text", Files: []state.File{{Path: "/p", Name: "n", MIME: "m", Size: 2, Remote: "r"}}, Part: 2, Parts: 3, At: noon.Add(time.Hour).Local(),
		Status: state.Queued, Attempts: 4, Checks: 5, NotBefore: noon.Local(), Submitted: noon.Local(), SentAt: noon.Local(),
		Receipt: api.Receipt{Conversation: conv(1), Message: api.MessageID{Account: "shop", Remote: "m1"}, Job: "j", Delivery: api.DeliverySent, Reason: "why"},
		Reason:  "because", Refused: true, Left: true, Seen: api.Known(state.Pos(77)),
		Quote: state.Quote{Message: "q", Author: "Anna", Text: "Is it ready?"}, Template: &state.FilledTemplate{Remote: "ready", Name: "Order ready", Values: []string{"Anna"}},
	}
	rows := db.submit(full, queued(conv(1), "k2", "second"))
	if !slices.Contains(sub.Take(), state.Outbox) {
		t.Fatal("the outbox was not woken")
	}
	full.ID = rows[0].ID
	if got, err := db.Outbound(t.Context(), rows[0].ID); err != nil || !reflect.DeepEqual(got, full) {
		t.Fatalf("read  %+v\nwrote %+v, %v", got, full, err)
	}
	if d := db.draft(conv(1)); !d.Empty() || d.Rev != 2 {
		t.Fatalf("%+v", d)
	}
	for _, list := range []func() ([]state.Outbound, error){
		func() ([]state.Outbound, error) { return db.Unsent(t.Context()) },
		func() ([]state.Outbound, error) { return db.Unsettled(t.Context(), "shop") },
	} {
		if got, err := list(); err != nil || len(got) != 2 || got[0].Key != "k" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if _, err := db.Submit(t.Context(), db.draft(conv(1)), []state.Outbound{queued(conv(1), "k3", "x"), queued(conv(1), "k", "twice")}); err == nil {
		t.Fatal("the same key twice")
	}
	if got, err := db.Unsent(t.Context()); err != nil || len(got) != 2 {
		t.Fatalf("half of it stayed: %+v, %v", got, err)
	}
}

// A draft goes out once, as the one who sends it has seen it, whatever other sessions
// did with it meanwhile.
func submitTakesTheDraftThatWasSeen(t *testing.T, s *sessions) {
	for i, tt := range []struct {
		name string
		// other is what another session does to the draft.
		other func(db session, d state.Draft)
		want  error
		left  string
	}{
		{"nothing", func(session, state.Draft) {}, nil, ""},
		{"sends it", func(db session, d state.Draft) { must(t, db.send(d)) }, state.ErrDraftSent, ""},
		{"sends it by a clock that is behind", func(db session, d state.Draft) {
			o := queued(d.Conversation, "behind", d.Body)
			o.Submitted = d.Edited.Add(-time.Hour)
			_, err := db.Submit(t.Context(), d, []state.Outbound{o})
			must(t, err)
		}, state.ErrDraftSent, ""},
		{"writes more", func(db session, d state.Draft) { d.Body += ", and more"; db.saveDraft(d) }, state.ErrDraftMoved, "text, and more"},
		{"writes more and takes it back", func(db session, d state.Draft) {
			d.Body += "?"
			d = db.saveDraft(d)
			d.Body = "text"
			db.saveDraft(d)
		}, nil, ""},
		{"empties it", func(db session, d state.Draft) {
			d.Body, d.Edited = "", noon.Add(2*time.Hour)
			db.saveDraft(d)
		}, state.ErrDraftMoved, ""},
		{"sends it and writes the next", func(db session, d state.Draft) {
			must(t, db.send(d))
			next := db.draft(d.Conversation)
			next.Body = "next"
			db.saveDraft(next)
		}, state.ErrDraftMoved, "next"},
		{"discards what it sent", func(db session, d state.Draft) {
			rows, err := db.Submit(t.Context(), d, []state.Outbound{queued(d.Conversation, "discarded", d.Body)})
			must(t, err)
			_, err = db.DeleteOutbound(t.Context(), rows[0], state.Queued)
			must(t, err)
		}, state.ErrDraftMoved, ""},
	} {
		one, two := s.new(), s.new()
		id := conv(i + 1)
		seen := one.saveDraft(state.Draft{Conversation: id, Body: "text", Edited: noon})
		tt.other(two, seen)
		before, err := one.Unsent(t.Context())
		must(t, err)
		if err := one.send(seen); !errors.Is(err, tt.want) {
			t.Errorf("another %s: %v", tt.name, err)
		}
		after, err := one.Unsent(t.Context())
		must(t, err)
		if sent := len(after) - len(before); (sent == 1) != (tt.want == nil) || one.draft(id).Body != tt.left {
			t.Errorf("another %s: %d sent, left %q", tt.name, sent, one.draft(id).Body)
		}
	}
}

// Of many sessions that send one draft at once, one does.
func oneOfManySessionsSends(t *testing.T, s *sessions) {
	seen := s.new().saveDraft(state.Draft{Conversation: conv(1), Body: "text", Edited: noon})
	var sent, told atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		db := s.new()
		all.Go(func() {
			switch err := db.send(seen); {
			case err == nil:
				sent.Add(1)
			case errors.Is(err, state.ErrDraftSent):
				told.Add(1)
			}
		})
	}
	all.Wait()
	if sent.Load() != 1 || told.Load() != 3 {
		t.Errorf("%d sent it, %d were told", sent.Load(), told.Load())
	}
}

// send submits a draft as it is.
func (s session) send(d state.Draft) error {
	_, err := s.Submit(s.t.Context(), d, []state.Outbound{queued(d.Conversation, rand.Text(), d.Body)})
	return err
}

// A time that another session set since a row was read is kept: the holder does not send
// it as of before.
func aNewTimeIsKept(t *testing.T, s *sessions) {
	db := s.new()
	db.hold()
	o := db.submit(queued(conv(1), "k", "text"))[0]
	later, claimed := o, o
	later.At = time.Now().Add(time.Hour).Truncate(time.Microsecond)
	later.NotBefore, claimed.Status = later.At, state.InFlight
	if ok, err := s.new().Decided(t.Context(), later, state.Queued); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if ok, err := db.SaveOutbound(t.Context(), claimed, state.Queued); ok || err != nil {
		t.Errorf("claimed all the same: %v, %v", ok, err)
	}
	if now, err := db.Outbound(t.Context(), o.ID); err != nil || !now.Timed() || !now.At.Equal(later.At) {
		t.Errorf("%+v, %v", now, err)
	}
}

func onlyTheHolderSends(t *testing.T, s *sessions) {
	db := s.new()
	o := db.submit(queued(conv(1), "k", "text"))[0]
	if _, err := db.SaveOutbound(t.Context(), o, state.Queued); !errors.Is(err, state.ErrNoLease) {
		t.Fatalf("got %v", err)
	}
	o.Status, o.Reason = state.Failed, "no"
	if ok, err := db.Decided(t.Context(), o, state.Queued); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	db.hold()
	if ok, err := db.SaveOutbound(t.Context(), o, state.Queued); ok || err != nil {
		t.Fatalf("saved over a decision: %v, %v", ok, err)
	}
	if row, err := db.Row(t.Context(), conv(1)); err != nil || row.Failed != 1 || row.Pending != 0 {
		t.Fatalf("%+v, %v", row, err)
	}
	if ok, err := db.DeleteOutbound(t.Context(), o, state.Queued); ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if ok, err := db.DeleteOutbound(t.Context(), o, state.Failed); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if ok, err := db.DeleteOutbound(t.Context(), o, state.Failed); ok || err != nil {
		t.Fatalf("twice: %v, %v", ok, err)
	}
	if next := db.submit(queued(conv(1), "k2", "text"))[0]; next.ID <= o.ID {
		t.Fatalf("id %d was given again as %d", o.ID, next.ID)
	}
}

func postponeTouchesQueued(t *testing.T, s *sessions) {
	db := s.new()
	until := noon.Add(2 * time.Hour)
	rows := db.submit(queued(conv(1), "k1", "one"))
	rows = append(rows, db.submit(queued(conv(2), "k2", "two"))...)
	rows = append(rows, db.submit(queued(conv(3), "k3", "three"))...)
	ids := []int64{rows[0].ID, rows[1].ID}
	if err := db.Postpone(t.Context(), ids, until, "why"); !errors.Is(err, state.ErrNoLease) {
		t.Fatalf("got %v", err)
	}
	db.hold()
	rows[1] = db.advance(rows[1], state.Uploading)
	sub := db.feed.Subscribe()
	must(t, db.Postpone(t.Context(), ids, until, "why"))
	if got := sub.Take(); !slices.Contains(got, state.Outbox) || !slices.Contains(got, state.Thread(conv(1))) || slices.Contains(got, state.Thread(conv(2))) {
		t.Errorf("marked %v", got)
	}
	rows[0].NotBefore, rows[0].Reason = until.Local(), "why"
	for _, want := range rows {
		if got, err := db.Outbound(t.Context(), want.ID); err != nil || got.Reason != want.Reason || !got.NotBefore.Equal(want.NotBefore) || got.Status != want.Status || got.Body != want.Body {
			t.Errorf("read %+v\nwant %+v, %v", got, want, err)
		}
	}
}

func takebackGoesBeforeTheDraft(t *testing.T, s *sessions) {
	db := s.new()
	o := queued(conv(1), "k", "sent too soon")
	o.At = noon.Add(time.Hour)
	o.Files, o.Quote = []state.File{{Path: "/copy", Name: "a"}}, quote
	o = db.submit(o)[0]
	d := db.draft(conv(1))
	d.Body, d.Files = "next", []state.File{{Path: "/b", Name: "b"}}
	db.saveDraft(d)
	got, ok, err := db.Takeback(t.Context(), o, state.Queued)
	if !ok || err != nil || got.Body != "sent too soon\n\nnext" || len(got.Files) != 2 || got.Files[0].Name != "a" || !got.At.Equal(o.At) {
		t.Fatalf("%+v, %v, %v", got, ok, err)
	}
	if stored := db.draft(conv(1)); stored.Body != got.Body || stored.Rev != got.Rev || !stored.At.Equal(o.At) || stored.Quote != quote {
		t.Fatalf("%+v", stored)
	}
	if _, ok, err := db.Takeback(t.Context(), o, state.Queued); ok || err != nil {
		t.Fatalf("twice: %v, %v", ok, err)
	}
}

func templateLeavesTheDraft(t *testing.T, s *sessions) {
	db := s.new()
	typed := db.saveDraft(state.Draft{Conversation: conv(1), Body: "what was typed", Edited: noon, Quote: quote})
	o := queued(conv(1), "k", "Hello Anna")
	o.Template = &state.FilledTemplate{Remote: "hello", Name: "Hello", Values: []string{"Anna"}}
	rows, err := db.Submit(t.Context(), state.Draft{Conversation: conv(1), Body: o.Body, Template: o.Template}, []state.Outbound{o})
	must(t, err)
	if got, err := db.Outbound(t.Context(), rows[0].ID); err != nil || !reflect.DeepEqual(got.Template, o.Template) {
		t.Errorf("%+v, %v", got, err)
	}
	if d := db.draft(conv(1)); d.Body != typed.Body || d.Rev != typed.Rev || d.Quote != quote {
		t.Errorf("the draft is %+v", d)
	}
}

func firstMessageIsAdopted(t *testing.T, s *sessions) {
	db := s.new()
	db.hold()
	from, to := state.ProvisionalID("shop", "k"), conv(4)
	o := queued(from, "k", "hello")
	o.First = &state.First{Channel: api.ChannelID{Account: "shop", Remote: "ch1"}, Kind: "whatsapp", To: "79991112233"}
	o = db.submit(o)[0]
	if row, err := db.Row(t.Context(), from); err != nil || !row.Provisional || row.Conversation.Contact.Name != "79991112233" || row.Pending != 1 {
		t.Fatalf("%+v, %v", row, err)
	}
	db.saveDraft(state.Draft{Conversation: from, Body: "and more"})
	db.saveDraft(state.Draft{Conversation: to, Body: "old"})
	for range 2 {
		must(t, db.Adopt(t.Context(), from, to))
	}
	if d := db.draft(to); d.Body != "and more\n\nold" {
		t.Fatalf("%+v", d)
	}
	if _, err := db.Submit(t.Context(), state.Draft{Conversation: from}, []state.Outbound{queued(from, "late", "too late")}); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("submitted to the provisional conversation: %v", err)
	}
	db.advance(o, state.InFlight) // with the conversation it was read with
	if got, err := db.Outbound(t.Context(), o.ID); err != nil || got.Conversation != to {
		t.Fatalf("%+v, %v", got, err)
	}
}

func onlyTheHolderDropsAChange(t *testing.T, s *sessions) {
	db := s.new()
	must(t, db.DropChange(t.Context(), 7)) // gone already
	if _, err := db.SaveChange(t.Context(), state.Change{ID: 7, Conversation: conv(1)}); !errors.Is(err, state.ErrNoLease) {
		t.Errorf("got %v", err)
	}
	db.hold()
	if saved, err := db.SaveChange(t.Context(), state.Change{ID: 7, Conversation: conv(1)}); saved || err != nil {
		t.Errorf("saved what is gone: %v, %v", saved, err)
	}
	if all, err := db.Changes(t.Context(), ""); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}
