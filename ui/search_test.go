package ui

import (
	"strings"
	"testing"

	"unibox/api/sandbox"
	"unibox/state"
)

// A search by keys: what is found shows as it is typed, and enter goes to the
// message, deep in a long conversation, with what is around it.
func TestSearchGoesToAnOldMessage(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 60, Messages: 1200}})
	a.open("Olivia Patel")
	a.until("more history than one window holds", func(string) bool {
		a.press("pgup")
		return len(a.history()) > 250
	})
	target := a.wordsOfOld()
	a.open("Sophie Okafor")
	a.press("S")
	a.see("Type one or more words")
	a.write("qqqxyz")
	a.see("No message on this machine contains all of these words.")
	a.press("ctrl+u")
	a.see("Type one or more words")
	a.paste(target.Message.Body)
	a.until("the message", func(s string) bool { return strings.Contains(s, "▸ ") && strings.Contains(s, "Olivia Patel TG") })
	a.press("enter")
	a.gone("Search all messages")
	a.until("the thread at the message", func(string) (there bool) {
		a.inspect(func(m *Model) {
			row, ok := m.thread.Row()
			it, selected := m.thread.Selected()
			there = ok && row.Conversation.ID == target.Message.Conversation && selected && it.Message.Body == target.Message.Body
		})
		return there
	})
	a.see(strings.Fields(target.Message.Body)[0])
	a.press("G")
	a.until("the newest message", func(string) (newest bool) {
		row, err := a.db.Row(t.Context(), target.Message.Conversation)
		a.inspect(func(m *Model) {
			it, ok := m.thread.Selected()
			newest = err == nil && ok && it.Pos == row.Newest
		})
		return newest
	})
}

// history is what is stored of the open conversation.
func (a *app) history() []state.Item {
	var open state.Row
	a.inspect(func(m *Model) { open, _ = m.thread.Row() })
	w, err := a.db.Timeline(a.t.Context(), state.TimelineQuery{Conversation: open.Conversation.ID, Before: 10_000})
	if err != nil {
		a.t.Fatal(err)
	}
	return w.Items
}

// wordsOfOld is the oldest message of the open conversation of some length,
// whose words are nowhere else.
func (a *app) wordsOfOld() state.Found {
	a.t.Helper()
	for _, it := range a.history() {
		found, err := a.db.Search(a.t.Context(), it.Message.Body, 9)
		if err == nil && len(found) == 1 && len(it.Message.Body) > 15 && !strings.Contains(it.Message.Body, "\n") {
			return found[0]
		}
	}
	a.t.Fatal("every message is there twice")
	return state.Found{}
}
