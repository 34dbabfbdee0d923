// Package menu is the one kind of box that opens over the panes: words, a
// line to type on if there is something to type, and things to choose from.
// Palette, pickers, cards and questions are all menus. Whatever it is given is
// plain text, cleaned once more before it is drawn.
package menu

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"unibox/ui/composer"
	"unibox/ui/look"
)

// Item is something to choose.
type Item struct {
	// Label is the choice. Lead is drawn muted before it, Tail after it; Detail is
	// more about it, Right a key or a time.
	Label, Lead, Tail, Detail, Right string
	// Why greys the item and says why it cannot be chosen.
	Why string
	// Value is for whoever opened the menu.
	Value any
}

// Options say what a menu holds.
type Options struct {
	// Text is above the choices, a paragraph each.
	Text []string
	// Input adds a line to type on. With Filter what is typed narrows the items;
	// without, whoever opened the menu sets them.
	Input, Filter bool
	// Secret masks what is typed.
	Secret bool
	// Prompt is before the line, Value is what is on it at first.
	Prompt, Value string
	Items         []Item
	// Empty is shown instead of items when there are none.
	Empty string
	// Wide gives the box most of the screen's width.
	Wide bool
}

// Menu is an open box.
type Menu struct {
	title   string
	opt     Options
	input   *composer.Composer
	look    look.Look
	w, h    int
	shown   []Item
	at, top int
	// moved: the agent moved to the selected item; it is not just the first.
	moved bool
	note  string
	// busy: the note says what is being asked for.
	busy bool
}

// New returns a menu.
func New(title string, opt Options) *Menu {
	m := &Menu{title: title, opt: opt}
	if opt.Input || opt.Filter {
		m.input = composer.New()
		m.input.SetValue(opt.Value)
	}
	m.narrow()
	return m
}

// SetLook sets how it looks.
func (m *Menu) SetLook(l look.Look) {
	m.look = l
	if m.input != nil {
		m.input.SetLook(l.Mode, l.Marks)
	}
}

// Resize sets the room there is for the box.
func (m *Menu) Resize(w, h int) {
	m.w, m.h = w, h
	if m.input != nil {
		m.input.SetSize(max(4, m.inner()-m.look.Mode.Width(m.prompt())), 1)
	}
}

// Value returns what is on the line.
func (m *Menu) Value() string {
	if m.input == nil {
		return ""
	}
	return m.input.Value()
}

// SetValue sets what is on the line.
func (m *Menu) SetValue(s string) {
	m.input.SetValue(s)
	m.narrow()
}

// SetItems replaces the choices. The selected one stays selected if it is among
// them and the agent moved to it; otherwise the first, the best match, is.
func (m *Menu) SetItems(items []Item) {
	was, _ := m.Selected()
	moved := m.moved || m.input == nil
	m.opt.Items = items
	m.narrow()
	if !moved {
		return
	}
	m.moved = true
	m.at = max(0, slices.IndexFunc(m.shown, func(it Item) bool { return it.Label == was.Label && it.Detail == was.Detail }))
}

// SetEmpty sets what is shown instead of items when there are none.
func (m *Menu) SetEmpty(s string) { m.opt.Empty = s }

// SetText replaces the words above the choices.
func (m *Menu) SetText(paragraphs []string) { m.opt.Text = paragraphs }

// SetNote sets a line under the input: what is wrong with it, or what it means.
// It may be text from outside.
func (m *Menu) SetNote(s string) { m.note, m.busy = s, false }

// SetBusy sets a note about what is being asked for. If that takes long, a
// spinner turns after it, until SetNote.
func (m *Menu) SetBusy(s string) { m.note, m.busy = s, true }

// Key passes a key to the line and reports whether that changed it.
func (m *Menu) Key(k tea.KeyPressMsg) bool {
	if m.input == nil {
		return false
	}
	before := m.input.Value()
	m.input.Key(k)
	return m.changed(before)
}

// Paste inserts text into the line and reports whether that changed it.
func (m *Menu) Paste(s string) bool {
	if m.input == nil {
		return false
	}
	before := m.input.Value()
	m.input.Insert(strings.Join(strings.Fields(s), " "))
	return m.changed(before)
}

func (m *Menu) changed(before string) bool {
	if m.input.Value() == before {
		return false
	}
	m.narrow()
	return true
}

// narrow finds the items that are shown.
func (m *Menu) narrow() {
	m.at, m.top, m.moved = 0, 0, false
	m.shown = m.opt.Items
	typed := strings.TrimSpace(m.Value())
	if !m.opt.Filter || typed == "" {
		return
	}
	m.shown = nil
	for _, match := range fuzzy.FindFrom(typed, labels(m.opt.Items)) {
		m.shown = append(m.shown, m.opt.Items[match.Index])
	}
}

// labels makes items searchable by label and detail.
type labels []Item

func (l labels) String(i int) string { return l[i].Lead + l[i].Label + " " + l[i].Detail }
func (l labels) Len() int            { return len(l) }

// Move moves the selection by n items, around the ends.
func (m *Menu) Move(n int) {
	if len(m.shown) > 0 {
		m.moved = true
		m.at = ((m.at+n)%len(m.shown) + len(m.shown)) % len(m.shown)
	}
}

// Selected returns the selected item.
func (m *Menu) Selected() (Item, bool) {
	if m.at >= len(m.shown) {
		return Item{}, false
	}
	return m.shown[m.at], true
}

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
	return max(10, min(m.w-2, most))
}

func (m *Menu) inner() int { return m.width() - 4 }

// View draws the box: rows of one width, no more than there is room for.
func (m *Menu) View() []string {
	body := m.words()
	if m.input != nil {
		body = append(body, m.look.Theme.Accent.Render(m.prompt())+m.line())
	}
	if m.note != "" {
		note := m.look.Mode.Line(m.note)
		if m.busy {
			note += m.look.Busy.View()
		}
		for _, row := range m.look.Mode.Wrap(note, m.inner()) {
			body = append(body, m.look.Theme.Warn.Render(row))
		}
	}
	return m.frame(append(body, m.itemRows(m.h-2-len(body))...))
}

// paragraph is text as rows.
func (m *Menu) paragraph(s string) []string {
	return m.look.Mode.Wrap(m.look.Mode.Clean(s), m.inner())
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
	cx, _ := m.input.Cursor()
	if m.opt.Secret {
		cx = utf8.RuneCountInString(m.Value())
	}
	return 2 + m.look.Mode.Width(m.prompt()) + cx, 1 + len(m.words()), true
}

// minChoices is how many choices stay visible however long the words are.
const minChoices = 4

// words are the rows above the line and the choices. In little room the empty rows
// between paragraphs go before anything is cut.
func (m *Menu) words() []string {
	room := m.h - 2 - min(minChoices, max(1, len(m.shown)))
	if m.input != nil {
		room--
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
	n := max(1, min(room, len(m.shown), 16))
	m.top = min(max(m.top, m.at-n+1), m.at)
	var rows []string
	if len(m.opt.Text) > 0 && m.input == nil && room > n {
		rows = append(rows, "")
	}
	for i := m.top; i < min(m.top+n, len(m.shown)); i++ {
		rows = append(rows, m.itemRow(m.shown[i], i == m.at))
	}
	return rows
}

func (m *Menu) itemRow(it Item, selected bool) string {
	th, clean := m.look.Theme, m.look.Mode.Clean
	label, right := clean(it.Label), clean(it.Right)
	style, rightStyle := th.Text, th.Key
	if it.Why != "" {
		style, rightStyle, right = th.Disabled, th.Disabled, clean(it.Why)
	}
	here := "  "
	if selected {
		here = th.Accent.Render(m.look.Marks.Here) + " "
	}
	left := here + th.Muted.Render(clean(it.Lead)) + style.Render(label) + th.Muted.Render(clean(it.Tail))
	if it.Detail != "" {
		left += "  " + th.Muted.Render(clean(it.Detail))
	}
	right = m.look.Mode.Cut(right, m.inner()*2/3)
	row := m.look.Spread(left, " "+rightStyle.Render(right), m.inner())
	if selected {
		return th.Selected.Render(row)
	}
	return row
}

// frame draws a box around the rows, with the title in its upper line.
func (m *Menu) frame(rows []string) []string {
	k, style := m.look.Marks, m.look.Theme.RuleFocused
	w := m.width()
	title := m.look.Mode.Cut(" "+m.look.Mode.Line(m.title)+" ", w-4)
	top := style.Render(k.CornerTL+k.Level) + m.look.Theme.TitleFocused.Render(title) +
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
