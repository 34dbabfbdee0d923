// Package text stands between text that came from outside and the cells of the
// terminal. Nothing a customer, a platform or a file name says is drawn before
// Clean or Line made it inert: no control or bidi character, no escape
// sequence, and no cluster whose width depends on the terminal where that can
// be helped. What is styled afterwards is cut, padded and wrapped here too, by
// the same count of cells as the renderer uses, so that no row can push the
// pane next to it. The rest of the package puts times, ages and sizes in words.
package text

import "github.com/charmbracelet/x/ansi"

// Mode says how the terminal counts cells. The zero value adds up the width of
// every rune, as terminals do that know nothing of grapheme clusters; it is
// right until the terminal reports mode 2027.
type Mode struct {
	// Clusters is set once the terminal counts a grapheme cluster as one
	// character (mode 2027).
	Clusters bool
	// ASCII makes Cut end with "~" instead of "…".
	ASCII bool
}

// Width returns how many cells s takes; styles take none.
func (m Mode) Width(s string) int {
	if printable(s) {
		return len(s)
	}
	return m.method().StringWidth(s)
}

func (m Mode) method() ansi.Method {
	if m.Clusters {
		return ansi.GraphemeWidth
	}
	return ansi.WcWidth
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
