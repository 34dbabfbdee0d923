package screen

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"unibox/ui/text"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// painter makes the bytes of frames. It knows what is on the terminal and has no
// other output than what its methods return.
type painter struct {
	env          []string
	query        bool
	profile      colorprofile.Profile
	synchronised bool // mode 2026 is there
	clusters     bool // mode 2027 is there
	erases       bool // it knows more than a VT100: ECH and CHA
	ordered      bool // text comes in the order in which it is seen
	counted      bool // how clusters are counted is set
	fewColours   bool // text in the sixteen colours whose sequences are short
	// status is what tells the terminal what the program does, "" for nothing.
	status string
	// images are the pictures that the terminal is to have, dropped what takes away others.
	images  []image
	dropped string
	over    over

	w, h int
	// view is the frame to draw, nil before the first.
	view *tea.View
	// modes are what is set on the terminal; the zero value before the first frame.
	modes modes

	// rows are the rows that cells hold, which the renderer writes to buf.
	rows     []string
	cells    uv.ScreenBuffer
	renderer *uv.TerminalRenderer
	buf      *bytes.Buffer
	// old is a row as it was, out what a frame writes; both are used again.
	old uv.Line
	out []byte
}

func newPainter(env []string, query bool) painter {
	term, tmux := uv.Environ(env).Getenv("TERM"), uv.Environ(env).Getenv("TMUX") != ""
	return painter{over: over{fragile: tmux}, env: env, query: query, profile: colorprofile.Env(env), erases: term != "ansi" && !strings.HasPrefix(term, "vt1")}
}

func (p *painter) resize(w, h int) {
	p.w, p.h = w, h
	p.reset()
}

func (p *painter) setProfile(c colorprofile.Profile) {
	if c == p.profile {
		return
	}
	p.profile = c
	p.reset()
}

func (p *painter) setClusters() {
	if p.clusters {
		return
	}
	p.clusters = true
	p.reset()
}

// reset forgets what is on the terminal: the next frame clears it and draws all.
func (p *painter) reset() { p.renderer = nil }

// begin makes what a whole frame is drawn on, which is half a megabyte for 120 columns and 40
// rows: it is made once for the frame, whatever is learnt of the terminal before it.
func (p *painter) begin() {
	p.buf = &bytes.Buffer{}
	p.renderer = uv.NewTerminalRenderer(p.buf, p.env)
	p.renderer.SetColorProfile(p.profile)
	p.renderer.SetFullscreen(true)
	p.renderer.SetBackspace(true)
	p.renderer.SetGraphemeWidth(p.clusters)
	p.renderer.Erase()
	p.cells = uv.NewScreenBuffer(p.w, p.h)
	if p.clusters {
		p.cells.Method = ansi.GraphemeWidth
	}
	p.rows = nil
	p.over.reset(p.h)
}

// frame returns what the terminal has to be written so that it shows the view. The
// next call may overwrite it.
func (p *painter) frame() []byte { return p.frameAt(time.Now()) }

// frameAt is frame at a time.
func (p *painter) frameAt(now time.Time) []byte {
	if p.w <= 0 || p.h <= 0 || p.view == nil {
		return nil
	}
	if p.renderer == nil {
		p.begin()
	}
	anew := p.rows == nil
	changed := p.drawRows(strings.Split(p.view.Content, "\n"), anew)
	changed += p.drawOver(now)
	cursor := p.view.Cursor
	if cursor != nil {
		p.move(min(max(cursor.X, 0), p.w-1), min(max(cursor.Y, 0), p.h-1))
	}
	_ = p.renderer.Flush()
	p.out = p.giveImages(p.modes.enter(p.out[:0], p))
	p.out = p.wrap(p.out, p.buf.Bytes(), changed, cursor != nil)
	p.buf.Reset()
	return p.out
}

// wrap appends what a frame writes so that nobody sees half of it. One row is seen
// at once anyway: to hide and show the cursor around a letter would cost ten times
// the letter.
func (p *painter) wrap(out, body []byte, changed int, cursor bool) []byte {
	sync := p.synchronised && changed > 1
	hide := p.modes.cursor && (!cursor || changed > 1 && !sync && len(body) > 0)
	if sync {
		out = append(out, ansi.SetModeSynchronizedOutput...)
	}
	if hide {
		out = append(out, ansi.HideCursor...)
		p.modes.cursor = false
	}
	out = append(out, body...)
	if cursor && !p.modes.cursor {
		out = append(out, ansi.ShowCursor...)
		p.modes.cursor = true
	}
	if sync {
		out = append(out, ansi.ResetModeSynchronizedOutput...)
	}
	return out
}

// drawRows brings cells and terminal to rows and returns how many rows changed. The
// renderer draws whole screens alone: of a row that holds a wide character it would
// write every cell, and what it knows of the rows is out of date once one is patched.
func (p *painter) drawRows(rows []string, anew bool) (changed int) {
	if anew {
		p.rows = make([]string, p.h)
	}
	for y := range p.h {
		row := ""
		if y < len(rows) {
			row = rows[y]
		}
		if row == p.rows[y] {
			continue
		}
		p.rows[y] = row
		p.old = append(p.old[:0], p.cells.Line(y)...)
		p.drawRow(y, row)
		if !anew && p.patch(y, p.old, p.cells.Line(y)) {
			changed++
			p.over.touched[y] = true
		}
	}
	if anew {
		p.drawAll()
		return p.h
	}
	return changed
}

// drawAll draws the whole screen.
func (p *painter) drawAll() {
	if !slices.ContainsFunc(p.rows, func(row string) bool { return !text.CountedAlike(row) }) {
		p.renderer.SetWidthMethod(ansi.GraphemeWidth)
		defer p.renderer.SetGraphemeWidth(p.clusters)
	}
	p.renderer.Render(p.cells.RenderBuffer)
}

// strings that carry data would be replayed from the cells (ultraviolet); none is
// ours, and one that came so far is not to get further.
var carriers = []string{"\x1bP", "\x1b_", "\x1b^", "\x1bX"}

func (p *painter) drawRow(y int, row string) {
	for _, c := range carriers {
		if strings.Contains(row, c) {
			row = ansi.Strip(row)
		}
	}
	cells := p.cells
	if text.CountedAlike(row) { // the library counts runes by a table of 2 MB
		cells.Method = ansi.GraphemeWidth
	}
	uv.NewStyledString(row).Draw(cells, uv.Rect(0, y, p.w, 1))
	if strings.Contains(row, "\x1b]8;") {
		onlyTargets(p.cells.Line(y))
	}
	p.over.read(y, row, p.cells.Line(y))
	if p.fewColours {
		for x := range p.cells.Line(y) {
			if style := &p.cells.Line(y)[x].Style; style.Fg != nil {
				style.Fg = colorprofile.ANSI.Convert(style.Fg)
			}
		}
	}
}
