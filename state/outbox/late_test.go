package outbox_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
	"unibox/state/sqlite"
)

// deeds are what may have happened to a conversation after its reply was sent.
var deeds = []struct {
	name string
	do   func(ctx context.Context, db *sqlite.DB, id api.ConversationID) error
}{
	{"nothing", func(context.Context, *sqlite.DB, api.ConversationID) error { return nil }},
	{"done", func(ctx context.Context, db *sqlite.DB, id api.ConversationID) error {
		return db.SetFlags(ctx, id, state.FlagChange{Done: api.Known(true)})
	}},
	{"snoozed", func(ctx context.Context, db *sqlite.DB, id api.ConversationID) error {
		return db.SetFlags(ctx, id, state.FlagChange{Snoozed: api.Known(time.Now().Add(24 * time.Hour))})
	}},
	{"closed there", func(ctx context.Context, db *sqlite.DB, id api.ConversationID) error {
		return db.SaveConversations(ctx, []api.Conversation{{ID: id, Closed: api.Known(true)}})
	}},
	{"archived there", func(ctx context.Context, db *sqlite.DB, id api.ConversationID) error {
		return db.SaveConversations(ctx, []api.Conversation{{ID: id, Archived: api.Known(true)}})
	}},
}

// TestAMessageThatFailsLateIsNotDone lists messages as failed that counted as sent,
// whatever became of their conversation meanwhile, while the outbox runs and while
// it does not.
func TestAMessageThatFailsLateIsNotDone(t *testing.T) {
	t.Parallel()
	found, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range played() {
		for _, asleep := range []bool{false, true} {
			name := of.name
			if asleep {
				name += "/while nobody runs"
			}
			t.Run(name, func(t *testing.T) {
				dir := folder(t)
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, of, dir)
					defer w.end()
					w.town = found[of.name]
					w.start()
					for _, deed := range deeds {
						o := w.reply("on its way, " + deed.name)
						w.unconfirmed(o)
						if err := deed.do(context.Background(), w.any().db, o.Conversation); err != nil {
							t.Fatal(err)
						}
						w.failLate(o, asleep)
						now := w.all()[len(w.rows)-1]
						row, err := w.any().db.Row(context.Background(), o.Conversation)
						if err != nil {
							t.Fatal(err)
						}
						if now.Status != state.Failed || now.Reason != "no route" || now.Refused {
							t.Errorf("%s: %s, %q", deed.name, words[now.Status], now.Reason)
						}
						if !row.NotOut() || row.WaitingSince.IsZero() || row.Flags.Done || !row.Flags.Snoozed.IsZero() {
							t.Errorf("%s: %+v", deed.name, row)
						}
						if err := w.any().Decide(context.Background(), now, state.Retry); err != nil {
							t.Error(deed.name, err)
						}
						w.settle(time.Hour)
						if now = w.all()[len(w.rows)-1]; now.Status != state.Done {
							t.Errorf("%s, then retried: %s, %q", deed.name, words[now.Status], now.Reason)
						}
					}
				})
			})
		}
	}
}

// A message that is known to be delivered stays so, and one that was sent once more
// is no failure of today.
func TestWhatWasDeliveredDoesNotFailLate(t *testing.T) {
	t.Parallel()
	found, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, services[1], dir)
		defer w.end()
		w.town = found["textus"]
		w.start()
		w.failLate(w.reply("delivered"), false)
		again := w.reply("once more")
		w.reply("once more")
		w.unconfirmed(again)
		w.failLate(again, false)
		for _, o := range w.all() {
			if o.Status != state.Done {
				t.Errorf("%q is %s: %s", o.Body, words[o.Status], o.Reason)
			}
		}
	})
}

// failures checks that no message counts as sent that the history holds as failed.
func (w *world) failures() {
	w.t.Helper()
	db := w.any().db
	late, err := db.FailedLate(context.Background(), "acc", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	facts := policy.Facts{Tracks: w.of.track != nil, Retries: w.of.name == "textus"}
	for _, l := range late {
		_, fails := policy.Step(l.Outbound, policy.FailedLate{Message: l.Message, Later: l.Later}, facts, time.Now())
		if fails && l.Attempts == 1 { // else the history may be of before
			w.t.Errorf("%q counts as sent, and the history says %d: %s", l.Body, l.Message.Delivery, l.Message.Reason)
		}
	}
}

// reply sends a text and waits until it is done.
func (w *world) reply(text string) state.Outbound {
	w.t.Helper()
	rows, err := w.any().Submit(context.Background(), state.Draft{Conversation: w.town.chats[0].ID, Body: text}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.rows = append(w.rows, rows[0].ID)
	w.settle(time.Hour)
	o := w.all()[len(w.rows)-1]
	if o.Status != state.Done || o.Receipt.Message.Remote == "" {
		w.t.Fatalf("%q is %s: %+v", o.Body, words[o.Status], o.Receipt)
	}
	w.look(o.Conversation)
	return o
}

// unconfirmed makes a message one that counts as sent and no more.
func (w *world) unconfirmed(o state.Outbound) {
	w.t.Helper()
	o.Receipt.Delivery = api.DeliverySent
	if ok, err := w.any().db.Decided(context.Background(), o, state.Done); !ok || err != nil {
		w.t.Fatal(ok, err)
	}
}

// failLate stores a history that holds a message as failed; asleep, while no outbox
// runs.
func (w *world) failLate(o state.Outbound, asleep bool) {
	w.t.Helper()
	page, err := w.any().client.Messages(context.Background(), o.Conversation, api.PageRequest{Limit: 20})
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(page.Items, func(m api.Message) bool { return m.ID == o.Receipt.Message })
	if i < 0 {
		w.t.Fatalf("%q is not in the history", o.Body)
	}
	m := &page.Items[i]
	m.Delivery, m.Reason, m.Retryable = api.DeliveryFailed, "no route", true
	db := w.any().db
	if asleep {
		w.stop()
		if db, err = sqlite.Open(context.Background(), w.dir, state.NewFeed()); err != nil {
			w.t.Fatal(err)
		}
	}
	if _, err := db.SaveHead(context.Background(), o.Conversation, page, time.Now()); err != nil {
		w.t.Fatal(err)
	}
	if asleep {
		db.Close()
		w.start()
	}
	pass(time.Second)
}
