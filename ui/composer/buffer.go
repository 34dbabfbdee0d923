package composer

import (
	"slices"
	"strings"
)

// pos is a position between two clusters: a line and a byte in it.
type pos struct{ line, off int }

// after returns where s ends if it starts at p.
func (p pos) after(s string) pos {
	n := strings.Count(s, "\n")
	if n == 0 {
		return pos{p.line, p.off + len(s)}
	}
	return pos{p.line + n, len(s) - strings.LastIndexByte(s, '\n') - 1}
}

// buffer is the text as lines, at least one. Lines are replaced, never changed,
// so that each may remember its layout.
type buffer struct{ lines []*line }

func newBuffer(s string) buffer { return buffer{linesOf(s)} }

func linesOf(s string) []*line {
	lines := make([]*line, 0, strings.Count(s, "\n")+1)
	for part := range strings.SplitSeq(s, "\n") {
		lines = append(lines, &line{text: part})
	}
	return lines
}

func (b *buffer) end() pos {
	last := len(b.lines) - 1
	return pos{last, len(b.lines[last].text)}
}

// slice returns the text between two positions.
func (b *buffer) slice(from, to pos) string {
	if from.line == to.line {
		return b.lines[from.line].text[from.off:to.off]
	}
	var s strings.Builder
	s.WriteString(b.lines[from.line].text[from.off:])
	for _, l := range b.lines[from.line+1 : to.line] {
		s.WriteByte('\n')
		s.WriteString(l.text)
	}
	s.WriteByte('\n')
	s.WriteString(b.lines[to.line].text[:to.off])
	return s.String()
}

// replace replaces what is between from and to with s, and returns what was
// removed and where s ends.
func (b *buffer) replace(from, to pos, s string) (removed string, end pos) {
	removed = b.slice(from, to)
	head, tail := b.lines[from.line].text[:from.off], b.lines[to.line].text[to.off:]
	b.lines = slices.Replace(b.lines, from.line, to.line+1, linesOf(head+s+tail)...)
	return removed, from.after(s)
}
