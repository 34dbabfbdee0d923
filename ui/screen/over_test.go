package screen

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi/kitty"
)

// shown is a picture, in some version, that says in place of its pixels what of it is drawn.
func shown(id, version, cols, rows int) imageMsg {
	return imageMsg{id: id, size: uv.Pos(cols, rows), draw: func(row, n int) string {
		return fmt.Sprintf("\x1bP0;1q%d;%d;%d;%d;%d\x1b\\", id, version, row, n, cols)
	}}
}

var drawing = regexp.MustCompile(`\x1bP0;1q[0-9;]*\x1b\\`)

// pixels is a terminal that draws pictures over its cells: a cell that is written to shows the text
// again. Text that a picture is drawn over, and a picture that scrolls, are wrong.
type pixels struct {
	*counting
	// fragile: a write to a row takes away all of each picture in it, as tmux does.
	fragile bool
	drawn   int
}

func (p *pixels) write(out string) {
	for out != "" {
		at := drawing.FindStringSubmatchIndex(out)
		if at == nil {
			p.text(out)
			return
		}
		p.text(out[:at[0]])
		var id, version, row, n, cols int
		fmt.Sscanf(out[at[0]:at[1]], "\x1bP0;1q%d;%d;%d;%d;%d", &id, &version, &row, &n, &cols)
		p.picture(id, version, row, n, cols)
		out = out[at[1]:]
	}
}

func (p *pixels) text(s string) {
	var before []uv.Line
	for _, row := range p.rows {
		before = append(before, slices.Clone(row))
	}
	p.counting.write([]byte(s))
	for y := range p.rows {
		if p.fragile && !slices.EqualFunc(before[y], p.rows[y], func(a, b uv.Cell) bool { return a.Equal(&b) }) {
			p.lose(y)
		}
	}
}

// lose takes away the pictures of a row.
func (p *pixels) lose(y int) {
	ids := map[string]bool{}
	for _, c := range p.rows[y] {
		if id, _, is := strings.Cut(c.Content, ":"); is {
			ids[id] = true
		}
	}
	for _, row := range p.rows {
		for x := range row {
			if id, _, is := strings.Cut(row[x].Content, ":"); is && ids[id] {
				row[x] = uv.EmptyCell
			}
		}
	}
}

func (p *pixels) picture(id, version, row, n, cols int) {
	p.drawn++
	if p.y+n >= p.h || p.x+cols > p.w {
		p.wrong = append(p.wrong, "a picture scrolls")
		return
	}
	for y := range n {
		for x := range cols {
			c := &p.rows[p.y+y][p.x+x]
			if c.Content != " " {
				p.wrong = append(p.wrong, fmt.Sprintf("%q is drawn over", c.Content))
			}
			*c = uv.Cell{Content: fmt.Sprintf("%d:%d,%d,%d", id, version, row+y, x), Width: 1}
		}
	}
	p.x, p.y = 0, min(p.y+n, p.h-1) // it may be anywhere
}

// place are the cells of a row of a picture from one column to another.
func place(id, row, from, to int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\x1b[38;5;%dm", id&0xff)
	for x := from; x < to; x++ {
		b.WriteString(string([]rune{kitty.Placeholder, kitty.Diacritic(row), kitty.Diacritic(x), kitty.Diacritic(id >> 24)}))
	}
	return b.String() + "\x1b[m"
}

// T8: whatever is drawn beside, over and instead of pictures that a terminal draws over its cells, and
// wherever they go: after a rest each cell shows the text or the piece of a picture that the frame
// has there, no picture was ever drawn over text, and what is on the terminal is not drawn again.
func TestT8PicturesOverCellsAreWhereTheFrameHasThem(t *testing.T) {
	const w, h = 60, 14
	for seed := range uint64(9) {
		r := rand.New(rand.NewPCG(seed, 1))
		term := &pixels{counting: newCounting(w, h), fragile: seed%3 == 0}
		p := newPainter([]string{"TERM=xterm-256color", map[bool]string{true: "TMUX=x"}[term.fragile]}, false)
		p.resize(w, h)
		now, s := time.Unix(1e9, 0), overScene{w: w, h: h, top: 2, ids: []int{3<<24 | 20, 3<<24 | 90}, cols: []int{20, 4}, versions: []int{1, 1}}
		for i := range s.ids {
			p.keep(s.picture(i))
		}
		for step := range 40 {
			switch r.IntN(6) {
			case 0, 1:
				s.top = r.IntN(h+overRows) - overRows
			case 2:
				s.dialog = !s.dialog
			case 3:
				s.beside++
			case 4:
				s.versions[0]++
				p.keep(s.picture(0))
			case 5:
				p.reset()
			}
			want, content := s.frame()
			v := tea.NewView(strings.Join(content, "\n"))
			p.view = &v
			term.write(string(p.frameAt(now)))
			now = now.Add(restPicture)
			if p.restless(now) > 0 {
				term.write(string(p.frameAt(now)))
			}
			for y := range h {
				for x := range w {
					if got := term.cells()[y][x].Content; got != want[y][x] {
						t.Fatalf("seed %d, step %d, row %d, column %d: %q, want %q", seed, step, y, x, got, want[y][x])
					}
				}
			}
			drawn := term.drawn
			if out := p.frameAt(now.Add(time.Hour)); len(out) > 0 || p.restless(now) > 0 || term.drawn != drawn {
				t.Fatalf("seed %d, step %d: at rest %q", seed, step, out)
			}
		}
		if len(term.wrong) > 0 {
			t.Fatalf("seed %d: %q", seed, term.wrong[0])
		}
		term.write(string(p.leave()))
		for _, row := range term.cells() {
			for _, c := range row {
				if strings.Contains(c.Content, ":") {
					t.Fatalf("seed %d: a piece of a picture is left: %q", seed, c.Content)
				}
			}
		}
	}
}

// overRows is how many rows a picture has.
const overRows = 6

// overScene is text beside two pictures one below the other, from a row on, and a dialog over a part
// of them.
type overScene struct {
	w, h, top, beside   int
	dialog              bool
	ids, cols, versions []int
}

func (s overScene) picture(i int) imageMsg {
	return shown(s.ids[i], s.versions[i], s.cols[i], overRows)
}

// frame is what is drawn, and what the cells are to show. A row of a picture that is covered in part,
// or the last of the screen, shows nothing of it.
func (s overScene) frame() (want [][]string, content []string) {
	const left, box = 25, 3
	for y := range s.h {
		lead, count, right := fmt.Sprintf("row %-6d", y), fmt.Sprintf("世界 w%9d", s.beside*y), fmt.Sprint(s.beside)
		middle, i, at := strings.Repeat(".", 20), -1, y-s.top
		if at >= 0 && at < 2*overRows {
			i = at / overRows
			middle = place(s.ids[i], at%overRows, 0, s.cols[i])
		}
		row := lead + count + middle + right
		if s.dialog && y >= 4 && y < 8 {
			row = lead + strings.Repeat("#", 15+box) + middle
			if i >= 0 { // what is right of the box is the end of the picture
				row = lead + strings.Repeat("#", 15+box) + place(s.ids[i], at%overRows, box, s.cols[i])
			}
			row, i = row+right, -1
		}
		content = append(content, row)
		want = append(want, overCells(row, s.w, func(x int) string {
			if i < 0 || y == s.h-1 {
				return " "
			}
			return fmt.Sprintf("%d:%d,%d,%d", s.ids[i], s.versions[i], at%overRows, x-left)
		}))
	}
	return want, content
}

// overCells is what the cells of a row show, and in those of a picture what picture says.
func overCells(row string, w int, picture func(x int) string) []string {
	cells := uv.NewScreenBuffer(w, 1)
	uv.NewStyledString(row).Draw(cells, uv.Rect(0, 0, w, 1))
	line := make([]string, w)
	for x := range line {
		if line[x] = cells.CellAt(x, 0).Content; strings.HasPrefix(line[x], string(kitty.Placeholder)) {
			line[x] = picture(x)
		}
	}
	return line
}

// T8: a picture that is drawn over cells is drawn once it rests, without another frame.
func TestT8APictureIsDrawnWhenItRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &keeping{}
		s := New(out, []string{"TERM=xterm-256color"}, false)
		defer s.Close()
		s.Update(tea.WindowSizeMsg{Width: 40, Height: 10})
		s.Update(DrawImage(3<<24|20, 5, 1, shown(3<<24|20, 1, 5, 1).draw)())
		for y := range 4 { // a held key
			s.Show(view(append(make([]string, y), place(3<<24|20, 0, 0, 5)), nil))
			time.Sleep(restPicture / 2)
			synctest.Wait()
			if drawing.MatchString(out.String()) {
				t.Fatalf("it is drawn while it moves: %q", out.String())
			}
		}
		time.Sleep(restPicture)
		synctest.Wait()
		if n := len(drawing.FindAllString(out.String(), -1)); n != 1 {
			t.Errorf("it is drawn %d times: %q", n, out.String())
		}
	})
}

// keeping is a terminal that keeps what is written to it.
type keeping struct {
	mu sync.Mutex
	b  strings.Builder
}

func (w *keeping) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *keeping) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// K5: what is copied goes to the clipboard of the terminal, also over SSH and inside tmux, whole.
func TestK5ACopyGoesThroughTheTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &keeping{}
		s := New(out, []string{"TERM=tmux-256color", "TMUX=x"}, false)
		defer s.Close()
		s.Update(tea.WindowSizeMsg{Width: 40, Height: 10})
		s.Show(view([]string{"text"}, nil))
		s.Update(Copy("Straße 7, 世界\nline 2")())
		synctest.Wait()
		if want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("Straße 7, 世界\nline 2")) + "\x07"; strings.Count(out.String(), want) != 1 {
			t.Errorf("%q is written, without %q", out.String(), want)
		}
	})
}
