// Package menu is the one kind of box that opens over the panes: words, a
// line to type on if there is something to type, and things to choose from.
// Palette, pickers, cards and questions are all menus. Whatever it is given is
// plain text, cleaned once more before it is drawn.
package menu

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/state/query"
	"unibox/ui/composer"
	"unibox/ui/look"
)

// Item is something to choose.
type Item struct {
	// Label is the choice. Lead is drawn muted before it, Tail after it; where there
	// is no room for all, the lead gives way from its beginning. Detail is
	// more about it, Right a key or a time.
	Label, Lead, Tail, Detail, Right string
	// Words are more by which it is found, and are not drawn.
	Words string
	// Match: the label is what a search found between Lead and Tail, which are one text that begins
	// at Start of Lead, as it is written.
	Match bool
	Start int
	// Why greys the item and says why it cannot be chosen.
	Why string
	// Value is for whoever opened the menu.
	Value any
}

// Picture is drawn above the words, dark on light.
type Picture interface {
	// Rows are the picture in no more than w columns and h rows, nil where it does
	// not fit. They are made of spaces and block elements alone.
	Rows(w, h int) []string
	// Room is what it needs at the least.
	Room() (w, h int)
}

// Options say what a menu holds.
type Options struct {
	// Text is above the choices, a paragraph each.
	Text []string
	// TextFirst: where there is not room for all, the text has it and the choices scroll.
	TextFirst bool
	// Input adds a line to type on. With Filter what is typed narrows the items;
	// without, whoever opened the menu sets them.
	Input, Filter bool
	// Search: what is typed is looked for, so that its length is bounded, as
	// it is with Filter.
	Search bool
	// Secret masks what is typed.
	Secret bool
	// Prompt is before the line, Value is what is on it at first.
	Prompt, Value string
	Items         []Item
	// Empty is shown instead of items when there are none.
	Empty string
	// Rows is how many rows of text are seen at the most; with more than one, lines are
	// kept.
	Rows int
	// Private frames the box in amber: what is written in it is for us alone.
	Private bool
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
	// offered: what is on the line is of an earlier time; text replaces it.
	offered bool
	// busy: the note says what is being asked for.
	busy bool
	// picture is nil for none.
	picture Picture
}

// New returns a menu.
func New(title string, opt Options) *Menu {
	m := &Menu{title: title, opt: opt}
	if opt.Input || opt.Filter {
		m.input = composer.New()
		if opt.Search || opt.Filter {
			m.input.SetLimit(query.Longest, query.MostWords)
		}
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
		m.input.SetSize(max(4, m.inner()-m.look.Mode.Width(m.prompt())), max(1, m.opt.Rows))
	}
}

// Title returns what stands over it.
func (m *Menu) Title() string { return m.title }

// SetTitle sets what stands over it.
func (m *Menu) SetTitle(s string) { m.title = s }

// Types reports whether there is a line to type on.
func (m *Menu) Types() bool { return m.input != nil }

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

// Offer lets the next text that is typed or pasted replace what is on the line. Any
// other key keeps it.
func (m *Menu) Offer() { m.offered = true }

// replace empties an offered line for text.
func (m *Menu) replace(text string) {
	if m.offered && text != "" {
		m.input.SetValue("")
	}
	m.offered = false
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

// SetPicture sets what is drawn above the words; nil is nothing.
func (m *Menu) SetPicture(p Picture) { m.picture = p }

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
	m.replace(k.Text)
	m.input.Key(k)
	return m.changed(before)
}

// Paste inserts text into the line and reports whether that changed it.
func (m *Menu) Paste(s string) bool {
	if m.input == nil {
		return false
	}
	before := m.input.Value()
	m.replace(s)
	if m.opt.Rows <= 1 {
		s = strings.Join(strings.Fields(s), " ")
	}
	m.input.Insert(s)
	return m.changed(before)
}

// Full reports whether something of the last edit was left out, for its length.
func (m *Menu) Full() bool { return m.input != nil && m.input.Full() }

// NewLine begins a new line and reports whether the menu has several.
func (m *Menu) NewLine() bool {
	if m.opt.Rows <= 1 {
		return false
	}
	m.input.Newline()
	return true
}

// BeforeCursor and Complete let what is before the cursor, on its line, be completed.
func (m *Menu) BeforeCursor() string { return m.input.Before() }

// Complete puts text in place of what is before the cursor.
func (m *Menu) Complete(text string) { m.input.Complete(len(m.input.Before()), text) }

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
	m.shown = find(m.opt.Items, typed)
}

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
