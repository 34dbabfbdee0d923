package picture

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/iterm2"
	"github.com/charmbracelet/x/ansi/sixel"
	"golang.org/x/image/draw"
)

// Sixels (DEC STD 070, chapter 9) and iTerm2's inline images
// (https://iterm2.com/documentation-images.html) are drawn over cells where the cursor is, and
// nothing places them afterwards: they are gone where text is written over them, and what draws
// the screen has to draw them again. So a picture leaves cells of kitty's kind free, which say
// what of it is seen there, and draws as many of its rows as are.

const (
	// mostSixels is how many pixels are drawn at the most: some 400,000 bytes.
	mostSixels = 400_000
	// band is how many rows of pixels a row of sixels has. A picture that ends within one is as
	// high as all of it in some terminals, and would reach into the row of text below.
	band = 6
	// manyColours are as many as a picture needs.
	manyColours = 256
	quality     = 85
)

// sixteen are the colours where there are no more registers.
var sixteen = color.Palette{
	color.NRGBA{0, 0, 0, 255}, color.NRGBA{128, 0, 0, 255}, color.NRGBA{0, 128, 0, 255}, color.NRGBA{128, 128, 0, 255},
	color.NRGBA{0, 0, 128, 255}, color.NRGBA{128, 0, 128, 255}, color.NRGBA{0, 128, 128, 255}, color.NRGBA{192, 192, 192, 255},
	color.NRGBA{96, 96, 96, 255}, color.NRGBA{255, 64, 64, 255}, color.NRGBA{64, 255, 64, 255}, color.NRGBA{255, 255, 64, 255},
	color.NRGBA{64, 64, 255, 255}, color.NRGBA{255, 64, 255, 255}, color.NRGBA{64, 255, 255, 255}, color.NRGBA{255, 255, 255, 255},
}

// over makes a picture that is drawn over cells. All of it is encoded at once, here, and what is
// seen in part when it is drawn.
func (t Terminal) over(p Picture) Picture {
	p.cell = t.exact()
	img := scale(p.img, t.drawnIn(p))
	encode := func(row, n int) string {
		from, to := row*img.Rect.Dy()/p.rows, (row+n)*img.Rect.Dy()/p.rows
		return inITerm2(part(img, from, to-from), p.cols, n)
	}
	if t.Way == Sixel {
		reduced := t.reduced(img)
		encode = func(row, n int) string {
			return inSixels(part(reduced, row*p.cell.Y, max(n*p.cell.Y/band*band, band)))
		}
	}
	whole := encode(0, p.rows)
	p.Draw = func(row, n int) string {
		if row == 0 && n == p.rows {
			return whole
		}
		return encode(row, n)
	}
	return p
}

// drawnIn is in how many pixels a picture is drawn. Sixels are as many as its cells have; iTerm2 fits a file
// into them, which needs no more than the picture has, or than are sent at the most.
func (t Terminal) drawnIn(p Picture) image.Point {
	size, has := image.Pt(p.cols*p.cell.X, p.rows*p.cell.Y), p.img.Bounds()
	all, most := size.X*size.Y, min(has.Dx()*has.Dy(), mostSixels)
	if t.Way == Sixel || all <= most {
		return size
	}
	less := math.Sqrt(float64(most) / float64(all))
	return image.Pt(max(int(float64(size.X)*less), 1), max(int(float64(size.Y)*less), p.rows))
}

// part are rows of pixels of a picture.
func part(img *image.NRGBA, from, n int) *image.NRGBA {
	b := img.Bounds()
	return img.SubImage(image.Rect(b.Min.X, from, b.Max.X, min(from+n, b.Max.Y))).(*image.NRGBA)
}

// reduced is a picture in as many colours as the terminal has, where a pixel is seen or is not.
func (t Terminal) reduced(img *image.NRGBA) *image.NRGBA {
	if t.Registers > 0 && t.Registers < manyColours {
		few := image.NewPaletted(img.Bounds(), sixteen[:min(max(t.Registers, 2), len(sixteen))])
		draw.FloydSteinberg.Draw(few, few.Bounds(), img, image.Point{})
		return seen(few, img)
	}
	return seen(coarse(img), img)
}

// seen is a picture with the pixels of another that are to be seen.
func seen(img image.Image, alpha *image.NRGBA) *image.NRGBA {
	b := img.Bounds()
	out := image.NewNRGBA(b)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if alpha.NRGBAAt(x, y).A >= opaque {
				c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
				c.A = 0xff
				out.SetNRGBA(x, y, c)
			}
		}
	}
	return out
}

// inSixels draws a picture in sixels; what is not to be seen of it stays as it is. The line ends
// behind the last row are left out: they could scroll the screen.
func inSixels(img *image.NRGBA) string {
	at0 := image.NewNRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(at0, at0.Bounds(), img, img.Bounds().Min, draw.Src)
	var b bytes.Buffer
	if err := new(sixel.Encoder).Encode(&b, at0); err != nil {
		return ""
	}
	return ansi.SixelGraphics(0, 1, 0, bytes.TrimRight(b.Bytes(), string(sixel.LineBreak)))
}

// inITerm2 draws a picture as a file that fills so many cells.
func inITerm2(img *image.NRGBA, cols, rows int) string {
	var b bytes.Buffer
	var err error
	if img.Opaque() {
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: quality})
	} else {
		err = png.Encode(&b, img)
	}
	if err != nil {
		return ""
	}
	return ansi.ITerm2(iterm2.File{
		Size: int64(b.Len()), Width: iterm2.Cells(cols), Height: iterm2.Cells(rows), IgnoreAspectRatio: true, Inline: true, DoNotMoveCursor: true,
		Content: base64.StdEncoding.AppendEncode(nil, b.Bytes()),
	})
}
