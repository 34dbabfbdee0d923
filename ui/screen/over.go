package screen

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
)

// Pictures that terminals draw over cells (sixel, iTerm2) stand where a frame has cells of kitty's
// kind with the id of one: these are written as blanks, and the picture is drawn over them when
// the screen rests. What moves or is covered is cleared with the cells that it stood on.

// restPicture is how long nothing of the pictures may move before they are drawn: those of a held
// key would be drawn 30 times a second.
const restPicture = 80 * time.Millisecond

// stretch is a stretch of the cells of a picture in a row of the screen: from column x on, those of
// a row of the picture from one of its columns on.
type stretch struct{ x, id, row, col, n int }

// strip are rows of a picture as they stand on the screen, each as wide as the picture.
type strip struct{ id, row, n, x, y, cols int }

// over are the pictures that are drawn over cells.
type over struct {
	// on: there was one. Each write to a row takes them from it: fragile.
	on, fragile bool
	// rows are the cells of pictures in each row of the screen, touched the rows that were written.
	rows    [][]stretch
	touched []bool
	// drawn are on the terminal, owed are to be drawn, as they are since then.
	drawn, owed []strip
	since       time.Time
}

// forget notes a picture that is another from now on, or none.
func (o *over) forget(msg imageMsg) {
	o.on = o.on || msg.draw != nil
	for i := range o.drawn {
		if o.drawn[i].id == msg.id {
			o.drawn[i].id = 0
		}
	}
}

// reset: there is nothing on the terminal.
func (o *over) reset(h int) {
	o.rows, o.touched, o.drawn, o.owed = make([][]stretch, h), make([]bool, h), nil, nil
}

// read notes which cells of a row are those of pictures, and makes them blank.
func (o *over) read(y int, row string, line uv.Line) {
	o.rows[y] = nil
	if !o.on || !strings.ContainsRune(row, kitty.Placeholder) {
		return
	}
	for x := range line {
		id, r, c, is := placed(line[x])
		if !is {
			continue
		}
		line[x] = uv.EmptyCell
		last := len(o.rows[y]) - 1
		if last >= 0 {
			if s := &o.rows[y][last]; s.id == id && s.row == r && s.x+s.n == x && s.col+s.n == c {
				s.n++
				continue
			}
		}
		o.rows[y] = append(o.rows[y], stretch{x, id, r, c, 1})
	}
}

// placed reads which cell of which picture a cell stands for.
func placed(c uv.Cell) (id, row, col int, is bool) {
	if r, _ := utf8.DecodeRuneInString(c.Content); r != kitty.Placeholder {
		return 0, 0, 0, false
	}
	marks := []rune(c.Content)[1:]
	colour, indexed := c.Style.Fg.(ansi.IndexedColor)
	if len(marks) != 3 || !indexed {
		return 0, 0, 0, true
	}
	return diacritic(marks[2])<<24 | int(colour), diacritic(marks[0]), diacritic(marks[1]), true
}

// diacritics are the numbers of kitty's marks.
var diacritics = func() map[rune]int {
	out := map[rune]int{}
	for i := range 256 {
		out[kitty.Diacritic(i)] = i
	}
	return out
}()

func diacritic(r rune) int { return diacritics[r] }

// covers reports whether a cell is one of a picture.
func (o *over) covers(y, x int) bool {
	return y < len(o.rows) && slices.ContainsFunc(o.rows[y], func(s stretch) bool { return s.x <= x && x < s.x+s.n })
}

// strips are the pictures as the frame wants them: rows that are seen from end to end, one below the
// other. The last row of the screen has none, which would scroll it.
func (p *painter) strips() (out []strip) {
	for y := range max(len(p.over.rows)-1, 0) {
		for _, s := range p.over.rows[y] {
			i := slices.IndexFunc(p.images, func(i image) bool { return i.id == s.id && i.draw != nil })
			if i < 0 || s.col != 0 || s.n != p.images[i].size.X || s.row >= p.images[i].size.Y {
				continue
			}
			j := slices.IndexFunc(out, func(o strip) bool { return o.id == s.id && o.x == s.x && o.y+o.n == y && o.row+o.n == s.row })
			if j < 0 {
				out = append(out, strip{s.id, s.row, 1, s.x, y, s.n})
			} else {
				out[j].n++
			}
		}
	}
	return out
}

// drawOver brings the pictures that are drawn over cells to what the cells say, behind the cells
// themselves; it returns how many rows it wrote. Those that moved are drawn when it is called
// again after a rest.
func (p *painter) drawOver(now time.Time) (changed int) {
	o := &p.over
	if !o.on {
		return 0
	}
	want := p.strips()
	o.drawn = slices.DeleteFunc(o.drawn, func(s strip) bool {
		if slices.Contains(want, s) && !(o.fragile && slices.Contains(o.touched[s.y:s.y+s.n], true)) {
			return false
		}
		changed += p.uncover(s)
		return true
	})
	clear(o.touched)
	owed := slices.DeleteFunc(want, func(s strip) bool { return slices.Contains(o.drawn, s) })
	if !slices.Equal(owed, o.owed) {
		o.owed, o.since = owed, now
	}
	if len(owed) == 0 || now.Sub(o.since) < restPicture {
		return changed
	}
	for _, s := range owed {
		i := slices.IndexFunc(p.images, func(i image) bool { return i.id == s.id })
		p.move(s.x, s.y)
		_, _ = p.renderer.WriteString(p.images[i].draw(s.row, s.n))
		p.renderer.SetPosition(-1, -1)
		changed += 2 * s.n
	}
	o.drawn, o.owed = append(o.drawn, owed...), nil
	return changed
}

// uncover writes what the cells hold over which a picture was drawn.
func (p *painter) uncover(s strip) int {
	for y := s.y; y < s.y+s.n && y < p.h; y++ {
		row := p.cells.Line(y)
		from, to := s.x, min(s.x+s.cols, len(row))
		for from > 0 && row[from].Width == 0 {
			from--
		}
		for to < len(row) && row[to].Width == 0 {
			to++
		}
		p.write(y, from, to, row)
	}
	return s.n
}

// restless is how long it takes until pictures are to be drawn if nothing happens; 0 where none is.
func (p *painter) restless(now time.Time) time.Duration {
	if len(p.over.owed) == 0 {
		return 0
	}
	return max(restPicture-now.Sub(p.over.since), time.Millisecond)
}

// leaveImages appends what clears the pictures that are drawn over cells.
func (p *painter) leaveImages(out []byte) []byte {
	for _, s := range p.over.drawn {
		for y := s.y; y < s.y+s.n; y++ {
			out = append(out, ansi.CursorPosition(s.x+1, y+1)+ansi.EraseCharacter(s.cols)...)
		}
	}
	p.over.drawn, p.over.owed = nil, nil
	return out
}
