package picture

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/charmbracelet/colorprofile"
)

// head is a JPEG up to its frame: so large, baseline (0xc0) or progressive (0xc2).
func head(t *testing.T, sof byte, w, h int) []byte {
	data := encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, flag(16, 16), nil) })
	at := bytes.Index(data, []byte{0xff, sof0})
	data[at+1] = sof
	data[at+5], data[at+6], data[at+7], data[at+8] = byte(h>>8), byte(h), byte(w>>8), byte(w)
	return data
}

// T8: what would take much memory is refused by its head: a long thin picture, and a progressive
// JPEG of more than four megapixels, whatever stands before its frame.
func TestT8WhatTakesMuchMemoryIsRefused(t *testing.T) {
	hidden := func(data []byte) []byte { // in a segment of its own another frame, then bytes that are none
		return bytes.Join([][]byte{data[:2], {0xff, 0xe1, 0, 6, 0xff, 0xc0, 0xff, 0xd9}, {0, 0xff, 0, 7, 0xff, 0xff}, data[3:]}, nil)
	}
	for name, c := range map[string]struct {
		data    []byte
		refused bool
	}{
		"thin":                  {claims(t, 1, 1<<24), true},
		"flat":                  {claims(t, 1<<24, 1), true},
		"as long as it may be":  {claims(t, 1, mostSide), false},
		"one more":              {claims(t, 1, mostSide+1), true},
		"a photo":               {head(t, sof0, 4600, 3400), false},
		"a progressive one":     {head(t, sof2, 4600, 3400), true},
		"a hidden one":          {hidden(head(t, sof2, 4600, 3400)), true},
		"not a progressive one": {hidden(head(t, sof0, 4600, 3400)), false},
		"a small progressive":   {head(t, sof2, 2000, 2000), false},
	} {
		_, err := decode(c.data)
		if refused := err != nil && strings.Contains(err.Error(), "too much memory"); refused != c.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// T8: to scale a high picture takes no memory by its height.
func TestT8ScalingTakesLittleMemory(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 2048, mostSide))
	for i := range img.Pix {
		img.Pix[i] = byte(i & 1 * 0xff)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	out := scale(img, within(img.Bounds().Size(), image.Pt(420, 252)))
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
		t.Errorf("it took %d bytes", took)
	}
	if got := out.Bounds().Size(); got != image.Pt(63, 252) {
		t.Errorf("it is %v", got)
	}
	big, small := scale(flag(1200, 800), image.Pt(30, 20)), flag(30, 20)
	for _, at := range []image.Point{{0, 0}, {29, 8}, {3, 11}, {29, 19}} {
		if big.NRGBAAt(at.X, at.Y) != small.NRGBAAt(at.X, at.Y) {
			t.Errorf("at %v it is %v", at, big.NRGBAAt(at.X, at.Y))
		}
	}
}

// T8: pictures are made one after the other.
func TestT8OnePictureIsMadeAtATime(t *testing.T) {
	data := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, flag(9, 9)) })
	synctest.Test(t, func(t *testing.T) {
		term := For(Wishes{Setting: "blocks", Profile: colorprofile.TrueColor})
		term.turn <- struct{}{} // another is being made
		var made atomic.Int32
		for range 3 {
			go func() {
				if _, err := term.Make(data, 1, 9, 9); err == nil {
					made.Add(1)
				}
			}()
		}
		if synctest.Wait(); made.Load() != 0 {
			t.Errorf("%d were made meanwhile", made.Load())
		}
		<-term.turn
		if synctest.Wait(); made.Load() != 3 {
			t.Errorf("%d were made", made.Load())
		}
	})
}
