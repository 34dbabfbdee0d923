package screenshots

import (
	"fmt"
	"image/color"
	"slices"
	"strings"
	"unicode"

	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/text/unicode/bidi"
)

// run is neighbouring cells that are drawn in one piece.
type run struct {
	col, cells int
	text       []string
	kind       kind
	fg         color.Color
	style      string
}

// kind is how a cell is drawn.
type kind int

const (
	blank  kind = iota
	plain       // as text, of any length
	symbol      // as text, alone: a viewer's font may have another width for it
	rtl         // as text from right to left, which the cells show in the order of the eye
	shape       // as lines or areas
)

// pieces draws what stands in a row.
func pieces(cells []uv.Cell, g Ground) []string {
	var all []string
	for _, r := range runs(cells, g) {
		all = append(all, r.draw())
	}
	return all
}

// grounds draws what lies under a row.
func grounds(cells []uv.Cell, g Ground) (all []string) {
	from, col, fill := 0, 0, ""
	flush := func() {
		if fill != "" {
			all = append(all, fmt.Sprintf(`<rect x="%d" width="%d" height="%d" fill="%s" shape-rendering="crispEdges"/>`, from*cellWidth, (col-from)*cellWidth, cellHeight, fill))
		}
	}
	for i := range cells {
		next := ""
		if _, bg := colours(&cells[i], g); bg != nil && bg != g.Ground {
			next = hex(bg)
		}
		if next != fill {
			flush()
			from, fill = col, next
		}
		col += cells[i].Width
	}
	flush()
	return all
}

// runs joins cells that look alike. A blank between two words is part of what they are.
func runs(cells []uv.Cell, g Ground) []run {
	var all []run
	col, blanks := 0, 0
	for i := range cells {
		c := &cells[i]
		fg, _ := colours(c, g)
		next := run{col, c.Width, []string{strings.ReplaceAll(c.Content, " ", "\u00a0")}, kindOf(c), fg, style(c)} // a line under a blank is kept
		col += c.Width
		if next.kind == blank {
			blanks++
			continue
		}
		last := len(all) - 1
		if last >= 0 && all[last].joins(next, blanks) {
			all[last].text = append(append(all[last].text, slices.Repeat([]string{" "}, blanks)...), next.text...)
			all[last].cells = col - all[last].col
		} else {
			all = append(all, next)
		}
		blanks = 0
	}
	return all
}

// joins reports whether next goes on where r ended, some blanks before.
func (r run) joins(next run, blanks int) bool {
	alike := r.kind == next.kind && r.fg == next.fg && r.style == next.style && r.col+r.cells+blanks == next.col
	switch r.kind {
	case plain, rtl:
		return alike && blanks <= 1
	case shape:
		return alike && blanks == 0 && r.text[0] == next.text[0]
	}
	return false
}

func kindOf(c *uv.Cell) kind {
	if strings.TrimSpace(c.Content) == "" {
		if c.Style.Underline != 0 || c.Style.Attrs&uv.AttrStrikethrough != 0 {
			return plain
		}
		return blank
	}
	if drawn(c.Content) {
		return shape
	}
	first := []rune(c.Content)[0]
	switch p, _ := bidi.LookupRune(first); p.Class() {
	case bidi.R, bidi.AL:
		return rtl
	}
	if c.Width == 1 && (first < 0x80 || unicode.IsLetter(first) || unicode.IsDigit(first) || unicode.IsPunct(first)) {
		return plain
	}
	return symbol
}

// style is what the text of a cell has beside its colour.
func style(c *uv.Cell) string {
	out := ""
	for _, a := range []struct {
		on   bool
		text string
	}{
		{c.Style.Attrs&uv.AttrBold != 0, ` font-weight="bold"`},
		{c.Style.Attrs&uv.AttrItalic != 0, ` font-style="italic"`},
		{c.Style.Attrs&uv.AttrFaint != 0, ` opacity=".6"`},
		{c.Style.Underline != 0, ` text-decoration="underline"`},
		{c.Style.Attrs&uv.AttrStrikethrough != 0, ` text-decoration="line-through"`},
	} {
		if a.on {
			out += a.text
		}
	}
	return out
}

func (r run) draw() string {
	x, width := r.col*cellWidth, r.cells*cellWidth
	fit := fmt.Sprintf(` textLength="%d"`, width)
	switch r.kind {
	case shape:
		return figure(r.text[0], x, width, hex(r.fg))
	case symbol:
		if emoji(r.text[0]) { // of a colour font, in which all are as wide as they are high
			return fmt.Sprintf(`<text x="%g" y="%g" font-size="13" text-anchor="middle" fill="%s">%s</text>`, float64(x)+float64(width)/2, baseline-.5, hex(r.fg), escape(r.text[0]))
		}
		fit += ` lengthAdjust="spacingAndGlyphs"`
	case rtl:
		slices.Reverse(r.text)
		x += width
		fit += ` lengthAdjust="spacingAndGlyphs" direction="rtl"`
	}
	return fmt.Sprintf(`<text x="%d" y="%g" fill="%s"%s%s>%s</text>`, x, baseline, hex(r.fg), fit, r.style, escape(strings.Join(r.text, "")))
}

// emoji reports whether a terminal takes a character from its colour font.
func emoji(cluster string) bool {
	for _, r := range cluster {
		if r == 0xFE0F || r == 0x20E3 || r >= 0x1F1E6 && r <= 0x1F1FF || r >= 0x1F300 && r <= 0x1FAFF {
			return true
		}
	}
	return false
}
