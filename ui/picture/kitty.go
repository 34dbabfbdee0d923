package picture

import (
	"fmt"
	"image"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
)

// Kitty's graphics protocol keeps a picture in the terminal under an id. Where it is seen is
// said by text: cells that hold one private character with a mark for the row, one for the
// column and one for the id's first byte, in the colour that is the rest of the id. So a picture
// is moved, covered and erased like any text, also by tmux
// (https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders).

// The ids are those that a colour of 256 tells, without the sixteen that a terminal may be told
// in another way.
const firstColour, colours = 16, 240

// kittyCell is how many pixels of a picture are sent for a cell.
var kittyCell = image.Pt(7, 14)

// inKitty is the id of the picture in a place of a session, placeOf the place of an id.
func (t Terminal) inKitty(place int) int { return t.Session<<24 | (firstColour + place%colours) }

func placeOf(id int) int { return id&0xff - firstColour }

// transmit is what gives kitty a picture that fills so many cells, and drop what takes it from
// there. Neither is answered.
func (t Terminal) transmit(img *image.NRGBA, id, cols, rows int) (send, drop string, err error) {
	var b strings.Builder
	err = kitty.EncodeGraphics(&b, img, &kitty.Options{
		Action: kitty.TransmitAndPut, VirtualPlacement: true, ID: id, Columns: cols, Rows: rows, Quiet: 2,
		Format: kitty.PNG, Transmission: kitty.Direct, Chunk: true, ChunkFormatter: t.through,
	})
	return b.String(), t.through(ansi.KittyGraphics(nil, "a=d", "d=I", fmt.Sprintf("i=%d", id), "q=2")), err
}

// through takes a sequence through tmux to the terminal outside.
func (t Terminal) through(sequence string) string {
	if t.Tmux {
		return ansi.TmuxPassthrough(sequence)
	}
	return sequence
}

// coarse is a picture with 18 bits for a colour, which is half as long: nobody sees it at this
// size.
func coarse(img *image.NRGBA) *image.NRGBA {
	for i := range img.Pix {
		if i%4 < 3 {
			img.Pix[i] = img.Pix[i]&^3 | img.Pix[i]>>6
		}
	}
	return img
}

// placeholders are the cells of a picture in kitty, no more than so many.
func placeholders(id, cols, rows int) []string {
	first := kitty.Diacritic(id >> 24)
	out := make([]string, rows)
	for y := range rows {
		var b strings.Builder
		fmt.Fprintf(&b, "\x1b[38;5;%dm", id&0xff)
		for x := range cols {
			b.WriteRune(kitty.Placeholder)
			b.WriteRune(kitty.Diacritic(y))
			b.WriteRune(kitty.Diacritic(x))
			b.WriteRune(first)
		}
		b.WriteString(ansi.ResetStyle)
		out[y] = b.String()
	}
	return out
}
