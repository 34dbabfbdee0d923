package outbox_test

import (
	"context"
	"errors"
	"hash/fnv"
	"reflect"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
)

// farAway is a position above all that a customer writes in these tests.
const farAway = state.Pos(1) << 62

// wishFor is what an agent wants done when a reply is sent: of three replies nothing, done
// as the platform has it, or snoozed.
func (w *world) wishFor(d state.Draft) state.WhenSent {
	h := fnv.New32a()
	h.Write([]byte(d.Body))
	wish := state.WhenSent{Seen: farAway}
	switch n := h.Sum32() % 3; {
	case n == 0 || state.Provisional(d.Conversation) || d.Conversation.Remote == "":
		return state.WhenSent{}
	case n == 1:
		wish.Snoozed = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	case w.of.name == "textus":
		wish.Cap = api.CapClose
	case w.of.name == "protocol":
		wish.Cap, wish.Done = api.CapArchive, true
	default:
		wish.Done = true
	}
	return wish
}

// hides checks that no customer whose reply did not go out is out of Waiting, and that
// what was to happen when a reply is sent happened then and only then.
func (w *world) hides() {
	w.t.Helper()
	m := w.moment()
	wishes := map[api.ConversationID][]state.Outbound{}
	for _, o := range m.messages {
		row := m.rows[o.Conversation]
		hidden := row.WaitingSince.IsZero() || row.Flags.Done || !row.Flags.Snoozed.IsZero()
		if o.Status.Waits() && !o.Left && hidden {
			w.t.Errorf("%q is %s, and its customer is out of Waiting: %+v", o.Body, words[o.Status], row.Flags)
		}
		if w.wished[o.ID] {
			wishes[o.Conversation] = append(wishes[o.Conversation], o)
		}
	}
	for id, messages := range wishes {
		row := m.rows[id]
		asked := slices.ContainsFunc(m.changes, func(ch state.Change) bool { return ch.Conversation == id })
		w.fulfilled(messages, asked || row.Flags.Done || !row.Flags.Snoozed.IsZero(), row.NotOut())
	}
}

// moment is what the store says at one time.
type moment struct {
	messages []state.Outbound
	changes  []state.Change
	rows     map[api.ConversationID]state.Row
}

// moment reads until the messages are the same before and after: the outboxes work on
// while a test reads, and what is read before and after a look-up do not go together.
func (w *world) moment() (m moment) {
	w.t.Helper()
	var err error
	for after := w.all(); !reflect.DeepEqual(m.messages, after); after = w.all() {
		m, err = w.readMoment(after)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// readMoment reads what goes with messages, if they are still so.
func (w *world) readMoment(messages []state.Outbound) (m moment, err error) {
	m = moment{messages: messages, rows: map[api.ConversationID]state.Row{}}
	db := w.any().db // after the messages, whose reading may close that of a process that died
	m.changes, err = db.Changes(context.Background(), "")
	for _, o := range messages {
		row, failed := db.Row(context.Background(), o.Conversation)
		m.rows[o.Conversation], err = row, errors.Join(err, failed)
	}
	return m, err
}

// fulfilled compares the messages of a conversation that carried a wish with whether one
// happened. covered: it may have happened and be overruled.
func (w *world) fulfilled(rows []state.Outbound, happened, covered bool) {
	w.t.Helper()
	gone := false
	for _, o := range rows {
		gone = gone || o.WhenSent == state.WhenSent{}
		if o.WhenSent.Pending() && (o.Status == state.Failed || o.Status == state.Held) {
			w.t.Errorf("%q is %s, and something is still to happen when it is sent", o.Body, words[o.Status])
		}
	}
	switch {
	case happened && !gone:
		w.t.Errorf("%q: done before it was sent, or although it is not: %+v", rows[0].Body, rows)
	case !happened && gone && !covered:
		w.t.Errorf("%q: sent, and not done: %+v", rows[0].Body, rows)
	}
}
