package ui

import (
	"context"
	"strings"
	"testing"

	"unibox/state"
)

// sendDone sends a reply with "send, done" and goes back to its conversation, once
// the next that waits is open.
func (a *app) sendDone(row state.Row, text string) {
	a.t.Helper()
	a.press("r")
	a.inReplyBox()
	a.write(text)
	a.press("alt+s")
	a.until("who waits next", func(string) (next bool) {
		a.inspect(func(m *Model) {
			next = !m.reply.Composing() && m.dialogs.Empty() && m.thread.Conversation() != row.Conversation.ID
		})
		return next
	})
	a.back(row)
}

// back opens a conversation again.
func (a *app) back(row state.Row) {
	a.first(a.label(row), func(r state.Row) bool { return r.Conversation.ID == row.Conversation.ID })
}

// waiting reports whether a conversation is in Waiting, and not in Done.
func (a *app) waiting(row state.Row) (in bool) {
	a.t.Helper()
	for view, want := range map[state.View]bool{state.ViewWaiting: true, state.ViewDone: false} {
		list, err := a.db.List(a.t.Context(), state.ListQuery{View: view, Limit: 500})
		if err != nil {
			a.t.Fatal(err)
		}
		for _, r := range list.Rows {
			if r.Conversation.ID == row.Conversation.ID {
				in = want
			}
		}
	}
	return in
}

// "Send, done" is done when the reply is sent: until then the title says so, and where
// the reply fails the customer waits and nothing was asked of the platform.
func TestSendAndDoneOnEachPlatform(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for label, fails := range map[string]string{"Pact": "#fail", "TextUs": "#fail", "Protocol": ""} {
		platform := strings.ToLower(label)
		row := a.first(label, open)
		a.control("fault", map[string]any{"platform": platform, "match": "", "kind": "status", "status": 429, "retry_after": 1, "calls": -1}, nil)
		a.sendDone(row, "sorry "+fails)
		a.see("done when sent")
		if r := a.rowNow(row); r.Flags.Done || !r.WhenSent.Pending() {
			t.Errorf("%s, on its way: %+v", label, r)
		}
		if fails == "" {
			a.control("fault", map[string]any{"platform": platform, "match": "POST messages", "kind": "status", "status": 422, "calls": -1, "alone": true}, nil)
		} else {
			a.heal()
		}
		a.waitRow(row.Conversation.ID, "failed", func(r state.Row) bool { return r.Failed == 1 })
		a.see("waiting: the reply failed")
		a.see("not done")
		if !a.waiting(row) {
			t.Errorf("%s: not in Waiting", label)
		}
		if all, err := a.db.Changes(context.Background(), row.Conversation.ID.Account); err != nil || changed(all, row) {
			t.Errorf("%s: asked %+v, %v", label, all, err)
		}
		a.heal()
		well := a.first(label, func(r state.Row) bool { return open(r) && !r.NotOut() && !r.Flags.Done })
		a.sendDone(well, "of course")
		a.waitRow(well.Conversation.ID, "done", func(r state.Row) bool { return r.Flags.Done && !r.WhenSent.Pending() })
	}
}

func changed(all []state.Change, row state.Row) bool {
	for _, ch := range all {
		if ch.Conversation == row.Conversation.ID && ch.On {
			return true
		}
	}
	return false
}

func (a *app) rowNow(row state.Row) state.Row {
	a.t.Helper()
	r, err := a.db.Row(a.t.Context(), row.Conversation.ID)
	if err != nil {
		a.t.Fatal(err)
	}
	return r
}

// C20: "send" stays, "send, next" goes on and leaves the conversation as it is, "send,
// done" is done with it; each is one chord in the reply box.
func TestSendAndGoOn(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for chord, want := range map[string]struct{ stays, done bool }{"enter": {true, false}, "alt+n": {false, false}, "alt+s": {false, true}} {
		row := a.first("Protocol", open)
		a.press("r")
		a.inReplyBox()
		a.write("sent by " + chord)
		a.press(chord)
		a.until("what follows "+chord, func(string) (next bool) {
			a.inspect(func(m *Model) {
				next = m.dialogs.Empty() && (m.thread.Conversation() == row.Conversation.ID) == want.stays && m.reply.Empty() && m.reply.Composing() == want.stays
			})
			return next
		})
		a.back(row)
		a.until("the reply is out", func(string) bool {
			now, err := a.db.Row(a.t.Context(), row.Conversation.ID)
			return err == nil && now.Pending == 0 && (now.Flags.Done == want.done) && now.WaitingSince.IsZero()
		})
	}
}

// A promise in what was just sent is offered in one quiet line, and one key takes it: it is
// kept with the reply, and comes back at its time.
func TestAPromiseIsKept(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	row := a.first("Protocol", open)
	a.press("r")
	a.inReplyBox()
	a.write("I'll get back to you tomorrow at 11:00")
	a.press("enter")
	a.see("alt+r reminds you")
	a.press("alt+r")
	a.until("the reminder", func(string) bool {
		now, err := a.db.Row(a.t.Context(), row.Conversation.ID)
		f := now.Flags
		return err == nil && now.Pending == 0 && f.SnoozeKind == state.SnoozePromise && f.Snoozed.Local().Hour() == 11
	})
}

// Who types on while a reply is written to the outbox writes to whoever comes next: his
// keys are not taken for more text to the last.
func TestKeysAfterSendAndNextAreForTheNext(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for _, chord := range []string{"alt+n", "alt+s"} {
		row := a.first("Protocol", open)
		a.press("r")
		a.inReplyBox()
		a.write("sent by " + chord)
		a.press(chord, "r")
		a.write("to the next")
		a.until("the text in the next reply", func(string) (there bool) {
			a.inspect(func(m *Model) {
				there = m.reply.Composing() && m.reply.Draft().Body == "to the next" && m.thread.Conversation() != row.Conversation.ID
			})
			return there
		})
		if d, err := a.db.Draft(t.Context(), row.Conversation.ID); err != nil || d.Body != "" {
			t.Errorf("a draft %q is left where the reply was sent, %v", d.Body, err)
		}
		a.press("ctrl+u", "esc")
	}
}

// A key after "next" is about the next conversation, also where much has to be read before
// it is known what can be done there.
func TestKeysAfterNextAreForTheNext(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for range 5 {
		a.first("Protocol", open)
		a.press("n", ";")
		a.see("Private note, stays here")
		a.press("esc")
	}
}
