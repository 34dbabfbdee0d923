package ui

import (
	"cmp"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
	"unibox/ui/look"
	"unibox/ui/text"
)

// View draws the whole screen: every row exactly as wide as the terminal.
func (m *Model) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	v.KeyboardEnhancements.ReportAlternateKeys = true // which key it is in the US layout
	if m.size.mouse.on {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.WindowTitle, v.ReportFocus = m.windowTitle(), m.notify.Wanted()
	if m.size.w <= 0 || m.size.h <= 0 {
		return v
	}
	rows := append([]string{m.strip()}, m.bar.Banner()...)
	rows = append(rows, m.practice.View()...)
	rows = append(rows, m.panes()...)
	if !m.lay.Hints.Empty() {
		where := hintPlace{m.scopes()[0], m.size.w}
		rows = append(rows, m.peek.hintLine(where, func() string { return m.bar.Hints(m.hints()) }))
	}
	m.columns.visual(m.env.Look.Mode, rows)
	m.overlayToasts(rows)
	v.Cursor = m.cursor()
	if !m.dialogs.Empty() {
		m.overlayDialog(rows, &v)
	}
	v.Content = strings.Join(rows[:min(len(rows), m.size.h)], "\n")
	return v
}

func (m *Model) windowTitle() string {
	if n := m.channels.Count(state.ViewWaiting); n > 0 && !m.opt.Settings.Told.PlainTitle {
		return m.env.T("unibox · %d waiting", n)
	}
	return "unibox"
}

// panes draws the panes side by side, a rule between them.
func (m *Model) panes() []string {
	var columns [][]string
	var focused []bool
	for pane := layout.Channels; pane <= layout.Thread; pane++ {
		if m.lay.Shown(pane) {
			columns = append(columns, m.column(pane))
			focused = append(focused, pane == m.focus)
		}
	}
	if len(columns) == 0 {
		return nil
	}
	if !m.lay.Panel.Empty() {
		columns, focused = append(columns, m.customer.View()), append(focused, false)
	}
	rows := columns[0]
	for i, column := range columns[1:] {
		rule := m.rule(focused[i] || focused[i+1])
		for y := range rows {
			rows[y] += rule + column[y]
		}
	}
	return rows
}

func (m *Model) rule(focused bool) string {
	if focused {
		return m.env.Look.Theme.RuleFocused.Render(m.env.Look.Marks.Rule)
	}
	return m.env.Look.Theme.Rule.Render(m.env.Look.Marks.Rule)
}

// column draws a pane: the thread with its title above and the reply box below.
func (m *Model) column(at layout.Pane) []string {
	all, step := m.pane(at).View, m.inbox.ViewStep
	if at == layout.Thread {
		all, step = m.threadColumn, func() []string { return m.columns.typed(m) }
	}
	return m.columns.draw(at, columnPlace{m.lay.Panes[at], at == m.focus}, all, step)
}

func (m *Model) threadColumn() []string {
	r := m.lay.Panes[layout.Thread]
	newTo := ""
	if first := m.reply.First(); first != nil {
		newTo = first.To
	}
	rows := append([]string{m.thread.Title(r.W, newTo, m.bar.Replier(m.thread.Conversation()))}, m.thread.View()...)
	m.columns.box = m.reply.Height()
	return m.env.Look.Rows(append(rows, m.reply.View()...), r.W, r.H)
}

// strip draws the top row. The outbox needs no counting where it is all that is
// shown.
func (m *Model) strip() string {
	s := standingOf(m)
	if m.lay.Single && !m.size.zoom {
		s.Crumbs = m.breadcrumb()
	}
	if m.lay.Single && m.queueing() && m.focus == layout.List {
		s.Unsent = 0
	}
	return m.bar.Strip(s)
}

// breadcrumb says where one is while a single pane is shown.
func (m *Model) breadcrumb() string {
	if m.focus == layout.Channels {
		return m.env.T("channels")
	}
	crumbs := []string{m.inbox.Selection().Name(m.env.Look)}
	if row, ok := m.thread.Row(); ok && m.focus == layout.Thread {
		crumbs = append(crumbs, m.env.Name(row.Conversation))
	}
	return strings.Join(crumbs, " "+m.env.Look.Marks.Arrow+" ")
}

// hints are the keys that matter where the focus is; the last ones are always shown.
func (m *Model) hints() (hints []key.Binding, last int) {
	scope := m.scopes()[0]
	specs := m.env.Keys.Specs(scope)
	if m.queueing() && m.focus == layout.List && !m.typing() {
		specs = m.queue.Hints(specs)
	}
	for _, s := range specs {
		if line, ok := m.pane(m.focus).(lineTyper); ok && m.dialogs.Empty() {
			s.Hint = cmp.Or(line.Does(s.Action), s.Hint)
		}
		if s.Hint == "" || s.Action == keymap.MenuComplete && !m.dialogs.Completes() && !m.inbox.Typing() || s.Action == keymap.KeepSearch && !m.dialogs.Keeps() {
			continue
		}
		why := m.why(s.Action)
		if s.Action == keymap.Send && m.never(s.Action) != "" { // its key is pressed all the same
			s.Hint, why = m.env.T("no right to send"), ""
		}
		hints = append(hints, look.Binding(s.Keys, m.env.Keys.Key(s.Action, scope), s.Hint, why))
		if (s.Action == keymap.Help || s.Action == keymap.Quit) && hints[len(hints)-1].Enabled() {
			last++
		}
	}
	return hints, last
}

// overlayToasts draws the notices over the last rows.
func (m *Model) overlayToasts(rows []string) {
	toasts := m.bar.Toasts(m.reply.Composing())
	visual(m.env.Look.Mode, toasts)
	for i := range toasts {
		if y := len(rows) - len(toasts) + i; y > 0 {
			rows[y] = toasts[i]
		}
	}
}

// overlayDialog puts the open dialog over the panes, in the middle.
func (m *Model) overlayDialog(rows []string, v *tea.View) {
	box := m.dialogs.View()
	w := m.env.Look.Mode.Width(box[0])
	x, y := boxAt(m.size.w, len(rows), w, len(box), 1+m.practice.Height())
	visual(m.env.Look.Mode, box)
	for i, row := range box {
		if y+i < len(rows) {
			under := rows[y+i]
			rows[y+i] = m.env.Look.Mode.Fit(under, x) + row + m.env.Look.Mode.Skip(under, x+w)
		}
	}
	v.Cursor = nil
	if cx, cy, ok := m.dialogs.Cursor(); ok {
		v.Cursor = tea.NewCursor(x+cx, y+cy)
	}
}

// visual brings rows into the order in which they are seen.
func visual(mode text.Mode, rows []string) {
	for i := range rows {
		rows[i] = mode.Visual(rows[i])
	}
}

// boxAt is where a dialog of w by h cells is drawn, under the top rows where it fits.
func boxAt(width, height, w, h, top int) (x, y int) {
	return (width - w) / 2, max(0, min(max(top, (height-h)/3), height-h))
}

// cursor is the terminal's own cursor: in the text that is typed.
func (m *Model) cursor() *tea.Cursor {
	switch {
	case m.filtering():
		r := m.lay.Panes[m.focus]
		return tea.NewCursor(r.X+m.pane(m.focus).(lineTyper).CursorX(), r.Y)
	case m.reply.Composing() && m.thread.Conversation() != (api.ConversationID{}):
		r := m.lay.Panes[layout.Thread]
		x, y := m.reply.Cursor()
		return tea.NewCursor(r.X+x, r.Y+r.H-m.reply.Height()+y)
	}
	return nil
}
