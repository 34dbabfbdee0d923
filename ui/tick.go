package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/tty"
)

// ticks are the looks at the time that are under way. One comes a second after
// somebody did something, and goes on each second while the screen shows what changes by
// the second (look.Clock, look.Busy, a dialog that watches). Else only the ages are
// drawn again, rarely: a frame that did not change costs nothing.
type ticks struct{ soon, later bool }

// tickMsg is a look at the time.
type tickMsg struct{ soon bool }

// arm follows up a message with a look at the time: soon after what a person does, for
// the rest see watch.
func (m *Model) arm(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(tickMsg); ok {
		return nil // it has said itself what comes next
	}
	if !fromPerson(msg) {
		return m.later()
	}
	return tea.Batch(m.soon(), m.later())
}

// watch follows up a frame with a look at the time soon, where something on it may change
// by the second. So an inbox that is fetched and shows nothing new wakes nobody up.
func (m *Model) watch() tea.Cmd {
	if m.env.Look.Clock.Moves() || m.env.Look.Busy.Wanted() || !m.dialogs.Empty() {
		return m.soon()
	}
	return nil
}

// fromPerson reports whether a message is of somebody in front of the terminal.
func fromPerson(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyMsg, tea.MouseMsg, tea.PasteMsg, tty.BurstMsg, tea.FocusMsg, tea.WindowSizeMsg, tty.ContinuedMsg:
		return true
	}
	return false
}

func (m *Model) soon() tea.Cmd {
	if m.ticks.soon {
		return nil
	}
	m.ticks.soon = true
	return m.env.After(time.Second, tickMsg{soon: true})
}

func (m *Model) later() tea.Cmd {
	if m.ticks.later {
		return nil
	}
	m.ticks.later = true
	return m.env.Rarely(m.env.Look.Clock.Rest(), tickMsg{})
}

func (m *Model) tick(msg tickMsg) tea.Cmd {
	if msg.soon {
		m.ticks.soon = false
	} else {
		m.ticks.later = false
	}
	cmds := []tea.Cmd{m.later(), m.env.Look.Busy.Start(), m.closing(msg), m.place.Keep()}
	moves := m.env.Look.Clock.Noted()
	watch := m.dialogs.Tick()
	if moves || watch != nil || m.env.Look.Busy.Wanted() {
		cmds = append(cmds, watch, m.soon())
	}
	return tea.Batch(cmds...)
}

// closing reads the list and its counts again with the rare looks at the time, where the
// clock alone makes somebody come up to their end, or to the time in a filter.
func (m *Model) closing(msg tickMsg) tea.Cmd {
	if msg.soon || !m.channels.Closes() && !m.channels.Timed() && !m.inbox.Timed() {
		return nil
	}
	return tea.Batch(m.channels.Load(), m.inbox.Load())
}
