// Package qr draws the QR codes that platforms send as pictures in a terminal, two
// modules to a cell.
//
// A platform's picture was made by a program: upright, sharp and without anything
// else on it. So its modules are read off, not recognized, and what the code says is
// not looked at.
package qr

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"

	"unibox/ui/catalog"
)

// The smallest and the largest code have so many modules a side; from one size to the
// next it is four more.
const (
	smallest = 21
	largest  = 177
	step     = 4
)

// most is the side of the largest picture that is looked at, in pixels.
const most = 4096

// errNone is the error for a picture that is none of a QR code.
const errNone = catalog.Error("the picture that the platform sent is no QR code")

// Code is a QR code.
type Code struct {
	size int
	// dark holds the modules row by row.
	dark []bool
}

// Read reads a code off a picture in PNG format.
func Read(picture []byte) (Code, error) {
	head, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil || head.Width > most || head.Height > most {
		return Code{}, errNone
	}
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return Code{}, errNone
	}
	box := inked(img)
	size, ok := modules(img, box)
	if !ok {
		return Code{}, errNone
	}
	c := Code{size, make([]bool, size*size)}
	for y := range size {
		for x := range size {
			c.dark[y*size+x] = dark(img, box.Min.X+(2*x+1)*box.Dx()/(2*size), box.Min.Y+(2*y+1)*box.Dy()/(2*size))
		}
	}
	if !c.finds(0, 0) || !c.finds(size-finder, 0) || !c.finds(0, size-finder) {
		return Code{}, errNone
	}
	return c, nil
}

// inked is the smallest rectangle around what is dark.
func inked(img image.Image) (box image.Rectangle) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if dark(img, x, y) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

// dark reports whether a pixel is dark on white paper.
func dark(img image.Image, x, y int) bool {
	r, g, b, a := img.At(x, y).RGBA() // premultiplied
	paper := 0xffff - a
	grey, _ := color.GrayModel.Convert(color.RGBA64{R: uint16(r + paper), G: uint16(g + paper), B: uint16(b + paper), A: 0xffff}).(color.Gray)
	return grey.Y < 128
}

// modules is how many modules a side has: the mark in the upper left corner begins
// with a line of as many as it is wide.
func modules(img image.Image, box image.Rectangle) (n int, ok bool) {
	line := 0
	for line < box.Dx() && dark(img, box.Min.X+line, box.Min.Y) {
		line++
	}
	if line < finder || box.Dx() != box.Dy() {
		return 0, false
	}
	n = (box.Dx()*finder + line/2) / line
	return n, n >= smallest && n <= largest && (n-smallest)%step == 0
}

// finder is the side of the mark in three corners of a code: a dark square in a light
// ring in a dark one.
const finder = 7

// finds reports whether that mark is at a place.
func (c Code) finds(left, top int) bool {
	for y := range finder {
		for x := range finder {
			ring := max(abs(x-finder/2), abs(y-finder/2))
			if c.at(left+x, top+y) != (ring != 2) {
				return false
			}
		}
	}
	return true
}

func abs(n int) int { return max(n, -n) }

// at reports whether a module is dark; those around the code are light.
func (c Code) at(x, y int) bool {
	return x >= 0 && y >= 0 && x < c.size && y < c.size && c.dark[y*c.size+x]
}

// The light border around a code: at least one module, and as many as a camera likes
// to see where there is room.
var borders = [...]int{4, 2, 1}

// Room is how many cells a code needs at the least.
func (c Code) Room() (w, h int) { return c.cells(borders[len(borders)-1]) }

func (c Code) cells(border int) (w, h int) {
	side := c.size + 2*border
	return side, (side + 1) / 2
}

// Rows draws the code in no more than w columns and h rows, which have to be shown dark
// on light. They are nil where it does not fit.
func (c Code) Rows(w, h int) []string {
	for _, border := range borders {
		if needW, needH := c.cells(border); needW <= w && needH <= h {
			return c.draw(border)
		}
	}
	return nil
}

// blocks are the four ways in which two modules fill a cell.
var blocks = map[[2]bool]rune{{false, false}: ' ', {true, false}: '▀', {false, true}: '▄', {true, true}: '█'}

func (c Code) draw(border int) []string {
	var rows []string
	for y := -border; y < c.size+border; y += 2 {
		var row strings.Builder
		for x := -border; x < c.size+border; x++ {
			row.WriteRune(blocks[[2]bool{c.at(x, y), c.at(x, y+1)}])
		}
		rows = append(rows, row.String())
	}
	return rows
}
