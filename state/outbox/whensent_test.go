package outbox_test

import (
	"context"
	"hash/fnv"
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
	all := w.all()
	db := w.any().db // after all, which may close that of a process that died
	changes, err := db.Changes(context.Background(), "")
	if err != nil {
		w.t.Fatal(err)
	}
	wishes := map[api.ConversationID][]state.Outbound{}
	for _, o := range all {
		row, err := db.Row(context.Background(), o.Conversation)
		hidden := row.WaitingSince.IsZero() || row.Flags.Done || !row.Flags.Snoozed.IsZero()
		if o.Status.Waits() && !o.Left && (err != nil || hidden) {
			w.t.Errorf("%q is %s, and its customer is out of Waiting: %+v, %v", o.Body, words[o.Status], row.Flags, err)
		}
		if w.wished[o.ID] {
			wishes[o.Conversation] = append(wishes[o.Conversation], o)
		}
	}
	for id, rows := range wishes {
		row, err := db.Row(context.Background(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		asked := slices.ContainsFunc(changes, func(ch state.Change) bool { return ch.Conversation == id })
		w.fulfilled(rows, asked || row.Flags.Done || !row.Flags.Snoozed.IsZero(), row.NotOut())
	}
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
