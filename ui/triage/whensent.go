package triage

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
)

// hide hides a conversation: once the reply is sent that is on its way to it, or now if
// none is. now does it and back takes it back; did says it.
func (t *Triage) hide(row state.Row, w state.WhenSent, did string, now, back func() tea.Cmd) tea.Cmd {
	later := t.env.T("%s is %s", t.name(row), env.WhenSent(t.env.Look.Language, w))
	if row.Pending > 0 {
		did = later
	}
	return t.Did(did, t.bind(row, w, later, now()), func() tea.Cmd { return t.bind(row, state.WhenSent{}, "", back()) })
}

// unbind takes back what was to happen when a reply is sent; if that has happened
// already, off undoes it.
func (t *Triage) unbind(row state.Row, off func() tea.Cmd) tea.Cmd {
	did := t.env.T("%s is no longer %s", t.name(row), env.WhenSent(t.env.Look.Language, row.WhenSent))
	return t.Did(did, t.bind(row, state.WhenSent{}, "", off()), func() tea.Cmd { return t.bind(row, row.WhenSent, "", nil) })
}

// bind lets w happen when the reply to a conversation is sent, or runs now if there is
// nothing to wait for. later is said where the row did not know of a reply yet.
func (t *Triage) bind(row state.Row, w state.WhenSent, later string, now tea.Cmd) tea.Cmd {
	if w != (state.WhenSent{}) {
		w.Seen = row.Newest
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(t.env.Ctx, env.ReadLimit)
		defer cancel()
		bound, err := t.env.Outbox.WhenSent(ctx, row.Conversation.ID, w)
		switch {
		case err == nil && !bound && now != nil:
			return now()
		case row.Pending > 0:
			later = ""
		}
		return env.WrittenMsg{Err: err, Said: later}
	}
}

// WhenDone is what "done" does to a conversation once a reply to it is sent. seen is
// the newest position that the agent had seen.
func (t *Triage) WhenDone(row state.Row, seen state.Pos) state.WhenSent {
	w := t.doneWish(row)
	w.Seen = seen
	return w
}

func (t *Triage) doneWish(row state.Row) state.WhenSent {
	switch t.doneBy(row) {
	case keymap.CloseConversation:
		return wishOf(api.CapClose)
	case keymap.Archive:
		return wishOf(api.CapArchive)
	}
	return state.WhenSent{Done: true}
}

// wishOf is closing or archiving at the platform. What is archived is done here as
// well, for the store to bring it back when the customer writes.
func wishOf(ability api.Caps) state.WhenSent {
	return state.WhenSent{Cap: ability, Done: ability == api.CapArchive}
}

// Sent says that a conversation is done when the reply that was just submitted is sent,
// and how to take that back.
func (t *Triage) Sent(row state.Row) tea.Cmd {
	undone := t.unDone(row)
	return t.Did(t.env.T("%s is %s", t.name(row), env.WhenSent(t.env.Look.Language, t.doneWish(row))), nil, func() tea.Cmd { return t.bind(row, state.WhenSent{}, "", undone()) })
}

// unDone takes back that a conversation is done.
func (t *Triage) unDone(row state.Row) func() tea.Cmd {
	if action := t.doneBy(row); action != "" {
		return func() tea.Cmd { return t.set(row, toggles[action], false) }
	}
	return func() tea.Cmd { return t.setDoneHere(row, false) }
}

// whyNotHidden is the reason for which a conversation cannot be hidden now: a message of
// ours is not out, and its customer waits until somebody has decided about it.
func (t *Triage) whyNotHidden(row state.Row) string {
	switch {
	case row.NotOut():
		return t.env.T("their reply is not out: decide about it first")
	case t.screen.Submitting != nil && t.screen.Submitting(row.Conversation.ID):
		return t.env.T("your reply is just being put into the outbox")
	}
	return ""
}

// hides is an action with a reason against hiding.
func (t *Triage) hides(a env.Action) env.Action {
	why := a.Why
	a.Why = func() string {
		if reason := why(); reason != "" {
			return reason
		}
		return t.whyNotHidden(t.screen.Current())
	}
	return a
}
