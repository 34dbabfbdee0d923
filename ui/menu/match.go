package menu

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sahilm/fuzzy"
)

// find returns the items that a line may mean, the best first: those whose label begins
// so, those that have words that begin so, those that hold the words anywhere, each in the
// order of items. Only if there are none, those that have its letters in their order.
func find(items []Item, line string) (found []Item) {
	line = strings.ToLower(strings.TrimSpace(line))
	words := strings.Fields(line)
	var ranks [4][]Item
	for _, it := range items {
		if r := rank(it, line, words); r < len(ranks) {
			ranks[r] = append(ranks[r], it)
		}
	}
	if found = slices.Concat(ranks[:]...); len(found) > 0 {
		return found
	}
	for _, match := range fuzzy.FindFrom(line, labels(items)) {
		found = append(found, items[match.Index])
	}
	return found
}

// rank is how well a line fits an item, 0 the best.
func rank(it Item, line string, words []string) int {
	label := strings.ToLower(it.Label)
	all := strings.ToLower(it.Lead+it.Label) + " " + strings.ToLower(it.Detail+" "+it.Words)
	switch {
	case strings.HasPrefix(label, line):
		return 0
	case begin(label, words):
		return 1
	case begin(all, words):
		return 2
	case !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) }):
		return 3
	}
	return 4
}

// begin reports whether a word of text begins with each of some words.
func begin(text string, words []string) bool {
	in := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	return !slices.ContainsFunc(words, func(w string) bool {
		return !slices.ContainsFunc(in, func(word string) bool { return strings.HasPrefix(word, w) })
	})
}

// labels makes items searchable by label and detail.
type labels []Item

func (l labels) String(i int) string { return l[i].Lead + l[i].Label + " " + l[i].Detail }
func (l labels) Len() int            { return len(l) }
