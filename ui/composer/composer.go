// Package composer is the box an agent writes in: several lines of text with a
// cursor, undo and a view of a few rows. What is typed or pasted is kept as it
// will be sent, emoji whole; only the drawing is adapted to the terminal. The
// cost of a key depends on the line it changes and the rows on screen, never on
// how much text there is.
package composer

import (
	"unibox/ui/text"
	"unibox/ui/theme"
)

// Composer is the editor. Its methods are called from one goroutine.
type Composer struct {
	mode     text.Mode
	marks    theme.Marks
	w, max   int // size in cells; the last column is for scroll marks
	buf      buffer
	cur      pos
	top      screenRow // first row on screen
	goal     int       // column that up and down aim at, -1 if the next one sets it
	history  history
	killed   string // what ctrl+y brings back
	limit    limit
	rev      int
	joined   string // the value at revision joinedAt
	joinedAt int
}

// New returns an empty composer of one row.
func New() *Composer {
	return &Composer{w: 2, max: 1, goal: -1, buf: newBuffer("")}
}

// SetLook sets how the terminal counts cells, and the marks for more text above
// and below.
func (c *Composer) SetLook(mode text.Mode, marks theme.Marks) {
	c.mode, c.marks = mode, marks
	c.settle()
}

// SetSize sets the width in cells and the most rows it may take.
func (c *Composer) SetSize(w, maxRows int) {
	c.w, c.max = max(w, 2), max(maxRows, 1)
	c.settle()
}

// Value returns the text as it will be sent, lines joined by "\n".
func (c *Composer) Value() string {
	if c.joinedAt != c.rev {
		c.joined, c.joinedAt = c.buf.slice(pos{}, c.buf.end()), c.rev
	}
	return c.joined
}

// SetValue replaces the text, for another conversation or after sending. The
// cursor goes to the end, and there is nothing to undo.
func (c *Composer) SetValue(s string) {
	c.buf = newBuffer(c.limit.fit("", text.Safe(s), ""))
	c.history = history{}
	c.cur = c.buf.end()
	c.changed()
}

// Insert puts a paste at the cursor as one edit, without controls, bidi and
// invisible characters; newlines and tabs stay.
func (c *Composer) Insert(s string) {
	if s = text.Safe(s); s != "" {
		c.replace(pasted, c.cur, c.cur, s)
	}
}

// Rewrite replaces the text as one edit. The cursor goes to the end.
func (c *Composer) Rewrite(s string) {
	c.replace(pasted, pos{}, c.buf.end(), text.Safe(s))
}

// Change replaces the bytes from from to to with s, after somebody else changed
// the text. The cursor stays at its text. There is nothing to undo afterwards:
// what undo would restore is not there any more.
func (c *Composer) Change(from, to int, s string) {
	value := c.Value()
	at := len(c.buf.slice(pos{}, c.cur))
	s = text.Safe(s)
	switch {
	case at > to || at == to && from < to:
		at += len(s) - (to - from)
	case at > from:
		at = from + len(s)
	}
	next := value[:from] + s + value[to:]
	c.buf = newBuffer(next)
	c.history = history{}
	c.cur = pos{}.after(next[:at])
	c.changed()
}

// Before returns the line up to the cursor.
func (c *Composer) Before() string { return c.buf.lines[c.cur.line].text[:c.cur.off] }

// Behind returns the line from the cursor on.
func (c *Composer) Behind() string { return c.buf.lines[c.cur.line].text[c.cur.off:] }

// Complete replaces the last n bytes of what Before returns by s, as one edit.
func (c *Composer) Complete(n int, s string) {
	c.replace(pasted, pos{c.cur.line, max(0, c.cur.off-n)}, c.cur, text.Safe(s))
}

// Newline starts a new line at the cursor.
func (c *Composer) Newline() { c.replace(typed, c.cur, c.cur, "\n") }

// Empty reports whether there is no text.
func (c *Composer) Empty() bool { return c.buf.end() == pos{} }

// AtEnd reports whether the cursor is behind all text.
func (c *Composer) AtEnd() bool { return c.cur == c.buf.end() }

// ToEnd puts the cursor behind the last character.
func (c *Composer) ToEnd() { c.move(c.buf.end()) }

// Rev returns a number that changes with each change of the text.
func (c *Composer) Rev() int { return c.rev }

// replace is every edit but undo: what is between from and to becomes s, and
// the cursor goes behind it.
func (c *Composer) replace(k kind, from, to pos, s string) {
	if c.limit.set() {
		s = c.limit.fit(c.buf.slice(pos{}, from), s, c.buf.slice(to, c.buf.end()))
	}
	if from == to && s == "" {
		return
	}
	before := c.cur
	removed, end := c.buf.replace(from, to, s)
	c.cur = end
	c.history.add(edit{kind: k, at: from, removed: removed, inserted: s, before: before})
	c.changed()
}

func (c *Composer) changed() {
	c.rev++
	c.goal = -1
	c.settle()
}
