package triage

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
)

// What a platform lets us write beside its switches: a note, whether a conversation is
// answered.

// openNote writes the note of a conversation.
func (t *Triage) openNote() tea.Cmd {
	c := t.screen.Current().Conversation
	title := func() string { return t.env.T("Note kept by %s, about %s", t.env.Label(c.ID.Account), t.env.Name(c)) }
	return t.screen.Dialogs.Open(dialog.NewLine("", t.env.T("to %s", t.env.Label(c.ID.Account)),
		t.env.T("%s keeps it and shows it to your colleagues. %s A private note, which stays here, is %s.", t.env.Label(c.ID.Account), t.whatBecomes(c.ID), t.env.KeyFor(keymap.PrivateNote)),
		func(line string) string {
			if strings.TrimSpace(line) == "" {
				return t.env.T("the note is empty")
			}
			return ""
		},
		func(line string) tea.Cmd {
			return tea.Batch(t.env.Change(state.Change{Conversation: c.ID, Cap: api.CapNote, Arg: strings.TrimSpace(line)}),
				t.env.Say(t.env.T("the note about %s goes to %s", t.env.Name(c), t.env.Label(c.ID.Account))))
		}).Titled(title))
}

// toggleAnswered marks at the platform that nobody waits for an answer of ours, or that
// somebody does. Who waits here goes by the messages, whatever the platform is told.
func (t *Triage) toggleAnswered() tea.Cmd {
	row := t.screen.Current()
	id := row.Conversation.ID
	on := !row.Conversation.Answered.Or(row.WaitingSince.IsZero())
	change := func(on bool) tea.Cmd {
		return t.env.Change(state.Change{Conversation: id, Cap: api.CapAnswer, On: on})
	}
	return t.Did(onOff(on, t.env.T("%s is marked as answered, for everyone (%s)", t.name(row), t.env.Label(id.Account)),
		t.env.T("%s is marked as unanswered, for everyone (%s)", t.name(row), t.env.Label(id.Account))),
		change(on), func() tea.Cmd { return change(!on) })
}

// whatBecomes says what becomes of the notes that there are.
func (t *Triage) whatBecomes(id api.ConversationID) string {
	if t.env.Can(id, api.CapFacts) {
		return t.env.T("It is added to those that there are, which %s shows.", t.env.KeyFor(keymap.Details))
	}
	return t.env.T("It takes the place of the note there was, which cannot be read here.")
}
