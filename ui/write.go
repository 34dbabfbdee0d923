package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/layout"
	"unibox/ui/readonly"
	"unibox/ui/reply"
)

func (m *Model) whyNoReply() string {
	if m.opt.Settings.ReadOnly {
		return readonly.WhyNothing(m.opt.Settings.Rights)
	}
	if why := m.whyNobody(); why != "" {
		return why
	}
	if why := m.triage.WhyNotMine(m.current()); why != "" {
		return why
	}
	return m.reply.WhyNot(m.current(), m.bar.Condition().ReadOnly)
}

// startReply puts the cursor into the box of the current conversation.
func (m *Model) startReply() tea.Cmd {
	open := m.catchUp()
	m.compose()
	return open
}

// compose puts the cursor into the reply box.
func (m *Model) compose() {
	m.focus = layout.Thread
	m.reply.SetComposing(true)
	m.arrange()
}

// write opens a conversation with the cursor in its reply box.
func (m *Model) write(id api.ConversationID) tea.Cmd {
	open := m.open(id)
	m.compose()
	return open
}

// nearReply reports whether a message that was taken back is written on at once.
func (m *Model) nearReply() bool { return m.focus == layout.Thread || m.queueing() }

// sent marks the conversation of a reply that is in the outbox, and continues
// where the agent still is: to the newest message, or to whoever waits next.
func (m *Model) sent(s reply.Sent) tea.Cmd {
	var marks []tea.Cmd
	if !s.First {
		marks = append(marks, caught(m.triage.MarkRead(s.Row)))
	}
	if s.Done {
		marks = append(marks, caught(m.triage.Sent(s.Row)))
	}
	if !s.First {
		marks = append(marks, caught(m.triage.Promised(s.Row, s.Body, s.WhenSent)))
	}
	mark := tea.Sequence(marks...)
	switch {
	case !s.Here:
		return mark
	case s.First:
		composing := m.reply.Composing()
		jump := m.jumpTo(s.At)
		m.reply.SetComposing(composing)
		m.arrange()
		return tea.Batch(mark, jump)
	case s.Next:
		m.inbox.Keep(api.ConversationID{})
		return tea.Batch(mark, m.walk.Next())
	}
	return tea.Batch(mark, m.thread.ToNewest())
}

// starters lists the channels on which an agent can write first.
func (m *Model) starters() []api.Channel {
	var list []api.Channel
	for _, a := range m.channels.Accounts() {
		account := m.env.Account(a.ID)
		if !account.Caps.Has(api.CapStart) {
			continue
		}
		for _, c := range a.Channels {
			if account.Traits.Rule(c.Channel.Kind).First != api.AddressNone {
				list = append(list, c.Channel)
			}
		}
	}
	return list
}

func (m *Model) whyNoNew() string {
	if len(m.starters()) == 0 {
		return m.env.T("no channel here lets you write first: the customer has to")
	}
	return ""
}

func (m *Model) openNew() tea.Cmd {
	open := func(row state.Row) tea.Cmd { return m.jumpTo(row.Conversation.ID) }
	return dialog.New{Env: m.env, Open: open, Write: m.writeFirst}.Start(m.dialogs, m.starters())
}

// writeFirst opens the box for a first message.
func (m *Model) writeFirst(first state.First) tea.Cmd {
	save, id := m.reply.Depart(), env.FirstID(first)
	m.thread.Open(id)
	m.thread.Set(env.FirstRow(first), state.Window{}, state.Fetching{})
	m.focus = layout.Thread
	m.reply.SetComposing(true)
	open := m.reply.Open(id, &first)
	return tea.Batch(save, open, m.reply.Offer())
}

// replacementMsg is the conversation that the platform made of a provisional one.
type replacementMsg struct {
	was   api.ConversationID
	row   state.Row
	found bool
	err   error
}

// findReplacement looks for the conversation that replaced a provisional one
// that is gone: it has the address that the first message went to.
func (m *Model) findReplacement(id api.ConversationID) tea.Cmd {
	first, ok := env.ParseFirst(id)
	if !ok {
		return nil
	}
	return m.env.Read(func(ctx context.Context) tea.Msg {
		row, found, err := m.env.Existing(ctx, first)
		return replacementMsg{id, row, found, err}
	})
}

// gotReplacement continues in the conversation that replaced a provisional one.
// The box stays as it is.
func (m *Model) gotReplacement(msg replacementMsg) tea.Cmd {
	if !msg.found || m.thread.Conversation() != msg.was {
		return m.env.Fail(msg.err)
	}
	id := msg.row.Conversation.ID
	m.thread.Open(id)
	save := m.reply.Follow(msg.was, id)
	m.inbox.Keep(id)
	m.inbox.Select(id)
	m.arrange()
	return tea.Batch(m.thread.Load(), m.inbox.Reload(), save)
}
