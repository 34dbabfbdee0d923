package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"

	"unibox/state"
)

var red, blue = color.NRGBA{0xff, 0, 0, 0xff}, color.NRGBA{0, 0, 0xff, 0xff}

// flag is red above and blue below.
func flag(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, map[bool]color.NRGBA{true: red, false: blue}[y < h/2])
		}
	}
	return img
}

func encoded(t *testing.T, write func(b *bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claims is a PNG of a few bytes that says that it is so large.
func claims(t *testing.T, w, h uint32) []byte {
	data := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(2, 2)) })
	binary.BigEndian.PutUint32(data[16:], w)
	binary.BigEndian.PutUint32(data[20:], h)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

// T8: pictures of the usual kinds are read and made small; one that would take much memory is
// refused before it is decoded; what is broken, or no picture, is a sentence.
func TestT8Decode(t *testing.T) {
	photo := encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, flag(400, 200), nil) })
	for name, c := range map[string]struct {
		data []byte
		size image.Point
		says string
	}{
		"jpeg":        {photo, image.Pt(400, 200), ""},
		"png":         {encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(30, 20)) }), image.Pt(30, 20), ""},
		"gif":         {encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, flag(30, 20), nil) }), image.Pt(30, 20), ""},
		"a bomb":      {claims(t, 50_000, 50_000), image.Point{}, "50000 x 50000 pixels"},
		"a long one":  {claims(t, 1<<31-1, 1), image.Point{}, "pixels"},
		"a wide one":  {claims(t, 1<<30, 1<<30), image.Point{}, "broken"},
		"cut":         {photo[:len(photo)/2], image.Point{}, "not all of it is there"},
		"a sign-in":   {[]byte("<!DOCTYPE html><title>Sign in</title>"), image.Point{}, "no picture of a kind"},
		"a program":   {[]byte("\x7fELF\x02\x01\x01"), image.Point{}, "no picture of a kind"},
		"nothing":     {nil, image.Point{}, "no picture of a kind"},
		"an empty":    {claims(t, 0, 0), image.Point{}, "broken"},
		"escape":      {[]byte("\x1b]0;x\x07"), image.Point{}, "no picture of a kind"},
		"only a head": {photo[:20], image.Point{}, "broken"},
	} {
		img, size, err := Decode(c.data, image.Pt(80, 80))
		switch {
		case c.says == "" && (err != nil || size != c.size || img.Bounds().Dx() > 80):
			t.Errorf("%s: %v, %v", name, size, err)
		case c.says != "" && (err == nil || img != nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	_ = png.Encode(&b, flag(3, 3))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if img, _, err := Decode(data, image.Pt(20, 20)); err == nil && (img.Bounds().Dx() > 20 || img.Bounds().Dy() > 20) {
			t.Errorf("it is %v", img.Bounds())
		}
	})
}

// T8: each cell is two pixels, in the colours that the terminal has, and each row is as wide as
// it is to be, ends with no style and holds nothing but styles and half blocks.
func TestT8HalfBlocks(t *testing.T) {
	rows := HalfBlocks(flag(4, 2), 4, 1, colorprofile.TrueColor)
	if want := "\x1b[38;2;255;0;0;48;2;0;0;255m▀▀▀▀\x1b[m"; len(rows) != 1 || strings.ReplaceAll(rows[0], "\x1b[0;", "\x1b[") != want && strings.ReplaceAll(rows[0], "\x1b[;", "\x1b[") != want {
		t.Errorf("%q", rows)
	}
	holes := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	holes.SetNRGBA(0, 0, red)
	holes.SetNRGBA(1, 1, blue)
	if got := ansi.Strip(HalfBlocks(holes, 3, 1, colorprofile.TrueColor)[0]); got != "▀▄ " {
		t.Errorf("what is not there is drawn: %q", got)
	}
	for _, profile := range []colorprofile.Profile{colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
		for _, row := range HalfBlocks(flag(90, 50), 21, 9, profile) {
			if w := ansi.StringWidth(row); w != 21 || !strings.HasSuffix(row, "\x1b[m") || strings.Trim(ansi.Strip(row), " ▀▄") != "" {
				t.Errorf("profile %v: %d cells, %q", profile, w, row)
			}
		}
	}
}

// T8: a picture keeps its shape in cells, fits, and is drawn no larger than it is.
func TestT8Cells(t *testing.T) {
	for _, c := range []struct{ w, h, cols, rows, wantW, wantH int }{
		{400, 200, 60, 18, 50, 13}, {4000, 2000, 60, 18, 60, 15}, {200, 4000, 60, 18, 2, 18}, {4000, 10, 60, 18, 60, 1}, {1, 1, 60, 18, 1, 1}, {100, 100, 1, 1, 1, 1},
	} {
		if w, h := Cells(image.Pt(c.w, c.h), usualCell, c.cols, c.rows); w != c.wantW || h != c.wantH {
			t.Errorf("%d x %d pixels in %d x %d cells: %d x %d, want %d x %d", c.w, c.h, c.cols, c.rows, w, h, c.wantW, c.wantH)
		}
	}
}

// T8: where pictures cannot be drawn the reason is one sentence.
func TestT8WhereNoPicturesAre(t *testing.T) {
	for _, c := range []struct {
		setting string
		ascii   bool
		profile colorprofile.Profile
		why     string
	}{
		{"auto", false, colorprofile.ANSI, ""}, {"", false, colorprofile.TrueColor, ""}, {"off", false, colorprofile.TrueColor, "images under [ui]"},
		{"auto", true, colorprofile.TrueColor, "ASCII"}, {"blocks", false, colorprofile.ASCII, "without colours"},
	} {
		if got := For(Wishes{Setting: c.setting, ASCII: c.ascii, Profile: c.profile}); !strings.Contains(string(got.Why), c.why) || (got.Way == None) != (c.why != "") {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

// T8: no more pictures are kept than so many, and an answer to what was asked before is dropped.
func TestT8Shelf(t *testing.T) {
	var s Shelf
	id := state.FileID{File: "x"}
	old, _ := s.Ask(id)
	now, _ := s.Ask(id)
	if s.Answer(id, old, Picture{img: flag(1, 1)}, "") {
		t.Error("an old answer was taken")
	}
	before := s.Version(id)
	if !s.Answer(id, now, Picture{img: flag(1, 1)}, "") || s.Version(id) == before || s.Reading() != 0 {
		t.Error("the answer was not taken")
	}
	for i := range 100 {
		s.Ask(state.FileID{File: fmt.Sprint(i)})
	}
	if len(s.kept) != mostKept || s.Has(id) || !s.Has(state.FileID{File: "99"}) {
		t.Errorf("%d are kept", len(s.kept))
	}
}

func ids(from, to int) (all []state.FileID) {
	for i := from; i < to; i++ {
		all = append(all, state.FileID{File: fmt.Sprint(i)})
	}
	return all
}

// T8: what is on screen is never dropped for what is asked for by itself, which is as many as are
// kept, each once in a visit, whether it failed or was hidden; those that failed take no room.
func TestT8ShelfAsksOnceInAVisit(t *testing.T) {
	var s Shelf
	asked := map[state.FileID]int{}
	look := func(all []state.FileID) {
		for range 3 {
			for i, id := range s.See(all) {
				n, _ := s.Ask(id)
				asked[id]++
				s.Answer(id, n, Picture{}, []string{"", "gone"}[i%2])
			}
		}
	}
	look(ids(0, 40))
	if len(asked) != mostKept {
		t.Errorf("%d were asked for", len(asked))
	}
	look(ids(10, 40))
	for _, id := range ids(10, 10+mostKept) {
		if !s.Has(id) {
			t.Errorf("%v is on screen and not kept", id)
		}
	}
	s.Drop(ids(12, 13)[0]) // by a key
	for range 3 {
		look(ids(0, 16))
		look(ids(10, 26))
		look(ids(20, 40))
	}
	for id, n := range asked {
		if n != 1 {
			t.Errorf("%v was asked for %d times", id, n)
		}
	}
	s.Visit()
	if got := s.See(ids(1, 2)); len(got) != 1 {
		t.Error("what failed is not asked for in the next visit")
	}
}

// T8: no two pictures that are kept, on their way or not yet taken away have one id of the
// terminal, however often they are shown and hidden.
func TestT8EachPictureHasAnIDOfItsOwn(t *testing.T) {
	var s Shelf
	term := Terminal{Way: Kitty, Session: 1}
	has := map[int]state.FileID{} // what the terminal has
	show := func(id state.FileID) {
		number, place := s.Ask(id)
		if of, is := has[term.inKitty(place)]; is && of != id {
			t.Fatalf("%v gets the id of %v", id, of)
		}
		has[term.inKitty(place)] = id
		s.Answer(id, number, Picture{ID: term.inKitty(place)}, "")
	}
	all := ids(0, 3)
	show(all[0])
	_, late := s.Ask(all[1])
	s.Drop(all[1])
	for range 3 * colours {
		show(all[2])
		if _, place := s.Ask(state.FileID{File: "other"}); place == late {
			t.Fatal("an id was given that is on its way")
		}
		s.Answer(state.FileID{File: "other"}, s.count, Picture{}, "gone")
		s.Drop(all[2])
		for _, id := range s.Gone() {
			delete(has, id)
		}
	}
}

// T8: where there is more or less room kitty is told so once, with the same id.
func TestT8KittysPictureIsMadeToFit(t *testing.T) {
	term := Terminal{Way: Kitty, Session: 1}
	p, err := term.Make(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(240, 160)) }), 1, 60, 18)
	if err != nil || !term.Fits(p, 60, 18) || !term.Fits(p, 70, 18) || term.Fits(p, 15, 18) {
		t.Fatal(err, p.cols, p.rows)
	}
	var s Shelf
	id := ids(0, 1)
	number, _ := s.Ask(id[0])
	s.Answer(id[0], number, p, "")
	fits := func(p Picture) bool { return term.Fits(p, 15, 18) }
	misfits := s.Misfits(id, fits)
	if len(misfits) != 1 || len(s.Misfits(id, fits)) != 0 {
		t.Fatalf("%d are to be made anew", len(misfits))
	}
	less, err := term.Fit(misfits[0].Picture, 15, 18)
	if err != nil || less.ID != p.ID || !strings.Contains(less.Send, "c=15") || !strings.Contains(less.Send, "r=5") || !graphics.MatchString(less.Send) {
		t.Errorf("%v, %.200q", err, less.Send)
	}
	if !s.Answer(id[0], misfits[0].Number, less, "") || len(s.Misfits(id, fits)) != 0 {
		t.Error("it does not fit now")
	}
	if rows := term.Rows(less, 15, 18); len(rows) != 5 || ansi.StringWidth(rows[0]) != 15 {
		t.Errorf("%q", rows)
	}
}

// T8: kitty's protocol is used where the terminal is known to place pictures by characters, not
// inside tmux by itself, and not without 256 colours.
func TestT8WhereKittysPicturesAre(t *testing.T) {
	for _, c := range []struct {
		setting, env, name string
		profile            colorprofile.Profile
		want               Way
	}{
		{"auto", "TERM=xterm-kitty", "", colorprofile.TrueColor, Kitty}, {"auto", "TERM=xterm-256color", "kitty(0.31.0)", colorprofile.ANSI256, Kitty},
		{"auto", "TERM=xterm-ghostty", "", colorprofile.TrueColor, Kitty}, {"auto", "TERM=xterm-256color", "WezTerm 20240203", colorprofile.TrueColor, ITerm2},
		{"auto", "TERM=xterm-256color", "", colorprofile.TrueColor, Blocks}, {"auto", "TERM=xterm-kitty TMUX=x", "", colorprofile.TrueColor, Blocks},
		{"auto", "TERM=xterm-kitty STY=x", "", colorprofile.TrueColor, Blocks}, {"blocks", "TERM=xterm-kitty", "", colorprofile.TrueColor, Blocks},
		{"kitty", "TERM=tmux-256color TMUX=x", "tmux 3.3a", colorprofile.TrueColor, Kitty}, {"kitty", "TERM=xterm-kitty", "", colorprofile.ANSI, Blocks},
	} {
		got := For(Wishes{Setting: c.setting, Environ: strings.Fields(c.env), Said: Said{Name: c.name}, Profile: c.profile})
		if got.Way != c.want || got.Tmux != strings.Contains(c.env, "TMUX") {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

var graphics = regexp.MustCompile(`^(\x1b_G[a-zA-Z0-9=,+/;]*\x1b\\)+$`)

// T8: what kitty gets is whole, quiet and of its own alphabet; each cell says for itself which
// part of which picture it is, is one column wide, and fits where less room is.
func TestT8Kitty(t *testing.T) {
	term := Terminal{Way: Kitty, Profile: colorprofile.TrueColor, Session: 77}
	p, err := term.Make(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(240, 160)) }), 300, 60, 18)
	if err != nil {
		t.Fatal(err)
	}
	if p.ID != 77<<24|76 || !graphics.MatchString(p.Send) || !graphics.MatchString(p.Drop) || !strings.Contains(p.Send, "U=1") || !strings.Contains(p.Send, "q=2") ||
		!strings.Contains(p.Send, "c=30") || !strings.Contains(p.Send, "r=10") {
		t.Errorf("picture %x: %.200q, %q", p.ID, p.Send, p.Drop)
	}
	rows := term.Rows(p, 60, 18)
	want := "\x1b[38;5;76m\U0010eeee" + string(kitty.Diacritic(9)) + string(kitty.Diacritic(0)) + string(kitty.Diacritic(77))
	if len(rows) != 10 || !strings.HasPrefix(rows[9], want) {
		t.Errorf("%d rows, the last %q", len(rows), rows[len(rows)-1])
	}
	for _, row := range rows {
		if ansi.StringWidth(row) != 30 || ansi.StringWidthWc(row) != 30 || !strings.HasSuffix(row, "\x1b[m") {
			t.Errorf("%q is %d or %d wide", row, ansi.StringWidth(row), ansi.StringWidthWc(row))
		}
	}
	if less := term.Rows(p, 12, 4); len(less) != 4 || ansi.StringWidth(less[0]) != 12 {
		t.Errorf("in less room: %d rows", len(less))
	}
	term.Tmux = true
	p, _ = term.Make(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(24, 16)) }), 1, 60, 18)
	if !strings.HasPrefix(p.Send, "\x1bPtmux;\x1b\x1b_G") || !strings.HasPrefix(p.Drop, "\x1bPtmux;") {
		t.Errorf("through tmux: %.80q", p.Send)
	}
}

// T8: a photo of many colours takes kitty no more than so many bytes.
func TestT8KittysBytes(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 1600, 1200))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range 1200 {
		for x := range 1600 {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x/7 + r.IntN(12)), uint8(y/5 + r.IntN(12)), uint8((x+y)/11 + r.IntN(12)), 255})
		}
	}
	p, err := Terminal{Way: Kitty, Session: 1}.Make(encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, img, nil) }), 1, 60, 18)
	t.Logf("%d bytes", len(p.Send))
	if err != nil || len(p.Send) > 160_000 {
		t.Errorf("%d bytes, %v", len(p.Send), err)
	}
}

// T8: half blocks are drawn by the command that reads the picture; a frame draws them again for
// another size alone.
func TestT8AFrameDrawsNoPictureAnew(t *testing.T) {
	term := Terminal{Way: Blocks, Profile: colorprofile.ANSI256}
	p, err := term.Make(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(240, 160)) }), 1, 60, 18)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(10, func() { term.Rows(p, 60, 18) }); n > 0 {
		t.Errorf("a frame takes %v allocations", n)
	}
	if less := term.Rows(p, 15, 18); len(less) != 5 || ansi.StringWidth(less[0]) != 15 {
		t.Errorf("in less room: %d rows", len(less))
	}
}
