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
		hits, err := a.db.SearchMessages(a.t.Context(), state.Search{Text: it.Message.Body, Limit: 9})
		if err == nil && len(hits.Found) == 1 && hits.Below == 0 && len(it.Message.Body) > 15 && !strings.Contains(it.Message.Body, "\n") {
			return hits.Found[0]
		}
	}
	a.t.Fatal("every message is there twice")
	return state.Found{}
}

// S2, S5: the search is narrowed by operators, which tab completes; what was searched for is offered
// when the search opens with nothing on its line, and what is kept comes first and is there after a
// restart.
func TestSearchWithOperatorsByKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := startApp(t, appOptions{w: 120, h: 40, dir: dir, stateDir: dir})
	a.open("Olivia Patel")
	a.press("S")
	a.see("is:note")
	a.write("has:f")
	a.see("tab: has:file")
	a.press("tab")
	a.see("words has:file")
	a.write(" fro")
	a.see("tab: from:")
	a.press("tab")
	a.see("words has:file from:")
	a.write("m")
	a.see("tab: from:me")
	a.press("tab")
	a.see("words has:file from:me")
	a.until("only our files", func(s string) bool {
		shown := false
		for _, row := range strings.Split(s, "\n") {
			if at := strings.LastIndex(row, "▣"); strings.Contains(row, "│") && at >= 0 && strings.Contains(row, "you: ") {
				shown = true
			}
		}
		return shown
	})
	a.see("Searched is what is kept here")
	a.press("alt+k")
	a.see("kept: has:file from:me")
	a.press("ctrl+u")
	a.until("what is kept", func(s string) bool { return strings.Contains(s, "▸ has:file from:me") && strings.Contains(s, "kept") })
	a.press("esc")
	a.quit()
	b := startApp(t, appOptions{w: 120, h: 40, dir: dir, stateDir: dir, offline: true})
	b.press("S")
	b.until("what is kept", func(s string) bool { return strings.Contains(s, "▸ has:file from:me") && strings.Contains(s, "kept") })
	b.press("enter")
	b.see("words has:file from:me")
	b.write(" is:nice")
	b.see("is:nice is not understood: there are waiting")
}
