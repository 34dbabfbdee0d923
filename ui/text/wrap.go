package text

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Wrap breaks clean, plain text into rows of at most w cells: at newlines,
// between words and where the rules of the script allow it, inside a word only
// if it is wider than a row. Spaces at the end of a row are dropped; the
// indentation of a line stays with its first row, up to half the width.
func (m Mode) Wrap(s string, w int) []string {
	rows, _ := m.WrapAt(s, w)
	return rows
}

// WrapAt is [Mode.Wrap], with the byte of s that each row begins at.
func (m Mode) WrapAt(s string, w int) (rows []string, at []int) {
	w = max(w, 1)
	end, open := 0, ""
	for line := range strings.SplitSeq(s, "\n") {
		end += len(line)
		line = limitIndent(line, w/2)
		starts := m.Breaks(line, w)
		for i, from := range starts {
			to := len(line)
			if i+1 < len(starts) {
				to = starts[i+1]
			}
			row := m.row(line[from:to], w)
			row, open = balance(row, open)
			rows, at = append(rows, row), append(at, end-len(line)+from)
		}
		end++ // of the newline
	}
	return rows, at
}

// Breaks returns where the rows of one line of plain text start when it is
// wrapped to w cells, the first at 0. Nothing is left out: spaces at a break
// belong to the row before, where they may reach over its edge.
func (m Mode) Breaks(line string, w int) []int {
	starts := []int{0}
	if m.Width(line) <= w {
		return starts
	}
	b := breaker{mode: m, width: max(w, 1), starts: starts}
	state, rest, segment := -1, line, ""
	for rest != "" {
		segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		if strings.HasPrefix(rest, dash) { // it stays with the word before it
			segment, rest = segment+dash, rest[len(dash):]
			state = -1
		}
		b.add(segment)
	}
	return b.starts
}

// dash is one between words. No row begins with it.
const dash = "— "

type breaker struct {
	mode    Mode
	width   int
	at, col int
	starts  []int
}

// add appends a run that may be broken only after it.
func (b *breaker) add(segment string) {
	word := strings.TrimRight(segment, " ")
	w := b.mode.Width(word)
	if b.col > 0 && b.col+w > b.width {
		b.newRow()
	}
	if w > b.width {
		b.split(word)
	} else {
		b.at += len(word)
		b.col += w
	}
	spaces := len(segment) - len(word)
	b.at += spaces
	b.col += spaces
}

// split appends a word that no row can hold, cluster by cluster.
func (b *breaker) split(word string) {
	for word != "" {
		c, w := b.mode.first(word)
		if w > b.width {
			_, size := utf8.DecodeRuneInString(c)
			c = c[:size]
			w = b.mode.Width(c)
		}
		if b.col > 0 && b.col+w > b.width {
			b.newRow()
		}
		b.at += len(c)
		b.col += w
		word = word[len(c):]
	}
}

func (b *breaker) newRow() {
	b.starts = append(b.starts, b.at)
	b.col = 0
}

// row trims a row to what can be seen; only a single rune wider than the
// whole pane is left to be cut.
func (m Mode) row(s string, w int) string {
	return m.Cut(strings.TrimRight(s, " "), w)
}

func limitIndent(line string, limit int) string {
	indent := len(line) - len(strings.TrimLeft(line, " "))
	return line[max(0, indent-limit):]
}
