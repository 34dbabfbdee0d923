package text

import (
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Cell is one cluster of a line that is edited: as it is and as it is drawn.
type Cell struct {
	Raw   string
	Shown string
	Width int // of Shown
}

// Cells goes over the clusters of one line of Safe text. Together the raws are
// the line; what is shown is inert, as Clean makes it, and never empty, so that
// a cursor can stand on everything there is.
func (m Mode) Cells(line string) iter.Seq[Cell] {
	return func(yield func(Cell) bool) {
		for col := 0; line != ""; {
			c := m.cell(line, col)
			if !yield(c) {
				return
			}
			line, col = line[len(c.Raw):], col+c.Width
		}
	}
}

// cell returns the first cell of a line that continues at col.
func (m Mode) cell(line string, col int) Cell {
	r, size := utf8.DecodeRuneInString(line)
	if w := plain(r); w > 0 && startsPlain(line[size:]) {
		return Cell{line[:size], line[:size], w}
	}
	raw, _ := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
	shown := m.clean(raw)
	switch raw {
	case "\t":
		shown = strings.Repeat(" ", tabStop-col%tabStop)
	case "\n", "\r", "\r\n":
		shown = " "
	}
	if shown == "" {
		shown = "\uFFFD"
	}
	return Cell{raw, shown, m.Width(shown)}
}

func startsPlain(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s == "" || plain(r) > 0
}
