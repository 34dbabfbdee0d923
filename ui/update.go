package ui

import (
	"slices"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/layout"
	"unibox/ui/screen"
	"unibox/ui/tty"
	"unibox/ui/widths"
)

// Update is a table of contents: each message goes to the part that owns it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.columns.begin(msg)
	cmd := tea.Batch(m.update(msg), m.takeUp(), m.follow(), m.practice.Follow(), m.place.Follow(), m.arm(msg), m.begin())
	m.columns.end()
	return m, cmd
}

func (m *Model) update(msg tea.Msg) tea.Cmd {
	if m.hold(msg) {
		return nil
	}
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if m.dialogs.Chooses() && msg.String() == "esc" {
			return m.cancelChoice(msg)
		}
		return m.key(msg)
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case tty.BurstMsg:
		return m.burst(msg)
	case tea.KeyboardEnhancementsMsg:
		m.keys.exact = msg.SupportsKeyDisambiguation()
	case tea.MouseMsg:
		return pointed(m, msg)
	case widths.ReadMsg:
		m.size.widths = msg.Widths
		m.arrange()
		return nil
	case widths.SavedMsg:
		return m.env.Fail(msg.Err)
	case tea.WindowSizeMsg:
		return m.resized(msg)
	case tea.BackgroundColorMsg:
		return m.background(msg)
	case tea.ColorProfileMsg:
		return m.colorProfile(msg)
	case tea.ModeReportMsg:
		return countClusters(m, screen.Clusters(msg))
	case tea.TerminalVersionMsg:
		_ = terminalSaid(m, msg)
	case tty.WidthsMsg:
		return countClusters(m, msg.Joined)
	case tty.CellMsg, tty.RegistersMsg:
		return terminalSaid(m, msg)
	case staleMsg:
		return m.stale(msg)
	case newsDueMsg:
		return m.newsDue()
	case tickMsg:
		return m.tick(msg)
	case spinner.TickMsg:
		return m.env.Look.Busy.Update(msg)
	case peekMsg:
		return m.peeked(msg)
	case heldMsg:
		return nil
	case replacementMsg:
		return m.gotReplacement(msg)
	case suspendMsg:
		return m.suspend()
	case tty.AnsweredMsg:
		return tea.Batch(terminalSaid(m, msg), m.lineAnswered(msg))
	case tty.ContinuedMsg:
		return m.retake()
	case heldTooLongMsg:
		if m.keys.reading && msg.number == m.keys.number {
			return m.waitedTooLong()
		}
		return nil
	case suspendedMsg:
		return m.env.Fail(msg.err)
	case env.WrittenMsg:
		if msg.Err == nil && msg.Said != "" {
			return m.env.Say(msg.Said)
		}
		return m.env.Fail(msg.Err)
	case env.DecidedMsg:
		return tea.Batch(m.env.Fail(msg.Err), m.thread.Load())
	}
	return m.answer(msg)
}

// answer gives an answer to the part that asked, and lets the others follow
// what it learned.
func (m *Model) answer(msg tea.Msg) tea.Cmd {
	if ok, cmd := m.dialogs.Update(msg); ok {
		return cmd
	}
	if ok, cmd := m.walk.Update(msg); ok {
		return cmd
	}
	if m.used.Update(msg) {
		return nil
	}
	if ok, cmd := m.notify.Update(msg); ok {
		return cmd
	}
	was := m.bar.Condition()
	if ok, cmd := m.bar.Update(msg); ok {
		return tea.Batch(cmd, m.followBar(was), tellCount(m))
	}
	if ok, cmd := m.channels.Update(msg); ok {
		m.place.Listed()
		return tea.Batch(cmd, tellCount(m))
	}
	if ok, cmd := m.inbox.Update(msg); ok {
		return tea.Batch(cmd, m.followQueue())
	}
	if ok, cmd := m.queue.Update(msg); ok {
		return tea.Batch(cmd, m.followUnsent())
	}
	if ok, cmd := m.triage.Update(msg); ok {
		return cmd
	}
	if ok, cmd := m.thread.Update(msg); ok {
		return tea.Batch(cmd, m.afterRead())
	}
	_, cmd := m.reply.Update(msg)
	return cmd
}

// staleMsg names what changed in the store.
type staleMsg []state.Topic

// reload reads again what topics made stale and the screen shows.
func (m *Model) reload(topics []state.Topic) tea.Cmd {
	var cmds []tea.Cmd
	for _, t := range topics {
		switch {
		case t.Kind == state.TopicInbox:
			cmds = append(cmds, m.inbox.Load(), m.channels.Load(), m.dialogs.Follow(), m.notes.Follow(), m.notify.Changed(), m.customer.Load(), m.practice.Changed())
		case t.Kind == state.TopicAccounts:
			cmds = append(cmds, m.bar.LoadHealth(), m.channels.Load())
		case t.Kind == state.TopicOutbox, t.Kind == state.TopicChanges:
			cmds = append(cmds, m.queue.Load(), m.practice.Changed())
		case t.Kind == state.TopicStore:
			cmds = append(cmds, m.bar.LoadCondition())
		case t.Kind == state.TopicSessions:
			cmds = append(cmds, m.bar.LoadSessions(), m.notify.Save())
		case t.Kind == state.TopicThread && m.thread.Shows(t.Conversation):
			cmds = append(cmds, m.thread.Load())
			if m.reply.Concerns(t.Conversation) {
				cmds = append(cmds, m.reply.Refresh())
			}
		}
	}
	return tea.Batch(cmds...)
}

// follow publishes what the screen shows now, after each message.
func (m *Model) follow() tea.Cmd {
	if id := m.reply.Replying(); id != m.published.replying {
		m.published.replying = id
		m.env.Store.Replying(id)
		m.inbox.SetWriting(id)
		m.columns.effect.elsewhere = true
	}
	if open, visible := m.thread.Conversation(), m.inbox.Visible(); open != m.published.open || !slices.Equal(visible, m.published.visible) {
		m.published.open, m.published.visible = open, visible
		m.env.Engine.Show(open, visible)
	}
	if m.focus == layout.Thread {
		m.walk.Opened(m.thread.Conversation())
	}
	resumed := tea.Batch(m.triage.Resume(), m.customer.Follow(m.thread.Conversation(), m.focus == layout.Thread))
	came := m.published.focus == layout.Thread && m.focus != layout.Thread // what it shows may be another's by now
	m.published.focus = m.focus
	if id := m.inbox.SelectedID(); id != m.published.selected || came {
		m.published.selected = id
		return tea.Batch(resumed, m.followSelection())
	}
	return resumed
}

// followBar shows in the panes what the bar learned. After a file of the store
// was replaced all that is shown is read again, and what is typed is saved
// again: the new one may not have it.
func (m *Model) followBar(was state.Condition) tea.Cmd {
	health, now := m.bar.Health(), m.bar.Condition()
	m.inbox.SetHealth(health)
	m.channels.SetHealth(health)
	m.queue.SetHealth(health)
	m.inbox.SetReplying(m.bar.Replying())
	m.inbox.SetBeside(m.bar.Beside())
	if allRead(health) {
		m.inbox.Touch()
	}
	if now.Problem != was.Problem {
		m.arrange()
	}
	if now.Generation == was.Generation {
		return nil
	}
	return tea.Batch(m.inbox.Load(), m.channels.Load(), m.bar.LoadHealth(), m.queue.Load(), m.thread.Load(), m.reply.SaveAgain())
}

// tellCount tells outside of the screen how many wait, once that was read.
func tellCount(m *Model) tea.Cmd {
	if !m.channels.HasRead() {
		return nil
	}
	return m.notify.Waiting(m.channels.Count(state.ViewWaiting), !state.Complete(m.bar.Health()))
}

// allRead reports whether the first reading of every account is over.
func allRead(health []state.Health) bool {
	for _, h := range health {
		if h.State == state.HealthStarting || !h.Complete() || h.Listed == 0 && h.State == state.HealthLive {
			return false
		}
	}
	return len(health) > 0
}

// followUnsent shows elsewhere what is unsent.
func (m *Model) followUnsent() tea.Cmd {
	n, known := m.queue.Counts()
	if known {
		m.channels.SetUnsent(n.Total)
	}
	return tea.Batch(m.followQueue(), m.dialogs.Unsent(m.queue.Unsent()))
}

// followQueue makes the conversation of the outbox's selected entry the one at
// hand.
func (m *Model) followQueue() tea.Cmd {
	id := m.queue.Conversation()
	if !m.queueing() || id == (api.ConversationID{}) || id == m.inbox.SelectedID() {
		return nil
	}
	m.inbox.Select(id)
	if !m.inbox.Has(id) {
		return m.inbox.Reload()
	}
	return nil
}

// afterRead does what waited for the thread to be read, or not to be readable.
func (m *Model) afterRead() tea.Cmd {
	if row, read := m.thread.Row(); read {
		m.reply.Resume(row)
		if m.focus == layout.Thread {
			return tea.Batch(m.reply.Ready(), m.openDecision(), m.notes.Opened(row))
		}
	}
	return tea.Batch(m.reply.Ready(), m.openDecision())
}
