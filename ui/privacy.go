package ui

import (
	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/privacy"
)

// maskMsg comes when a customer who was revealed is to be masked again.
type maskMsg struct{}

// mask begins to mask who customers are, or ends it. What the notices on screen say is
// taken off with it: they may name somebody.
func mask(m *Model) tea.Cmd {
	m.env.Privacy.Toggle(m.env.Now())
	m.bar.ClearToasts()
	m.restyle()
	if !m.env.Privacy.On() {
		return m.env.Say("names, numbers and previews are shown again")
	}
	return m.env.Say("names, numbers and previews are masked; " + m.env.KeyFor(keymap.Reveal) + " shows one conversation for ten seconds, " + m.env.KeyFor(keymap.Privacy) + " all")
}

func whyNoReveal(m *Model) string {
	switch {
	case !m.env.Privacy.On():
		return "nobody is masked"
	case m.current().Conversation.ID == (api.ConversationID{}):
		return "no conversation is selected"
	}
	return ""
}

// reveal shows the current conversation for a while.
func reveal(m *Model) tea.Cmd {
	m.env.Reveal(m.current().Conversation.ID)
	m.restyle()
	return m.env.After(privacy.RevealFor, maskMsg{})
}
