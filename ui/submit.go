package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/state/drafts"
	"unibox/ui/menu"
)

// submittedMsg is what became of handing a reply to the outbox.
type submittedMsg struct {
	visit int
	row   state.Row
	sent  state.Draft
	first *state.First
	next  bool
	err   error
}

// rules are those of the channel that the box writes to.
func (m *Model) rules() api.ChannelRules {
	if f := m.reply.first; f != nil {
		return m.traits(f.Channel.Account).Rule(f.Kind)
	}
	row, _ := m.thread.Row()
	return m.traits(m.reply.id.Account).Rule(row.Conversation.Kind)
}

func (m *Model) whyNoSend() string {
	switch {
	case m.reply.editing.Remote != "":
		return m.whyNoSaveEdit()
	case m.reply.sending:
		return "the reply before is still being put into the outbox"
	case !m.reply.loaded:
		return "the draft is still being read"
	}
	if _, read := m.thread.Row(); !read {
		return "the conversation is still being read"
	}
	if why := m.whyNoReply(); why != "" {
		return why
	}
	if _, err := state.Plan(m.draft(), m.rules()); err != nil {
		return err.Error()
	}
	return ""
}

// whyNoEnter is whyNoSend, but that sending nothing decides on a reply that is
// held here.
func (m *Model) whyNoEnter() string {
	if _, decides := m.heldHere(); decides {
		return ""
	}
	return m.whyNoSend()
}

// heldHere is the reply that enter decides on while the box is empty.
func (m *Model) heldHere() (state.Outbound, bool) {
	it, held := m.thread.Held()
	if !held || !m.replyEmpty() || m.reply.editing.Remote != "" {
		return state.Outbound{}, false
	}
	return *it.Sending, true
}

func (m *Model) send() tea.Cmd {
	if m.reply.editing.Remote != "" {
		return m.saveEdit()
	}
	if o, decides := m.heldHere(); decides {
		return m.openHeld(o)
	}
	return m.checkMoved(func() tea.Cmd { return m.submitAt(time.Time{}, false) })
}

func (m *Model) sendDoneNext() tea.Cmd {
	if m.reply.editing.Remote != "" {
		return m.saveEdit()
	}
	return m.checkMoved(func() tea.Cmd { return m.submitAt(time.Time{}, true) })
}

// checkMoved sends, unless the customer wrote something that has not been on
// screen: then the agent reads it first, or sends all the same.
func (m *Model) checkMoved(send func() tea.Cmd) tea.Cmd {
	n := m.thread.Unseen()
	if n == 0 {
		return send()
	}
	return m.openSheet(sheet{
		menu: menu.New("They wrote meanwhile", menu.Options{
			Text:  []string{count(n, "message", "messages") + " came in below what you see. Your reply is not sent yet."},
			Items: []menu.Item{{Label: "Read first", Value: false}, {Label: "Send anyway", Value: true}}}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			if it.Value.(bool) {
				m.thread.SeeAll()
				return send()
			}
			return m.last()
		},
	})
}

// submitAt hands the reply to the outbox, to go at once or at a time. The box
// is emptied for the next one; if the outbox cannot take the reply, it comes
// back into the box, or to the draft on disk if the agent has moved on.
func (m *Model) submitAt(at time.Time, next bool) tea.Cmd {
	r := &m.reply
	row, _ := m.thread.Row()
	msg := submittedMsg{visit: r.visit, row: row, sent: m.draft(), first: r.first, next: next}
	msg.sent.At = at
	if !m.opt.Settings.Unchecked {
		msg.sent.Seen = api.Known(m.thread.Seen())
	}
	m.drafts.BeginSubmit(msg.sent)
	r.sending = true
	r.box.SetValue("")
	r.files, r.saved, r.dirty = nil, r.box.Rev(), false
	m.arrange()
	return func() tea.Msg { // no limit: large files are copied
		_, msg.err = m.drafts.Submit(m.ctx, m.opt.Outbox, msg.sent, msg.first)
		return msg
	}
}

func (m *Model) submitted(msg submittedMsg) tea.Cmd {
	r := &m.reply
	here := msg.visit == r.visit
	if here {
		r.sending = false
	}
	if msg.err != nil {
		return m.putBack(msg, here)
	}
	var cmds []tea.Cmd
	if msg.first == nil {
		cmds = append(cmds, caught(m.markRead(msg.row)))
	}
	if msg.next {
		cmds = append(cmds, caught(m.setDone(msg.row, true)))
	}
	if !here {
		return tea.Sequence(cmds...)
	}
	return tea.Batch(tea.Sequence(cmds...), m.afterSubmit(msg))
}

// afterSubmit goes on where the agent still is: to the newest message, or to
// whoever waits next.
func (m *Model) afterSubmit(msg submittedMsg) tea.Cmd {
	switch {
	case msg.first != nil:
		composing := m.composing
		m.reply.first = nil
		jump := m.jump(m.reply.id, state.ViewAll, "All")
		m.composing = composing
		m.arrange()
		return jump
	case msg.next:
		m.composing = false
		m.inbox.Keep(api.ConversationID{})
		return m.nextWaiting()
	}
	m.thread.Newest()
	m.asks.thread.forget()
	return m.loadThread()
}

// putBack restores what could not be submitted, before what was typed since.
// Where the agent has moved on, the draft on disk has it already.
func (m *Model) putBack(msg submittedMsg, here bool) tea.Cmd {
	if !here {
		return m.warn("the reply to " + m.name(msg.row) + " was not sent and is kept as a draft: " + explain(msg.err))
	}
	r := &m.reply
	since := m.draft()
	both := drafts.Join(msg.sent, since, "\n")
	r.box.SetValue(both.Body)
	r.files, r.dirty = both.Files, true
	m.arrange()
	return tea.Batch(m.saveDraft(), m.fail(msg.err))
}
