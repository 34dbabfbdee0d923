//go:build unix

package main

import (
	"fmt"
	"html"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// Measures in pixels, for DejaVu Sans Mono at 15.
const (
	cellWidth, cellHeight = 9.0, 19.0
	fontSize, baseline    = 15.0, 14.5
	padding               = 12.0
)

const (
	asciiFont = "DejaVu Sans Mono"
	// otherFonts are asked for what is not ASCII. Digits must not come this
	// way: the emoji font has some of its own.
	otherFonts = asciiFont + ", Noto Sans Mono CJK JP, Noto Sans Mono, Noto Sans Arabic, Noto Sans Hebrew, Noto Sans"
)

var (
	foreground = color.RGBA{0xd8, 0xde, 0xe9, 255}
	background = color.RGBA{0x16, 0x18, 0x1d, 255}
)

// picture draws a screen as SVG, cell by cell.
type picture struct {
	strings.Builder
	emoji emoji
}

// draw returns screen as an SVG document, with a block where the cursor shows.
func draw(screen *vt.Emulator, cursor bool, e emoji) string {
	p := &picture{emoji: e}
	w, h := screen.Width(), screen.Height()
	fmt.Fprintf(p, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" font-family="%s" font-size="%g" xml:space="preserve">`+"\n",
		float64(w)*cellWidth+2*padding, float64(h)*cellHeight+2*padding, otherFonts, fontSize)
	fmt.Fprintf(p, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", hex(background))
	at := screen.CursorPosition()
	for y := range h {
		for x := range w {
			if c := screen.CellAt(x, y); c != nil && c.Width > 0 {
				p.cell(c, x, y, cursor && x == at.X && y == at.Y)
			}
		}
		p.WriteByte('\n')
	}
	p.WriteString("</svg>\n")
	return p.String()
}

func (p *picture) cell(c *uv.Cell, col, row int, cursor bool) {
	x, y := padding+float64(col)*cellWidth, padding+float64(row)*cellHeight
	fg, bg := c.Style.Fg, c.Style.Bg
	if fg == nil {
		fg = foreground
	}
	if c.Style.Attrs&uv.AttrReverse != 0 != cursor {
		if bg == nil {
			bg = background
		}
		fg, bg = bg, fg
	}
	if bg != nil {
		fmt.Fprintf(p, `<rect x="%g" y="%g" width="%g" height="%g" fill="%s" shape-rendering="crispEdges"/>`,
			x, y, cellWidth*float64(c.Width), cellHeight, hex(bg))
	}
	if strings.TrimSpace(c.Content) != "" {
		p.glyph(c, x, y, hex(fg))
	}
}

func (p *picture) glyph(c *uv.Cell, x, y float64, fg string) {
	if line := box(c.Content, x, y); line != "" {
		weight := 1.2
		if strings.Contains("┃━", c.Content) {
			weight *= 2
		}
		fmt.Fprintf(p, `<path d="%s" fill="none" stroke="%s" stroke-width="%g"/>`, line, fg, weight)
		return
	}
	if image := p.emoji.image(c); image != "" {
		fmt.Fprintf(p, `<image x="%g" y="%g" width="%g" height="%g" href="%s"/>`,
			x+0.5, y+1.5, cellWidth*float64(max(2, c.Width))-1, cellHeight-3, image)
		return
	}
	fmt.Fprintf(p, `<text x="%g" y="%g" fill="%s"%s>%s</text>`, x, y+baseline, fg, attributes(c), html.EscapeString(c.Content))
}

func attributes(c *uv.Cell) string {
	out := ""
	for _, a := range []struct {
		on   bool
		text string
	}{
		{c.Content[0] < 0x80, ` font-family="` + asciiFont + `"`},
		{c.Style.Attrs&uv.AttrBold != 0, ` font-weight="bold"`},
		{c.Style.Attrs&uv.AttrItalic != 0, ` font-style="italic"`},
		{c.Style.Attrs&uv.AttrFaint != 0, ` opacity="0.6"`},
		{c.Style.Underline != 0, ` text-decoration="underline"`},
		{c.Style.Attrs&uv.AttrStrikethrough != 0, ` text-decoration="line-through"`},
	} {
		if a.on {
			out += a.text
		}
	}
	return out
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
