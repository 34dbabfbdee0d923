package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// spaceless are the scripts that are written without spaces.
var spaceless = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// apart is a text with what keeps it apart from what is before and behind it on its line: a
// blank line where it has several lines, else a space. Behind an opening bracket, before a
// sign that ends something, and where white space is already, nothing is added.
func apart(before, text, behind string) string {
	gap := " "
	if strings.Contains(strings.TrimSpace(text), "\n") {
		gap = "\n\n"
	}
	if last, _ := utf8.DecodeLastRuneInString(before); joins(before, text, gap) && !unicode.In(last, unicode.Ps, unicode.Pi) {
		text = gap + text
	}
	if first, _ := utf8.DecodeRuneInString(behind); joins(text, behind, gap) && !unicode.In(first, unicode.Pe, unicode.Pf, unicode.Po) {
		text += gap
	}
	return text
}

// joins reports whether two texts would run into each other without a gap.
func joins(left, right, gap string) bool {
	l, _ := utf8.DecodeLastRuneInString(left)
	r, _ := utf8.DecodeRuneInString(right)
	if left == "" || right == "" || unicode.IsSpace(l) || unicode.IsSpace(r) {
		return false
	}
	return gap != " " || !unicode.In(l, spaceless...) && !unicode.In(r, spaceless...)
}
