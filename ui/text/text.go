// Package text makes text from outside safe to draw and fits it into cells of the
// terminal. Nothing that a customer, a platform or a file name says is drawn
// before Clean or Line made it inert: no control or bidi character, no escape
// sequence, and as far as possible no cluster whose width depends on the
// terminal. Styled rows are cut, padded and wrapped here too, by the same count
// of cells as the renderer uses, so that no row can push the pane next to it. The
// rest of the package writes times, ages, sizes and paths as words.
package text

import "github.com/charmbracelet/x/ansi"

// Mode says how the terminal counts cells. The zero value adds up the width of
// every rune, as terminals do that know nothing of grapheme clusters; it is
// right until the terminal reports mode 2027.
type Mode struct {
	// Clusters is true once the terminal counts a grapheme cluster as one
	// character (mode 2027).
	Clusters bool
	// ASCII makes Cut end with "~" instead of "…".
	ASCII bool
	// Own: the terminal shows text in the order in which it comes, so that what is written from
	// right to left is brought into the order in which it is seen, by [Mode.Visual].
	Own bool
	// Private masks numbers and mail addresses in what Clean and Line return.
	Private bool
}

// Width returns how many cells s takes; styles take none.
func (m Mode) Width(s string) int {
	if printable(s) {
		return len(s)
	}
	if m.Clusters {
		return ansi.StringWidth(s)
	}
	if w, ok := sumWidth(s); ok {
		return w
	}
	return ansi.StringWidthWc(s)
}

func (m Mode) ellipsis() string {
	if m.ASCII {
		return "~"
	}
	return "…"
}

// printable reports whether s is nothing but printable ASCII.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
