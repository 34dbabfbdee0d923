package screen

import (
	"fmt"
	"strings"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// emulator is a terminal of a test.
type emulator interface {
	write([]byte)
	resize(w, h int)
	// cells is what each column shows: a character, "" behind a wide one.
	cells() [][]uv.Cell
	cursor() (x, y int)
}

// counting is a terminal as most are: it counts the cells of each rune for itself
// (wcwidth) and knows nothing of clusters.
type counting struct {
	w, h  int
	rows  []uv.Line
	x, y  int
	wrap  bool // the last column was written: the next character goes to the next row
	nowra bool // DECAWM is off
	saved [2]int
	style uv.Style
	link  uv.Link
	last  rune
	wrong []string
}

func newCounting(w, h int) *counting {
	t := &counting{}
	t.resize(w, h)
	return t
}

func (t *counting) resize(w, h int) {
	t.w, t.h = w, h
	t.rows = make([]uv.Line, h)
	for y := range t.rows {
		t.rows[y] = uv.NewLine(w)
		for x := range t.rows[y] {
			t.rows[y][x].Content = "#" // what a terminal does to what it showed is its own affair
		}
	}
	t.x, t.y, t.wrap = min(t.x, w-1), min(t.y, h-1), false
}

func (t *counting) cells() [][]uv.Cell {
	rows := make([][]uv.Cell, t.h)
	for y := range rows {
		rows[y] = t.rows[y]
	}
	return rows
}

func (t *counting) cursor() (x, y int) { return t.x, t.y }

func (t *counting) write(b []byte) {
	p := ansi.NewParser()
	var state byte
	for len(b) > 0 {
		if b[0] >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(b)
			t.put(r)
			b = b[n:]
			continue
		}
		if b[0] >= 0x20 && b[0] < 0x7f {
			t.put(rune(b[0]))
			b = b[1:]
			continue
		}
		seq, _, n, next := ansi.DecodeSequence(b, state, p)
		t.obey(string(seq), p)
		b, state = b[n:], next
	}
}

// put writes a rune where the cursor is; one without width joins what is before it.
func (t *counting) put(r rune) {
	w := ansi.StringWidthWc(string(r))
	if w == 0 {
		x := t.x - 1
		if t.wrap {
			x = t.x
		}
		for x > 0 && t.rows[t.y][x].Width == 0 {
			x--
		}
		if x >= 0 {
			t.rows[t.y][x].Content += string(r)
		}
		return
	}
	if t.wrap && !t.nowra {
		t.x, t.y, t.wrap = 0, t.y+1, false
		if t.y == t.h {
			t.wrong = append(t.wrong, "it scrolled")
			t.y--
		}
	}
	if t.x+w > t.w {
		t.wrong = append(t.wrong, fmt.Sprintf("%q does not fit at %d", r, t.x))
		return
	}
	t.set(t.x, uv.Cell{Content: string(r), Width: w, Style: t.style, Link: t.link})
	t.last = r
	t.x += w
	if t.x == t.w {
		t.x, t.wrap = t.w-1, true
	}
}

// set writes a cell; what is left of a wide character that it cuts is blank.
func (t *counting) set(x int, c uv.Cell) {
	row := t.rows[t.y]
	for i := x; i < x+max(c.Width, 1); i++ {
		t.cut(row, i)
	}
	row[x] = c
	for i := x + 1; i < x+c.Width; i++ {
		row[i] = uv.Cell{}
	}
}

func (t *counting) cut(row uv.Line, x int) {
	from := x
	for from > 0 && row[from].Width == 0 {
		from--
	}
	for i, n := from, row[from].Width; i < from+n; i++ {
		row[i] = uv.EmptyCell
	}
}

func (t *counting) erase(from, to int) {
	blank := uv.EmptyCell
	blank.Style.Bg = t.style.Bg
	for x := max(from, 0); x < min(to, t.w); x++ {
		t.set(x, blank)
	}
}

func (t *counting) obey(seq string, p *ansi.Parser) {
	n := func(i int) int { v, _ := p.Param(i, 1); return max(v, 1) }
	zero := func() int { v, _ := p.Param(0, 0); return v }
	moved := true
	switch {
	case seq == "\r":
		t.x = 0
	case seq == "\n":
		if t.y++; t.y == t.h {
			t.wrong = append(t.wrong, "a line feed scrolled it")
			t.y--
		}
	case seq == "\b":
		t.x = max(t.x-1, 0)
	case seq == "\x1bM":
		t.y = max(t.y-1, 0)
	case seq == "\x1b7":
		t.saved = [2]int{t.x, t.y}
	case seq == "\x1b8":
		t.x, t.y = t.saved[0], t.saved[1]
	case strings.HasPrefix(seq, "\x1b]8;"):
		uv.ReadLink(p.Data(), &t.link)
		moved = false
	case strings.HasPrefix(seq, "\x1b["):
		moved = t.csi(byte(ansi.Cmd(p.Command()).Final()), byte(ansi.Cmd(p.Command()).Prefix()), p, n, zero)
	default:
		t.wrong = append(t.wrong, fmt.Sprintf("%q", seq))
	}
	if moved {
		t.wrap = false
	}
}

func (t *counting) csi(final, prefix byte, p *ansi.Parser, n func(int) int, zero func() int) (moved bool) {
	row := t.rows[t.y]
	switch {
	case prefix == '?' && (final == 'h' || final == 'l'):
		if zero() == 7 {
			t.nowra = final == 'l'
		}
		return false
	case prefix != 0 || final == 'u' || final == 't' || final == 'c':
		return false
	case final == 'H':
		t.y, t.x = min(n(0), t.h)-1, min(n(1), t.w)-1
	case final == 'G' || final == '`':
		t.x = min(n(0), t.w) - 1
	case final == 'd':
		t.y = min(n(0), t.h) - 1
	case final == 'A':
		t.y = max(t.y-n(0), 0)
	case final == 'B':
		t.y = min(t.y+n(0), t.h-1)
	case final == 'C':
		t.x = min(t.x+n(0), t.w-1)
	case final == 'D':
		t.x = max(t.x-n(0), 0)
	case final == 'm':
		uv.ReadStyle(p.Params(), &t.style)
		return false
	case final == 'K':
		t.erase([]int{t.x, 0, 0}[zero()], []int{t.w, t.x + 1, t.w}[zero()])
	case final == 'J' && zero() == 2, final == 'J' && zero() == 0:
		y := t.y
		if zero() == 0 {
			t.erase(t.x, t.w)
			y++
		} else {
			y = 0
		}
		for at := t.y; y < t.h; y++ {
			t.y = y
			t.erase(0, t.w)
			t.y = at
		}
	case final == 'X':
		t.erase(t.x, t.x+n(0))
	case final == 'b':
		for range n(0) {
			t.put(t.last)
		}
		return false
	case final == '@':
		t.cut(row, t.x)
		copy(row[min(t.x+n(0), t.w):], row[t.x:])
		t.blank(row, t.x, n(0))
	case final == 'P':
		t.cut(row, t.x)
		if end := t.x + n(0); end < t.w {
			t.cut(row, end)
		}
		copy(row[t.x:], row[min(t.x+n(0), t.w):])
		t.blank(row, t.w-n(0), n(0))
	default:
		t.wrong = append(t.wrong, fmt.Sprintf("CSI %c", final))
	}
	return true
}

// blank fills what was inserted or deleted, with nothing to cut.
func (t *counting) blank(row uv.Line, x, n int) {
	for i := max(x, 0); i < min(x+n, t.w); i++ {
		row[i] = uv.EmptyCell
		row[i].Style.Bg = t.style.Bg
	}
}

// clustering is a terminal that counts grapheme clusters, by another hand.
type clustering struct{ *vt.Emulator }

func newClustering(w, h int) clustering {
	e := clustering{vt.NewEmulator(w, h)}
	go func() { // what it answers
		buf := make([]byte, 1024)
		for {
			if _, err := e.Read(buf); err != nil {
				return
			}
		}
	}()
	return e
}

func (e clustering) write(b []byte)  { e.Write(b) }
func (e clustering) resize(w, h int) { e.Resize(w, h) }
func (e clustering) cursor() (x, y int) {
	at := e.CursorPosition()
	return at.X, at.Y
}

func (e clustering) cells() [][]uv.Cell {
	rows := make([][]uv.Cell, e.Height())
	for y := range rows {
		rows[y] = make([]uv.Cell, e.Width())
		for x := range rows[y] {
			if c := e.CellAt(x, y); c != nil {
				rows[y][x] = *c
			}
		}
	}
	return rows
}
