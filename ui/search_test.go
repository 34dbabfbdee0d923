package ui

import (
	"strings"
	"testing"

	"unibox/api/sandbox"
	"unibox/state"
	"unibox/ui/text"
)

// A search by keys: what is found shows as it is typed, and enter goes to the
// message, deep in a long conversation, with what is around it.
func TestSearchGoesToAnOldMessage(t *testing.T) {
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Messages: 1200}})
	a.open("Olivia Patel")
	a.until("more history than one window holds", func(string) bool {
		a.press("pgup")
		return len(a.history()) > 250
	})
	target := a.wordsOfOld()
	a.open("Sophie Okafor")
	a.press("S")
	a.see("Type a word or more")
	a.write("qqqxyz")
	a.see("No message that is kept on this machine holds all of these words.")
	a.press("ctrl+u")
	a.see("Type a word or more")
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
// whose words stand nowhere else.
func (a *app) wordsOfOld() state.Found {
	a.t.Helper()
	for _, it := range a.history() {
		found, err := a.db.Search(a.t.Context(), it.Message.Body, 9)
		if err == nil && len(found) == 1 && len(it.Message.Body) > 15 && !strings.Contains(it.Message.Body, "\n") {
			return found[0]
		}
	}
	a.t.Fatal("every message stands there twice")
	return state.Found{}
}

func TestExcerpts(t *testing.T) {
	long := strings.Repeat("word ", 20)
	for _, tt := range [][5]string{
		{"where is my parcel", "parc", "where is my ", "parc", "el"},
		{"Ёлка приехала", "ЕЛКА", "", "Ёлка", " приехала"},
		{"¿Cuándo llega?", "cuando", "¿", "Cuándo", " llega?"},
		{"我的订单在哪里", "订单", "我的", "订单", "在哪里"},
		{"subparcel parcel", "parcel", "subparcel ", "parcel", ""},
		{"nothing of it", "parcel", "", "nothing of it", ""},
		{"", "x", "", "", ""},
		{"a \"quoted\" word", `"quoted"`, "a \"", "quoted", "\" word"},
	} {
		before, hit, after := excerpt(text.Mode{}, tt[0], tt[1])
		if before != tt[2] || hit != tt[3] || after != tt[4] {
			t.Errorf("%q in %q: %q %q %q", tt[1], tt[0], before, hit, after)
		}
	}
	if before, hit, _ := excerpt(text.Mode{}, long+"parcel", "parcel"); hit != "parcel" || (text.Mode{}).Width(before) != leadUp+1 {
		t.Errorf("%q %q", before, hit)
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("a b", "b")
	f.Add("\u0301x", "\u0301")
	f.Add("ﬁx", "fi")
	f.Fuzz(func(t *testing.T, line, query string) {
		if from, to := find(line, query); from < 0 || to < from || to > len(line) {
			t.Fatalf("%d to %d", from, to)
		}
	})
}
