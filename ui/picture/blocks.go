package picture

import (
	"image"
	"image/color"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// opaque is from what alpha on a pixel is drawn; of one that is not, the ground is seen.
const opaque = 0x60

// HalfBlocks draws a picture in cells, two pixels in each: the upper half of one in the colour of
// its text, the lower in that of its ground. A row ends with no style open.
func HalfBlocks(img image.Image, cols, rows int, profile colorprofile.Profile) []string {
	small := scale(img, image.Pt(max(cols, 1), 2*max(rows, 1)))
	colours := palette{profile: profile, known: map[color.NRGBA]color.Color{}}
	out := make([]string, rows)
	for y := range rows {
		var b strings.Builder
		var last ansi.Style
		for x := range cols {
			upper, lower := small.NRGBAAt(x, 2*y), small.NRGBAAt(x, 2*y+1)
			style, sign := colours.cell(upper, lower)
			if seq := style.String(); last == nil || seq != last.String() {
				b.WriteString(seq)
			}
			last = style
			b.WriteString(sign)
		}
		b.WriteString(ansi.ResetStyle)
		out[y] = b.String()
	}
	return out
}

// palette turns colours into those of a terminal, each once.
type palette struct {
	profile colorprofile.Profile
	known   map[color.NRGBA]color.Color
}

// cell is the style and the sign of a cell.
func (p palette) cell(upper, lower color.NRGBA) (ansi.Style, string) {
	style := ansi.NewStyle().Reset()
	switch {
	case upper.A < opaque && lower.A < opaque:
		return style, " "
	case upper.A < opaque:
		return style.ForegroundColor(p.of(lower)), "▄"
	case lower.A < opaque:
		return style.ForegroundColor(p.of(upper)), "▀"
	}
	return style.ForegroundColor(p.of(upper)).BackgroundColor(p.of(lower)), "▀"
}

// of is a colour of the terminal. Of 24 bits it keeps 15: neighbours that hardly differ are one
// colour, which is not sent again.
func (p palette) of(c color.NRGBA) color.Color {
	c = color.NRGBA{c.R&^7 | c.R>>5, c.G&^7 | c.G>>5, c.B&^7 | c.B>>5, 0xff}
	if known, ok := p.known[c]; ok {
		return known
	}
	p.known[c] = p.profile.Convert(c)
	return p.known[c]
}
