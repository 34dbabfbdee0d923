package state

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// GoesOn reports whether a paragraph is another one, begun, that was typed further, or the same. One
// that stands within a word of the other, as 10 in 100 or Yes in Yesterday, is a text of its own.
func GoesOn(begun, paragraph string) bool {
	rest, is := strings.CutPrefix(paragraph, begun)
	if !is || rest == "" {
		return is
	}
	last, _ := utf8.DecodeLastRuneInString(begun)
	if first, _ := utf8.DecodeRuneInString(rest); !inWord(last) && !inWord(first) {
		return true
	}
	rest = strings.TrimLeft(rest, ".,;:!?…")
	next, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || unicode.IsSpace(last) || unicode.IsSpace(next)
}

func inWord(r rune) bool { return unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number) }
