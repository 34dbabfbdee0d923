package config

import "strings"

// Nearest returns the word of a list that a mistyped one most likely means, "" if none is near.
func Nearest(typed string, words []string) string {
	best, least := "", 0
	from := letters(typed)
	for _, word := range words {
		to := letters(word)
		most := max(1, min(len(from), len(to))/3)
		if len(from) < 2 || max(len(from), len(to))-min(len(from), len(to)) > most { // no distance is less
			continue
		}
		d := distance(from, to)
		if d > most || best != "" && d >= least {
			continue
		}
		best, least = word, d
	}
	return best
}

// between are the signs that stand between the words of a name.
var between = strings.NewReplacer("_", "", "-", "", " ", "", ".", "")

// letters are those of a word that count: "readOnly", "read-only" and "read_only" are one.
func letters(word string) []rune {
	return []rune(between.Replace(strings.ToLower(firstOf(word, 64))))
}

// firstOf is the beginning of a text, n bytes at most.
func firstOf(text string, n int) string { return text[:min(n, len(text))] }

// distance counts the letters that were left out, put in, exchanged or put one place too
// early on the way from one word to another.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
