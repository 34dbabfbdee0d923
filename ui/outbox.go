package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/inbox"
	"unibox/ui/layout"
	"unibox/ui/menu"
)

type queueMsg struct {
	seq  int
	list []state.Unsent
	err  error
}

// loadQueue reads what is unsent: for its view, for the counts, and to tell of
// what just came to need a person.
func (m *Model) loadQueue() tea.Cmd {
	seq, now := m.asks.queue.ask()
	if !now {
		return nil
	}
	return m.reading(func(ctx context.Context) tea.Msg {
		list, err := m.opt.Store.Queue(ctx)
		return queueMsg{seq, list, err}
	})
}

func (m *Model) gotQueue(msg queueMsg) tea.Cmd {
	counts, again := m.asks.queue.answered(msg.seq)
	var cmds []tea.Cmd
	switch {
	case !counts:
		return nil
	case msg.err != nil:
		m.queue.Fail(msg.err)
	default:
		cmds = append(cmds, m.newDecisions(msg.list))
		m.queue.Set(msg.list)
		m.showCounts()
		cmds = append(cmds, m.followQueue(), m.progressToQuit(msg.list))
	}
	if again {
		cmds = append(cmds, m.loadQueue())
	}
	return tea.Batch(cmds...)
}

// newDecisions tells of what was held, failed or refused since the last look,
// unless it is in the thread at hand; what was so at the start is only counted.
func (m *Model) newDecisions(list []state.Unsent) tea.Cmd {
	was, first := m.decisions, m.decisions == nil
	m.decisions = map[string]bool{}
	var cmds []tea.Cmd
	for _, u := range list {
		key, words := m.decision(u)
		if key == "" {
			continue
		}
		m.decisions[key] = true
		if !first && !was[key] && words != "" {
			cmds = append(cmds, m.warn(words))
		}
	}
	return tea.Batch(cmds...)
}

// decision names something that a person has to see to, and says it.
func (m *Model) decision(u state.Unsent) (key, words string) {
	name := inbox.Name(m.look.Mode, u.Conversation)
	if ch := u.Change; ch != nil {
		if !ch.Refused {
			return "", ""
		}
		return "change " + fmt.Sprint(ch.ID), name + ": " + ch.Cap.String() + " was not possible: " + ch.Reason
	}
	o := u.Message
	switch key = o.Key + " " + fmt.Sprint(o.Attempts); {
	case o.Status == state.Held:
		return key, "the reply to " + name + " is not sent: read first what you had not seen"
	case o.Status == state.Failed && !m.thread.Shows(o.Conversation):
		return key, "the message to " + name + " failed: " + o.Reason
	case o.Status == state.Failed:
		return key, ""
	}
	return "", ""
}

// queueing reports whether the list shows the outbox.
func (m *Model) queueing() bool { return m.inbox.Selection().View == state.ViewOutbox }

// followQueue makes the conversation of the selected entry the one at hand.
func (m *Model) followQueue() tea.Cmd {
	id := m.queue.Conversation()
	if !m.queueing() || id == (api.ConversationID{}) || id == m.inbox.SelectedID() {
		return nil
	}
	m.inbox.Select(id)
	if !m.inbox.Has(id) {
		m.asks.list.forget()
		return tea.Batch(m.loadList(), m.peek())
	}
	return tea.Batch(m.peek(), m.attend())
}

// inQueue moves in the outbox's view.
func (m *Model) inQueue(move func()) tea.Cmd {
	move()
	return m.followQueue()
}

// showOutbox goes to the outbox's view.
func (m *Model) showOutbox() tea.Cmd {
	m.closeSheet()
	m.inbox.Choose(inbox.Selection{View: state.ViewOutbox, Title: "Outbox"})
	m.channels.Show(m.inbox.Selection())
	m.asks.list.forget()
	return tea.Batch(m.loadList(), m.loadQueue(), m.focusOn(layout.List), m.followQueue())
}

// deeperInQueue goes to the selected entry in its thread, and asks there what
// it waits to be asked.
func (m *Model) deeperInQueue() tea.Cmd {
	u, ok := m.queue.Selected()
	if !ok {
		return nil
	}
	id := u.Conversation.ID
	m.asked = 0
	open := m.open(id)
	if u.Message != nil {
		m.thread.SelectSending(u.Message.ID)
		if u.Decides() {
			m.asked = u.Message.ID
		}
	}
	focus := m.focusOn(layout.Thread)
	if u.Change != nil {
		return tea.Batch(open, focus, m.openStuck(u))
	}
	return tea.Batch(open, focus, m.askDecision())
}

// askDecision opens the card that was asked for, once its thread is read.
func (m *Model) askDecision() tea.Cmd {
	if m.asked == 0 || m.sheet != nil {
		return nil
	}
	it, ok := m.thread.Selected()
	if !ok || it.Sending == nil || it.Sending.ID != m.asked {
		return nil
	}
	m.asked = 0
	return m.openCard()
}

// openStuck says what holds up a change, and lets a refusal be forgotten.
func (m *Model) openStuck(u state.Unsent) tea.Cmd {
	ch := *u.Change
	words := []string{"It waits: " + m.look.Mode.Line(ch.Reason) + ".", "It is tried again by itself; until then it is shown as if it were so."}
	items := []menu.Item{{Label: "Close", Value: false}}
	if ch.Refused {
		words = []string{"It was not possible: " + m.look.Mode.Line(ch.Reason) + "."}
		items = append(items, menu.Item{Label: "Forget it", Detail: "take it out of the outbox", Value: true})
	}
	return m.openSheet(sheet{
		menu: menu.New(inbox.Name(m.look.Mode, u.Conversation)+": "+ch.Cap.String(), menu.Options{Text: words, Items: items}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			if it.Value.(bool) {
				return m.dismiss(ch.ID)
			}
			return nil
		},
	})
}

// dismiss forgets a refusal that the agent has seen.
func (m *Model) dismiss(id int64) tea.Cmd {
	return m.reading(func(ctx context.Context) tea.Msg { return changedMsg{m.opt.Changes.Dismiss(ctx, id)} })
}

// itemAtHand is the message that keys act on: the selected one of the thread,
// or of the outbox where that has the focus.
func (m *Model) itemAtHand() (state.Item, bool) {
	if m.focus != layout.List {
		return m.thread.Selected()
	}
	u, ok := m.queue.Selected()
	if !m.queueing() || !ok || u.Message == nil {
		return state.Item{}, false
	}
	o := *u.Message
	return state.Item{Message: api.Message{Conversation: o.Conversation, Direction: api.Outbound, Body: o.Body, At: o.Submitted}, Sending: &o}, true
}

// stuckAtHand is the selected entry of the outbox if it is a change.
func (m *Model) stuckAtHand() *state.Unsent {
	if u, ok := m.queue.Selected(); ok && u.Change != nil {
		return &u
	}
	return nil
}

// unsentAtHand is itemAtHand where that is not out yet.
func (m *Model) unsentAtHand() (state.Outbound, bool) {
	it, ok := m.itemAtHand()
	if !ok || it.Sending == nil || it.Sending.Status == state.Done {
		return state.Outbound{}, false
	}
	return *it.Sending, true
}

func (m *Model) whyNoFilter() string {
	if m.queueing() {
		return "the outbox is not filtered: " + m.keyFor(keymap.GoTo) + " goes to anyone"
	}
	return ""
}

// queueHints are what the hint line says first in the outbox's view.
func (m *Model) queueHints() (hints []keymap.Spec) {
	if !m.queueing() || m.focus != layout.List || m.typing() {
		return nil
	}
	hint := func(action keymap.Action, words string) {
		s := m.opt.Keys.Spec(action)
		s.Hint = words
		hints = append(hints, s)
	}
	switch u, ok := m.queue.Selected(); {
	case ok && u.Decides():
		hint(keymap.Deeper, "decide")
	case ok:
		hint(keymap.Deeper, "open")
	}
	hint(keymap.RetryMessage, "try now")
	hint(keymap.EditMessage, "take back")
	hint(keymap.DeleteMessage, "discard")
	return hints
}

// outboxText counts what is unsent: in words, if that leaves room in w cells
// for the accounts with their names. The outbox itself needs no telling of it
// where it is all that is shown.
func (m *Model) outboxText(w int) string {
	n, _ := m.queue.Counts()
	if n.Total == 0 || m.lay.Single && m.queueing() && m.focus == layout.List {
		return ""
	}
	words := fmt.Sprintf(" %s Outbox %d", m.look.Marks.Dot, n.Total)
	if n.Decide > 0 {
		full := fmt.Sprintf("%s, %d to decide", words, n.Decide)
		words += fmt.Sprintf(", %d%s", n.Decide, m.look.Marks.Unknown)
		if m.look.Mode.Width(full)+m.look.Mode.Width(m.healthRow(m.healthText)) < w {
			words = full
		}
	}
	return m.look.Theme.Warn.Render(words)
}
