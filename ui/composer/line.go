package composer

import (
	"sort"
	"strings"
	"unicode/utf8"

	"unibox/ui/text"
)

// line is one logical line and, once it was drawn, its layout.
type line struct {
	text  string
	mode  text.Mode
	w     int // the width the layout is for, 0 if there is none
	cells []cell
	rows  []int // the first cell of each row
}

// cell is one cluster.
type cell struct {
	at    int // its first byte in the line
	shown string
	width int
}

// lay computes the layout, unless it is known.
func (l *line) lay(mode text.Mode, w int) {
	if l.w == w && l.mode == mode {
		return
	}
	l.mode, l.w = mode, w
	l.cells = make([]cell, 0, utf8.RuneCountInString(l.text))
	at := 0
	var shown strings.Builder
	shown.Grow(len(l.text))
	for c := range mode.Cells(l.text) {
		l.cells = append(l.cells, cell{at, c.Shown, c.Width})
		at += len(c.Raw)
		shown.WriteString(c.Shown)
	}
	l.rows = l.rowsAt(mode.Breaks(shown.String(), w))
}

// rowsAt turns byte offsets in the shown text into numbers of cells. A break
// inside a cell moves behind it.
func (l *line) rowsAt(starts []int) []int {
	rows := make([]int, 0, len(starts))
	at, i := 0, 0
	for _, start := range starts {
		for ; i < len(l.cells) && at < start; i++ {
			at += len(l.cells[i].shown)
		}
		if n := len(rows); n == 0 || i > rows[n-1] && i < len(l.cells) {
			rows = append(rows, i)
		}
	}
	return rows
}

// row returns the cells of a row.
func (l *line) row(n int) []cell {
	if n+1 < len(l.rows) {
		return l.cells[l.rows[n]:l.rows[n+1]]
	}
	return l.cells[l.rows[n]:]
}

// index returns the cell that off is at or in; behind all, their number.
func (l *line) index(off int) int {
	if off >= len(l.text) {
		return len(l.cells)
	}
	return sort.Search(len(l.cells), func(i int) bool { return l.cells[i].at > off }) - 1
}

// rowOf returns the row that a cell is in.
func (l *line) rowOf(index int) int {
	return sort.Search(len(l.rows), func(i int) bool { return l.rows[i] > index }) - 1
}

// off returns where a cell begins, and for their number where the line ends.
func (l *line) off(index int) int {
	if index == len(l.cells) {
		return len(l.text)
	}
	return l.cells[index].at
}
