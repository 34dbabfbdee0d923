package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/layout"
	"unibox/ui/look"
)

const (
	// peekAfter is how long a selection rests before its thread is shown, so that
	// running down the list opens nothing on the way.
	peekAfter = 60 * time.Millisecond
	// heldWithin is the longest time between two moves that may come of a key that
	// is held. A move after a pause shows its thread at once.
	heldWithin = 120 * time.Millisecond
)

// peek is how far the thread of the selected row is behind the selection.
type peek struct {
	// seq numbers the moves, so that only the last one is followed.
	seq int
	// moved is when the selection moved last.
	moved time.Time
	// moving: a key is held, and the selection has not rested yet.
	moving bool
	// hints is the line of keys as it was drawn last, for where.
	hints string
	where hintPlace
}

// hintPlace is what a line of keys is drawn for, beside the selection.
type hintPlace struct {
	scope keymap.Scope
	width int
}

// hintLine returns the line of keys, which tells what can be done with the selected row.
// While the selection moves it stays as it was: it follows when the selection rests, as
// the thread does. Else each step could write all of the line anew.
func (p *peek) hintLine(where hintPlace, draw func() string) string {
	if !p.moving || where != p.where || p.hints == "" {
		p.hints, p.where = draw(), where
	}
	return p.hints
}

// peekMsg says that the selection rested since a move.
type peekMsg struct{ seq int }

// heldMsg ends what a pane shows only until the rows that follow are read.
type heldMsg struct{}

// move counts a move of the selection, and reports whether it is one by itself.
func (p *peek) move(now time.Time) (single bool) {
	single = now.Sub(p.moved) > heldWithin
	p.seq, p.moved, p.moving = p.seq+1, now, false
	return single
}

// behind is the selected conversation where the thread shows another one; empty
// where they agree, and where one reads in the thread: what arrives in the list
// changes nothing for that.
func (m *Model) behind() api.ConversationID {
	id := m.inbox.SelectedID()
	if id == m.thread.Conversation() || m.focus == layout.Thread {
		return api.ConversationID{}
	}
	return id
}

// followSelection shows the selected conversation: at once where nothing is shown or after a
// single move, else when the selection rests. On a slow line it waits to be opened.
func (m *Model) followSelection() tea.Cmd {
	single := m.peek.move(m.env.Now())
	nothing := api.ConversationID{}
	switch id := m.behind(); {
	case id == nothing:
		return nil
	case m.lay.Shown(layout.Thread) && m.thread.Conversation() == nothing:
		return m.open(id)
	case single && m.peeks():
		return m.open(id)
	case single:
		return nil
	}
	m.peek.moving = true
	return m.env.After(peekAfter, peekMsg{m.peek.seq})
}

// peeks reports whether the thread follows the selection.
func (m *Model) peeks() bool { return m.lay.Shown(layout.Thread) && !m.env.Look.Clock.Slow }

func (m *Model) peeked(msg peekMsg) tea.Cmd {
	if msg.seq != m.peek.seq {
		return nil
	}
	m.peek.moving = false
	if !m.peeks() {
		return nil
	}
	return m.open(m.behind())
}

// catchUp opens the selected conversation where the thread still shows another one:
// what is done next is about the selected one.
func (m *Model) catchUp() tea.Cmd { return m.open(m.behind()) }

// open shows a conversation. The draft of the one before is saved at once.
func (m *Model) open(id api.ConversationID) tea.Cmd {
	if id == m.thread.Conversation() || id == (api.ConversationID{}) {
		return nil
	}
	m.columns.effect.opened, m.decide = true, 0
	save := m.reply.Depart()
	m.thread.Open(id)
	if row, ok := m.inbox.Row(id); ok {
		m.thread.Expect(row)
	}
	m.inbox.Keep(id)
	return tea.Batch(save, m.thread.Load(), m.reply.Open(id, nil), m.env.After(look.HoldFor, heldMsg{}))
}
