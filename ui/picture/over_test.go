package picture

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/sixel"
)

// decoded reads what a picture draws in sixels.
func decoded(t *testing.T, s string) image.Image {
	t.Helper()
	body, is := strings.CutPrefix(s, "\x1bP0;1q")
	body, ended := strings.CutSuffix(body, "\x1b\\")
	if !is || !ended || strings.HasSuffix(body, "-") || regexp.MustCompile(`[^!-~]`).MatchString(body) {
		t.Fatalf("no sixels, or a line more: %.80q … %.20q", s, s[max(0, len(s)-20):])
	}
	img, err := new(sixel.Decoder).Decode(strings.NewReader(body + "-")) // it leaves out a repeat at the very end
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// T8: sixels fill the cells that a picture has and no pixel more, whole bands of them, in the colours of the
// picture; a part of them is that part of it; the cells are left free by text as wide as the picture.
func TestT8Sixels(t *testing.T) {
	term := Terminal{Way: Sixel, Profile: colorprofile.TrueColor, Session: 77, Cell: image.Pt(9, 17), Registers: 1024}
	p, err := term.Make(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(240, 160)) }), 300, 60, 18)
	if err != nil || p.Send != "" || p.Drop != "" || p.Draw == nil {
		t.Fatal(err, p.Send)
	}
	size := p.Size()
	if rows := term.Rows(p, 60, 18); size != image.Pt(27, 9) || len(rows) != 9 || ansi.StringWidthWc(rows[0]) != 27 || !strings.Contains(rows[0], "\U0010eeee") {
		t.Errorf("%v cells, %d rows: %.60q", size, len(rows), rows[0])
	}
	whole := decoded(t, p.Draw(0, size.Y))
	if got := whole.Bounds().Size(); got != image.Pt(27*9, 9*17/6*6) {
		t.Errorf("all of it is %v", got)
	}
	part := decoded(t, p.Draw(3, 2))
	if got := part.Bounds().Size(); got != image.Pt(27*9, 2*17/6*6) {
		t.Errorf("two rows of it are %v", got)
	}
	for _, at := range []image.Point{{5, 5}, {120, 20}, {200, 29}} {
		if a, b := part.At(at.X, at.Y), whole.At(at.X, at.Y+3*17); !near(a, b) {
			t.Errorf("the part at %v is %v, the whole %v", at, a, b)
		}
		if a, b := whole.At(at.X, at.Y), flag(240, 160).At(at.X*240/243, at.Y*160/153); !near(a, b) {
			t.Errorf("at %v it is %v, the picture %v", at, a, b)
		}
	}
	if term.Cell = image.Pt(9, 18); term.Fits(p, 60, 18) {
		t.Error("it fits cells of another size")
	}
}

func near(a, b color.Color) bool {
	r, g, bl, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	far := func(x, y uint32) bool { return max(x, y)-min(x, y) > 0x2000 }
	return !far(r, r2) && !far(g, g2) && !far(bl, b2)
}

// T8: what is not seen of a picture is not drawn; a terminal of few colours gets no more; a photo takes no
// more than so many bytes, also where letters have many pixels.
func TestT8SixelsWithin(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 1600, 1200))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range 1200 {
		for x := range 1600 {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x/7 + r.IntN(12)), uint8(y/5 + r.IntN(12)), uint8((x+y)/11 + r.IntN(12)), 255})
		}
	}
	photo := encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, img, nil) })
	colours := regexp.MustCompile(`#\d+;2;`)
	for _, term := range []Terminal{{Way: Sixel, Cell: image.Pt(24, 50)}, {Way: Sixel, Cell: image.Pt(8, 16), Registers: 16}} {
		p, err := term.Make(photo, 1, 60, 18)
		if err != nil {
			t.Fatal(err)
		}
		all := p.Draw(0, p.Size().Y)
		n := len(colours.FindAllString(all, -1))
		t.Logf("%v: %d bytes, %d colours, %v cells", term.Cell, len(all), n, p.Size())
		if len(all) > 600_000 || n > 256 || term.Registers > 0 && n > term.Registers {
			t.Errorf("%v: %d bytes, %d colours", term.Cell, len(all), n)
		}
	}
	clear := image.NewNRGBA(image.Rect(0, 0, 80, 32))
	clear.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 255})
	p, err := Terminal{Way: Sixel, Cell: image.Pt(8, 16)}.Make(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, clear) }), 1, 60, 18)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, a := decoded(t, p.Draw(0, 2)).At(40, 16).RGBA(); a != 0 {
		t.Error("what is not seen is drawn")
	}
}

// T8: iTerm2 gets a file of a picture that fills its cells, and of a part of it one that fills those.
func TestT8ITerm2(t *testing.T) {
	p, err := Terminal{Way: ITerm2, Session: 1}.Make(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(240, 160)) }), 1, 60, 18)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile("^\x1b\\]1337;File=size=\\d+;width=(\\d+);height=(\\d+);preserveAspectRatio=0;inline=1;doNotMoveCursor=1:([A-Za-z0-9+/=]+)\x07$")
	for _, c := range []struct{ row, n, pixels int }{{0, 10, 160}, {3, 2, 32}} {
		m := form.FindStringSubmatch(p.Draw(c.row, c.n))
		if m == nil || m[1] != "30" || m[2] != map[int]string{10: "10", 2: "2"}[c.n] {
			t.Fatalf("%.120q", p.Draw(c.row, c.n))
		}
		data, err := base64.StdEncoding.DecodeString(m[3])
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := image.DecodeConfig(bytes.NewReader(data)); err != nil || got.Height != c.pixels || got.Width != 240 {
			t.Errorf("%d rows: %+v, %v", c.n, got, err)
		}
	}
}

// T8: each terminal gets the pictures that it draws: sixels one that says so and how large its cells
// are, tmux among them; iTerm2's those that are known for them, outside of what would keep them.
func TestT8WhichPicturesATerminalDraws(t *testing.T) {
	sized := Said{Sixel: true, Cell: image.Pt(8, 16)}
	for _, c := range []struct {
		setting, env string
		said         Said
		profile      colorprofile.Profile
		want         Way
	}{
		{"auto", "TERM=xterm", sized, colorprofile.TrueColor, Sixel}, {"auto", "TERM=xterm", Said{Sixel: true}, colorprofile.TrueColor, Blocks},
		{"auto", "TERM=tmux-256color TMUX=x", sized, colorprofile.TrueColor, Sixel}, {"auto", "TERM=xterm", Said{Cell: image.Pt(8, 16)}, colorprofile.TrueColor, Blocks},
		{"auto", "TERM=xterm-kitty", sized, colorprofile.TrueColor, Kitty}, {"auto", "TERM=xterm", sized, colorprofile.ANSI, Blocks},
		{"auto", "TERM=xterm TERM_PROGRAM=iTerm.app", sized, colorprofile.TrueColor, ITerm2}, {"auto", "TERM=xterm LC_TERMINAL=iTerm2", Said{}, colorprofile.TrueColor, ITerm2},
		{"auto", "TERM=xterm", Said{Name: "iTerm2 3.5.0"}, colorprofile.TrueColor, ITerm2}, {"auto", "TERM=xterm TERM_PROGRAM=WezTerm", Said{}, colorprofile.ANSI256, ITerm2},
		{"auto", "TERM=screen TERM_PROGRAM=iTerm.app TMUX=x", Said{}, colorprofile.TrueColor, Blocks}, {"blocks", "TERM=xterm", sized, colorprofile.TrueColor, Blocks},
		{"sixel", "TERM=xterm", Said{Cell: image.Pt(8, 16)}, colorprofile.TrueColor, Sixel}, {"sixel", "TERM=xterm-kitty", Said{}, colorprofile.TrueColor, Blocks},
		{"iterm2", "TERM=xterm", sized, colorprofile.TrueColor, ITerm2}, {"kitty", "TERM=xterm", sized, colorprofile.TrueColor, Kitty},
	} {
		if got := For(Wishes{Setting: c.setting, Environ: strings.Fields(c.env), Said: c.said, Profile: c.profile}); got.Way != c.want {
			t.Errorf("%+v: %q", c, got.Way)
		}
	}
}

// T8: a picture keeps its shape in cells of any shape, and is as large where letters have many pixels.
func TestT8CellsOfTheTerminal(t *testing.T) {
	for _, c := range []struct{ cell, want image.Point }{{image.Point{}, image.Pt(30, 10)}, {image.Pt(8, 16), image.Pt(30, 10)}, {image.Pt(16, 32), image.Pt(30, 10)}, {image.Pt(10, 20), image.Pt(24, 8)}, {image.Pt(10, 25), image.Pt(24, 6)}} {
		p, err := Terminal{Way: Kitty, Session: 1, Cell: c.cell}.Make(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(240, 160)) }), 1, 60, 18)
		if err != nil || p.Size() != c.want {
			t.Errorf("cells of %v: %v, %v", c.cell, p.Size(), err)
		}
	}
}

// T8: however many pixels a cell has, iTerm2 gets no more of a picture than it has, and of a photo no more
// than so many; what is seen in part is that part.
func TestT8ITerm2Within(t *testing.T) {
	for _, c := range []struct{ size, most int }{{700, mostSixels}, {40, 40 * 40}} {
		photo := encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, flag(c.size, c.size), nil) })
		p, err := Terminal{Way: ITerm2, Cell: image.Pt(120, 120)}.Make(photo, 1, 60, 30)
		if err != nil {
			t.Fatal(err)
		}
		pixels := func(row, n int) image.Point {
			_, content, _ := strings.Cut(strings.TrimSuffix(p.Draw(row, n), "\a"), ":")
			data, _ := base64.StdEncoding.DecodeString(content)
			got, _, err := image.DecodeConfig(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			return image.Pt(got.Width, got.Height)
		}
		rows := p.Size().Y
		all, last := pixels(0, rows), pixels(rows-1, 1)
		if all.X*all.Y > c.most || all.X*all.Y < c.most*9/10 || last.X != all.X || last.Y < all.Y/rows || last.Y > all.Y/rows+1 {
			t.Errorf("%d: %v, the last of %d rows %v", c.size, all, rows, last)
		}
	}
}
