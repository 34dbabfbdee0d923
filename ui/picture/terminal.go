package picture

import (
	"image"

	"github.com/charmbracelet/colorprofile"
)

// Way is how pictures are drawn.
type Way string

// What a config may ask for. None is the way of a terminal that shows no pictures.
const (
	None   Way = ""
	Blocks Way = "blocks"
)

// usualCell is what is assumed of a cell whose size the terminal does not say.
var usualCell = image.Pt(8, 16)

// Terminal is how pictures are drawn on one.
type Terminal struct {
	Way Way
	// Why is why none are drawn, where Way is None.
	Why string
	// Profile is which colours it has.
	Profile colorprofile.Profile
}

// For is how pictures are drawn on a terminal. The setting is "off", a way, or "auto".
func For(setting string, ascii bool, profile colorprofile.Profile) Terminal {
	switch {
	case setting == "off":
		return Terminal{Why: "pictures are off: images under [ui] in the config"}
	case ascii:
		return Terminal{Why: "a picture cannot be drawn in ASCII"}
	case profile <= colorprofile.ASCII:
		return Terminal{Why: "a picture cannot be drawn without colours"}
	}
	return Terminal{Way: Blocks, Profile: profile}
}

// Most is how large a picture is kept, in pixels, to be drawn in so many cells.
func (t Terminal) Most(cols, rows int) image.Point { return image.Pt(2*cols, 4*rows) }

// Rows draws a picture in no more than so many cells.
func (t Terminal) Rows(img image.Image, size image.Point, cols, rows int) []string {
	w, h := Cells(size, usualCell, cols, rows)
	return HalfBlocks(img, w, h, t.Profile)
}
