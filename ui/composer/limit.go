package composer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// limit is how much text there may be; the zero value sets none. full: of the last edit
// something was left out.
type limit struct {
	runes, words int
	full         bool
}

// SetLimit bounds the text to so many characters and words from now on: of what is typed
// or pasted, what is beyond is left out.
func (c *Composer) SetLimit(runes, words int) { c.limit = limit{runes: runes, words: words} }

// Full reports whether something of the last edit was left out, for the limit.
func (c *Composer) Full() bool { return c.limit.full }

func (l *limit) set() bool { return l.runes > 0 }

// fit is what there is room for of s, between before and behind.
func (l *limit) fit(before, s, behind string) string {
	l.full = false
	if !l.set() || s == "" {
		return s
	}
	fits := first(s, l.runes-utf8.RuneCountInString(before)-utf8.RuneCountInString(behind))
	for fits != "" && len(strings.Fields(before+fits+behind)) > l.words {
		fits = fits[:max(0, strings.LastIndexFunc(fits, unicode.IsSpace))]
	}
	l.full = fits != s
	return fits
}

// first are the first n characters of s.
func first(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
