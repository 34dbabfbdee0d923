// Package picture makes rows of a terminal of the pictures that customers send. Nothing about
// a picture is trusted: its size in pixels is read before it is decoded, one that would take
// much memory is refused, and a decoder that panics is a picture that is broken.
//
// What draws on every terminal with colours are half blocks: two pixels to a cell, as text
// like any other.
package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	_ "image/gif"  // these are the kinds that are known
	_ "image/jpeg" //
	_ "image/png"  //

	"unibox/ui/catalog"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" //
)

const (
	// MostBytes is how large the file of a picture may be.
	MostBytes = 10 << 20
	// mostPixels and mostMemory bound what decoding takes: those of a photo of 16 megapixels.
	// mostSide bounds what scaling takes, which is by the longer side.
	mostPixels = 16 << 20
	mostMemory = 64 << 20
	mostSide   = 8192
)

// Decode reads a picture, makes it no larger than most, and says how large it was. It takes long
// and is called in commands only; the error is the words of a sentence after "it cannot be
// shown: ".
func Decode(data []byte, most image.Point) (small *image.NRGBA, size image.Point, err error) {
	defer func() {
		if recover() != nil {
			small, err = nil, catalog.Error("the picture is broken")
		}
	}()
	whole, err := decode(data)
	if err != nil {
		return nil, image.Point{}, err
	}
	size = whole.Bounds().Size()
	return scale(whole, within(size, most)), size, nil
}

func decode(data []byte) (image.Image, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case errors.Is(err, image.ErrFormat):
		return nil, catalog.Error("it is no picture of a kind that is known: JPEG, PNG, GIF or WebP")
	case err != nil || c.Width <= 0 || c.Height <= 0:
		return nil, catalog.Error("the picture is broken")
	case max(c.Width, c.Height) > mostSide, c.Width*c.Height > mostPixels, c.Width*c.Height*(bytesPerPixel(c.ColorModel)+coefficients(data)) > mostMemory:
		return nil, catalog.Errorf("it has %d x %d pixels, which takes too much memory", c.Width, c.Height)
	}
	whole, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, catalog.Error("the picture is broken, or not all of it is there")
	}
	return whole, nil
}

// bytesPerPixel is what a pixel takes in memory.
func bytesPerPixel(m color.Model) int {
	switch m {
	case color.YCbCrModel, color.NYCbCrAModel:
		return 3
	case color.GrayModel:
		return 1
	case color.RGBA64Model, color.NRGBA64Model, color.CMYKModel: // CMYK is copied once
		return 8
	}
	if _, few := m.(color.Palette); few {
		return 1
	}
	return 4
}

// within is a size of the same shape that fits into another and is not larger than it was.
func within(size, most image.Point) image.Point {
	w, h := size.X, size.Y
	if w > most.X {
		w, h = most.X, h*most.X/w
	}
	if h > most.Y {
		w, h = w*most.Y/h, most.Y
	}
	return image.Pt(max(w, 1), max(h, 1))
}

// coarser is how many times larger than it is to be a picture is when it is scaled well.
const coarser = 2

// scale makes a picture of a size. What scales well takes memory by the height that a picture
// had: a large one is first made smaller in a way that takes none.
func scale(img image.Image, size image.Point) *image.NRGBA {
	if rough, b := size.Mul(coarser), img.Bounds(); b.Dx() > 2*rough.X || b.Dy() > 2*rough.Y {
		less := image.NewRGBA(image.Rect(0, 0, min(b.Dx(), rough.X), min(b.Dy(), rough.Y)))
		draw.ApproxBiLinear.Scale(less, less.Bounds(), img, b, draw.Src, nil)
		img = less
	}
	out := image.NewNRGBA(image.Rectangle{Max: size})
	draw.BiLinear.Scale(out, out.Bounds(), img, img.Bounds(), draw.Src, nil)
	return out
}

// Cells is how many columns and rows a picture takes, at most so many, where a cell has so many
// pixels. It keeps its shape, and is not drawn larger than it is.
func Cells(size, cell image.Point, cols, rows int) (w, h int) {
	fit := within(size, image.Pt(cols*cell.X, rows*cell.Y))
	return min(max((fit.X+cell.X/2)/cell.X, 1), max(cols, 1)), min(max((fit.Y+cell.Y/2)/cell.Y, 1), max(rows, 1))
}
