package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
)

// conditionMsg is how the store does.
type conditionMsg struct {
	seq int
	state.Condition
}

func (m *Model) loadCondition() tea.Cmd {
	seq, now := m.asks.condition.ask()
	if !now {
		return nil
	}
	return m.reading(func(context.Context) tea.Msg { return conditionMsg{seq, m.opt.Store.Condition()} })
}

// gotCondition tells what happened to the store. After a file was replaced all
// that is shown is read again, and what is typed is saved again: the new one
// may not have it.
func (m *Model) gotCondition(msg conditionMsg) tea.Cmd {
	counts, again := m.asks.condition.answered(msg.seq)
	if !counts {
		return nil
	}
	was := m.condition
	m.condition = msg.Condition
	var cmds []tea.Cmd
	for _, sentence := range msg.News[min(len(was.News), len(msg.News)):] {
		cmds = append(cmds, m.warn(sentence))
	}
	if msg.Trouble != was.Trouble {
		m.arrange()
	}
	if msg.Era != was.Era {
		cmds = append(cmds, m.loadList(), m.loadSidebar(), m.loadHealth(), m.loadQueue(), m.loadThread(), m.saveAgain())
	}
	if again {
		cmds = append(cmds, m.loadCondition())
	}
	return tea.Batch(cmds...)
}

// saveAgain saves what is in the box although it was saved before.
func (m *Model) saveAgain() tea.Cmd {
	if m.reply.id == (api.ConversationID{}) || m.replyEmpty() {
		return nil
	}
	m.reply.dirty = true
	return m.saveDraft()
}

// bannerRows is how many rows a lasting trouble may take.
const bannerRows = 2

// banner says what is wrong with the store while it lasts, under the strip.
func (m *Model) banner() []string {
	if m.condition.Trouble == "" || m.h < 4*bannerRows {
		return nil
	}
	mark := " " + m.look.Marks.Trouble + " "
	var rows []string
	for _, line := range m.look.Mode.Wrap(m.look.Mode.Line(m.condition.Trouble), max(1, m.w-4)) {
		rows = append(rows, m.look.Theme.Bar.Render(m.look.Mode.Fit(m.look.Theme.Warn.Render(mark+line), m.w)))
		mark = "   "
	}
	return rows[:min(len(rows), bannerRows)]
}
