package picture

import (
	"image"
	"os"
	"strings"

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
)

// usualCell is what is assumed of a cell, in pixels.
var usualCell = image.Pt(8, 16)

// Terminal is how pictures are drawn on one.
type Terminal struct {
	Way Way
	// Why is why none are drawn, where Way is None.
	Why string
	// Profile is which colours it has.
	Profile colorprofile.Profile
	// Session tells the pictures of this program from those of others in the same terminal, up to
	// 255. Tmux: the terminal is outside of tmux, which has to pass on what it gets.
	Session int
	Tmux    bool
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
	// Name is what the terminal says that it is called, "" if it did not.
	Name string
}

// For is how pictures are drawn on a terminal.
func For(w Wishes) Terminal {
	switch {
	case w.Spoken:
		return Terminal{Why: "a picture cannot be read out"}
	case w.Setting == "off":
		return Terminal{Why: "pictures are off: images under [ui] in the config"}
	case w.ASCII:
		return Terminal{Why: "a picture cannot be drawn in ASCII"}
	case w.Profile <= colorprofile.ASCII:
		return Terminal{Why: "a picture cannot be drawn without colours"}
	}
	env := uv.Environ(w.Environ)
	t := Terminal{Way: Blocks, Profile: w.Profile, Session: 1 + os.Getpid()%255, Tmux: env.Getenv("TMUX") != "", turn: make(chan struct{}, 1)}
	wanted := w.Setting == string(Kitty) || w.Setting != string(Blocks) && placesPictures(env, w.Name)
	if wanted && w.Profile >= colorprofile.ANSI256 {
		t.Way = Kitty
	}
	return t
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
}

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
	most := image.Pt(2*cols, 4*rows)
	if t.Way == Kitty {
		most = image.Pt(cols*kittyCell.X, rows*kittyCell.Y)
	}
	if p.img, p.size, err = Decode(data, most); err != nil {
		return p, err
	}
	if t.Way != Kitty {
		p.drawn = &drawn{}
		t.Rows(p, cols, rows)
		return p, nil
	}
	p.ID, p.img = t.inKitty(place), coarse(p.img)
	return t.Fit(p, cols, rows)
}

// Fits reports whether a picture has the size that it is to have in no more than so many cells.
// What is drawn as text fits always.
func (t Terminal) Fits(p Picture, cols, rows int) bool {
	w, h := Cells(p.size, usualCell, cols, rows)
	return p.ID == 0 || p.cols == w && p.rows == h
}

// Fit makes a picture that the terminal has for no more than so many cells; it is called in
// commands only.
func (t Terminal) Fit(p Picture, cols, rows int) (Picture, error) {
	var err error
	p.cols, p.rows = Cells(p.size, usualCell, cols, rows)
	p.Send, p.Drop, err = t.transmit(p.img, p.ID, p.cols, p.rows)
	return p, err
}

// Rows draws a picture in no more than so many cells.
func (t Terminal) Rows(p Picture, cols, rows int) []string {
	if p.ID != 0 {
		return placeholders(p.ID, min(p.cols, cols), min(p.rows, rows))
	}
	if d := p.drawn; d.lines == nil || d.cols != cols || d.rows != rows || d.profile != t.Profile {
		w, h := Cells(p.size, usualCell, cols, rows)
		*d = drawn{cols, rows, t.Profile, HalfBlocks(p.img, w, h, t.Profile)}
	}
	return p.drawn.lines
}
