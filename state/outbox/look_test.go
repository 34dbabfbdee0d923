package outbox_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
	"unibox/state/outbox"
)

// TestCustomerWhoWritesBeforeEnterIsSeen lets the customer write a moment before
// each reply, while the engine keeps the open conversation up to date: however
// lately that was read, and at the platform's own pace as well, the reply is held.
func TestCustomerWhoWritesBeforeEnterIsSeen(t *testing.T) {
	t.Parallel()
	found, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range played() {
		for _, pace := range []float64{1, 40} {
			t.Run(fmt.Sprint(of.name, "/pace ", pace), func(t *testing.T) {
				dir := folder(t)
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, of, dir)
					defer w.end()
					w.town, w.account.Pace, w.engine = found[of.name], pace, true
					w.start()
					w.interrupted(1)
				})
			})
		}
	}
}

// interrupted writes replies into an open conversation, each a moment after the
// customer wrote: four of them, or ten with -full.
func (w *world) interrupted(chat int) {
	w.t.Helper()
	id, p := w.town.chats[chat].ID, w.procs[0]
	p.engine.Show(id, nil)
	pass(time.Minute)
	waits := []time.Duration{50, 500, 1000, 150, 350, 850, 100, 700, 200, 950}
	for i, before := range waits[:outbox.Some(len(waits), 4)] {
		seen := w.shown(id)
		w.inbound(id)
		time.Sleep(before * time.Millisecond)
		rows := w.submit(state.Draft{Conversation: id, Body: fmt.Sprint("reply ", i), Seen: seen}, nil)
		pass(5 * time.Second)
		o, err := p.db.Outbound(context.Background(), rows[0].ID)
		if err != nil {
			w.t.Fatal(err)
		}
		if o.Status != state.Held {
			w.t.Errorf("the customer wrote %v ms before reply %d, which is %s (%q)", int64(before), i, words[o.Status], o.Reason)
		}
		if err := p.Decide(context.Background(), o, state.Discard); err != nil && o.Status == state.Held {
			w.t.Error(err)
		}
		pass(5 * time.Second)
	}
}
