package ui

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
)

// readLimit bounds a read of the store, so that a stuck disk becomes a
// sentence on screen and not a screen that never fills.
const readLimit = 10 * time.Second

// question numbers reads of one kind, so that only the newest answer counts
// and no two are under way at once.
type question struct {
	seq   int
	busy  bool
	stale bool
}

// ask reports whether to read now, and the number to read under. While a read
// is under way it is remembered that another is due.
func (q *question) ask() (int, bool) {
	if q.busy {
		q.stale = true
		return 0, false
	}
	q.seq++
	q.busy, q.stale = true, false
	return q.seq, true
}

// answered reports whether an answer counts, and whether to ask again.
func (q *question) answered(seq int) (counts, again bool) {
	if seq != q.seq {
		return false, false
	}
	again = q.stale
	q.busy, q.stale = false, false
	return true, again
}

// forget drops the read under way: its answer will not count.
func (q *question) forget() { q.seq, q.busy, q.stale = q.seq+1, false, false }

type (
	staleMsg []state.Topic
	listMsg  struct {
		seq  int
		list state.List
		err  error
	}
	sidebarMsg struct {
		seq     int
		sidebar state.Sidebar
		err     error
	}
	healthMsg struct {
		seq    int
		health []state.Health
		err    error
	}
	windowMsg struct {
		seq    int
		id     api.ConversationID
		row    state.Row
		window state.Window
		err    error
	}
)

// reading runs fn in a command with the limit of a read.
func (m *Model) reading(fn func(ctx context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(m.ctx, readLimit)
		defer cancel()
		return fn(ctx)
	}
}

func (m *Model) loadList() tea.Cmd {
	seq, now := m.asks.list.ask()
	if !now {
		return nil
	}
	query := m.inbox.Query()
	return m.reading(func(ctx context.Context) tea.Msg {
		list, err := m.opt.Store.List(ctx, query)
		return listMsg{seq, list, err}
	})
}

func (m *Model) loadSidebar() tea.Cmd {
	seq, now := m.asks.sidebar.ask()
	if !now {
		return nil
	}
	return m.reading(func(ctx context.Context) tea.Msg {
		sidebar, err := m.opt.Store.Sidebar(ctx)
		return sidebarMsg{seq, sidebar, err}
	})
}

func (m *Model) loadHealth() tea.Cmd {
	seq, now := m.asks.health.ask()
	if !now {
		return nil
	}
	return m.reading(func(ctx context.Context) tea.Msg {
		health, err := m.opt.Store.Health(ctx)
		return healthMsg{seq, health, err}
	})
}

func (m *Model) loadThread() tea.Cmd {
	id := m.thread.Conversation()
	if id == (api.ConversationID{}) {
		return nil
	}
	seq, now := m.asks.thread.ask()
	if !now {
		return nil
	}
	query := m.thread.Query()
	return m.reading(func(ctx context.Context) tea.Msg {
		row, err := m.opt.Store.Row(ctx, id)
		if err != nil {
			return windowMsg{seq: seq, id: id, err: err}
		}
		window, err := m.opt.Store.Timeline(ctx, query)
		return windowMsg{seq, id, row, window, err}
	})
}

// reload reads again what topics made stale and the screen shows.
func (m *Model) reload(topics []state.Topic) tea.Cmd {
	var cmds []tea.Cmd
	for _, t := range topics {
		switch {
		case t.Kind == state.TopicInbox:
			cmds = append(cmds, m.loadList(), m.loadSidebar(), m.sheetStale())
		case t.Kind == state.TopicAccounts:
			cmds = append(cmds, m.loadHealth(), m.loadSidebar())
		case t.Kind == state.TopicOutbox, t.Kind == state.TopicChanges:
			cmds = append(cmds, m.loadQueue())
		case t.Kind == state.TopicStore:
			cmds = append(cmds, m.loadCondition())
		case t.Kind == state.TopicSessions:
			cmds = append(cmds, m.loadSessions())
		case t.Kind == state.TopicThread && m.thread.Shows(t.Conversation):
			cmds = append(cmds, m.loadThread())
			if m.draftOf(t.Conversation) {
				cmds = append(cmds, m.refreshDraft())
			}
		}
	}
	return tea.Batch(cmds...)
}

func (m *Model) gotList(msg listMsg) tea.Cmd {
	counts, again := m.asks.list.answered(msg.seq)
	if !counts {
		return nil
	}
	if msg.err != nil {
		m.inbox.Fail(msg.err)
		return nil
	}
	before := m.inbox.SelectedID()
	m.inbox.Set(msg.list)
	var cmds []tea.Cmd
	if again || m.inbox.Wants() {
		cmds = append(cmds, m.loadList())
	}
	if m.inbox.SelectedID() != before {
		cmds = append(cmds, m.peek())
	}
	return tea.Batch(append(cmds, m.followQueue(), m.attend())...)
}

// showCounts puts the counts beside the views; that of the outbox is of what
// is unsent, not of conversations.
func (m *Model) showCounts() {
	if n, known := m.queue.Counts(); known && m.sidebar.Views != nil {
		m.sidebar.Views[state.ViewOutbox] = n.Total
	}
	m.channels.Set(m.sidebar)
}

func (m *Model) gotSidebar(msg sidebarMsg) tea.Cmd {
	counts, again := m.asks.sidebar.answered(msg.seq)
	if counts && msg.err == nil {
		slices.SortStableFunc(msg.sidebar.Accounts, func(a, b state.SidebarAccount) int { return m.place(a.ID) - m.place(b.ID) })
		m.sidebar = msg.sidebar
		m.showCounts()
	}
	if again {
		return m.loadSidebar()
	}
	return nil
}

func (m *Model) gotHealth(msg healthMsg) tea.Cmd {
	counts, again := m.asks.health.answered(msg.seq)
	var news tea.Cmd
	if counts && msg.err == nil {
		slices.SortStableFunc(msg.health, func(a, b state.Health) int { return m.place(a.Account) - m.place(b.Account) })
		news = m.newTrouble(msg.health)
		m.health = msg.health
		m.inbox.SetHealth(msg.health)
		m.queue.SetHealth(msg.health)
		if allRead(msg.health) {
			m.inbox.Touch()
		}
	}
	if again {
		return tea.Batch(news, m.loadHealth())
	}
	return news
}

// allRead reports whether the first reading of every account is over.
func allRead(health []state.Health) bool {
	for _, h := range health {
		if h.State == state.HealthStarting || h.Known < h.Listed || h.Listed == 0 && h.State == state.HealthLive {
			return false
		}
	}
	return len(health) > 0
}

func (m *Model) gotWindow(msg windowMsg) tea.Cmd {
	counts, again := m.asks.thread.answered(msg.seq)
	if !counts {
		return nil
	}
	switch {
	case errors.Is(msg.err, state.ErrNoSuch) && state.Provisional(msg.id):
		return m.followFirst(msg.id)
	case msg.err != nil:
		m.thread.Fail(msg.err)
		return nil
	}
	m.thread.Set(msg.row, msg.window, m.opt.Engine.Fetching(msg.id))
	m.resumeFirst(msg.row)
	if again {
		return tea.Batch(m.loadThread(), m.askDecision())
	}
	return tea.Batch(m.feedThread(), m.askDecision())
}

// resumeFirst lets a first message that was not sent be written on.
func (m *Model) resumeFirst(row state.Row) {
	first, ok := parseFirst(row.Conversation.ID)
	if ok && m.reply.id == row.Conversation.ID && m.reply.first == nil && !m.reply.sending && firstOnItsWay(row) == "" {
		m.reply.first = &first
	}
}

// feedThread asks for what the thread's reading position calls for.
func (m *Model) feedThread() tea.Cmd {
	want := m.thread.Wants()
	if want.Older != 0 {
		m.opt.Engine.Older(m.thread.Conversation(), want.Older)
	}
	if want.Window {
		return m.loadThread()
	}
	return nil
}
