package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
)

// Who types a reply where none can be written gives no commands: a letter of it may close
// the conversation for everyone. After a pause a key is a key again.
func TestATypedReplyThatIsRefusedDoesNothing(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	a.block()
	row, now := state.Row{}, time.Now()
	a.inspect(func(m *Model) { row, _ = m.thread.Row() })
	a.press("3") // the thread, where letters are commands
	a.inspect(func(m *Model) { m.env.Now = func() time.Time { return now } })
	a.press("r")
	a.write("else as E V c 3")
	a.inspect(func(m *Model) {
		if !m.dialogs.Empty() || m.reply.Composing() || m.thread.Conversation() != row.Conversation.ID {
			t.Error("a letter of the text did something")
		}
		now = now.Add(typesOn + time.Millisecond)
	})
	if now := a.rowNow(row); now.Flags != row.Flags {
		t.Errorf("the conversation was %+v and is %+v", row.Flags, now.Flags)
	}
	a.press("N")
	a.see("Write first on")
}

func TestTypingAfterARefusalEnds(t *testing.T) {
	k, at := keys{refused: time.Unix(100, 0)}, time.Unix(100, 0)
	for _, c := range []struct {
		key  tea.KeyPressMsg
		wait time.Duration
		lost bool
	}{
		{tea.KeyPressMsg{Code: 'e', Text: "e"}, typesOn, true},
		{tea.KeyPressMsg{Code: 'e', Text: "e"}, typesOn, true},
		{tea.KeyPressMsg{Code: tea.KeyEscape}, 0, false},
		{tea.KeyPressMsg{Code: 'e', Text: "e"}, 0, false},
	} {
		if at = at.Add(c.wait); k.lost(c.key, at) != c.lost {
			t.Errorf("%+v after %v", c.key, c.wait)
		}
	}
}

// Beside the list stands the thread of the selected row, also where another one was
// selected while the agent was in the thread.
func TestTheListActsOnWhatIsShown(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.until("somebody who waits", func(string) bool { return len(a.rows()) > 3 })
	first := api.ConversationID{}
	a.until("a selected row", func(string) bool {
		a.inspect(func(m *Model) { first = m.inbox.SelectedID() })
		return first != api.ConversationID{}
	})
	a.press("2", "enter")
	a.until("the thread", func(string) (read bool) {
		a.inspect(func(m *Model) { row, ok := m.thread.Row(); first, read = row.Conversation.ID, ok && m.focus == 2 })
		return read
	})
	a.press("e")
	a.waitRow(first, "it to be done", func(row state.Row) bool { return row.Flags.Done })
	a.until("the row to leave the list", func(string) (moved bool) {
		a.inspect(func(m *Model) { moved = m.inbox.SelectedID() != first && m.thread.Conversation() == first })
		return moved
	})
	a.press("esc")
	a.until("the thread of the selected row", func(string) (same bool) {
		a.inspect(func(m *Model) {
			same = m.inbox.SelectedID() != first && m.thread.Conversation() == m.inbox.SelectedID()
		})
		return same
	})
}

// What was typed for a conversation that was not opened is about nobody else: none of it
// does anything, and its text can be read.
func TestWhatIsTypedForNobodyIsSaid(t *testing.T) {
	m, _ := replying(t)
	m.keys.wait()
	for _, key := range []tea.KeyPressMsg{{Code: 'r', Text: "r"}, {Code: 'h', Text: "h"}, {Code: 'i', Text: "i"}, {Code: 's', Mod: tea.ModAlt}} {
		m.Update(key)
	}
	said := ""
	m.env.Notify = func(s string, _ bool) tea.Cmd { said = s; return nil }
	m.drop()
	if m.reply.Draft().Body != "" || m.keys.waiting || len(m.keys.held) != 0 || !strings.Contains(said, "“rhi”") {
		t.Errorf("in the box %q, said %q, held %d", m.reply.Draft().Body, said, len(m.keys.held))
	}
}
