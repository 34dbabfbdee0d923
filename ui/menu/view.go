package menu

import (
	"slices"
	"strings"
	"unicode/utf8"

	"unibox/ui/text"
	"unibox/ui/theme"
)

func (m *Menu) prompt() string {
	if m.opt.Prompt != "" {
		return m.look.Mode.Line(m.opt.Prompt) + " "
	}
	return m.look.Marks.Prompt + " "
}

func (m *Menu) width() int {
	most := 76
	if m.opt.Wide {
		most = 110
	}
	if m.picture != nil {
		w, _ := m.picture.Room()
		most = max(most, w+4)
	}
	return max(10, min(m.w-2, most))
}

func (m *Menu) inner() int { return m.width() - 4 }

// View draws the box: rows of one width, no more than there is room for.
func (m *Menu) View() []string {
	body := m.above()
	return m.frame(append(body, m.itemRows(m.h-2-len(body))...))
}

// above are the rows above the choices.
func (m *Menu) above() []string {
	body := append(m.drawn(), m.words()...)
	if m.input != nil {
		body = append(body, m.inputRows()...)
	}
	if m.note != "" {
		note := m.plain(m.look.Mode.SaidLine(m.note))
		if m.busy {
			note += m.look.Busy.View()
		}
		for _, row := range m.look.Mode.Wrap(note, m.inner()) {
			body = append(body, m.look.Theme.Warn.Render(row))
		}
	}
	return body
}

// rows is how many choices are seen in so much room.
func (m *Menu) rows(room int) int { return max(1, min(room, len(m.shown), 16)) }

// gap reports whether an empty row parts the words from the choices.
func (m *Menu) gap(room int) bool {
	return len(m.opt.Text) > 0 && m.input == nil && room > m.rows(room)
}

// paragraph is text as rows.
func (m *Menu) paragraph(s string) []string {
	return m.look.Mode.Wrap(m.plain(m.look.Mode.Said(s)), m.inner())
}

// inputRows are the line, or the lines, with the prompt before the first.
func (m *Menu) inputRows() []string {
	if m.opt.Secret || m.opt.Rows <= 1 {
		return []string{m.look.Theme.Accent.Render(m.prompt()) + m.line()}
	}
	rows := slices.Clone(m.input.View())
	for i := range rows {
		lead := strings.Repeat(" ", m.look.Mode.Width(m.prompt()))
		if i == 0 {
			lead = m.edge().Render(m.prompt())
		}
		rows[i] = lead + rows[i]
	}
	return rows
}

// edge is how the frame is drawn.
func (m *Menu) edge() theme.Style {
	if m.opt.Private {
		return m.look.Theme.Private
	}
	return m.look.Theme.RuleFocused
}

// line is what is on the line, or as many dots for a secret.
func (m *Menu) line() string {
	if m.opt.Secret {
		return strings.Repeat(m.look.Marks.Dot, utf8.RuneCountInString(m.Value()))
	}
	return m.input.View()[0]
}

// Cursor returns the cell of the text cursor in the view, and whether there is one.
func (m *Menu) Cursor() (x, y int, ok bool) {
	if m.input == nil {
		return 0, 0, false
	}
	cx, cy := m.input.Cursor()
	if m.opt.Secret {
		cx = utf8.RuneCountInString(m.Value())
	}
	return 2 + m.look.Mode.Width(m.prompt()) + cx, 1 + len(m.drawn()) + len(m.words()) + cy, true
}

// below is how many rows stay for words and choices under a picture.
func (m *Menu) below() int { return 1 + min(1, len(m.shown)) }

// drawn is the picture in the middle of the box, or what it needs to be drawn.
func (m *Menu) drawn() (rows []string) {
	if m.picture == nil {
		return nil
	}
	for _, row := range m.picture.Rows(m.inner(), m.h-2-m.below()) {
		margin := strings.Repeat(" ", max(0, (m.inner()-utf8.RuneCountInString(row))/2))
		rows = append(rows, margin+m.look.Theme.QR.Render(row))
	}
	if rows != nil {
		return rows
	}
	w, h := m.picture.Room()
	for _, row := range m.paragraph(m.look.T("The picture needs a terminal of %d columns and %d rows; this one has %d and %d. Make the window larger or its letters smaller: it is drawn at once.",
		w+6, h+3+m.below(), m.w, m.h+1)) {
		rows = append(rows, m.look.Theme.Warn.Render(row))
	}
	return rows
}

// minChoices is how many choices stay visible however long the words are.
const minChoices = 4

// words are the rows above the line and the choices. In little room the empty rows
// between paragraphs go before anything is cut.
func (m *Menu) words() []string {
	room := m.h - 2 - min(minChoices, max(1, len(m.shown)))
	if m.opt.TextFirst {
		room = m.h - 2 - min(1, len(m.shown))
	}
	if m.picture != nil {
		room = m.h - 2 - len(m.drawn()) - min(1, len(m.shown))
	}
	if m.input != nil {
		room -= m.input.Rows()
	}
	room = max(1, room)
	var spaced, close []string
	for i, par := range m.opt.Text {
		if i > 0 {
			spaced = append(spaced, "")
		}
		spaced, close = append(spaced, m.paragraph(par)...), append(close, m.paragraph(par)...)
	}
	switch {
	case len(spaced) <= room:
		return spaced
	case len(close) <= room:
		return close
	}
	return append(close[:room-1], m.look.Marks.Ellipsis)
}

func (m *Menu) itemRows(room int) []string {
	if len(m.shown) == 0 {
		if m.opt.Empty == "" {
			return nil
		}
		var rows []string
		for _, row := range m.paragraph(m.opt.Empty) {
			rows = append(rows, m.look.Theme.Muted.Render(row))
		}
		return rows
	}
	n := m.rows(room)
	m.top = min(max(m.top, m.at-n+1), m.at)
	var rows []string
	if m.gap(room) {
		rows = append(rows, "")
	}
	for i := m.top; i < min(m.top+n, len(m.shown)); i++ {
		it := m.shown[i]
		if m.opt.TextFirst && n < len(m.shown) { // so that one sees that there are more
			it.Right = m.look.T("%d of %d", i+1, len(m.shown))
		}
		rows = append(rows, m.itemRow(it, i == m.at))
	}
	return rows
}

func (m *Menu) itemRow(it Item, selected bool) string {
	th, clean := m.look.Theme, m.look.Mode.Clean
	right := clean(it.Right)
	style, rightStyle, gap := th.Text, th.Key, " "
	if it.Why != "" { // words beside words need a wider gap than a key
		style, rightStyle, right, gap = th.Disabled, th.Disabled, clean(it.Why), "  "
	}
	if it.Match {
		style = th.Match
		if m.w < leastBeside && it.Why == "" {
			right = ""
		}
	}
	here := "  "
	if selected {
		here = th.Accent.Render(m.look.Marks.Here) + " "
	}
	right = m.look.Mode.Cut(right, m.inner()*2/3)
	left := here + m.labelled(it, style.Render, m.inner()-m.look.Mode.Width(gap+right)-2)
	if it.Detail != "" {
		left += "  " + th.Muted.Render(clean(it.Detail))
	}
	row := m.look.Spread(left, gap+rightStyle.Render(right), m.inner())
	if selected {
		return th.Selected.Render(row)
	}
	return row
}

const (
	// leastLead is how many cells of a lead are shown at the least, of little room a third.
	leastLead = 24
	// leastBeside is how wide a screen is that shows more beside what a search found.
	leastBeside = 60
)

// labelled is the label of an item in its style, between its lead and its tail.
func (m *Menu) labelled(it Item, style func(string) string, room int) string {
	if it.Match {
		return m.matched(it, style, room)
	}
	muted, clean := m.look.Theme.Muted.Render, m.look.Mode.Clean
	label, tail := m.plain(clean(it.Label)), clean(it.Tail)
	lead := m.lead(clean(it.Lead), m.look.Mode.Width(label+tail), room)
	return muted(lead) + style(label) + muted(tail)
}

// matched is labelled for what a search found: lead, label and tail are one text, and are brought into
// order as one.
func (m *Menu) matched(it Item, style func(string) string, room int) string {
	mode, muted, written := m.look.Mode, m.look.Theme.Muted.Render, m.look.Mode.Logical().Clean
	who, before, label, tail := mode.Clean(it.Lead[:it.Start]), written(it.Lead[it.Start:]), m.plain(written(it.Label)), written(it.Tail)
	open, end := mode.Isolates(before+label+tail, text.RTL(before+label+tail))
	lead := m.lead(who+before, mode.Width(label+tail), room)
	before, whole := strings.CutPrefix(lead, who)
	if !whole { // its beginning is cut
		who, before = "", text.WithoutIsolates(lead)
	}
	return muted(who) + open + muted(before) + style(label) + muted(tail) + end
}

// lead cuts what is before a label from its beginning, so that label and what
// follows it, rest cells, are seen as far as there is room.
func (m *Menu) lead(lead string, rest, room int) string {
	most := max(room-rest, min(leastLead, room/3))
	w := m.look.Mode.Width(lead)
	if w <= most {
		return lead
	}
	ellipsis := m.look.Marks.Ellipsis
	return ellipsis + m.look.Mode.Skip(lead, w-max(0, most-m.look.Mode.Width(ellipsis)))
}

// frame draws a box around the rows, with the title in its upper line.
func (m *Menu) frame(rows []string) []string {
	k, style, heading := m.look.Marks, m.edge(), m.look.Theme.TitleFocused
	if m.opt.Private {
		heading = style
	}
	w := m.width()
	title := m.look.Mode.Cut(" "+m.plain(m.look.Mode.SaidLine(m.title))+" ", w-4)
	top := style.Render(k.CornerTL+k.Level) + heading.Render(title) +
		style.Render(strings.Repeat(k.Level, max(0, w-3-m.look.Mode.Width(title)))+k.CornerTR)
	out := []string{top}
	for _, row := range rows {
		out = append(out, style.Render(k.Rule)+" "+m.look.Mode.Fit(row, w-4)+" "+style.Render(k.Rule))
	}
	out = append(out, style.Render(k.CornerBL+strings.Repeat(k.Level, w-2)+k.CornerBR))
	if len(out) > m.h {
		out = append(out[:max(1, m.h-1)], out[len(out)-1])
	}
	return out
}

// plain writes the signs of our own words in ASCII where nothing else is drawn.
func (m *Menu) plain(s string) string {
	if m.look.Mode.ASCII {
		return text.ASCIISigns(s)
	}
	return s
}
