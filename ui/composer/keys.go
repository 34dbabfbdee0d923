package composer

import (
	tea "charm.land/bubbletea/v2"

	"unibox/ui/text"
)

// keys is what keys do other than write themselves.
var keys = map[string]func(*Composer){
	"left":      func(c *Composer) { c.move(c.left(c.cur)) },
	"right":     func(c *Composer) { c.move(c.right(c.cur)) },
	"up":        func(c *Composer) { c.rowsUp(1) },
	"down":      func(c *Composer) { c.rowsDown(1) },
	"pgup":      func(c *Composer) { c.rowsUp(max(1, c.Rows()-1)) },
	"pgdown":    func(c *Composer) { c.rowsDown(max(1, c.Rows()-1)) },
	"home":      func(c *Composer) { c.move(c.lineStart()) },
	"end":       func(c *Composer) { c.move(c.lineEnd()) },
	"ctrl+a":    func(c *Composer) { c.move(c.lineStart()) },
	"ctrl+e":    func(c *Composer) { c.move(c.lineEnd()) },
	"ctrl+home": func(c *Composer) { c.move(pos{}) },
	"ctrl+end":  func(c *Composer) { c.move(c.buf.end()) },

	"ctrl+left":  func(c *Composer) { c.move(c.wordLeft(c.cur)) },
	"ctrl+right": func(c *Composer) { c.move(c.wordRight(c.cur)) },
	"alt+left":   func(c *Composer) { c.move(c.wordLeft(c.cur)) },
	"alt+right":  func(c *Composer) { c.move(c.wordRight(c.cur)) },
	"alt+b":      func(c *Composer) { c.move(c.wordLeft(c.cur)) },
	"alt+f":      func(c *Composer) { c.move(c.wordRight(c.cur)) },

	"backspace":       func(c *Composer) { c.replace(erased, c.left(c.cur), c.cur, "") },
	"shift+backspace": func(c *Composer) { c.replace(erased, c.left(c.cur), c.cur, "") },
	"ctrl+h":          func(c *Composer) { c.replace(erased, c.left(c.cur), c.cur, "") },
	"delete":          func(c *Composer) { c.replace(deleted, c.cur, c.right(c.cur), "") },

	"ctrl+w":         func(c *Composer) { c.kill(c.wordLeft(c.cur), c.cur) },
	"alt+backspace":  func(c *Composer) { c.kill(c.wordLeft(c.cur), c.cur) },
	"ctrl+backspace": func(c *Composer) { c.kill(c.wordLeft(c.cur), c.cur) },
	"alt+d":          func(c *Composer) { c.kill(c.cur, c.wordRight(c.cur)) },
	"ctrl+delete":    func(c *Composer) { c.kill(c.cur, c.wordRight(c.cur)) },
	"ctrl+u":         (*Composer).killBefore,
	"ctrl+k":         (*Composer).killBehind,
	"ctrl+y":         func(c *Composer) { c.Insert(c.killed) },

	"ctrl+z":       (*Composer).undo,
	"ctrl+shift+z": (*Composer).redo,
	"alt+z":        (*Composer).redo,
}

// Edits reports whether a key of this name edits.
func Edits(name string) bool { return keys[name] != nil }

// Key does what an editing key says and reports whether it was one. Enter, tab
// and escape are not.
func (c *Composer) Key(k tea.KeyPressMsg) (handled bool) {
	c.limit.full = false
	if k.Text != "" {
		if s := text.Safe(k.Text); s != "" {
			c.replace(typed, c.cur, c.cur, s)
		}
		return true
	}
	do, ok := keys[k.Keystroke()]
	if ok {
		do(c)
	}
	return ok
}

// kill removes text for ctrl+y to bring back.
func (c *Composer) kill(from, to pos) {
	if from == to {
		return
	}
	c.killed = c.buf.slice(from, to)
	c.replace(pasted, from, to, "")
}

// killBefore removes the line up to the cursor, at its start the line break.
func (c *Composer) killBefore() {
	from := c.lineStart()
	if from == c.cur {
		from = c.left(c.cur)
	}
	c.kill(from, c.cur)
}

// killBehind removes the line from the cursor on, at its end the line break.
func (c *Composer) killBehind() {
	to := c.lineEnd()
	if to == c.cur {
		to = c.right(c.cur)
	}
	c.kill(c.cur, to)
}
