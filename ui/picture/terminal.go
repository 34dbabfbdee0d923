package picture

import (
	"image"
	"math"
	"os"
	"strings"

	"unibox/ui/catalog"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
)

// Way is how pictures are drawn.
type Way string

// None is the way of a terminal that shows no pictures. The others are called as in the config.
const (
	None   Way = ""
	Blocks Way = "blocks"
	Kitty  Way = "kitty"
	ITerm2 Way = "iterm2"
	Sixel  Way = "sixel"
)

// usualCell is what is assumed of a cell, in pixels, of a terminal that does not say.
var usualCell = image.Pt(8, 16)

// Terminal is how pictures are drawn on one.
type Terminal struct {
	Way Way
	// Why is why none are drawn, where Way is None.
	Why catalog.Text
	// Profile is which colours it has.
	Profile colorprofile.Profile
	// Session tells the pictures of this program from those of others in the same terminal, up to
	// 255. Tmux: the terminal is outside of tmux, which has to pass on what it gets.
	Session int
	Tmux    bool
	// Cell is how many pixels a cell has, zero if the terminal did not say. Registers is how many
	// colours it has for sixel, 0 if it did not say.
	Cell      image.Point
	Registers int
	// turn is taken while a picture is made, so that one is in memory at a time.
	turn chan struct{}
}

// Wishes say what is wanted, and what is known of a terminal.
type Wishes struct {
	// Setting is "off", a way, or "auto".
	Setting string
	// ASCII: nothing else is drawn. Spoken: nothing is drawn at all.
	ASCII, Spoken bool
	Profile       colorprofile.Profile
	Environ       []string
	// Said is what the terminal says of itself.
	Said
}

// Said is what a terminal says of itself. The zero value is one that says nothing.
type Said struct {
	// Name is what it is called.
	Name string
	// Sixel: it draws sixels. Cell is how many pixels a cell has, Registers how many colours sixels
	// may have.
	Sixel     bool
	Cell      image.Point
	Registers int
}

// For is how pictures are drawn on a terminal.
func For(w Wishes) Terminal {
	switch {
	case w.Spoken:
		return Terminal{Why: catalog.Text("a picture cannot be read out")}
	case w.Setting == "off":
		return Terminal{Why: catalog.Text("pictures are off: images under [ui] in the config")}
	case w.ASCII:
		return Terminal{Why: catalog.Text("a picture cannot be drawn in ASCII")}
	case w.Profile <= colorprofile.ASCII:
		return Terminal{Why: catalog.Text("a picture cannot be drawn without colours")}
	}
	env := uv.Environ(w.Environ)
	t := Terminal{Way: Blocks, Profile: w.Profile, Session: 1 + os.Getpid()%255, Tmux: env.Getenv("TMUX") != "", turn: make(chan struct{}, 1),
		Cell: w.Cell, Registers: w.Registers}
	if w.Profile >= colorprofile.ANSI256 {
		t.Way = w.way(env)
	}
	return t
}

// way is how pictures are drawn where there are colours enough. Sixels are as many pixels of the
// terminal as the picture has: without the size of a cell they would be drawn over text.
func (w Wishes) way(env uv.Environ) Way {
	sized := w.Cell != image.Point{}
	switch Way(w.Setting) {
	case Blocks, Kitty, ITerm2:
		return Way(w.Setting)
	case Sixel:
		if sized {
			return Sixel
		}
		return Blocks
	}
	switch {
	case placesPictures(env, w.Name):
		return Kitty
	case drawsFiles(env, w.Name):
		return ITerm2
	case w.Sixel && sized:
		return Sixel
	}
	return Blocks
}

// drawsFiles reports whether a terminal is known to draw a file that is written to it as iTerm2
// does. TERM_PROGRAM is not passed on by SSH, LC_TERMINAL often is.
func drawsFiles(env uv.Environ, name string) bool {
	if env.Getenv("TMUX") != "" || env.Getenv("STY") != "" {
		return false
	}
	for _, s := range []string{name, env.Getenv("TERM_PROGRAM"), env.Getenv("LC_TERMINAL")} {
		s = strings.ToLower(s)
		for _, known := range []string{"iterm", "wezterm", "mintty"} {
			if strings.HasPrefix(s, known) {
				return true
			}
		}
	}
	return false
}

// placesPictures reports whether a terminal is known to have kitty's pictures, and to place them
// by characters: others have the first alone.
func placesPictures(env uv.Environ, name string) bool {
	if env.Getenv("TMUX") != "" || env.Getenv("STY") != "" {
		return false // which may keep from the terminal what is sent to it
	}
	for _, s := range []string{name, env.Getenv("TERM"), env.Getenv("TERM_PROGRAM")} {
		s = strings.TrimPrefix(strings.ToLower(s), "xterm-")
		if strings.HasPrefix(s, "kitty") || strings.HasPrefix(s, "ghostty") {
			return true
		}
	}
	return false
}

// Picture is one that is ready to be drawn.
type Picture struct {
	img  *image.NRGBA
	size image.Point
	// drawn are the half blocks that were drawn last, which takes too long for each frame.
	drawn *drawn
	// ID is what the terminal calls it, 0 where it is drawn as text. Send gives it to the
	// terminal, Drop takes it away; it takes so many cells there.
	ID         int
	Send, Drop string
	cols, rows int
	// Draw is what draws n rows of cells from one on at the cursor, over the cells there; nil where
	// text places the picture. It is called by one goroutine at a time.
	Draw func(row, n int) string
	// cell is what a cell was when it was made.
	cell image.Point
}

// Size is how many cells a picture takes that the terminal draws.
func (p Picture) Size() image.Point { return image.Pt(p.cols, p.rows) }

// drawn are rows, and what they were drawn for.
type drawn struct {
	cols, rows int
	profile    colorprofile.Profile
	lines      []string
}

// Make makes a picture of a file, in a place that no other has, of no more than so many cells. It takes
// long, waits until no other is made, and is called in commands only; the error is the words of a
// sentence after "it cannot be shown: ".
func (t Terminal) Make(data []byte, place, cols, rows int) (p Picture, err error) {
	if t.turn != nil {
		t.turn <- struct{}{}
		defer func() { <-t.turn }()
	}
	pixel := t.pixels()
	if p.img, p.size, err = Decode(data, image.Pt(cols*pixel.X, rows*pixel.Y)); err != nil {
		return p, err
	}
	if t.Way == Blocks {
		p.drawn = &drawn{}
		t.Rows(p, cols, rows)
		return p, nil
	}
	p.ID = t.inKitty(place)
	if t.Way == Kitty {
		p.img = coarse(p.img)
	}
	return t.Fit(p, cols, rows)
}

// pixels is how many pixels of a picture are kept for a cell.
func (t Terminal) pixels() image.Point {
	switch t.Way {
	case Blocks:
		return image.Pt(2, 4)
	case Kitty:
		return kittyCell
	}
	return t.exact()
}

// exact is how many pixels a cell has.
func (t Terminal) exact() image.Point {
	if t.Cell == (image.Point{}) {
		return usualCell
	}
	return t.Cell
}

// cell is a cell by which pictures are measured: of the shape that it has, and of the usual size.
// Where there are many more pixels to a letter a picture would be too small to be seen.
func (t Terminal) cell() image.Point {
	exact := t.exact()
	dense := max((exact.X+usualCell.X/2)/usualCell.X, 1)
	return image.Pt(max(exact.X/dense, 1), max(exact.Y/dense, 1))
}

// cells is how many columns and rows a picture takes, no more than so many.
func (t Terminal) cells(p Picture, cols, rows int) (w, h int) {
	if all := cols * rows * t.exact().X * t.exact().Y; t.Way == Sixel && all > mostSixels {
		less := math.Sqrt(float64(mostSixels) / float64(all))
		cols, rows = max(int(float64(cols)*less), 1), max(int(float64(rows)*less), 1)
	}
	return Cells(p.size, t.cell(), cols, rows)
}

// Fitting reports whether a picture is made for the room that there is.
func (t Terminal) Fitting() bool { return t.Way != None && t.Way != Blocks }

// Fits reports whether a picture has the size that it is to have in no more than so many cells.
// What is drawn as text fits always.
func (t Terminal) Fits(p Picture, cols, rows int) bool {
	w, h := t.cells(p, cols, rows)
	return p.ID == 0 || p.cols == w && p.rows == h && (p.Draw == nil || p.cell == t.exact())
}

// Fit makes a picture that the terminal has for no more than so many cells; it is called in
// commands only.
func (t Terminal) Fit(p Picture, cols, rows int) (Picture, error) {
	p.cols, p.rows = t.cells(p, cols, rows)
	if t.Way != Kitty {
		return t.over(p), nil
	}
	var err error
	p.Draw = nil
	p.Send, p.Drop, err = t.transmit(p.img, p.ID, p.cols, p.rows)
	return p, err
}

// Rows draws a picture in no more than so many cells.
func (t Terminal) Rows(p Picture, cols, rows int) []string {
	if p.ID != 0 {
		return placeholders(p.ID, min(p.cols, cols), min(p.rows, rows))
	}
	if d := p.drawn; d.lines == nil || d.cols != cols || d.rows != rows || d.profile != t.Profile {
		w, h := t.cells(p, cols, rows)
		*d = drawn{cols, rows, t.Profile, HalfBlocks(p.img, w, h, t.Profile)}
	}
	return p.drawn.lines
}
