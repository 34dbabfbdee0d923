package preflight

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"unibox/ui/catalog"
)

// usual are the words that everybody has.
//
//go:embed forgotten.txt
var usual string

const (
	// longestWord and mostWords bound a user's own file.
	longestWord = 100
	mostWords   = 500
)

// Words are those by which a text says that a file comes with it. The nil *Words has the
// usual ones.
type Words struct {
	list []string
	once sync.Once
	re   *regexp.Regexp
}

// UsualWords returns the words that everybody has: nine languages.
func UsualWords(say *catalog.Language) *Words {
	w, _ := ReadWords(say, "")
	return w
}

// ReadWords returns the usual words with those of a user's own text: one on each line, those
// behind "- " taken away, "- *" taking all usual ones away; what follows # is a comment. What
// is wrong with a line is a sentence with its number, and the line is left out.
func ReadWords(say *catalog.Language, own string) (w *Words, problems []string) {
	w = &Words{}
	for line := range strings.Lines(usual) {
		if word := wordOf(line); word != "" {
			w.list = append(w.list, word)
		}
	}
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(own, "\ufeff")) {
		n++
		word := wordOf(line)
		away, removes := strings.CutPrefix(word, "- ")
		switch why := wrongWord(say, word, len(w.list)); {
		case word == "":
		case why != "":
			problems = append(problems, say.T("line %d is left out: %s", n, why))
		case removes && strings.TrimSpace(away) == "*":
			w.list = nil
		case removes:
			w.list = slices.DeleteFunc(w.list, func(have string) bool { return have == strings.TrimSpace(away) })
		default:
			w.list = append(w.list, word)
		}
	}
	return w, problems
}

// wordOf is what a line of a list says, in small letters.
func wordOf(line string) string {
	line, _, _ = strings.Cut(line, "#")
	return strings.ToLower(strings.Join(strings.Fields(line), " "))
}

func wrongWord(say *catalog.Language, word string, have int) string {
	switch {
	case !utf8.ValidString(word) || strings.ContainsFunc(word, unicode.IsControl):
		return say.T("it is no plain text")
	case utf8.RuneCountInString(word) > longestWord:
		return say.T("it is longer than %d characters", longestWord)
	case have >= mostWords:
		return say.T("there are %d words already", mostWords)
	}
	return ""
}

func (w *Words) pattern() *regexp.Regexp {
	w.once.Do(func() {
		all := make([]string, len(w.list))
		for i, word := range w.list {
			all[i] = regexp.QuoteMeta(word)
		}
		if len(all) > 0 {
			w.re = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(` + strings.Join(all, "|") + `)`)
		}
	})
	return w.re
}

// Promise returns the words of a text that say that a file comes with it, "" if none
// do. Lines that quote somebody else do not count.
func (w *Words) Promise(say *catalog.Language, body string) string {
	if w == nil {
		w = UsualWords(say)
	}
	re := w.pattern()
	if re == nil {
		return ""
	}
	for line := range strings.Lines(body) {
		if strings.HasPrefix(strings.TrimSpace(line), ">") {
			continue
		}
		if at := re.FindStringSubmatchIndex(line); at != nil {
			return excerpt(line, at[2])
		}
	}
	return ""
}

// excerpt is a few words of a line from a place on.
func excerpt(line string, from int) string {
	words := strings.Fields(line[from:])
	return strings.Join(words[:min(4, len(words))], " ")
}
