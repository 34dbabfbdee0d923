package note

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold is a name as it is compared: without case.
func Fold(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// Names lists, folded and each once, who is named in a text: after @ at the beginning
// of a word a name of known, the longest that fits, else the word.
func Names(body string, known []string) (named []string) {
	for i := range len(body) {
		if name := nameAt(body, i, known); name != "" && !slices.Contains(named, name) {
			named = append(named, name)
		}
	}
	return named
}

// nameAt is who is named at a byte of a text, folded; empty for nobody.
func nameAt(body string, i int, known []string) string {
	if body[i] != '@' || !opensWord(body[:i]) {
		return ""
	}
	rest, best := body[i+1:], ""
	for _, name := range known {
		if n := len(name); n > 0 && len(rest) >= n && strings.EqualFold(rest[:n], name) && endsWord(rest[n:]) && n > len(best) {
			best = name
		}
	}
	if best != "" {
		return Fold(best)
	}
	return Fold(strings.TrimRight(rest[:wordLength(rest)], ".-"))
}

// opensWord reports whether a word may begin after a text: an address such as a@b.c
// names nobody.
func opensWord(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || !inWord(r)
}

func endsWord(after string) bool {
	r, _ := utf8.DecodeRuneInString(after)
	return after == "" || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' || r == '.'
}

// wordLength is how many bytes of s are the word that it begins with.
func wordLength(s string) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !inWord(r) }); i >= 0 {
		return i
	}
	return len(s)
}

// Complete completes the name at the end of a text: what it becomes, and all known names
// that fit. With one, that one; with several, as far as they agree. Where nothing is to
// be completed, the text comes back and no names.
func Complete(body string, known []string) (completed string, fit []string) {
	at := strings.LastIndexByte(body, '@')
	if at < 0 || !opensWord(body[:at]) {
		return body, nil
	}
	begun := Fold(body[at+1:])
	for _, name := range known {
		if strings.HasPrefix(Fold(name), begun) {
			fit = append(fit, name)
		}
	}
	switch len(fit) {
	case 0:
		return body, nil
	case 1:
		return body[:at+1] + fit[0] + " ", fit
	}
	common := fit[0]
	for _, name := range fit[1:] {
		common = commonStart(common, name)
	}
	if len(Fold(common)) <= len(begun) {
		return body, fit
	}
	return body[:at+1] + common, fit
}

// commonStart is how two names begin alike, whatever their case.
func commonStart(a, b string) string {
	end := 0
	ra, rb := []rune(a), []rune(b)
	for end < min(len(ra), len(rb)) && unicode.ToLower(ra[end]) == unicode.ToLower(rb[end]) {
		end++
	}
	return string(ra[:end])
}
