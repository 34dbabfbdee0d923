// Package screenshots draws what a terminal shows as SVG: a picture ([Draw]), or a film
// ([Film]). Both need nothing but the screen, so one screen is always the same file, in
// which each row of the screen is a line. Its tests play the demo on a fake clock and make
// the pictures of this folder, or compare their text: see README.md.
package screenshots

import (
	"fmt"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// Measures in pixels. Text is fitted to the cells, whatever font a viewer has.
const (
	cellWidth, cellHeight = 9, 19
	fontSize, baseline    = 15, 14.5
	padding               = 12
)

// fonts are those of a terminal that people are likely to have. What they lack comes
// from others.
const fonts = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"

// Ground is what a terminal draws where no colour is said.
type Ground struct{ Text, Ground color.Color }

// Dark and Light are the grounds of most terminals.
var (
	Dark  = Ground{color.RGBA{0xd8, 0xde, 0xe9, 255}, color.RGBA{0x16, 0x18, 0x1d, 255}}
	Light = Ground{color.RGBA{0x24, 0x29, 0x2f, 255}, color.RGBA{0xff, 0xff, 0xff, 255}}
)

// Screen is what a terminal shows at a moment: its rows, each drawn as SVG.
type Screen struct {
	cols int
	rows []line
}

// line is a row in pieces: the grounds that lie under it, and what stands on them.
type line struct{ grounds, pieces []string }

// Take draws what emu shows, with a block where the cursor is, if it shows.
func Take(emu *vt.Emulator, cursor bool, g Ground) Screen {
	s := Screen{emu.Width(), make([]line, emu.Height())}
	at := emu.CursorPosition()
	for y := range s.rows {
		cells := make([]uv.Cell, 0, s.cols)
		for x := range s.cols {
			c := emu.CellAt(x, y)
			if c == nil || c.Width == 0 { // the second half of a wide one
				continue
			}
			cell := *c
			if cursor && at.X == x && at.Y == y {
				cell.Style.Attrs ^= uv.AttrReverse
			}
			cells = append(cells, cell)
		}
		s.rows[y] = line{grounds(cells, g), pieces(cells, g)}
	}
	return s
}

// Draw returns a screen as an SVG document with a title.
func Draw(s Screen, title string, g Ground) string {
	var p strings.Builder
	head(&p, s, title, g, 0)
	for y, l := range s.rows {
		fmt.Fprintf(&p, "<g transform=\"translate(%d,%d)\">%s%s</g>\n", padding, padding+y*cellHeight, strings.Join(l.grounds, ""), strings.Join(l.pieces, ""))
	}
	p.WriteString("</svg>\n")
	return p.String()
}

// head opens a document for a screen, with room for more rows under it.
func head(p *strings.Builder, s Screen, title string, g Ground, more int) {
	w, h := s.cols*cellWidth+2*padding, (len(s.rows)+more)*cellHeight+2*padding
	fmt.Fprintf(p, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" font-family="%s" font-size="%d">`+"\n", w, h, w, h, fonts, fontSize)
	fmt.Fprintf(p, "<title>%s</title>\n", escape(title))
	fmt.Fprintf(p, `<rect width="%d" height="%d" rx="8" fill="%s" stroke="#888" stroke-opacity=".4"/>`+"\n", w, h, hex(g.Ground))
}

// colours are those of a cell, ground nil where nothing is drawn.
func colours(c *uv.Cell, g Ground) (text, ground color.Color) {
	text, ground = c.Style.Fg, c.Style.Bg
	if text == nil {
		text = g.Text
	}
	if c.Style.Attrs&uv.AttrReverse != 0 {
		if ground == nil {
			ground = g.Ground
		}
		text, ground = ground, text
	}
	return text, ground
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escape(text string) string { return escaper.Replace(text) }
