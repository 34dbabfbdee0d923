package tty

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"unibox/ui/text"

	"github.com/charmbracelet/x/ansi"
)

// newEmoji are the emoji of Unicode 13 and later outside of the newest block, which
// terminals with older tables count as one cell or none.
var newEmoji = &unicode.RangeTable{R32: []unicode.Range32{
	{Lo: 0x1f6d6, Hi: 0x1f6df, Stride: 1}, {Lo: 0x1f6fb, Hi: 0x1f6ff, Stride: 1}, {Lo: 0x1f7f0, Hi: 0x1f7ff, Stride: 1},
	{Lo: 0x1f90c, Hi: 0x1f90c, Stride: 1}, {Lo: 0x1f972, Hi: 0x1f972, Stride: 1}, {Lo: 0x1f977, Hi: 0x1f979, Stride: 1},
	{Lo: 0x1f9a3, Hi: 0x1f9a4, Stride: 1}, {Lo: 0x1f9ab, Hi: 0x1f9ad, Stride: 1}, {Lo: 0x1f9cb, Hi: 0x1f9cc, Stride: 1},
	{Lo: 0x1fa70, Hi: 0x1faff, Stride: 1},
}}

// steady returns p so that a character of which terminals do not agree how wide it
// is leaves the cursor where the renderer believes it to be: its cells are
// cleared, it is drawn, and the cursor goes from where it was to behind them. That
// costs about 12 bytes each. Where the terminal counts clusters, only emoji that
// it may not know are in doubt; where it knows new ones, those that Go does not.
func steady(p []byte, clusters, knows bool) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(p); {
		if p[i] == esc && i+1 < len(p) && (p[i+1] == ']' || p[i+1] == 'P') {
			i += max(1, textual(p[i:])) // its text is not drawn
			continue
		}
		if p[i] < 0xe0 { // nothing below U+0800
			i++
			continue
		}
		r, n := utf8.DecodeRune(p[i:])
		if doubtful(r) {
			cluster, width := ansi.FirstGraphemeCluster(p[i:], ansi.GraphemeWidth)
			n = len(cluster)
			own := width
			if !clusters {
				own = text.Mode{}.Width(string(cluster))
			}
			if isNewEmoji(r) && !(knows && unicode.IsPrint(r)) || own != width {
				out = append(out, p[done:i]...)
				out = fmt.Appendf(out, "\x1b7%s\x1b8%s\x1b8\x1b[%dC", bytes.Repeat([]byte{' '}, own), cluster, own)
				done = i + n
			}
		}
		i += n
	}
	if done == 0 {
		return p
	}
	return append(out, p[done:]...)
}

// doubtful reports whether a cluster that begins with r may be counted in
// different ways.
func doubtful(r rune) bool {
	switch {
	case r < 0x0900, r > 0x1faff:
		return false
	case r < 0x1200, r >= 0x1780 && r < 0x1b80, r >= 0xa800 && r < 0xac00, r >= 0xff61 && r < 0xffa0:
		return true
	}
	return r >= 0x1f000
}

// isNewEmoji reports whether r is an emoji that not all terminals know. What Go's own
// tables do not know is one.
func isNewEmoji(r rune) bool { return r >= 0x1f000 && (unicode.Is(newEmoji, r) || !unicode.IsPrint(r)) }
