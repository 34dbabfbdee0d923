package sqlite

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// segment writes text the way the index can cut it: compatible forms made one,
// lower case, ё as е, ß as ss, digits of every script as ASCII, joiners gone, and
// each symbol, and each character of a script without blanks, a separate word.
func segment(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	for _, r := range norm.NFKC.String(strings.ReplaceAll(text, "№", " ")) { // else №7 becomes no7
		switch r = unicode.ToLower(r); {
		case r < 0x80:
			b.WriteRune(r)
		case r == 'ё':
			b.WriteRune('е')
		case r == 'ß':
			b.WriteString("ss")
		case r == '\u200d' || unicode.Is(unicode.Variation_Selector, r), unspaced(r) && unicode.IsMark(r):
		case alone(r):
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		default:
			if n, ok := digit(r); ok {
				r = rune('0' + n)
			}
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// alone reports whether a character is a word by itself.
func alone(r rune) bool {
	if unspaced(r) {
		return unicode.IsLetter(r)
	}
	return r >= 0x2190 && (unicode.Is(unicode.So, r) || 0x1f1e6 <= r && r <= 0x1faff)
}

// withoutBlanks are the scripts that write words without blanks between them. Korean has blanks,
// and endings at its words.
var withoutBlanks = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Yi, unicode.Hangul,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
	unicode.Javanese, unicode.Balinese, unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet,
}

func unspaced(r rune) bool { return r >= 0x0e00 && unicode.In(r, withoutBlanks...) }

const (
	// longestNumber is how many groups of digits are one number at the most.
	longestNumber = 8
	// shortestNumber is how many digits a number needs to be found as one.
	shortestNumber = 4
	// national is how many digits a number has without its country's code.
	national = 10
	// mostJoined bounds what is added to one message's words, in bytes.
	mostJoined = 16 << 10
)

// joined lists the numbers of a text as words without what parts their digits, each
// also without its first groups: 1 720 555 4017 is found as 17205554017 and as
// 7205554017.
func joined(text string) string {
	var b strings.Builder
	for groups := range numberGroups(text) {
		all := strings.Join(groups, "")
		if len(groups) == 1 && len(all) <= national || len(all) < shortestNumber {
			continue
		}
		rest := all
		for i, group := range groups {
			if i > 0 && i == len(groups)-1 || len(rest) < shortestNumber {
				break
			}
			if len(groups) > 1 {
				b.WriteString("\n" + rest)
			}
			rest = rest[len(group):]
		}
		if len(all) > national {
			b.WriteString("\n" + all[len(all)-national:])
		}
		if b.Len() > mostJoined {
			break
		}
	}
	return b.String()
}

// numberGroups yields the numbers in a text, as the groups of digits that they are
// written in.
func numberGroups(text string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		var groups []string
		var group, between []rune
		flush := func() bool {
			ok := len(groups) == 0 || yield(groups)
			groups = nil
			return ok
		}
		for _, r := range text + "\n" {
			if n, ok := digit(r); ok {
				if len(group) == 0 && (!parts(between) || len(groups) == longestNumber) && !flush() {
					return
				}
				group, between = append(group, rune('0'+n)), nil
				continue
			}
			if len(group) > 0 {
				groups, group = append(groups, string(group)), nil
			}
			if len(between) < 4 {
				between = append(between, r)
			}
		}
		flush()
	}
}

// parts reports whether people write this between two groups of digits of one
// number: one mark, or up to three blanks, dashes and brackets.
func parts(between []rune) bool {
	if len(between) == 1 && strings.ContainsRune(".,'’/٬٫", between[0]) {
		return true
	}
	for _, r := range between {
		if !strings.ContainsRune("()+", r) && !unicode.In(r, unicode.Pd, unicode.Zs) && r != '−' {
			return false
		}
	}
	return len(between) > 0 && len(between) < 4
}

// match turns what a person typed into a query: each word as a phrase of its
// segments, the last one open at its end from two letters on, and neighbours that
// are parts of a number also as that number.
func match(query string) string {
	words := strings.Fields(withoutNUL(query))
	var terms []string
	for i := 0; i < len(words); {
		n := 0
		for i+n < len(words) && numeric(words[i+n]) {
			n++
		}
		stretch := words[i : i+max(n, 1)]
		i += len(stretch)
		if term := stretchTerm(stretch, n > 0, i == len(words)); term != "" {
			terms = append(terms, term)
		}
	}
	if len(terms) == 0 {
		return ""
	}
	return "body : (" + strings.Join(terms, " AND ") + ")"
}

// stretchTerm is the condition for one word, or for the words of a number. last: the
// end may be missing.
func stretchTerm(words []string, number, last bool) string {
	var terms []string
	for i, word := range words {
		if term := phrase(word, last && i == len(words)-1); term != "" {
			terms = append(terms, term)
		}
	}
	asTyped := strings.Join(terms, " AND ")
	if !number || asTyped == "" {
		return asTyped
	}
	any := []string{"(" + asTyped + ")"}
	for _, n := range spellings(strings.Join(words, " ")) {
		if len(n) >= shortestNumber {
			any = append(any, phrase(n, last))
		}
	}
	return "(" + strings.Join(any, " OR ") + ")"
}

// withoutNUL is a text without the character at which FTS5 stops reading.
func withoutNUL(s string) string { return strings.ReplaceAll(s, "\x00", " ") }

// phrase is the condition for a word as it stands.
func phrase(word string, open bool) string {
	parts := strings.Fields(segment(withoutNUL(word)))
	if len(parts) == 0 {
		return ""
	}
	term := `"` + strings.ReplaceAll(strings.Join(parts, " "), `"`, `""`) + `"`
	if last := parts[len(parts)-1]; open && len([]rune(last)) > 1 {
		term += "*"
	}
	return term
}
