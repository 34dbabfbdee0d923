package screen

import (
	"strings"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

const (
	// bridge is how many equal cells are written again rather than jumped over.
	bridge = 5
	// erase is from how many blank cells at its end a row is erased instead, and
	// eraseWithin from how many in the middle.
	erase       = 4
	eraseWithin = 12
)

// patch writes the cells in which two rows differ, and reports whether there are any.
func (p *painter) patch(y int, old, now uv.Line) (differ bool) {
	for x := 0; x < len(now); {
		if now[x].Equal(&old[x]) {
			x++
			continue
		}
		from, to := x, p.different(y, old, now, x)
		for from > 0 && (now[from].Width == 0 || old[from].Width == 0) {
			from--
		}
		for to < len(now) && (now[to].Width == 0 || old[to].Width == 0) {
			to++
		}
		p.write(y, from, to, now)
		x, differ = to, true
	}
	return differ
}

// different returns where a stretch of cells that differ ends, small gaps included; none with a
// picture, which would be gone with them.
func (p *painter) different(y int, old, now uv.Line, x int) int {
	to := x + 1
	for i := to; i < len(now) && i-to <= bridge && !p.over.covers(y, i); i++ {
		if !now[i].Equal(&old[i]) {
			to = i + 1
		}
	}
	return to
}

// write writes the cells of a row from one column to another.
func (p *painter) write(y, from, to int, row uv.Line) {
	end := to
	for to == len(row) && end > from && row[end-1].Equal(&uv.EmptyCell) {
		end--
	}
	if to-end < erase {
		end = to
	}
	p.move(from, y)
	var style uv.Style
	var link uv.Link
	sure := true
	for x := from; x < end; x++ {
		c := row[x]
		if c.Width == 0 {
			continue
		}
		p.dress(&style, &link, c)
		if n := blanks(row[x:end]); n >= eraseWithin && p.erases {
			_, _ = p.renderer.WriteString(ansi.EraseCharacter(n) + ansi.CursorHorizontalAbsolute(x+n+1))
			x += n - 1
			continue
		}
		_, _ = p.renderer.WriteString(c.Content)
		_, size := utf8.DecodeRuneInString(c.Content)
		sure = sure && size == len(c.Content)
	}
	p.dress(&style, &link, uv.EmptyCell)
	if end < to {
		_, _ = p.renderer.WriteString(ansi.EraseLineRight)
	}
	// Of a character of several runes the terminal may think otherwise, and where a row
	// is full the cursor is in the last column or behind it.
	if !sure || end == len(row) {
		p.renderer.SetPosition(-1, -1)
		return
	}
	p.renderer.SetPosition(end, y)
}

// blanks counts the blank cells that a row begins with, up to the one before its
// last: the cursor cannot go behind the last column.
func blanks(row uv.Line) int {
	n := 0
	for n < len(row)-1 && row[n].Equal(&uv.EmptyCell) {
		n++
	}
	return n
}

// move moves the cursor. Within a row the renderer knows no short way unless it may
// use tab stops, which a person may have set otherwise. To the right it goes to a column
// by its number, so that a row with a character that the terminal counts otherwise is
// right again behind it.
func (p *painter) move(x, y int) {
	fromX, fromY := p.renderer.Position()
	if y != fromY || fromX < 0 || fromX >= p.w {
		p.renderer.MoveTo(x, y)
		return
	}
	switch n := x - fromX; {
	case n > 0 && p.erases:
		_, _ = p.renderer.WriteString(ansi.CursorHorizontalAbsolute(x + 1))
	case n > 0:
		p.renderer.MoveTo(x, y)
	case x == 0 && n < 0:
		_, _ = p.renderer.WriteString("\r")
	case n < -4:
		_, _ = p.renderer.WriteString(ansi.CursorBackward(-n))
	case n < 0:
		_, _ = p.renderer.WriteString(strings.Repeat("\b", -n))
	}
	p.renderer.SetPosition(x, y)
}

// dress writes what changes the style and the link into those of a cell.
func (p *painter) dress(style *uv.Style, link *uv.Link, c uv.Cell) {
	if s := uv.ConvertStyle(c.Style, p.profile); !s.Equal(style) {
		seq := s.Diff(style)
		if s.IsZero() {
			seq = ansi.ResetStyle
		}
		_, _ = p.renderer.WriteString(seq)
		*style = s
	}
	if l := uv.ConvertLink(c.Link, p.profile); l != *link {
		_, _ = p.renderer.WriteString(ansi.SetHyperlink(l.URL, l.Params))
		*link = l
	}
}
