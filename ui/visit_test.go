package ui

import (
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/state"
)

// underNew is the row of the thread under the line above what is new, and how many such lines
// there are.
func underNew(screen string) (under string, lines int) {
	rows := strings.Split(screen, "\n")
	for y, row := range rows {
		if strings.Contains(cell(row), "── new ──") && y+1 < len(rows) {
			under, lines = cell(rows[y+1]), lines+1
		}
	}
	return under, lines
}

// comes lets the customer of a conversation write what is not in it yet, and waits until that is
// read.
func (a *app) comes(id api.ConversationID, text string) {
	a.t.Helper()
	row, err := a.db.Row(a.t.Context(), id)
	if err != nil {
		a.t.Fatal(err)
	}
	a.control("inbound", map[string]any{"platform": "pact", "conversation": row.Conversation.ID.Remote, "text": text}, nil)
	a.press("ctrl+r")
	a.until("“"+text+"” in list and thread", func(s string) (read bool) {
		a.inspect(func(m *Model) {
			open, _ := m.thread.Row()
			listed, _ := m.inbox.Selected()
			read = listed.Newest > row.Newest && listed.Newest == open.Newest && open.Unread == listed.Unread
		})
		return read && strings.Contains(s, text)
	})
	a.press("3", "G")
	a.cursorOn(text)
}

// cursorOn waits until the thread's cursor is on a message with a text.
func (a *app) cursorOn(text string) {
	a.t.Helper()
	a.until("the cursor on “"+text+"”", func(s string) bool {
		return slices.ContainsFunc(strings.Split(s, "\n"), func(row string) bool {
			return strings.HasPrefix(cell(row), "▌") && strings.Contains(cell(row), text)
		})
	})
}

// T4: the line above what is new stays where it was for the whole visit, whatever comes and
// also when it is read; on the next visit it stands above what came since. Days are divided.
func TestT4TheLineAboveWhatIsNewStaysForTheVisit(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	row := aConversation(t, a)
	a.press("G")
	screen := a.see("── new ──")
	first, lines := underNew(screen)
	if lines != 1 || strings.TrimSpace(first) == "" {
		t.Fatalf("%d lines, under it %q", lines, first)
	}
	still := func(when string) {
		t.Helper()
		a.until("the line where it was "+when, func(s string) bool {
			under, lines := underNew(s)
			return lines == 1 && strings.TrimLeft(under, " ▌") == strings.TrimLeft(first, " ▌")
		})
	}
	a.comes(row.Conversation.ID, "one more question")
	still("after a message came")
	a.press("u")
	a.waitRow(row.Conversation.ID, "it to be read", func(r state.Row) bool { return r.Unread == 0 })
	still("after it was read")
	a.comes(row.Conversation.ID, "and another one")
	still("after a message came that nobody has read")
	a.press("u")
	a.waitRow(row.Conversation.ID, "it to be read", func(r state.Row) bool { return r.Unread == 0 })
	other, err := a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 9})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range other.Rows {
		if r.Conversation.ID != row.Conversation.ID {
			a.opens(r.Conversation.ID)
			break
		}
	}
	a.opens(row.Conversation.ID)
	a.press("G")
	screen = a.see("and another one")
	if _, lines := underNew(screen); lines != 0 {
		t.Errorf("all of it is read, and a line stands above what is new:\n%s", screen)
	}
	if !strings.Contains(screen, "── Today ──") && !strings.Contains(screen, "── Yesterday ──") { // just after midnight
		t.Errorf("no line says that a day begins:\n%s", screen)
	}
}

// T5: a cursor goes from message to message, and what is done is done to the one it stands on:
// by a key, and from the list of all that can be done with it.
func TestT5WhatIsDoneIsDoneToTheMessageUnderTheCursor(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	row := aConversation(t, a)
	a.comes(row.Conversation.ID, "the last but one")
	a.comes(row.Conversation.ID, "the last of all")
	a.press("3", "G")
	a.cursorOn("the last of all")
	a.press("[")
	a.cursorOn("the last but one")
	a.press("y")
	a.said("sent to the terminal's clipboard: the last but one")
	a.press("space")
	card := a.see("Message")
	for _, want := range []string{"the last but one", "Reply", "Quote the message in a reply", "Copy the text", "Details of the message"} {
		if !strings.Contains(card, want) {
			t.Errorf("%q is not on the card:\n%s", want, card)
		}
	}
	for a.press("down"); !strings.Contains(a.frame(), "▸ Quote the message"); {
		a.press("down")
	}
	a.press("enter")
	a.inReplyBox()
	a.see("> the last but one")
	a.press("esc", "3", "]")
	a.cursorOn("the last of all")
	a.press("y")
	a.said("sent to the terminal's clipboard: the last of all")
}
