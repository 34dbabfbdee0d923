package ui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/ui/layout"
)

// arrange gives every pane its place and focus. It is called after anything
// that changes the division: size, focus, zoom, a box that grew.
func (m *Model) arrange() {
	m.lay = layout.Compute(m.w, m.h, 1+len(m.banner()), m.focus, m.zoom, m.hints)
	c, l := m.lay.Panes[layout.Channels], m.lay.Panes[layout.List]
	m.channels.Resize(c.W, c.H, m.lay.Rail)
	m.channels.Focus(m.focus == layout.Channels)
	m.inbox.Resize(l.W, l.H)
	m.inbox.Focus(m.focus == layout.List)
	m.queue.Resize(l.W, l.H)
	m.queue.Focus(m.focus == layout.List)
	m.thread.Focus(m.focus == layout.Thread && !m.composing)
	t := m.lay.Panes[layout.Thread]
	m.reply.box.SetSize(max(1, t.W-3), max(1, min(10, t.H/3)))
	m.thread.Resize(t.W, max(0, t.H-1-m.replyHeight(t.H)))
	if m.sheet != nil {
		m.sheet.menu.Resize(m.w, m.h-1)
	}
}

// replyHeight is how many rows the reply box takes with its rule, its files
// and its plan. An empty box that has not the focus is one row of words.
func (m *Model) replyHeight(paneHeight int) int {
	if m.thread.Conversation() == (api.ConversationID{}) || paneHeight < 5 {
		return 0
	}
	if !m.composing && m.replyEmpty() {
		return 2
	}
	return min(1+m.reply.box.Rows()+len(m.below(m.lay.Panes[layout.Thread].W)), paneHeight-2)
}

func (m *Model) replyEmpty() bool { return m.reply.box.Empty() && len(m.reply.files) == 0 }

// clusters reports whether a terminal's answer says that mode 2027 is on, or
// that it is off and can be had: Bubble Tea, which counts the cells of what we
// compose, turns it on then.
func clusters(msg tea.ModeReportMsg) bool {
	return msg.Mode == ansi.ModeUnicodeCore &&
		(msg.Value == ansi.ModeReset || msg.Value == ansi.ModeSet || msg.Value == ansi.ModePermanentlySet)
}
