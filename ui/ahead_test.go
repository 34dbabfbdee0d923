package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/inbox"
	"unibox/ui/layout"
	"unibox/ui/menu"
	"unibox/ui/tty"
)

// decided is an outbox that notes what is decided.
type decided struct {
	still
	choices *[]state.Decision
}

func (d decided) Decide(_ context.Context, _ state.Outbound, choice state.Decision) error {
	*d.choices = append(*d.choices, choice)
	return nil
}

// ahead presses keys one after the other, and returns what they asked for: nothing of it is
// answered yet.
func (m *Model) ahead(keys ...string) (asked tea.Cmd) {
	for _, key := range keys {
		_, cmd := m.Update(keyPress(key))
		asked = tea.Batch(asked, cmd)
	}
	return asked
}

// listening notes in said what is told, and lets no time pass but by hand.
func (m *Model) listening() (said *[]string, now *time.Time) {
	said, now = new([]string), new(time.Time)
	*now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	m.env.Now = func() time.Time { return *now }
	note := func(s string) tea.Cmd { *said = append(*said, s); return nil }
	m.env.Notify, m.env.Refused = func(s string, _ bool) tea.Cmd { return note(s) }, note
	return said, now
}

// unknownOutcome is a model in the outbox, on a message of boris of which nobody knows whether it
// arrived.
func unknownOutcome(choices *[]state.Decision) *Model {
	m := bare(3, 3, 120, 40)
	lost := state.Outbound{ID: 7, Conversation: boris, Body: "Is it broken?", Status: state.Uncertain}
	s := m.opt.Store.(*shelf)
	s.items = append(s.items, state.Item{Message: api.Message{Direction: api.Outbound, Body: lost.Body}, Sending: &lost})
	m.env.Outbox = decided{choices: choices}
	m.env.Store = unsure{s, lost}
	m.run(m.showOutbox())
	return m
}

// unsure is a store with a message in the outbox.
type unsure struct {
	*shelf
	lost state.Outbound
}

func (u unsure) Queue(context.Context) ([]state.Unsent, error) {
	return []state.Unsent{{Conversation: api.Conversation{ID: u.lost.Conversation}, Message: &u.lost}}, nil
}

// Nobody chooses in a card that was not there when they pressed the key: an impatient second
// enter says of no message that it arrived, and neither does a word that goes on behind it.
func TestWhatWasTypedBeforeACardChoosesNothingInIt(t *testing.T) {
	for _, typed := range [][]string{{"enter"}, {"enter", "enter"}, {"r", "H"}} {
		var choices []state.Decision
		m := unknownOutcome(&choices)
		said, now := m.listening()
		m.open(anna)
		opens := m.ahead("enter")
		m.ahead(typed...)
		if len(m.keys.held) != len(typed) || !m.dialogs.Empty() {
			t.Fatalf("%v: %d keys are held, %q is open", typed, len(m.keys.held), m.dialogs.Title())
		}
		m.run(opens)
		m.run(m.ahead("i", "enter")) // still the same word
		if m.dialogs.Title() != "Did it arrive?" || len(choices) != 0 || m.keys.waiting {
			t.Fatalf("%v: %q is open, chosen: %v", typed, m.dialogs.Title(), choices)
		}
		if told := strings.Join(*said, "\n"); (typed[0] == "r") != strings.Contains(told, "not used, since a dialog opened first: “rH”") {
			t.Errorf("%v: said %q", typed, told)
		}
		*now = now.Add(typesOn + time.Millisecond)
		m.run(m.ahead("enter"))
		if len(choices) != 1 || choices[0] != state.Arrived {
			t.Errorf("%v: after a pause the key chose %v", typed, choices)
		}
	}
}

// What was left as unknown is decided in its own thread, whatever thread is beside the outbox:
// where there is no room for it, that is another customer's.
func TestWhatWasLeftAsUnknownIsDecidedInItsThread(t *testing.T) {
	for _, key := range []keymap.Action{keymap.Deeper, keymap.More} {
		var choices []state.Decision
		m := unknownOutcome(&choices)
		sure := m.env.Store.(unsure)
		sure.lost.Left, sure.items[len(sure.items)-1].Sending.Left = true, true
		m.env.Store = sure
		m.run(m.queue.Load())
		m.run(m.open(anna))
		if u, _ := m.queue.Selected(); u.Message == nil || !u.Message.Left || m.thread.Conversation() != anna {
			t.Fatalf("selected %+v beside %v", u, m.thread.Conversation())
		}
		m.run(m.do(key))
		if m.thread.Conversation() != boris || m.dialogs.Title() != "Did it arrive?" {
			t.Errorf("%v: %q is open over %v", key, m.dialogs.Title(), m.thread.Conversation())
		}
	}
}

// A card that was asked for does not open later by itself: not once the thread was turned elsewhere,
// and not where something else opened before its thread was read.
func TestACardOpensNotMuchLater(t *testing.T) {
	for name, instead := range map[string]func(m *Model, opens tea.Cmd){
		"somewhere else": func(m *Model, opens tea.Cmd) { m.run(m.open(clara)); m.run(opens) },
		"something else": func(m *Model, opens tea.Cmd) {
			m.dialogs.Open(dialog.NewChoice("Something else", menu.Options{}, nil))
			m.run(opens)
			m.dialogs.Clear()
		},
	} {
		m := unknownOutcome(new([]state.Decision))
		m.listening()
		m.open(anna)
		instead(m, m.ahead("enter"))
		if m.open(boris); m.decide != 0 {
			t.Errorf("%s: the card is still to be opened", name)
		}
		if m.run(m.thread.Reload()); !m.dialogs.Empty() || m.thread.Conversation() != boris {
			t.Errorf("%s: %q opened by itself over %v", name, m.dialogs.Title(), m.thread.Conversation())
		}
	}
}

// line is what is typed in the dialog on top.
func (m *Model) line() string { return m.dialogs.Top().(interface{ Value() string }).Value() }

// unfound is a store that finds nobody.
type unfound struct{ *shelf }

func (unfound) Find(context.Context, string, int) ([]state.Row, error) {
	return nil, errors.New("the disk does not answer")
}

// A line that is not understood, or whose choices cannot be read, holds no keys: enter says why
// nothing is chosen, and the line can be mended. What was typed for the choice is for nothing.
func TestALineWithoutChoicesHoldsNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		opens keymap.Action
		store Store
		typed []string
		says  string
	}{
		"not understood": {keymap.Search, newShelf(3, 3), []string{"b", "e", "f", "o", "r", "e", ":", "x", "x"}, "before:"},
		"not read":       {keymap.GoTo, unfound{newShelf(3, 3)}, []string{"b", "o"}, "the disk does not answer"},
	} {
		for _, late := range []bool{false, true} {
			m := bare(3, 3, 120, 40)
			m.env.Store = tt.store
			said, now := m.listening()
			m.run(m.do(tt.opens))
			asked := m.ahead(tt.typed...)
			if !late {
				m.run(asked)
			}
			m.ahead("enter")
			if late {
				m.ahead("r", "H")
				m.run(asked)
				m.ahead("i")
			}
			told := strings.Join(*said, "\n")
			if m.dialogs.Chooses() || len(m.keys.held) != 0 || m.line() != strings.Join(tt.typed, "") || !strings.Contains(told, tt.says) {
				t.Fatalf("%s, late %v: chooses %v, %d keys are held, the line is %q, said %q", name, late, m.dialogs.Chooses(), len(m.keys.held), m.line(), told)
			}
			if late != strings.Contains(told, "not used, since nothing was chosen: “rH”") {
				t.Errorf("%s, late %v: said %q", name, late, told)
			}
			if late {
				*now = now.Add(typesOn + time.Millisecond)
			}
			m.ahead("backspace")
			if want := strings.Join(tt.typed[:len(tt.typed)-1], ""); m.line() != want {
				t.Errorf("%s, late %v: the line is %q, want %q", name, late, m.line(), want)
			}
		}
	}
}

// Where a list that was read holds nobody, no key acts on whom the list before it led to.
func TestNothingIsDoneOnAListOfNobody(t *testing.T) {
	m := bare(3, 3, 120, 40)
	said, _ := m.listening()
	m.drafted()
	m.opt.Store.(*shelf).rows = nil
	m.run(m.goToList(inbox.Selection{View: state.ViewSnoozed, Title: "Snoozed"}))
	if m.focus != layout.List || m.thread.Conversation() != anna || m.keys.waiting {
		t.Fatalf("focus %v, thread %v, waiting %v", m.focus, m.thread.Conversation(), m.keys.waiting)
	}
	m.run(m.ahead("r", "H", "i", "enter"))
	if told := strings.Join(*said, "\n"); m.reply.Composing() || m.reply.Draft().Body != "" || !strings.Contains(told, "nobody is on the list") {
		t.Errorf("composing: %v, box %q, said %q", m.reply.Composing(), m.reply.Draft().Body, told)
	}
	for _, spec := range m.env.Keys.All() {
		if m.actorOf(spec.Action) == m.thread && m.why(spec.Action) == "" {
			t.Errorf("%s acts on a conversation that is not on the list", spec.Action)
		}
	}
	if row := m.current(); row.Conversation.ID != (api.ConversationID{}) {
		t.Errorf("actions are about %v", row.Conversation.ID)
	}
}

// What is held for a list waits for that list, whatever comes of the thread beside it.
func TestWhatIsHeldForAListWaitsForTheList(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.drafted()
	preview := m.thread.Reload()
	list := m.goToList(inbox.Selection{View: state.ViewAll, Title: "All"})
	asked := m.ahead("r", "H", "i")
	m.run(preview)
	if len(m.keys.held) != 3 || !m.keys.waiting || m.reply.Composing() {
		t.Fatalf("%d keys are held, waiting %v, composing %v", len(m.keys.held), m.keys.waiting, m.reply.Composing())
	}
	m.run(list)
	m.run(asked)
	if !m.reply.Composing() || m.reply.Draft().Body != "Hi" || len(m.keys.held) != 0 {
		t.Errorf("composing %v, box %q, %d keys are held", m.reply.Composing(), m.reply.Draft().Body, len(m.keys.held))
	}
}

// What was typed for whom a key chose goes to nobody else who is clicked on meanwhile, in the
// list or on a pop-up.
func TestWhatWasTypedForOneIsNotForWhoIsClickedOn(t *testing.T) {
	for name, choose := range map[string]func(*Model){
		"a click": func(m *Model) {
			r := m.lay.Panes[layout.List]
			m.handle(tea.MouseClickMsg{X: r.X + 2, Y: r.Y + 1 + 2*2, Button: tea.MouseLeft})
		},
		"a pop-up": func(m *Model) { m.run(m.openPopup(clara)) },
	} {
		m := bare(3, 3, 120, 40)
		m.size.mouse.on = true
		said, _ := m.listening()
		m.inbox.Select(boris)
		asked := m.ahead("enter", "r", "H", "i", "enter")
		if len(m.keys.held) != 4 || m.thread.Conversation() != boris {
			t.Fatalf("%s: %d keys are held, the thread is %v", name, len(m.keys.held), m.thread.Conversation())
		}
		choose(m)
		m.run(asked)
		if m.inbox.SelectedID() != clara {
			t.Fatalf("%s: %v is selected", name, m.inbox.SelectedID())
		}
		if told := strings.Join(*said, "\n"); m.reply.Composing() || m.reply.Draft().Body != "" || len(m.keys.held) != 0 || !strings.Contains(told, "“rHi”") {
			t.Errorf("%s: composing %v, box %q, %d keys are held, said %q", name, m.reply.Composing(), m.reply.Draft().Body, len(m.keys.held), told)
		}
	}
}

// What is typed for the next customer is no part of a reply that comes back into its box, and
// the rest of it is not either, until a pause.
func TestWhatIsTypedBehindAReplyThatComesBackIsNoPartOfIt(t *testing.T) {
	for _, before := range [][]string{{"r", "H"}, nil} {
		m := bare(3, 3, 120, 40)
		m.env.Outbox = refuser{}
		_, now := m.listening()
		m.open(anna)
		m.writes("to anna")
		submit := m.do(keymap.SendDoneNext)
		m.ahead(before...)
		m.run(submit)
		if !m.reply.Composing() || m.reply.Draft().Body != "to anna" {
			t.Fatalf("%v: composing %v, box %q", before, m.reply.Composing(), m.reply.Draft().Body)
		}
		m.ahead("i", "!", "enter")
		m.Update(tea.PasteMsg{Content: "a paste"})
		if got := m.reply.Draft().Body; got != "to anna" || m.reply.Sending() {
			t.Errorf("%v: the box holds %q, sending %v", before, got, m.reply.Sending())
		}
		*now = now.Add(typesOn + time.Millisecond)
		m.ahead("!")
		if got := m.reply.Draft().Body; got != "to anna!" {
			t.Errorf("%v: after a pause the box holds %q", before, got)
		}
	}
}

// Keys that come at once wait as others do for the conversation that one of them leads to.
func TestKeysThatComeAtOnceWaitToo(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.inbox.Select(boris)
	_, asked := m.Update(tty.BurstMsg{Text: "\rrHi"})
	if m.thread.Conversation() != boris || m.reply.Composing() || typedText(m.keys.held) != "rHi" {
		t.Fatalf("thread %v, composing %v, held %q", m.thread.Conversation(), m.reply.Composing(), typedText(m.keys.held))
	}
	m.run(asked)
	if !m.reply.Composing() || m.reply.Draft().Body != "Hi" {
		t.Errorf("composing %v, box %q", m.reply.Composing(), m.reply.Draft().Body)
	}
}

// What is typed behind a filter is about who is found, and waits for that.
func TestWhatFollowsAFilterWaitsForWhoIsFound(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.drafted()
	m.run(m.ahead("/"))
	asked := m.ahead("A", "n", "enter", "r", "H", "i")
	if m.inbox.Typing() || len(m.keys.held) != 3 {
		t.Fatalf("typing %v, %d keys are held", m.inbox.Typing(), len(m.keys.held))
	}
	m.run(asked)
	if !m.reply.Composing() || m.reply.Draft().Body != "Hi" {
		t.Errorf("composing %v, box %q, held %d", m.reply.Composing(), m.reply.Draft().Body, len(m.keys.held))
	}
}

// Whom a platform found is opened once he is in the store, and what is typed meanwhile is for
// him.
func TestWhatFollowsWhomAPlatformFoundWaitsForHim(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.run(m.do(keymap.GoTo))
	kept := m.dialogs.Top().(*dialog.GoTo).Choose(menu.Item{Value: &api.Conversation{ID: boris}})
	asked := m.ahead("r", "H", "i")
	if len(m.keys.held) != 3 || m.line() != "" {
		t.Fatalf("%d keys are held, the line is %q", len(m.keys.held), m.line())
	}
	m.run(kept)
	m.run(asked)
	if !m.dialogs.Empty() || m.thread.Conversation() != boris || m.reply.Draft().Body != "Hi" {
		t.Errorf("%q is open, thread %v, box %q", m.dialogs.Title(), m.thread.Conversation(), m.reply.Draft().Body)
	}
}
