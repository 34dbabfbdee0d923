package composer

import (
	"unicode"
	"unicode/utf8"
)

// move moves the cursor; the next edit is undone by itself.
func (c *Composer) move(to pos) {
	c.cur = to
	c.goal = -1
	c.history.closed = true
	c.settle()
}

// left returns the position one cluster before p, over the end of a line if need be.
func (c *Composer) left(p pos) pos {
	switch l := c.line(p.line); {
	case p.off > 0:
		at := l.off(l.index(p.off))
		if at == p.off {
			at = l.off(l.index(p.off) - 1)
		}
		return pos{p.line, at}
	case p.line > 0:
		return pos{p.line - 1, len(c.buf.lines[p.line-1].text)}
	}
	return p
}

// right returns the position one cluster after p.
func (c *Composer) right(p pos) pos {
	switch l := c.line(p.line); {
	case p.off < len(l.text):
		return pos{p.line, l.off(l.index(p.off) + 1)}
	case p.line+1 < len(c.buf.lines):
		return pos{p.line + 1, 0}
	}
	return p
}

// wordLeft returns where the word before p begins.
func (c *Composer) wordLeft(p pos) pos {
	for inWord := false; ; {
		before := c.left(p)
		if before == p {
			return p
		}
		if c.wordAt(before) {
			inWord = true
		} else if inWord {
			return p
		}
		p = before
	}
}

// wordRight returns where the word after p ends.
func (c *Composer) wordRight(p pos) pos {
	for inWord := false; ; {
		after := c.right(p)
		if after == p {
			return p
		}
		if c.wordAt(p) {
			inWord = true
		} else if inWord {
			return p
		}
		p = after
	}
}

// wordAt reports whether the cluster behind p is part of a word.
func (c *Composer) wordAt(p pos) bool {
	r, _ := utf8.DecodeRuneInString(c.buf.lines[p.line].text[p.off:])
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}

func (c *Composer) lineStart() pos { return pos{c.cur.line, 0} }
func (c *Composer) lineEnd() pos   { return pos{c.cur.line, len(c.buf.lines[c.cur.line].text)} }

// rowsUp and rowsDown move the cursor by rows of the screen, towards the
// column it started from; past the first and last row, to the end of the text.
func (c *Composer) rowsUp(n int) { c.vertical(n, c.above, pos{}) }

func (c *Composer) rowsDown(n int) { c.vertical(n, c.below, c.buf.end()) }

func (c *Composer) vertical(n int, step func(screenRow) (screenRow, bool), edge pos) {
	goal := max(c.goal, 0)
	if c.goal < 0 {
		goal = c.column()
	}
	p := c.cursorRow()
	next, ok := step(p)
	if !ok {
		c.move(edge)
		return
	}
	for ; ok && n > 0; n-- {
		p = next
		next, ok = step(p)
	}
	c.move(c.at(p, goal))
	c.goal = goal
}

// at returns the position in a row that is nearest to a column. The end of a row
// that continues below belongs to the row below.
func (c *Composer) at(p screenRow, col int) pos {
	l := c.line(p.line)
	cells := l.row(p.row)
	first := l.rows[p.row]
	last := first + len(cells)
	if p.row+1 < len(l.rows) {
		last--
	}
	x, i := 0, first
	for i < last && x+l.cells[i].width <= col {
		x += l.cells[i].width
		i++
	}
	return pos{p.line, l.off(i)}
}
