package composer

import "strings"

// screenRow is a row of the wrapped text: a line and one of its rows.
type screenRow struct{ line, row int }

func (p screenRow) before(q screenRow) bool {
	return p.line < q.line || p.line == q.line && p.row < q.row
}

// Rows returns how many rows the text takes, from 1 to the most it may.
func (c *Composer) Rows() int {
	rows := 0
	for i := 0; i < len(c.buf.lines) && rows < c.max; i++ {
		rows += len(c.line(i).rows)
	}
	return min(rows, c.max)
}

// View returns the visible rows, Rows of them, each as wide as was set. The
// last column shows if there is more above or below.
func (c *Composer) View() []string {
	rows := make([]string, c.Rows())
	p, more := c.top, true
	for i := range rows {
		drawn := c.drawn(p)
		p, more = c.below(p)
		switch {
		case i == 0 && c.top != screenRow{}:
			rows[i] = drawn + c.mode.Fit(c.marks.Up, 1)
		case i == len(rows)-1 && more:
			rows[i] = drawn + c.mode.Fit(c.marks.Down, 1)
		default:
			rows[i] = drawn + " "
		}
	}
	return rows
}

// Cursor returns the cell of the cursor in View.
func (c *Composer) Cursor() (x, y int) {
	at := c.cursorRow()
	for p := c.top; p.before(at); y++ {
		p, _ = c.below(p)
	}
	return min(c.column(), c.textWidth()), y
}

// settle moves the view by as little as shows the cursor and leaves no row
// empty at the bottom.
func (c *Composer) settle() {
	at, height := c.cursorRow(), c.Rows()
	if at.before(c.top) {
		c.top = at
	}
	c.top.row = min(c.top.row, len(c.line(c.top.line).rows)-1)
	if lowest := c.back(at, height-1); c.top.before(lowest) {
		c.top = lowest
	}
	if full := c.back(c.lastRow(), height-1); full.before(c.top) {
		c.top = full
	}
}

// line returns a line with its layout.
func (c *Composer) line(i int) *line {
	l := c.buf.lines[i]
	l.lay(c.mode, c.textWidth())
	return l
}

func (c *Composer) textWidth() int { return c.w - 1 }

// cursorRow returns the row the cursor is in.
func (c *Composer) cursorRow() screenRow {
	l := c.line(c.cur.line)
	return screenRow{c.cur.line, l.rowOf(l.index(c.cur.off))}
}

// column returns the cursor's column in its row.
func (c *Composer) column() int {
	l, col := c.line(c.cur.line), 0
	at := l.index(c.cur.off)
	for _, cell := range l.cells[l.rows[l.rowOf(at)]:at] {
		col += cell.width
	}
	return col
}

func (c *Composer) lastRow() screenRow {
	last := len(c.buf.lines) - 1
	return screenRow{last, len(c.line(last).rows) - 1}
}

// below returns the row under p, and whether there is one.
func (c *Composer) below(p screenRow) (screenRow, bool) {
	if p.row+1 < len(c.line(p.line).rows) {
		return screenRow{p.line, p.row + 1}, true
	}
	if p.line+1 < len(c.buf.lines) {
		return screenRow{p.line + 1, 0}, true
	}
	return p, false
}

// above returns the row over p, and whether there is one.
func (c *Composer) above(p screenRow) (screenRow, bool) {
	if p.row > 0 {
		return screenRow{p.line, p.row - 1}, true
	}
	if p.line > 0 {
		return screenRow{p.line - 1, len(c.line(p.line-1).rows) - 1}, true
	}
	return p, false
}

// back returns the row n rows over p, or the first.
func (c *Composer) back(p screenRow, n int) screenRow {
	for range n {
		p, _ = c.above(p)
	}
	return p
}

func (c *Composer) drawn(p screenRow) string {
	var s strings.Builder
	for _, cell := range c.line(p.line).row(p.row) {
		s.WriteString(cell.shown)
	}
	return c.mode.Fit(s.String(), c.textWidth())
}
