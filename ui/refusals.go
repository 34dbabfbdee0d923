package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
)

// refusedMsg holds wishes that a platform refused, and the names of the
// conversations they were about.
type refusedMsg struct {
	changes []state.Change
	names   []string
	err     error
}

// readRefusals reads what was refused since the agent last heard.
func (m *Model) readRefusals() tea.Cmd {
	return m.reading(func(ctx context.Context) tea.Msg {
		var msg refusedMsg
		all, err := m.opt.Store.Changes(ctx, "")
		if err != nil {
			return refusedMsg{err: err}
		}
		for _, ch := range all {
			if !ch.Refused {
				continue
			}
			name := "a conversation"
			if row, err := m.opt.Store.Row(ctx, ch.Conversation); err == nil {
				name = m.name(row)
			}
			msg.changes, msg.names = append(msg.changes, ch), append(msg.names, name)
		}
		return msg
	})
}

// refused tells of refusals; what was told is forgotten.
func (m *Model) refused(msg refusedMsg) tea.Cmd {
	cmds := []tea.Cmd{m.fail(msg.err)}
	for i, ch := range msg.changes {
		cmds = append(cmds, m.warn(msg.names[i]+": "+ch.Cap.String()+" was not possible: "+ch.Reason), m.dismiss(ch.ID))
	}
	return tea.Batch(cmds...)
}

func (m *Model) dismiss(id int64) tea.Cmd {
	return m.reading(func(ctx context.Context) tea.Msg { return changedMsg{m.opt.Changes.Dismiss(ctx, id)} })
}
