package text

import (
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// ansi counts runes by a table of 2 MB, which it makes when it is first asked for one beyond
// ASCII: a tenth of a start and a thirtieth of all memory. It counts clusters by a small one,
// which says the same of nearly every rune, and the rest is known here. So the large table is
// made only for what is rare: vowel signs that take cells, and characters newer than Go's tables.

// wideAmbiguous: RUNEWIDTH_EASTASIAN is set, and what is wide in Asian fonts alone takes two cells.
var wideAmbiguous = ansi.StringWidth("│") != 1

// sumWidth is how many cells s takes where every rune counts; styles and links take none. ok is
// false where s holds something else that is not drawn.
func sumWidth(s string) (width int, ok bool) {
	for s != "" && !wideAmbiguous {
		if s[0] == 0x1b {
			n := csi(s)
			if n == 0 {
				n, _ = link(s)
			}
			if n == 0 {
				return 0, false
			}
			s = s[n:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == utf8.RuneError && size == 1 {
			return 0, false
		}
		width += runeWidth(r)
		s = s[size:]
	}
	return width, !wideAmbiguous
}

// runeWidth is how many cells a terminal takes for r that knows nothing of clusters.
func runeWidth(r rune) int {
	if w := alone(r); w > 0 {
		return w
	}
	switch {
	case indicator(r):
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case !unicode.IsPrint(r) || unicode.Is(unicode.Mc, r):
		return ansi.StringWidthWc(string(r))
	}
	return ansi.StringWidth(string(r))
}

// alone returns the width of a rune that, between two such runes, is a cluster by itself and
// counts the same in both ways of counting; 0 for any other rune. Unlike with plain, terminals may
// differ in it.
func alone(r rune) int {
	if w := plain(r); w > 0 {
		return w
	}
	switch {
	case r >= 0x2010 && r < 0x2028, r >= 0x2030 && r < 0x205f, r >= 0x2190 && r < 0x231a, r >= 0x2500 && r < 0x25fd, r >= 0x270c && r < 0x2728:
		return 1
	}
	return 0
}

// CountedAlike reports whether both ways of counting find as many cells in each cluster of a
// styled row.
func CountedAlike(row string) bool {
	for row != "" {
		n, _ := aloneStart(row)
		if n == 0 {
			c, w := ansi.FirstGraphemeCluster(row, ansi.GraphemeWidth)
			if sum, ok := sumWidth(c); ok && sum != w {
				return false
			}
			n = len(c)
		}
		row = row[n:]
	}
	return !wideAmbiguous
}

// aloneStart returns the length and the width of what s begins with if that is a cluster in a
// way that needs no segmentation.
func aloneStart(s string) (n, width int) {
	r, n := utf8.DecodeRuneInString(s)
	width = alone(r)
	if width == 0 || wideAmbiguous {
		return 0, 0
	}
	if next, size := utf8.DecodeRuneInString(s[n:]); size > 0 && next != 0x1b && alone(next) == 0 {
		return 0, 0
	}
	return n, width
}
