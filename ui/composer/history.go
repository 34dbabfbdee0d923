package composer

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// depth is how many edits can be undone.
const depth = 1000

// kind says how an edit came about; edits of some kinds join the one before.
type kind int

const (
	pasted  kind = iota // undone by itself
	typed               // joins what was typed before it
	erased              // by backspace
	deleted             // by delete
)

// edit is one step of undo.
type edit struct {
	kind              kind
	at                pos
	removed, inserted string
	before            pos // the cursor
}

// history holds what was done and what was undone.
type history struct {
	done, undone []edit
	closed       bool // the next edit does not join the last
}

// add records an edit. Nothing can be redone after it.
func (h *history) add(e edit) {
	h.undone = nil
	if n := len(h.done); n > 0 && !h.closed && h.done[n-1].join(e) {
		return
	}
	h.closed = false
	if len(h.done) == depth {
		h.done = slices.Delete(h.done, 0, depth/10)
	}
	h.done = append(h.done, e)
}

// join makes next part of e if they are one run of the same key, up to a word.
// A run is in one piece, because a move of the cursor closes the last edit.
func (e *edit) join(next edit) bool {
	switch {
	case e.kind != next.kind:
		return false
	case e.kind == typed && !endsWord(e.inserted, next.inserted):
		e.inserted += next.inserted
	case e.kind == erased && !endsWord(next.removed, e.removed):
		e.at, e.removed = next.at, next.removed+e.removed
	case e.kind == deleted && !endsWord(e.removed, next.removed):
		e.removed += next.removed
	default:
		return false
	}
	return true
}

// endsWord reports whether a word begins between a and b.
func endsWord(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return unicode.IsSpace(last) && !unicode.IsSpace(first)
}

func (c *Composer) undo() {
	h := &c.history
	if len(h.done) == 0 {
		return
	}
	e := h.done[len(h.done)-1]
	h.done, h.undone, h.closed = h.done[:len(h.done)-1], append(h.undone, e), true
	c.buf.replace(e.at, e.at.after(e.inserted), e.removed)
	c.cur = e.before
	c.changed()
}

func (c *Composer) redo() {
	h := &c.history
	if len(h.undone) == 0 {
		return
	}
	e := h.undone[len(h.undone)-1]
	h.undone, h.done, h.closed = h.undone[:len(h.undone)-1], append(h.done, e), true
	_, c.cur = c.buf.replace(e.at, e.at.after(e.removed), e.inserted)
	c.changed()
}
