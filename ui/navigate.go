package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/inbox"
	"unibox/ui/layout"
)

// peekAfter is how long a selection rests before its thread is shown, so that
// running down the list opens nothing on the way.
const peekAfter = 120 * time.Millisecond

type peekMsg struct{ id api.ConversationID }

func (m *Model) focusOn(p layout.Pane) tea.Cmd {
	m.focus, m.composing = p, false
	m.arrange()
	if p == layout.Thread && m.thread.Conversation() == (api.ConversationID{}) {
		return m.openSelected()
	}
	return m.attend()
}

func (m *Model) move(n int) tea.Cmd {
	switch m.focus {
	case layout.Channels:
		if m.channels.Move(n) {
			return m.chosen()
		}
	case layout.List:
		if m.queueing() {
			return m.inQueue(func() { m.queue.Move(n) })
		}
		return m.moved(m.inbox.Move(n))
	case layout.Thread:
		return m.moveMessage(n)
	}
	return nil
}

func (m *Model) page(n int) tea.Cmd {
	switch m.focus {
	case layout.Channels:
		return m.move(n * 5)
	case layout.List:
		if m.queueing() {
			return m.inQueue(func() { m.queue.Page(n) })
		}
		return m.moved(m.inbox.Page(n))
	}
	return m.readBack(n)
}

// readBack scrolls the thread while a reply is written.
func (m *Model) readBack(n int) tea.Cmd {
	m.thread.Page(n)
	return m.feedThread()
}

func (m *Model) first() tea.Cmd {
	switch m.focus {
	case layout.Channels:
		return m.move(-1000)
	case layout.List:
		if m.queueing() {
			return m.inQueue(m.queue.First)
		}
		return m.moved(m.inbox.First())
	}
	m.thread.First()
	return m.feedThread()
}

func (m *Model) last() tea.Cmd {
	switch m.focus {
	case layout.Channels:
		return m.move(1000)
	case layout.List:
		if m.queueing() {
			return m.inQueue(m.queue.Last)
		}
		return m.moved(m.inbox.Last())
	}
	if m.thread.Newest() {
		m.asks.thread.forget()
		return m.loadThread()
	}
	return nil
}

// moved follows a move in the list: it reads on where the window ends, and
// shows the selected thread once the selection rests.
func (m *Model) moved(more bool) tea.Cmd {
	var load tea.Cmd
	if more {
		load = m.loadList()
	}
	return tea.Batch(load, m.peek(), m.attend())
}

func (m *Model) peek() tea.Cmd {
	id, shown := m.inbox.SelectedID(), m.thread.Conversation()
	nothing := api.ConversationID{}
	switch {
	case id == shown || id == nothing || !m.lay.Shown(layout.Thread):
		return nil
	case shown == nothing:
		return m.open(id)
	case m.focus == layout.Thread:
		return nil // what arrives in the list changes nothing for who reads
	}
	return tea.Tick(peekAfter, func(time.Time) tea.Msg { return peekMsg{id} })
}

func (m *Model) peeked(msg peekMsg) tea.Cmd {
	if m.inbox.SelectedID() != msg.id || m.focus == layout.Thread {
		return nil
	}
	return m.open(msg.id)
}

// open shows a conversation. The draft of the one before is saved at once.
func (m *Model) open(id api.ConversationID) tea.Cmd {
	if id == m.thread.Conversation() || id == (api.ConversationID{}) {
		return nil
	}
	save := m.leaveDraft()
	m.thread.Open(id)
	m.asks.thread.forget()
	m.inbox.Keep(id)
	return tea.Batch(save, m.loadThread(), m.openReply(id, nil), m.attend())
}

func (m *Model) openSelected() tea.Cmd {
	id := m.inbox.SelectedID()
	if id == (api.ConversationID{}) {
		return nil
	}
	return tea.Batch(m.open(id), m.opened())
}

// opened marks as read, where the config says that opening does.
func (m *Model) opened() tea.Cmd {
	row, ok := m.inbox.Selected()
	if !ok || m.opt.Settings.MarkRead != "open" || row.Unread == 0 {
		return nil
	}
	return m.markRead(row)
}

func (m *Model) deeper() tea.Cmd {
	switch m.focus {
	case layout.Channels:
		return m.focusOn(layout.List)
	case layout.List:
		if m.queueing() {
			return m.deeperInQueue()
		}
		if m.inbox.SelectedID() == (api.ConversationID{}) {
			return nil
		}
		open := m.openSelected()
		return tea.Batch(open, m.focusOn(layout.Thread))
	}
	return m.deeperInThread()
}

func (m *Model) deeperInThread() tea.Cmd {
	if pos := m.thread.Again(); pos != 0 {
		m.opt.Engine.Older(m.thread.Conversation(), pos)
		return nil
	}
	if it, ok := m.thread.Selected(); ok && (it.Sending != nil && it.Sending.Status.Waits() || it.Sending == nil && it.Message.Retryable) {
		return m.openCard()
	}
	return m.say(m.keyFor(keymap.Reply) + " replies, " + m.keyFor(keymap.More) + " shows what else can be done")
}

func (m *Model) back() tea.Cmd {
	if filter, _ := m.inbox.Filter(); m.focus == layout.List && filter != "" {
		m.inbox.SetFilter("", false)
		m.asks.list.forget()
		return m.loadList()
	}
	if m.focus == layout.Channels {
		return nil
	}
	return m.focusOn(m.focus - 1)
}

// chosen shows the list of the channel pane's selection.
func (m *Model) chosen() tea.Cmd {
	m.inbox.Choose(m.channels.Selection())
	m.asks.list.forget()
	return tea.Batch(m.loadList(), m.followQueue())
}

func (m *Model) toggleZoom() tea.Cmd {
	m.zoom = !m.zoom
	m.arrange()
	return nil
}

func (m *Model) toggleHints() tea.Cmd {
	m.hints = !m.hints
	m.arrange()
	return nil
}

func (m *Model) moveMessage(n int) tea.Cmd {
	m.thread.Move(n)
	return m.feedThread()
}

func (m *Model) moveDay(n int) tea.Cmd {
	m.thread.Day(n)
	return m.feedThread()
}

func (m *Model) firstNew() tea.Cmd {
	if !m.thread.FirstNew() {
		return m.say("nothing is new here")
	}
	return m.feedThread()
}

// refresh asks the platform for the open conversation and everything due.
func (m *Model) refresh() tea.Cmd {
	if id := m.thread.Conversation(); id != (api.ConversationID{}) {
		m.opt.Engine.Refresh(id)
	}
	m.opt.Engine.Refresh(api.ConversationID{})
	return m.say("asking every platform now")
}

// attend tells the engine what a person sees.
func (m *Model) attend() tea.Cmd {
	m.opt.Engine.Look(m.thread.Conversation(), m.inbox.Visible())
	return nil
}

type waitingMsg struct {
	next state.Row
	none bool
	err  error
}

// nextWaiting opens the conversation that has waited longest, other than the
// one at hand.
func (m *Model) nextWaiting() tea.Cmd {
	here := m.current().Conversation.ID
	return m.reading(func(ctx context.Context) tea.Msg {
		list, err := m.opt.Store.List(ctx, state.ListQuery{View: state.ViewWaiting, Limit: 2})
		if err != nil {
			return waitingMsg{err: err}
		}
		for _, row := range list.Rows {
			if row.Conversation.ID != here {
				return waitingMsg{next: row}
			}
		}
		return waitingMsg{none: true}
	})
}

func (m *Model) gotWaiting(msg waitingMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return m.fail(msg.err)
	case msg.none:
		return m.say("nobody else is waiting")
	}
	return m.jump(msg.next.Conversation.ID, state.ViewWaiting, "Waiting")
}

// jump goes to a conversation wherever it is, and marks where one came from.
func (m *Model) jump(id api.ConversationID, view state.View, title string) tea.Cmd {
	if from := m.thread.Conversation(); from != (api.ConversationID{}) && from != id {
		m.mark = from
	}
	open := m.open(id)
	if !m.inbox.Has(id) {
		m.inbox.Choose(inbox.Selection{View: view, Title: title})
		m.channels.Show(m.inbox.Selection())
	}
	m.inbox.Select(id)
	m.asks.list.forget()
	return tea.Batch(open, m.loadList(), m.focusOn(layout.Thread))
}

func (m *Model) whyNoMark() string {
	if m.mark == (api.ConversationID{}) {
		return "there is nowhere to go back to yet"
	}
	return ""
}

func (m *Model) backToMark() tea.Cmd { return m.jump(m.mark, state.ViewAll, "All") }
