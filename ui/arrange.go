package ui

import (
	"image"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/channels"
	"unibox/ui/customer"
	"unibox/ui/inbox"
	"unibox/ui/layout"
	"unibox/ui/queue"
	"unibox/ui/thread"
)

// Pane is a part of the screen that can have the focus.
type Pane interface {
	// Resize sets the size in cells.
	Resize(w, h int)
	// Focus says whether keys go to the pane.
	Focus(on bool)
	// View draws the pane: exactly as many rows as it has, all as wide as it is.
	View() []string
	actor
}

var _ = []Pane{(*channels.Pane)(nil), (*inbox.Pane)(nil), (*queue.Pane)(nil), (*thread.Pane)(nil)}

var _ = []clickable{(*channels.Pane)(nil), (*inbox.Pane)(nil), (*queue.Pane)(nil), (*thread.Pane)(nil)}

// pane is the pane that is shown at a position: in the middle the outbox while
// that is chosen, else the list.
func (m *Model) pane(at layout.Pane) Pane {
	switch at {
	case layout.Channels:
		return m.channels
	case layout.Thread:
		return m.thread
	}
	if m.queueing() {
		return m.queue
	}
	return m.inbox
}

// arrange gives every pane its size and focus. It is called after anything that
// changes the division: size, focus, zoom, a box that grew.
func (m *Model) arrange() {
	m.bar.Resize(m.size.w, m.size.h)
	m.practice.Resize(m.size.w, m.size.h)
	m.lay = m.size.widths.Compute(m.size.w, m.size.h, 1+len(m.bar.Banner())+m.practice.Height(), m.focus, m.size.zoom, m.size.hints)
	if m.customer.Shown() {
		m.lay = m.lay.Beside(customer.Width)
	}
	m.customer.Resize(m.lay.Panel.W, m.lay.Panel.H)
	c, l, t := m.lay.Panes[layout.Channels], m.lay.Panes[layout.List], m.lay.Panes[layout.Thread]
	m.channels.Fold(m.lay.Rail)
	m.channels.Resize(c.W, c.H)
	m.channels.Focus(m.focus == layout.Channels)
	for _, p := range []Pane{m.inbox, m.queue} {
		p.Resize(l.W, l.H)
		p.Focus(m.focus == layout.List)
	}
	m.reply.Resize(t.W, t.H)
	m.thread.Focus(m.focus == layout.Thread && !m.reply.Composing())
	m.thread.Activate(m.focus == layout.Thread)
	m.thread.Resize(t.W, max(0, t.H-1-m.reply.Height()))
	m.dialogs.Resize(m.size.w, m.size.h-1-m.practice.Height())
}

func (m *Model) resized(msg tea.WindowSizeMsg) tea.Cmd {
	m.size.w, m.size.h = msg.Width, msg.Height
	m.size.mouse.dragging = false
	if m.opt.Settings.ScreenReader {
		m.size.w, m.size.h = spokenWidth, spokenHeight
	}
	m.arrange()
	cmds := []tea.Cmd{m.inbox.Load(), m.thread.Feed(), m.followSelection()}
	if m.colors.said.Cell != (image.Point{}) { // letters may be of another size, too
		cmds = append(cmds, askCell(m.opt.Settings))
	}
	return tea.Batch(cmds...)
}

func (m *Model) toggleZoom() tea.Cmd {
	m.size.zoom = !m.size.zoom
	m.arrange()
	return nil
}

func (m *Model) toggleHints() tea.Cmd {
	m.size.hints, m.size.switched.hints = !m.size.hints, true
	m.arrange()
	if m.size.hints {
		return nil
	}
	return m.env.Say(m.env.T("the hint line is hidden; %s shows it, %s keeps it so", m.env.KeyFor(keymap.ToggleHints), m.env.KeyFor(keymap.KeepSwitch)))
}
