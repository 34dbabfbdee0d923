package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
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
	k, at := keys{refused: refused{at: time.Unix(100, 0)}}, time.Unix(100, 0)
	for _, c := range []struct {
		key  tea.KeyPressMsg
		wait time.Duration
		lost bool
	}{
		{tea.KeyPressMsg{Code: 'e', Text: "e"}, typesOn, true},
		{tea.KeyPressMsg{Code: tea.KeyBackspace}, typesOn, true},
		{tea.KeyPressMsg{Code: 'e', Text: "e"}, typesOn, true},
		{tea.KeyPressMsg{Code: tea.KeyEnter}, typesOn, true},
		{tea.KeyPressMsg{Code: tea.KeyEscape}, 0, false},
		{tea.KeyPressMsg{Code: 'e', Text: "e"}, 0, false},
	} {
		if at = at.Add(c.wait); k.lost(c.key, at) != c.lost {
			t.Errorf("%+v after %v", c.key, c.wait)
		}
	}
	k.refuse(keymap.Reply, at)
	if k.lost(tea.KeyPressMsg{Code: tea.KeyEnter}, at) {
		t.Error("enter is lost although nothing was typed")
	}
	k.refuse(keymap.Star, at)
	if k.lost(tea.KeyPressMsg{Code: 'e', Text: "e"}, at) {
		t.Error("a letter is lost after a key that leads to no text")
	}
}

// refusals are the ways in which a key that leads to where text is typed can come to nothing.
var refusals = map[string]func() *Model{
	"on the list, of a thread": func() *Model { return bare(3, 3, 120, 40) },
	"nobody is here":           func() *Model { return bare(0, 0, 120, 40) },
	"in a thread that is not read": func() *Model {
		m := bare(3, 0, 120, 40)
		m.focusOn(layout.Thread)
		m.Update(heldTooLongMsg{m.keys.number})
		return m
	},
	"among the channels": func() *Model {
		m := bare(3, 3, 120, 40)
		m.focusOn(layout.Channels)
		return m
	},
	"in the outbox": func() *Model {
		m := bare(3, 3, 120, 40)
		m.showOutbox()
		m.Update(heldTooLongMsg{m.keys.number})
		return m
	},
	"only looking": func() *Model {
		m := bare(3, 3, 120, 40)
		m.opt.Settings.ReadOnly = true
		m.focusOn(layout.Thread)
		return m
	},
	"on a screen for one row": func() *Model { return bare(3, 3, 12, 2) },
}

// Whatever the reason is for which a key leads to no text, the word that is typed behind it
// does nothing, and neither does what ends it or is pasted there.
func TestAWordBehindAnyRefusedKeyDoesNothing(t *testing.T) {
	refused := map[keymap.Action]bool{}
	for name, begin := range refusals {
		for _, spec := range begin().env.Keys.All() {
			for _, key := range spec.Keys {
				if spec.Action.Types() && refuses(t, name+": "+key, begin(), key) {
					refused[spec.Action] = true
				}
			}
		}
	}
	for _, spec := range bare(0, 0, 80, 24).env.Keys.All() {
		switch a := spec.Action; {
		case a == keymap.Commands || a == keymap.Help || a == keymap.GoTo || a == keymap.Search || a == keymap.ActivityLog: // always there
		case a.Types() && !refused[a] && len(spec.Keys) > 0:
			t.Errorf("%s is refused nowhere in this test", a)
		}
	}
}

// refuses reports whether a key leads to no text, and fails if what is typed behind it acts.
func refuses(t *testing.T, name string, m *Model, key string) bool {
	t.Helper()
	now := time.Now()
	m.env.Now = func() time.Time { return now }
	m.keys.exact = true // alt is not taken for esc
	for _, stroke := range strings.Fields(key) {
		m.update(keyPress(stroke))
	}
	if m.typing() || m.keys.refused.at.IsZero() {
		return false
	}
	focus, open := m.focus, m.thread.Conversation()
	for _, letter := range []string{"e", "l", "s", "e", "backspace", "space", "q", "1", "X", "3", "n", "enter"} {
		if m.update(keyPress(letter)) != nil || m.typing() || m.focus != focus || m.thread.Conversation() != open {
			t.Errorf("%s: %q of the word did something", name, letter)
			return true
		}
	}
	if m.update(tea.PasteMsg{Content: "words"}); m.typing() {
		t.Errorf("%s: what was pasted opened something", name)
	}
	now = now.Add(typesOn + time.Millisecond)
	if m.update(keyPress("?")); m.dialogs.Empty() {
		t.Errorf("%s: no key does anything any more", name)
	}
	return true
}

// Every key that puts the cursor into a line is known to, on every platform.
func TestWhatLeadsToTextIsKnownTo(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for _, label := range []string{"Protocol", "TextUs"} {
		a.first(label, open)
		a.press("3", "G")
		a.until("the thread", func(string) (read bool) {
			a.inspect(func(m *Model) { _, read = m.thread.Selected() })
			return read
		})
		a.inspect(func(m *Model) {
			for _, s := range m.env.Keys.All() {
				if s.Action == keymap.Quit || m.why(s.Action) != "" || !slices.Contains(s.Scopes, keymap.Thread) {
					continue
				}
				m.do(s.Action)
				if m.View().Cursor != nil && !s.Action.Types() {
					t.Errorf("%s: %s leads to text", label, s.Action)
				}
				m.dialogs.Clear()
				m.thread.Do(keymap.MenuClose)
				m.inbox.Do(keymap.MenuClose)
				m.focusOn(layout.Thread)
			}
		})
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
