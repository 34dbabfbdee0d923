package qr

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"unicode/utf8"

	"rsc.io/qr"
)

// encode makes a picture of a text, scale pixels to a module.
func encode(t testing.TB, text string, level qr.Level, scale int) (*qr.Code, []byte) {
	t.Helper()
	code, err := qr.Encode(text, level)
	if err != nil {
		t.Fatal(err)
	}
	code.Scale = scale
	var out bytes.Buffer
	if err := png.Encode(&out, code.Image()); err != nil { // its own encoder panics for a scale of 1
		t.Fatal(err)
	}
	return code, out.Bytes()
}

// What is drawn is, module by module, what was encoded, whatever its size, and has a
// light border all around.
func TestWhatIsDrawnIsWhatWasSent(t *testing.T) {
	for _, scale := range []int{1, 3, 8} {
		for _, text := range []string{"a", "2@sandbox,1000,0", strings.Repeat("2@Zx9/+Ab,", 24), strings.Repeat("long ", 500)} {
			want, picture := encode(t, text, qr.L, scale)
			c, err := Read(picture)
			if err != nil {
				t.Fatalf("%d characters, scale %d: %v", len(text), scale, err)
			}
			for _, border := range borders {
				w, h := c.cells(border)
				checkDrawn(t, want, c.Rows(w, h), border)
			}
		}
	}
}

func checkDrawn(t *testing.T, want *qr.Code, rows []string, border int) {
	t.Helper()
	if len(rows) != (want.Size+2*border+1)/2 {
		t.Fatalf("%d rows for %d modules and a border of %d", len(rows), want.Size, border)
	}
	for i, row := range rows {
		if n := utf8.RuneCountInString(row); n != want.Size+2*border {
			t.Fatalf("row %d has %d cells", i, n)
		}
		for x, r := range []rune(row) {
			upper := want.Black(x-border, 2*i-border)
			lower := want.Black(x-border, 2*i+1-border)
			if got := [2]bool{r == '▀' || r == '█', r == '▄' || r == '█'}; got != [2]bool{upper, lower} {
				t.Fatalf("cell %d of row %d is %q, want %v above %v", x, i, r, upper, lower)
			}
		}
	}
}

// A code that has no room is not drawn at all: a part of one cannot be scanned.
func TestNoRoom(t *testing.T) {
	_, picture := encode(t, strings.Repeat("2@Zx9/+Ab,", 24), qr.L, 8)
	c, err := Read(picture)
	if err != nil {
		t.Fatal(err)
	}
	w, h := c.Room()
	if w != 59 || h != 30 {
		t.Errorf("240 characters need %dx%d", w, h)
	}
	if c.Rows(w-1, h) != nil || c.Rows(w, h-1) != nil || c.Rows(w, h) == nil {
		t.Error("drawn where there is no room, or not where there is")
	}
}

func TestWhatIsNoCode(t *testing.T) {
	blank := func(w, h int, c color.Color) []byte {
		img := image.NewGray(image.Rect(0, 0, w, h))
		for i := range img.Pix {
			img.Pix[i] = color.GrayModel.Convert(c).(color.Gray).Y
		}
		var out bytes.Buffer
		if err := png.Encode(&out, img); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	_, good := encode(t, "a", qr.L, 8)
	for name, picture := range map[string][]byte{
		"nothing": nil, "text": []byte("<html>"), "a broken picture": good[:len(good)/2], "white": blank(50, 50, color.White),
		"black": blank(210, 210, color.Black), "one pixel": blank(1, 1, color.Black), "a huge one": blank(most+1, 1, color.Black),
	} {
		if c, err := Read(picture); err == nil {
			t.Errorf("%s is a code of %d modules", name, c.size)
		}
	}
}

// A picture without a background is on white paper.
func TestTransparentPicture(t *testing.T) {
	want, _ := encode(t, "tg://login?token=abc", qr.M, 1)
	img := image.NewNRGBA(image.Rect(0, 0, want.Size*4, want.Size*4))
	for y := range want.Size * 4 {
		for x := range want.Size * 4 {
			if want.Black(x/4, y/4) {
				img.Set(x, y, color.NRGBA{R: 20, G: 40, B: 60, A: 255})
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	c, err := Read(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	w, h := c.cells(4)
	checkDrawn(t, want, c.Rows(w, h), 4)
}

func FuzzRead(f *testing.F) {
	_, picture := encode(f, "2@sandbox,1000,0", qr.L, 2)
	f.Add(picture)
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, picture []byte) {
		c, err := Read(picture)
		if err != nil {
			return
		}
		w, h := c.Room()
		if rows := c.Rows(w, h); len(rows) != h {
			t.Errorf("%d rows, want %d", len(rows), h)
		}
	})
}
