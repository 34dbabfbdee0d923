package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/inbox"
	"unibox/ui/layout"
)

var (
	anna  = api.ConversationID{Account: "a", Remote: "0"}
	boris = api.ConversationID{Account: "a", Remote: "1"}
	clara = api.ConversationID{Account: "a", Remote: "2"}
)

// refuser is an outbox that takes no reply.
type refuser struct{ still }

func (refuser) Submit(context.Context, state.Draft, *state.First) ([]state.Outbound, error) {
	return nil, errors.New("disk full")
}

// A submit that ends after the agent has moved on may touch neither the box
// nor the marks of the conversation that is open then.
func TestLateSubmitActsWhereItWasMade(t *testing.T) {
	for name, out := range map[string]Outbox{"sent": still{}, "refused": refuser{}} {
		m := bare(3, 3, 120, 40)
		m.env.Outbox = out
		m.open(anna)
		m.writes("to anna")
		submit := m.do(keymap.SendDoneNext)
		m.focusOn(layout.List)
		m.open(boris)
		m.writes("to boris")
		m.answered(submit)
		if box := m.reply.Draft(); !m.reply.Composing() || box.Body != "to boris" || m.thread.Conversation() != boris {
			t.Errorf("%s: composing %v, box %q, thread %v", name, m.reply.Composing(), box.Body, m.thread.Conversation())
		}
	}
}

// writes types a reply to the open conversation.
func (m *Model) writes(text string) {
	m.drafted()
	m.answered(m.thread.Reload())
	m.compose()
	for _, r := range text {
		m.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func TestLateLookUpFillsNoOtherDialog(t *testing.T) {
	m := bare(3, 3, 120, 40)
	var late []tea.Cmd
	for _, action := range []keymap.Action{keymap.Info, keymap.GoTo} {
		late = append(late, m.do(action))
		m.do(keymap.MenuClose)
	}
	m.do(keymap.Commands)
	for _, cmd := range late {
		m.answered(cmd)
	}
	if it, _ := m.dialogs.Chosen(); it.Value == nil || it.Detail == "" {
		t.Errorf("the palette holds %+v", it)
	}
	m.do(keymap.MenuChoose) // panicked when the value was of another dialog
}

// The end of a wait that is over ends no later one: the key would be refused.
func TestAnOldWaitEndsNoLaterOne(t *testing.T) {
	m := bare(3, 3, 120, 40)
	var over []tea.Msg
	m.env.Timer = func(_ time.Duration, msg tea.Msg) tea.Cmd {
		if _, ok := msg.(heldTooLongMsg); ok {
			over = append(over, msg)
		}
		return nil
	}
	goes := func(id api.ConversationID) {
		m.keys.wait()
		m.open(id)
		m.focusOn(layout.Thread)
		m.release()
	}
	goes(boris)
	m.answered(m.thread.Reload())
	goes(clara)
	if len(over) != 2 || !m.keys.waiting {
		t.Fatalf("%d waits began, waiting: %v", len(over), m.keys.waiting)
	}
	m.Update(tea.KeyPressMsg{Code: '#', Text: "#"})
	m.Update(over[0])
	if len(m.keys.held) != 1 {
		t.Error("the first wait has ended the second one")
	}
	m.Update(over[1])
	if m.keys.waiting || len(m.keys.held) != 0 {
		t.Error("the second wait has no end")
	}
}

// What is typed for a conversation or a list that is not read in time does nothing and is said,
// with a sentence that is true: whether somebody is on the list is not known yet.
func TestWhatIsNotReadInTimeIsNotActedOn(t *testing.T) {
	var over tea.Msg
	waits := func(pane layout.Pane, opens api.ConversationID) (m *Model, said *string) {
		m, said = bare(3, 3, 120, 40), new(string)
		m.env.Timer = func(_ time.Duration, msg tea.Msg) tea.Cmd {
			if _, ok := msg.(heldTooLongMsg); ok {
				over = msg
			}
			return nil
		}
		m.env.Notify = func(s string, _ bool) tea.Cmd { *said = s; return nil }
		if opens != (api.ConversationID{}) {
			m.open(opens)
		} else {
			m.inbox.Choose(inbox.Selection{View: state.ViewAll})
		}
		m.focusOn(pane)
		for _, r := range "rHi" {
			m.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
		return m, said
	}
	for name, tt := range map[string]struct {
		pane layout.Pane
		id   api.ConversationID
		says string
	}{
		"a conversation": {layout.Thread, boris, "not used, since the conversation is still being read: “rHi”"},
		"a list":         {layout.List, api.ConversationID{}, "not used, since the list is still being read: “rHi”"},
	} {
		m, said := waits(tt.pane, tt.id)
		if len(m.keys.held) != 3 {
			t.Fatalf("%s: %d keys are held", name, len(m.keys.held))
		}
		m.Update(over)
		m.Update(tea.KeyPressMsg{Code: '!', Text: "!"})
		if m.keys.waiting || m.reply.Composing() || m.reply.Draft().Body != "" || !m.dialogs.Empty() || *said != tt.says {
			t.Errorf("%s: waiting: %v, composing: %v, box %q, dialog %q, said %q", name, m.keys.waiting, m.reply.Composing(), m.reply.Draft().Body, m.dialogs.Title(), *said)
		}
	}
}

// What is typed after a choice that still waits for what there is to choose from is about what
// is chosen, and no part of the line: whoever knows the way types ahead of a slow disk.
func TestWhatFollowsAChoiceIsAboutWhatWasChosen(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 12}})
	a.synced()
	a.press("ctrl+g")
	a.write("Eve")
	a.press("enter", "r")
	a.write("one second")
	a.until("the text in the box of who was chosen", func(string) (there bool) {
		a.inspect(func(m *Model) { there = m.dialogs.Empty() && m.reply.Draft().Body == "one second" })
		return there
	})
	if row := a.see("one second"); !strings.Contains(row, "Reply to Eve") {
		t.Errorf("it is written to somebody else:\n%s", row)
	}
}

// Esc ends a choice that still waits, and says what was typed for what it would have chosen.
func TestEscEndsAChoiceThatWaits(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.do(keymap.GoTo)
	for _, key := range []tea.KeyPressMsg{{Code: 'b', Text: "b"}, {Code: tea.KeyEnter}, {Code: 'r', Text: "r"}, {Code: 'h', Text: "h"}, {Code: 'i', Text: "i"}} {
		m.Update(key)
	}
	if got := m.dialogs.Title(); got != "Go to" || len(m.keys.held) != 3 {
		t.Fatalf("%q is open, %d keys are held", got, len(m.keys.held))
	}
	said := ""
	m.env.Notify = func(s string, _ bool) tea.Cmd { said = s; return nil }
	m.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	if !m.dialogs.Empty() || len(m.keys.held) != 0 || m.reply.Draft().Body != "" || !strings.Contains(said, "“rhi”") {
		t.Errorf("%q is open, %d keys are held, said %q", m.dialogs.Title(), len(m.keys.held), said)
	}
}

// What is typed after a list was chosen is about what that list selects, and not about the
// thread that the list before it led to.
func TestWhatFollowsAListIsAboutThatList(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 12}})
	a.synced()
	a.press("n")
	var left api.ConversationID
	a.until("a thread", func(string) (read bool) {
		a.inspect(func(m *Model) {
			row, ok := m.thread.Row()
			left, read = row.Conversation.ID, ok && m.focus == layout.Thread
		})
		return read
	})
	a.press("ctrl+g")
	a.write("All")
	a.press("enter", "r")
	a.write("one second")
	a.until("the text in the box of who is first there", func(string) (there bool) {
		a.inspect(func(m *Model) {
			there = m.dialogs.Empty() && m.inbox.Selection().View == state.ViewAll && m.reply.Draft().Body == "one second" && m.inbox.SelectedID() == m.thread.Conversation()
			if m.thread.Conversation() == left && m.reply.Draft().Body != "" {
				t.Error("it is written to whom the list before led to")
			}
		})
		return there || t.Failed()
	})
}

// Where the list that was chosen holds nobody, what was typed for it is said, is written to
// nobody who is seen beside it, and does nothing else, what comes after that neither.
func TestWhatFollowsAListOfNobodyIsSaid(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 12}})
	a.synced()
	a.press("n")
	a.until("a thread", func(string) (read bool) {
		a.inspect(func(m *Model) { _, ok := m.thread.Row(); read = ok && m.focus == layout.Thread })
		return read
	})
	now := time.Now()
	a.inspect(func(m *Model) { m.env.Now = func() time.Time { return now } })
	a.press("ctrl+g")
	a.write("Snoozed")
	a.press("enter", "r")
	a.until("it said", func(string) (said bool) {
		a.inspect(func(m *Model) { said = m.bar.Said("nobody is on the list") }) // also where the list was read before the key
		return said
	})
	a.write("Hi")
	a.inspect(func(m *Model) {
		if m.reply.Composing() || m.reply.Draft().Body != "" || !m.dialogs.Empty() || !m.size.hints {
			t.Errorf("composing: %v, dialog %q, hints: %v", m.reply.Composing(), m.dialogs.Title(), m.size.hints)
		}
	})
}
