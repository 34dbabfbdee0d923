// Package hit finds in a line what a search looked for, to show it: the search itself is
// the store's (state/sqlite), which knows more spellings than this does.
package hit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"unibox/state/query"
	"unibox/ui/env"
)

// Words are what is looked for. The zero value finds nothing.
type Words struct {
	words  []string
	number string
}

// Of are the words of a search that have to be there, in the language of query.Messages: the
// first query.MostWords of them.
func Of(text string) Words {
	q, err := query.Parse(Closed(text), query.Messages())
	if err != nil {
		q = query.Words(text)
	}
	var w Words
	var plain []string
	for _, t := range q.Terms {
		if t.Key != "" || t.Not {
			continue
		}
		for _, word := range strings.Fields(strings.Join(t.Values, " ")) {
			if len(plain) == query.MostWords {
				break
			}
			plain = append(plain, word)
			if word = fold(strings.TrimFunc(word, func(r rune) bool { return !wordRune(r) })); word != "" {
				w.words = append(w.words, word)
			}
		}
	}
	w.number = env.Digits(strings.Join(plain, " "))
	return w
}

// Closed is what is typed with an end to a quote that has none yet.
func Closed(text string) string {
	if strings.Count(text, `"`)%2 == 1 {
		return text + `"`
	}
	return text
}

// None reports whether nothing is looked for.
func (w Words) None() bool { return len(w.words) == 0 && w.number == "" }

// Excerpt cuts a line in three at the first hit, to which those belong that follow it at
// once. A line without one is shown from its beginning.
func (w Words) Excerpt(line string) (before, hit, after string) {
	from, to := w.Find(line)
	if from == to {
		return "", line, ""
	}
	for {
		next, end := w.Find(line[to:])
		if next == end || strings.TrimSpace(line[to:to+next]) != "" {
			break
		}
		to += end
	}
	return line[:from], line[from:to], line[to:]
}

// Mark draws a line with each hit in another style.
func (w Words) Mark(line string, plain, hit func(string) string) string {
	var b strings.Builder
	for line != "" {
		from, to := w.Find(line)
		if from == to {
			break
		}
		if from > 0 {
			b.WriteString(plain(line[:from]))
		}
		b.WriteString(hit(line[from:to]))
		line = line[to:]
	}
	if line != "" {
		b.WriteString(plain(line))
	}
	return b.String()
}

// Find returns where in a line a word begins like one that is looked for, letter
// case, accents, ё, ß and width aside, or where the number is; two equal places for nowhere.
func (w Words) Find(line string) (from, to int) {
	if w.None() {
		return 0, 0
	}
	start := true
	for i, r := range line {
		if !wordRune(r) {
			start = true
			continue
		}
		if start || r >= 0x0e00 {
			if n := w.at(line[i:]); n > 0 {
				return i, i + n
			}
		}
		start = false
	}
	return 0, 0
}

// at returns how much of s, the first rune of which is a word's, is looked for; 0 for
// nothing.
func (w Words) at(s string) int {
	begins, _, _ := foldFirst(s)
	for _, word := range w.words {
		if strings.HasPrefix(word, begins) {
			if n := prefix(s, word); n > 0 {
				return n
			}
		}
	}
	return prefixDigits(s, w.number)
}

// prefixDigits returns how much of s is the digits of a number, whatever parts them;
// 0 if it is another one.
func prefixDigits(s, number string) int {
	if len(number) < 4 {
		return 0
	}
	for i, r := range s {
		switch {
		case r == rune(number[0]):
			if number = number[1:]; number == "" {
				return i + 1
			}
		case wordRune(r):
			return 0
		}
	}
	return 0
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r >= 0x2190 && unicode.IsSymbol(r)
}

// prefix returns how much of s folds to word, 0 if it does not begin with it.
func prefix(s, word string) int {
	for i := 0; i < len(s); {
		folded, r, n := foldFirst(s[i:])
		switch {
		case word == "" && !unicode.IsMark(r):
			return i
		case !strings.HasPrefix(word, folded):
			return 0
		}
		word, i = word[len(folded):], i+n
	}
	if word == "" {
		return len(s)
	}
	return 0
}

// fold makes alike what a search treats as equal.
func fold(s string) string {
	var b strings.Builder
	for s != "" {
		folded, _, n := foldFirst(s)
		b.WriteString(folded)
		s = s[n:]
	}
	return b.String()
}

// lower is what foldFirst cuts from.
const lower = "abcdefghijklmnopqrstuvwxyz"

// foldFirst folds the first rune of s, which is not empty; a mark folds to nothing. Most of
// them cost no memory: each drawn line is asked at each of its words.
func foldFirst(s string) (folded string, r rune, n int) {
	r, n = utf8.DecodeRuneInString(s)
	switch {
	case 'A' <= r && r <= 'Z':
		return lower[r-'A' : r-'A'+1], r, n
	case r == 'ß' || r == 'ẞ':
		return "ss", r, n
	case r < utf8.RuneSelf || 'а' <= r && r <= 'я' && r != 'й':
		return s[:n], r, n
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(string(r))), r, n
}
