package ui

import (
	"context"
	"slices"

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
// list, or the open thread where that has the focus.
func (m *Model) current() state.Row {
	row, read := m.thread.Row()
	if open := m.thread.Conversation(); !read && open != (api.ConversationID{}) {
		row.Conversation.ID = open // it is still being read
	}
	if m.focus == layout.Thread && row.Conversation.ID != (api.ConversationID{}) {
		return row
	}
	if selected, ok := m.inbox.Selected(); ok {
		return selected
	}
	return row
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
	if row, read := m.thread.Row(); p == layout.Thread && read {
		return m.notes.Opened(row)
	}
	return nil
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
	m.show(state.ViewOutbox, "Outbox")
	return tea.Batch(m.inbox.Reload(), m.queue.Load(), m.focusOn(layout.List), m.followQueue())
}

func (m *Model) whyNoClosing() string {
	if !m.channels.Closes() {
		return "no channel here limits how long a customer can be answered"
	}
	return ""
}

// showClosing goes to the list of those who can soon be sent templates only.
func (m *Model) showClosing() tea.Cmd {
	m.show(state.ViewClosing, "Closing soon")
	return tea.Batch(m.inbox.Reload(), m.focusOn(layout.List))
}

// decideInThread goes to the outbox's selected entry in its thread, and opens
// there the card of what waits for a decision.
func (m *Model) decideInThread() tea.Cmd {
	u, ok := m.queue.Selected()
	if !ok {
		return nil
	}
	m.decide = 0
	open := m.open(u.Conversation.ID)
	if u.Message != nil {
		m.thread.SelectSending(u.Message.ID)
		if u.Decides() {
			m.decide = u.Message.ID
		}
	}
	focus := m.focusOn(layout.Thread)
	if u.Change != nil {
		return tea.Batch(open, focus, m.queue.Pending(u))
	}
	return tea.Batch(open, focus, m.openDecision())
}

// openDecision opens the card that was asked for, once its thread is read.
func (m *Model) openDecision() tea.Cmd {
	if m.decide == 0 || !m.dialogs.Empty() {
		return nil
	}
	it, ok := m.thread.Selected()
	if !ok || it.Sending == nil || it.Sending.ID != m.decide {
		return nil
	}
	m.decide = 0
	return m.thread.Card()
}

type waitingMsg struct {
	next api.ConversationID
	// again: the queue was walked to its end, and next is its first.
	again bool
	err   error
}

// walk begins with whom the cursor stands on, who waits longest at the start, and
// goes on with [Model.nextWaiting].
func (m *Model) walk() tea.Cmd {
	row, ok := m.inbox.Selected()
	began := m.focus == layout.Thread || m.mark != (api.ConversationID{})
	if ok && !began && !row.WaitingSince.IsZero() && m.inbox.Selection().View == state.ViewWaiting {
		return m.jump(row.Conversation.ID, state.ViewWaiting, "Waiting")
	}
	return m.nextWaiting()
}

// nextWaiting opens the conversation that waits behind the current one, longest
// first, and after the last one the first again. One that got its answer keeps its
// place in the queue for that.
func (m *Model) nextWaiting() tea.Cmd {
	here, store := m.current().Conversation.ID, m.env.Store
	m.keys.wait()
	return m.env.Read(func(ctx context.Context) tea.Msg {
		list, err := store.List(ctx, state.ListQuery{View: state.ViewWaiting, Around: here, Keep: here, Limit: 3})
		if err != nil {
			return waitingMsg{err: err}
		}
		if next, ok := behind(list.Rows, here); ok {
			return waitingMsg{next: next}
		}
		list, err = store.List(ctx, state.ListQuery{View: state.ViewWaiting, Limit: 1})
		if err != nil || len(list.Rows) == 0 {
			return waitingMsg{err: err}
		}
		if first := list.Rows[0].Conversation.ID; first != here {
			return waitingMsg{next: first, again: true}
		}
		return waitingMsg{}
	})
}

// behind returns the conversation after id; the first if id is none of them.
func behind(rows []state.Row, id api.ConversationID) (next api.ConversationID, ok bool) {
	at := slices.IndexFunc(rows, func(r state.Row) bool { return r.Conversation.ID == id })
	if at+1 >= len(rows) {
		return next, false
	}
	return rows[at+1].Conversation.ID, true
}

func (m *Model) gotWaiting(msg waitingMsg) tea.Cmd {
	return tea.Batch(m.goOn(msg), m.release())
}

func (m *Model) goOn(msg waitingMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return m.env.Fail(msg.err)
	case msg.next == api.ConversationID{}:
		return m.env.Say("nobody else is waiting")
	case msg.again:
		return tea.Batch(m.env.Say("that was the last one; this one has waited longest"), m.jump(msg.next, state.ViewWaiting, "Waiting"))
	}
	return m.jump(msg.next, state.ViewWaiting, "Waiting")
}

// jump goes to a conversation wherever it is, and marks where one came from.
// The list shows view if the conversation is not in it.
func (m *Model) jump(id api.ConversationID, view state.View, title string) tea.Cmd {
	if from := m.thread.Conversation(); from != (api.ConversationID{}) && from != id {
		m.mark = from
	}
	open := m.open(id)
	if !m.inbox.Has(id) {
		m.show(view, title)
		m.inbox.Keep(id)
	}
	m.inbox.Select(id)
	return tea.Batch(open, m.inbox.Reload(), m.focusOn(layout.Thread))
}

// jumpTo is jump to one among all conversations.
func (m *Model) jumpTo(id api.ConversationID) tea.Cmd { return m.jump(id, state.ViewAll, "All") }

func (m *Model) whyNoMark() string {
	if m.mark == (api.ConversationID{}) {
		return "there is no conversation to go back to yet"
	}
	return ""
}

func (m *Model) backToMark() tea.Cmd { return m.jumpTo(m.mark) }

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
	m.thread.ShowMessage(f.Pos)
	return tea.Batch(jump, m.thread.Reload())
}

func (m *Model) whyNoFilter() string {
	if m.queueing() {
		return "the outbox is not filtered: " + m.env.KeyFor(keymap.GoTo) + " goes to anyone"
	}
	return ""
}

// startFilter opens the line that narrows the list.
func (m *Model) startFilter() tea.Cmd {
	focus := m.focusOn(layout.List)
	m.inbox.StartFilter()
	return focus
}
