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
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

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
		if got := For(c.setting, c.ascii, c.profile); !strings.Contains(got.Why, c.why) || (got.Way == None) != (c.why != "") {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

// T8: no more pictures are kept than so many, and an answer to what was asked before is dropped.
func TestT8Shelf(t *testing.T) {
	var s Shelf
	id := state.FileID{File: "x"}
	old := s.Ask(id)
	now := s.Ask(id)
	if s.Answer(id, old, flag(1, 1), image.Pt(1, 1), "") {
		t.Error("an old answer was taken")
	}
	before := s.Version(id)
	if !s.Answer(id, now, flag(1, 1), image.Pt(1, 1), "") || s.Version(id) == before || s.Reading() != 0 {
		t.Error("the answer was not taken")
	}
	for i := range 100 {
		s.Ask(state.FileID{File: fmt.Sprint(i)})
	}
	if len(s.kept) != mostKept || s.Has(id) || !s.Has(state.FileID{File: "99"}) {
		t.Errorf("%d are kept", len(s.kept))
	}
}
