package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// begins finds where an address may begin.
var begins = regexp.MustCompile(`(?i)https?://|www\.`)

// Links returns the addresses of the web in a text from outside, each as a browser
// takes it. An address ends where a reader sees it end: at a blank, at a bracket
// that was opened before it, at a quote or a full-width mark, and before the marks
// that end a sentence, in any script. What cannot be seen ends it too, so that
// nothing opens but what was read.
func Links(s string) []string {
	var found []string
	for _, l := range FindLinks(strings.ToValidUTF8(s, "\uFFFD")) {
		found = append(found, l.Address)
	}
	return found
}

// Link is an address in a text, as a browser takes it, and the bytes that it takes there.
type Link struct {
	Address  string
	From, To int
}

// FindLinks is [Links] of valid UTF-8, with where each of them stands.
func FindLinks(s string) []Link {
	var found []Link
	for done := 0; ; {
		at := begins.FindStringIndex(s[done:])
		if at == nil {
			return found
		}
		from, to := done+at[0], done+at[1]
		before, _ := utf8.DecodeLastRuneInString(s[done:from])
		tail := trimEnd(s[to:to+addressEnd(s[to:])], before)
		done = to + len(tail)
		if address, ok := address(s[from:to], tail, before); ok {
			found = append(found, Link{address, from, done})
		}
	}
}

// address puts an address together: what it begins with, and the rest of it.
// before is the character in front of it.
func address(lead, tail string, before rune) (string, bool) {
	first, _ := utf8.DecodeRuneInString(tail)
	if !unicode.IsLetter(first) && !unicode.IsNumber(first) && first != '[' {
		return "", false
	}
	if strings.HasSuffix(lead, "://") {
		return strings.ToLower(lead) + tail, !inWord(before)
	}
	host, _, _ := strings.Cut(tail, "/")
	return "https://" + strings.ToLower(lead) + tail, strings.Contains(host, ".") && !inWord(before) && !strings.ContainsRune("./@-_", before)
}

// inWord reports whether an address cannot begin behind r. A letter of a script
// without blanks is no reason.
func inWord(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// addressEnd is where an address ends at the latest.
func addressEnd(s string) int {
	var open []rune
	for i, r := range s {
		switch {
		case strings.ContainsRune("([{", r):
			open = append(open, closing[r])
		case strings.ContainsRune(")]}", r):
			if len(open) == 0 || open[len(open)-1] != r {
				return i
			}
			open = open[:len(open)-1]
		case ends(r):
			return i
		}
	}
	return len(s)
}

var closing = map[rune]rune{'(': ')', '[': ']', '{': '}'}

// ends reports whether r is in no address: blanks, controls, what cannot be seen,
// quotes, brackets of other scripts, and full-width marks.
func ends(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r <= ' ' || r == 0x7f || strings.ContainsRune("<>\"`", r)
	case unicode.IsSpace(r), unicode.IsControl(r), bidi(r), invisible(r), r == utf8.RuneError:
		return true
	case 0x2400 <= r && r <= 0x2426: // a control that was cleaned
		return true
	case 0x3000 <= r && r <= 0x303f, 0xff00 <= r && r <= 0xffef:
		return !unicode.IsLetter(r) && !unicode.IsNumber(r)
	}
	return unicode.In(r, unicode.Pi, unicode.Pf, unicode.Ps, unicode.Pe)
}

// trimEnd takes away what ends a sentence and not an address, and a mark around
// the address, as for bold text. before is the character in front of it.
func trimEnd(s string, before rune) string {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		around := r == before && strings.ContainsRune("*_~|", r)
		if !around && !endsSentence(r) {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

func endsSentence(r rune) bool {
	if r < utf8.RuneSelf {
		return strings.ContainsRune(".,;:!?'([{", r)
	}
	return unicode.IsPunct(r)
}
