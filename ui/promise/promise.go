// Package promise finds in a text of ours that we promise something ("I'll come back
// tomorrow", "завтра отвечу"), and for when.
package promise

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"unibox/state/phrases"
	"unibox/ui/catalog"
	"unibox/ui/when"
)

// Promise is a sentence that promises something.
type Promise struct {
	// Words are that sentence.
	Words string
	// At is for when: what the sentence says, or else what its phrase usually means.
	At time.Time
}

// longest is how much of a text is looked at, in bytes; longestTime is how many words a
// time has at most.
const (
	longest     = 16 << 10
	longestTime = 6
)

// Find returns the last promise of a text. Lines that quote somebody else do not count,
// nor does a question.
func Find(say *catalog.Language, set phrases.Set, text string, now time.Time) (p Promise, ok bool) {
	for _, sentence := range sentences(text[:min(len(text), longest)]) {
		found, is := set.Find(phrases.Words(sentence))
		if !is {
			continue
		}
		at := timeIn(say, sentence, now)
		if at.IsZero() && saysToday(sentence) {
			at = now.Add(soon)
		}
		if at.IsZero() {
			at, _ = when.Parse(say, found.Value, now)
		}
		if !at.IsZero() {
			p, ok = Promise{sentence, at}, true
		}
	}
	return p, ok
}

// today are the words for it, which are no time by themselves; soon is when that is.
var today = map[string]bool{
	"today": true, "сегодня": true, "сьогодні": true, "heute": true, "aujourd'hui": true,
	"hoy": true, "oggi": true, "hoje": true, "dziś": true, "dzisiaj": true,
}

const soon = 2 * time.Hour

func saysToday(sentence string) bool {
	return slices.ContainsFunc(phrases.Words(sentence), func(word string) bool { return today[word] })
}

// sentences are those of a text that end without a question mark.
func sentences(text string) (all []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, ">") {
			continue
		}
		for line != "" {
			end := endOf(line)
			if sentence := strings.TrimSpace(line[:end]); sentence != "" && !strings.HasSuffix(sentence, "?") {
				all = append(all, sentence)
			}
			line = line[end:]
		}
	}
	return all
}

// endOf is where the first sentence of a line ends: a point between two digits, or
// before a letter, ends none.
func endOf(line string) int {
	for i, r := range line {
		next := line[i+1:]
		if strings.ContainsRune(".!?", r) && (next == "" || unicode.IsSpace(rune(next[0]))) {
			return i + 1
		}
	}
	return len(line)
}

// timeIn is the time that a sentence names in the most words, zero if it names none. A
// bare number names none: it may be that of an order.
func timeIn(say *catalog.Language, sentence string, now time.Time) (at time.Time) {
	words := strings.Fields(sentence)
	for n := min(longestTime, len(words)); n > 0; n-- {
		for from := 0; from+n <= len(words); from++ {
			some := strings.TrimRight(strings.Join(words[from:from+n], " "), ".,;:!)")
			first, _, _ := strings.Cut(some, " ")
			if strings.Trim(first, "0123456789") == "" || n == 1 && some == strings.Trim(some, "0123456789") && len([]rune(some)) < 4 {
				continue
			}
			if at, err := when.Parse(say, some, now); err == nil {
				return at
			}
		}
	}
	return at
}
