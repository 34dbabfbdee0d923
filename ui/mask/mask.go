// Package mask begins and ends to mask who customers are, and shows one of them for a
// while. When masking begins, or somebody is masked again, it takes off the screen what
// was drawn for good while they were shown: dialogs, notices and lines that were typed.
package mask

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/privacy"
)

// Screen is what masking asks of the screen as a whole.
type Screen struct {
	// Current is the current conversation.
	Current func() state.Row
	// Drop closes and clears what may name somebody who is masked now.
	Drop func() tea.Cmd
	// Redraw draws everything again.
	Redraw func()
}

// Switch masks customers and shows them. It is used from one goroutine.
type Switch struct {
	env.Actions
	env    *env.Env
	screen Screen
}

// overMsg comes when a customer who was revealed is to be masked again.
type overMsg struct{ of *Switch }

// New returns a switch that masks nobody yet.
func New(e *env.Env, s Screen) *Switch {
	w := &Switch{env: e, screen: s}
	w.Actions = env.Actions{
		keymap.Privacy: {Do: w.toggle},
		keymap.Reveal:  {Do: w.reveal, Why: w.whyNoReveal},
	}
	return w
}

// toggle begins to mask who customers are, or ends it.
func (w *Switch) toggle() tea.Cmd {
	w.env.Privacy.Toggle(w.env.Now())
	if !w.env.Privacy.On() {
		w.screen.Redraw()
		return w.env.Say(w.env.T("names, numbers and previews are shown again"))
	}
	reveals := cmp.Or(w.env.AnyKey(w.env.Keys.Spec(keymap.Reveal)), w.env.KeyFor(keymap.Reveal)) // in the list and the thread, wherever one is now
	return tea.Batch(w.hide(), w.env.Say(w.env.T("names, numbers and previews are masked; %s shows one conversation for ten seconds, %s all", reveals, w.env.KeyFor(keymap.Privacy))))
}

// hide takes off the screen what may name somebody, and draws the rest masked.
func (w *Switch) hide() tea.Cmd {
	dropped := w.screen.Drop()
	w.screen.Redraw()
	return dropped
}

func (w *Switch) whyNoReveal() string {
	switch {
	case !w.env.Privacy.On():
		return w.env.T("nobody is masked")
	case w.screen.Current().Conversation.ID == (api.ConversationID{}):
		return w.env.T("no conversation is selected")
	}
	return ""
}

// reveal shows the current conversation for a while. Another one that was shown is masked.
func (w *Switch) reveal() tea.Cmd {
	dropped := w.hide()
	w.env.Reveal(w.screen.Current().Conversation.ID)
	w.screen.Redraw()
	return tea.Batch(dropped, w.env.After(privacy.RevealFor, overMsg{w}))
}

// Arrive implements dialog.Answer: it masks whom was revealed. Who was revealed once more
// meanwhile has their ten seconds from then on.
func (msg overMsg) Arrive(*dialog.Stack) tea.Cmd {
	w := msg.of
	if !w.env.Privacy.On() || w.env.Privacy.Reveals(w.env.Now()) {
		return nil
	}
	return w.hide()
}
