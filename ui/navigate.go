package ui

import (
	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/query"
	"unibox/ui/dialog"
	"unibox/ui/inbox"
	"unibox/ui/layout"
)

// current is the conversation that actions are about: the selected row of the
// list, or the open thread where that has the focus. Until that is read it is what the
// list knows of it.
func (m *Model) current() state.Row {
	row, read := m.thread.Row()
	if open := m.thread.Conversation(); !read && open != (api.ConversationID{}) { // it is still being read
		row, _ = m.inbox.Row(open)
		row.Conversation.ID = open
	}
	if m.focus == layout.Thread && row.Conversation.ID != (api.ConversationID{}) {
		return row
	}
	if selected, ok := m.inbox.Selected(); ok {
		return selected
	}
	if m.focus == layout.List && !(m.queueing() && m.queue.Conversation() == row.Conversation.ID) {
		return state.Row{} // and not what the list before it led to
	}
	return row
}

// whyNobody is the reason for which nothing can be done where the list with the focus holds
// nobody, "" where it does.
func (m *Model) whyNobody() string {
	if m.focus == layout.List && !m.queueing() && m.inbox.HasRead() && m.inbox.SelectedID() == (api.ConversationID{}) {
		return m.env.T("nobody is on the list")
	}
	return ""
}

// queueing reports whether the list shows the outbox.
func (m *Model) queueing() bool { return m.inbox.Selection().View == state.ViewOutbox }

// lastInbound is the position of the customer's last message in a conversation,
// 0 if that is not loaded.
func (m *Model) lastInbound(id api.ConversationID) state.Pos {
	if m.thread.Conversation() != id {
		return 0
	}
	return m.thread.LastInbound()
}

func (m *Model) focusOn(p layout.Pane) tea.Cmd {
	m.focus = p
	m.reply.SetComposing(false)
	m.arrange()
	if p == layout.Thread && m.thread.Conversation() == (api.ConversationID{}) {
		return m.openSelected()
	}
	if p == layout.List && !m.inbox.HasRead() {
		return m.untilRead()
	}
	if p != layout.Thread {
		return nil
	}
	if row, read := m.thread.Row(); read {
		return m.notes.Opened(row)
	}
	return m.untilRead()
}

// untilRead holds what is typed until what it is about is read, if nobody holds it already.
func (m *Model) untilRead() tea.Cmd {
	if m.keys.waiting {
		return nil
	}
	m.keys.wait()
	return m.release()
}

// toPane is goTo as an action.
func (m *Model) toPane(p layout.Pane) func() tea.Cmd {
	return func() tea.Cmd { return m.goTo(p) }
}

// goTo is focusOn for who walks between the panes: the thread is that of the
// selected row.
func (m *Model) goTo(p layout.Pane) tea.Cmd {
	var open tea.Cmd
	if p == layout.Thread {
		open = m.catchUp()
	}
	return tea.Batch(open, m.focusOn(p))
}

// openSelected opens the selected conversation, and marks it as read where the
// config says that opening does.
func (m *Model) openSelected() tea.Cmd {
	row, _ := m.inbox.Selected()
	id := row.Conversation.ID
	if id == (api.ConversationID{}) {
		return nil
	}
	open := m.open(id)
	if m.opt.Settings.MarkRead != "open" || row.Unread == 0 {
		return open
	}
	return tea.Batch(open, m.triage.MarkRead(row))
}

// openDeeper opens the selected conversation and goes there.
func (m *Model) openDeeper() tea.Cmd {
	if m.inbox.SelectedID() == (api.ConversationID{}) {
		return nil
	}
	open := m.openSelected()
	return tea.Batch(open, m.focusOn(layout.Thread))
}

// listed is the selected row and the view of the list, where one stands in it.
func (m *Model) listed() (state.Row, state.View, bool) {
	row, ok := m.inbox.Selected()
	return row, m.inbox.Selection().View, ok && m.focus != layout.Thread
}

// chosen shows the list of the channel pane's selection.
func (m *Model) chosen() tea.Cmd {
	m.inbox.Choose(m.channels.Selection())
	return tea.Batch(m.inbox.Reload(), m.followQueue())
}

// show shows a list wherever it was chosen.
func (m *Model) show(view state.View, title string) {
	m.inbox.Choose(inbox.Selection{View: view, Title: title})
	m.channels.Show(m.inbox.Selection())
}

// goToList shows a list and goes there.
func (m *Model) goToList(sel inbox.Selection) tea.Cmd {
	m.inbox.Choose(sel)
	m.channels.Show(sel)
	return tea.Batch(m.inbox.Reload(), m.focusOn(layout.List), m.followQueue())
}

// showOutbox goes to the outbox's view.
func (m *Model) showOutbox() tea.Cmd {
	m.dialogs.Clear()
	m.show(state.ViewOutbox, m.env.T("Outbox"))
	return tea.Batch(m.inbox.Reload(), m.queue.Load(), m.focusOn(layout.List), m.followQueue())
}

func (m *Model) whyNoClosing() string {
	if !m.channels.Closes() {
		return m.env.T("no channel here limits how long a customer can be answered")
	}
	return ""
}

// showClosing goes to the list of those who can soon be sent templates only.
func (m *Model) showClosing() tea.Cmd {
	m.show(state.ViewClosing, m.env.T("Closing soon"))
	return tea.Batch(m.inbox.Reload(), m.focusOn(layout.List))
}

// decideInThread goes to an entry of the outbox in its thread, and opens there the card of
// what waits for a person, or was left as unknown.
func (m *Model) decideInThread(u state.Unsent) tea.Cmd {
	m.decide = 0
	open := m.open(u.Conversation.ID)
	if u.Message != nil {
		open = tea.Batch(open, m.thread.SelectSending(u.Message.ID))
		if u.Message.Status.Waits() {
			m.decide = u.Message.ID
		}
	}
	focus := m.focusOn(layout.Thread)
	if u.Change != nil {
		return tea.Batch(open, focus, m.queue.Pending(u))
	}
	return tea.Batch(open, focus, m.openDecision())
}

// openDecision opens the card that was asked for, once its thread is read. Where something else
// is open by then it does not open later by itself, under what is typed.
func (m *Model) openDecision() tea.Cmd {
	if m.decide == 0 {
		return nil
	}
	it, ok := m.thread.Selected()
	if !ok || it.Sending == nil || it.Sending.ID != m.decide {
		return nil
	}
	m.decide = 0
	if !m.dialogs.Empty() {
		return nil
	}
	return m.thread.Card()
}

// jump goes to a conversation wherever it is, and marks where one came from.
// The list shows view if the conversation is not in it.
func (m *Model) jump(id api.ConversationID, view state.View, title string) tea.Cmd {
	m.walk.Left(m.thread.Conversation(), id)
	open := m.open(id)
	if !m.inbox.Has(id) {
		m.show(view, title)
		m.inbox.Keep(id)
	}
	m.inbox.Select(id)
	return tea.Batch(open, m.inbox.Reload(), m.focusOn(layout.Thread))
}

// jumpTo is jump to one among all conversations.
func (m *Model) jumpTo(id api.ConversationID) tea.Cmd {
	return m.jump(id, state.ViewAll, m.env.T("All"))
}

// openPopup is jumpTo for who clicked on a pop-up.
func (m *Model) openPopup(id api.ConversationID) tea.Cmd {
	said := m.chosenOtherwise()
	return tea.Batch(said, m.jumpTo(id))
}

func (m *Model) openGoTo() tea.Cmd {
	d := dialog.NewGoTo(m.env, m.jumpTo).Places(m.channels.Places(m.goToList), func(label string) tea.Cmd {
		return m.goToList(inbox.Selection{View: state.ViewAll, Title: "#" + label, Filter: "label:" + query.Quote(label)})
	})
	m.dialogs.Open(d)
	return d.Find()
}

func (m *Model) openSearch() tea.Cmd {
	return m.dialogs.Search(m.showFound, m.jumpTo)
}

// showFound opens the conversation at the message.
func (m *Model) showFound(f state.Found) tea.Cmd {
	jump := m.jumpTo(f.Message.Conversation)
	if f.Pos == 0 { // of what was not read yet
		return jump
	}
	m.thread.ShowMessage(f.Pos)
	return tea.Batch(jump, m.thread.Reload())
}

func (m *Model) whyNoFilter() string {
	if m.queueing() {
		return m.env.T("the outbox is not filtered: %s goes to anyone", m.env.KeyFor(keymap.GoTo))
	}
	return ""
}

// startFilter opens the line that narrows the list.
func (m *Model) startFilter() tea.Cmd {
	focus := m.focusOn(layout.List)
	return tea.Batch(focus, m.inbox.StartFilter())
}
