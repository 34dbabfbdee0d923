// Package look bundles what every pane needs to draw: colours, glyphs and the
// way the terminal counts cells.
package look

import (
	"strings"

	"unibox/ui/catalog"
	"unibox/ui/picture"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// Look is handed to each pane whenever it changes.
type Look struct {
	// Language is the language of the screen; nil is English.
	*catalog.Language
	Theme *theme.Theme
	Marks theme.Marks
	Mode  text.Mode
	// Links: the addresses in a text are links of the terminal (OSC 8).
	Links bool
	// Picture is how pictures are drawn.
	Picture picture.Terminal
	// Busy is drawn after words about what is being read; nil in tests.
	Busy *Busy
	// Clock words waits; nil in tests.
	Clock *Clock
}

// Spread puts left and right at the ends of a row of w cells, a cell apart at least;
// left gives way.
func (l Look) Spread(left, right string, w int) string {
	room := w - l.Mode.Width(right)
	if room <= 0 {
		return l.Mode.Fit(right, w)
	}
	words := room
	if !beginsBlank(right) {
		words--
	}
	return l.Mode.Fit(l.Mode.Cut(left, words), room) + right
}

// beginsBlank reports whether a styled text keeps a distance by itself: it begins with
// a space, or is nothing.
func beginsBlank(s string) bool {
	for strings.HasPrefix(s, "\x1b") {
		end := strings.IndexByte(s, 'm')
		if end < 0 {
			return true
		}
		s = s[end+1:]
	}
	return s == "" || s[0] == ' '
}

// Rows pads or cuts rows to exactly h rows of w cells.
func (l Look) Rows(rows []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(rows) {
			out[i] = l.Mode.Fit(rows[i], w)
		} else {
			out[i] = strings.Repeat(" ", w)
		}
	}
	return out
}

// Words wraps plain clean text into styled rows with a margin of one cell.
func (l Look) Words(style theme.Style, s string, w int) []string {
	var rows []string
	for _, row := range l.Mode.Wrap(s, max(1, w-2)) {
		rows = append(rows, " "+style.Render(row))
	}
	return rows
}
