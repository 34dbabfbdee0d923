package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
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
