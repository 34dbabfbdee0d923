package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/layout"
)

// View draws the whole screen: every row exactly as wide as the terminal.
func (m *Model) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	v.WindowTitle = m.windowTitle()
	if m.w <= 0 || m.h <= 0 {
		return v
	}
	rows := append([]string{m.strip()}, m.banner()...)
	rows = append(rows, m.panes()...)
	if !m.lay.Hints.Empty() {
		rows = append(rows, m.hintRow())
	}
	m.overlayToasts(rows)
	v.Cursor = m.cursor()
	if m.sheet != nil {
		m.overlaySheet(rows, &v)
	}
	v.Content = strings.Join(rows[:min(len(rows), m.h)], "\n")
	return v
}

func (m *Model) windowTitle() string {
	if n := m.sidebar.Views[state.ViewWaiting]; n > 0 {
		return fmt.Sprintf("unibox · %d waiting", n)
	}
	return "unibox"
}

// panes draws the panes side by side, a rule between them.
func (m *Model) panes() []string {
	var columns [][]string
	var focused []bool
	for pane := layout.Channels; pane <= layout.Thread; pane++ {
		if m.lay.Shown(pane) {
			columns = append(columns, m.pane(pane))
			focused = append(focused, pane == m.focus)
		}
	}
	if len(columns) == 0 {
		return nil
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
		return m.look.Theme.RuleFocused.Render(m.look.Marks.Rule)
	}
	return m.look.Theme.Rule.Render(m.look.Marks.Rule)
}

func (m *Model) pane(p layout.Pane) []string {
	switch p {
	case layout.Channels:
		return m.channels.View()
	case layout.List:
		if m.queueing() {
			return m.queue.View()
		}
		return m.inbox.View()
	}
	return m.threadPane()
}

func (m *Model) threadPane() []string {
	r := m.lay.Panes[layout.Thread]
	rows := append([]string{m.threadTitle(r.W)}, m.thread.View()...)
	return m.look.Rows(append(rows, m.replyRows(r.W)...), r.W, r.H)
}

// threadTitle says with whom, over what, and how things stand.
func (m *Model) threadTitle(w int) string {
	th := m.look.Theme
	style := th.Title
	if m.focus == layout.Thread {
		style = th.TitleFocused
	}
	row, ok := m.thread.Row()
	if f := m.reply.first; f != nil {
		return m.look.Mode.Fit(" "+style.Render("New conversation with "+m.look.Mode.Line(f.To)), w)
	}
	if !ok {
		return m.look.Mode.Fit(" "+style.Render("THREAD"), w)
	}
	c := row.Conversation
	code := m.code(c)
	name := m.look.Mode.Cut(m.name(row), max(8, w/2))
	short := " " + style.Render(name) + "  " + th.Channel(code).Render(code)
	left := short
	if handle := m.look.Mode.Line(c.Contact.Handle); handle != "" && handle != m.name(row) {
		left += " " + th.Muted.Render(handle)
	}
	if why := m.look.Mode.Line(m.thread.Trouble()); why != "" {
		if w-m.look.Mode.Width(left) < enoughToSay {
			left = short
		}
		return m.look.Spread(left, th.Warn.Render(m.look.Marks.Trouble+" "+m.shortOf(why, w-m.look.Mode.Width(left)-4))+" ", w)
	}
	if who := m.replier(c.ID); who != "" {
		return m.look.Spread(left, th.Note.Render(who)+" ", w)
	}
	return m.look.Spread(left, th.Muted.Render(standing(row))+" ", w)
}

// enoughToSay is how many cells the beginning of a sentence needs to say
// something.
const enoughToSay = 24

// shortOf is why what is shown is old, as far as room cells tell. The whole
// reason is under the account's.
func (m *Model) shortOf(why string, room int) string {
	if m.look.Mode.Width(why) > room && room < enoughToSay {
		why = "not up to date"
	}
	return m.look.Mode.Cut(why, room)
}

// standing is how a conversation stands, in a word or two.
func standing(row state.Row) string {
	switch f, c := row.Flags, row.Conversation; {
	case row.Provisional:
		return "first message on its way"
	case c.Blocked.Or(false):
		return "blocked"
	case c.OptedOut.Or(false):
		return "opted out"
	case c.Closed.Or(false):
		return "closed"
	case c.Archived.Or(false):
		return "archived"
	case f.Done:
		return "done"
	case !f.Snoozed.IsZero():
		return "snoozed until " + f.Snoozed.Local().Format("Mon 15:04")
	case f.Muted:
		return "muted"
	case !row.WaitingSince.IsZero():
		return "waiting"
	}
	return "answered"
}

// overlayToasts puts what the program has to tell over the last rows.
func (m *Model) overlayToasts(rows []string) {
	toasts := m.toastRows()
	for i := range toasts {
		if y := len(rows) - len(toasts) + i; y > 0 {
			rows[y] = toasts[i]
		}
	}
}

// overlaySheet puts the open box over the panes, in the middle.
func (m *Model) overlaySheet(rows []string, v *tea.View) {
	box := m.sheet.menu.View()
	w := m.look.Mode.Width(box[0])
	x, y := (m.w-w)/2, max(1, (len(rows)-len(box))/3)
	y = max(0, min(y, len(rows)-len(box)))
	for i, row := range box {
		if y+i < len(rows) {
			under := rows[y+i]
			rows[y+i] = m.look.Mode.Fit(under, x) + row + m.look.Mode.Skip(under, x+w)
		}
	}
	v.Cursor = nil
	if cx, cy, ok := m.sheet.menu.Cursor(); ok {
		v.Cursor = tea.NewCursor(x+cx, y+cy)
	}
}

// cursor is where the terminal's own cursor stands: in the text that is typed.
func (m *Model) cursor() *tea.Cursor {
	switch {
	case m.filtering():
		r := m.lay.Panes[layout.List]
		return tea.NewCursor(r.X+m.inbox.CursorX(), r.Y)
	case m.composing && m.thread.Conversation() != (api.ConversationID{}):
		r := m.lay.Panes[layout.Thread]
		x, y := m.reply.box.Cursor()
		top := r.Y + r.H - m.replyHeight(r.H) + 1
		return tea.NewCursor(r.X+2+x, top+y)
	}
	return nil
}
