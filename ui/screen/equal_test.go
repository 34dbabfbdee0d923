package screen

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"unibox/ui/text"
)

var full = flag.Bool("full", false, "draw fifty times as many random frames")

// words are what a row may hold.
var words = []string{
	"hello", "a", "The order arrived", "—", "│", "┃", "◷ 5m", "✓✓", "①★", "…", "ok", "12:30", "  ", "          ",
	"世界", "東京都", "日", "안녕", "ﾃｽﾄ", "ＦＵＬＬ", "😀", "🙏🙏", "👍🏽", "👩🏽‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "❤️", "⚠️", "☎",
	"é", "e\u0301\u0301", "й", "क्षत्रिय", "नमस्ते", "நி", "ครับ", "한글", "ｶﾞ", "שָׁלוֹם", "مرحبا", "\u202eevil", "a\u200db", "\u2066x\u2069",
	"\x1b[31mred", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x1bP1$qm\x1b\\", "\x9b2J", "\x1bc", "\x07\x08\x7f", "\x1b[2J\x1b[H", "tab\tbed",
}

var styles = []string{"", "", "", "\x1b[1m", "\x1b[38;5;244m", "\x1b[7m", "\x1b[48;5;236m", "\x1b[1;4;38;5;12m", "\x1b[2m", "\x1b[38;2;1;2;3m"}

// targets are what links lead to (T7). x/vt takes none with a semicolon.
var targets = []string{"https://a.example", "https://a.example/?q=1&c", "mailto:a@b.example"}

// scene is a program that draws random frames of a few panes.
type scene struct {
	*rand.Rand
	mode  text.Mode
	words []string
	w, h  int
	rows  []string
}

// line is a random row as the program makes it: text that was made safe, styled, in
// panes of a fixed width.
func (s *scene) line() string {
	var b strings.Builder
	for left := s.w; left > 0; {
		w := min(left, 1+s.IntN(45))
		left -= w
		var pane strings.Builder
		for range s.IntN(6) {
			if s.IntN(9) == 0 {
				pane.WriteString(text.WithLinks("https://a.example", []text.Linked{{From: 0, To: s.IntN(18), Target: targets[s.IntN(len(targets))], ID: []string{"", "1", "2"}[s.IntN(3)]}}))
			}
			if style := styles[s.IntN(len(styles))]; style != "" {
				pane.WriteString(style + s.mode.Line(s.words[s.IntN(len(s.words))]) + "\x1b[m")
			} else {
				pane.WriteString(s.mode.Line(s.words[s.IntN(len(s.words))]) + " ")
			}
		}
		b.WriteString(s.mode.Fit(pane.String(), w))
	}
	return b.String()
}

// next changes the rows a little, or much.
func (s *scene) next() tea.View {
	switch s.IntN(8) {
	case 0:
		for y := range s.rows {
			s.rows[y] = s.line()
		}
	case 1:
		s.rows = append(s.rows[1:], s.line())
	case 2:
		s.rows[s.IntN(s.h)] = ""
	case 3: // a word in the middle of a row
		y, x := s.IntN(s.h), s.IntN(s.w)
		word := s.mode.Line(s.words[s.IntN(len(s.words))])
		under := s.rows[y]
		s.rows[y] = s.mode.Fit(s.mode.Fit(under, x)+word+s.mode.Skip(under, x+s.mode.Width(word)), s.w)
	case 4:
		for y := s.IntN(s.h); y < s.h; y++ {
			s.rows[y] = ""
		}
	default:
		for range 1 + s.IntN(3) {
			s.rows[s.IntN(s.h)] = s.line()
		}
	}
	v := tea.NewView(strings.Join(s.rows, "\n"))
	if s.IntN(3) > 0 {
		v.Cursor = tea.NewCursor(s.IntN(s.w), s.IntN(s.h))
	}
	return v
}

// intended are the cells of a frame, drawn at once on a blank screen.
func intended(v tea.View, w, h int, method ansi.Method, profile colorprofile.Profile) uv.ScreenBuffer {
	cells := uv.NewScreenBuffer(w, h)
	cells.Method = method
	uv.NewStyledString(v.Content).Draw(cells, cells.Bounds())
	for y := range h {
		for x := range w {
			c := cells.Line(y).At(x)
			c.Style = uv.ConvertStyle(c.Style, profile)
		}
	}
	return cells
}

// spread gives each rune of a row that has cells a cell of its own, as a terminal
// does that knows no clusters.
func spread(l uv.Line) uv.Line {
	out := make(uv.Line, 0, len(l))
	for _, c := range l {
		if c.Width == 0 {
			continue
		}
		for _, r := range c.Content {
			w := ansi.StringWidthWc(string(r))
			if w == 0 {
				out[lastBase(out)].Content += string(r)
				continue
			}
			out = append(out, uv.Cell{Content: string(r), Width: w, Style: c.Style, Link: c.Link})
			for range w - 1 {
				out = append(out, uv.Cell{})
			}
		}
	}
	return out
}

func lastBase(l uv.Line) int {
	x := len(l) - 1
	for x > 0 && l[x].Width == 0 {
		x--
	}
	return max(x, 0)
}

// differs says where a terminal does not show the cells that are meant.
func differs(e emulator, want uv.ScreenBuffer, clusters bool) string {
	for y, got := range e.cells() {
		line := want.Line(y)
		if !clusters {
			line = spread(line)
		}
		for x := range line {
			if line[x].Width > 0 && !alike(line[x], got[x]) {
				return fmt.Sprintf("row %d, column %d: %q %d %v is shown, %q %d %v is meant", y, x,
					got[x].Content, got[x].Width, got[x].Style, line[x].Content, line[x].Width, line[x].Style)
			}
		}
	}
	return ""
}

// alike reports whether a person sees no difference: a blank is not bold.
func alike(a, b uv.Cell) bool {
	for _, c := range []*uv.Cell{&a, &b} {
		if c.Content == " " && c.Style.Underline == 0 && c.Style.Attrs&(uv.AttrReverse|uv.AttrStrikethrough) == 0 {
			c.Style = uv.Style{Bg: c.Style.Bg}
		}
	}
	return a.Equal(&b)
}

// Whatever frames follow each other, the terminal shows the last one, cell by cell.
func TestTerminalShowsTheFrame(t *testing.T) {
	runs, frames := 6, 40
	if *full {
		runs, frames = 60, 200
	}
	for _, clusters := range []bool{false, true} {
		for run := range runs {
			t.Run(fmt.Sprintf("clusters=%v/%d", clusters, run), func(t *testing.T) {
				t.Parallel()
				draw(t, uint64(run), frames, clusters)
			})
		}
	}
}

func FuzzTerminalShowsTheFrame(f *testing.F) {
	f.Add(uint64(7), false)
	f.Add(uint64(8), true)
	f.Fuzz(func(t *testing.T, seed uint64, clusters bool) { draw(t, seed, 20, clusters) })
}

var terms = []string{"xterm-256color", "tmux-256color", "linux", "vt100", "screen", "foot"}

func draw(t *testing.T, seed uint64, frames int, clusters bool) {
	s := &scene{Rand: rand.New(rand.NewPCG(seed, 1)), mode: text.Mode{Clusters: clusters}, words: words}
	profile := []colorprofile.Profile{colorprofile.ANSI256, colorprofile.TrueColor, colorprofile.ANSI, colorprofile.ASCII}[s.IntN(4)]
	p := newPainter([]string{"TERM=" + terms[s.IntN(len(terms))]}, false)
	p.setProfile(profile)
	p.synchronised = s.IntN(2) == 0
	method := ansi.WcWidth
	var e emulator
	size := func() {
		s.w, s.h = 10+s.IntN(110), 1+s.IntN(30)
		s.rows = make([]string, s.h)
		p.resize(s.w, s.h)
		if e == nil && clusters {
			e = newClustering(s.w, s.h)
		} else if e == nil {
			e = newCounting(s.w, s.h)
		} else {
			e.resize(s.w, s.h)
		}
	}
	size()
	if clusters {
		p.setClusters()
		method = ansi.GraphemeWidth
	}
	for i := range frames {
		switch s.IntN(25) {
		case 0:
			size()
		case 1:
			p.reset()
		case 2:
			e.write(p.leave())
			p.reset()
		}
		v := s.next()
		p.view = &v
		out := p.frame()
		e.write(out)
		if got := differs(e, intended(v, s.w, s.h, method, profile), clusters); got != "" {
			t.Fatalf("seed %d, frame %d: %s\n%q", seed, i, got, out)
		}
		if c, ok := e.(*counting); ok && len(c.wrong) > 0 {
			t.Fatalf("seed %d, frame %d: %v\n%q", seed, i, c.wrong, out)
		}
		if x, y := e.cursor(); p.view.Cursor != nil && (x != p.view.Cursor.X || y != p.view.Cursor.Y) {
			t.Fatalf("seed %d, frame %d: the cursor is at %d,%d and belongs to %v\n%q", seed, i, x, y, p.view.Cursor.Position, out)
		}
	}
}
