package state

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// LongestLabel is how many characters a label may have.
const LongestLabel = 30

// MostLabels is how many labels a conversation may have.
const MostLabels = 20

// LabelCount is a label that is in use, and on how many conversations it is.
type LabelCount struct {
	Name  string
	Count int
}

// LabelKey is what two spellings of one label have in common: letters count whatever
// their case.
func LabelKey(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// CleanLabel is a label as it is kept: one line, without what cannot be seen, without
// quotes and commas, which part labels in a filter, and without a leading # or -. The
// error says what a label must be.
func CleanLabel(typed string) (string, error) {
	name := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '"' || r == ',' || r == '*' || !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, norm.NFC.String(typed))
	name = strings.Join(strings.Fields(strings.TrimLeft(name, "#- ")), " ")
	switch n := len([]rune(name)); {
	case !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsSymbol(r) }):
		return "", fmt.Errorf("a label has at least a letter or a digit")
	case n > LongestLabel:
		return "", fmt.Errorf("a label has at most %d characters", LongestLabel)
	}
	return name, nil
}
