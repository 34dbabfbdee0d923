package catalog

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Error is an error whose text a person reads: English in a log, and in the language of the
// screen by [Language.Error].
type Error string

func (e Error) Error() string { return string(e) }

// below is the context of the sentences that the layers below the screen say.
const below = "a sentence from below"

// Sentence says a sentence that comes from the layers below, which speak English: they keep
// reasons in the store, where another program reads them. It is recognized as a whole or by
// its pattern, or piece by piece where it is made of several; what is not known is English.
func (w *Language) Sentence(english string) string {
	if w == nil || w.texts == nil || english == "" {
		return english
	}
	if said := w.whole(english); said != english {
		return said
	}
	var said strings.Builder
	for _, p := range w.pieces(english) {
		said.WriteString(p)
	}
	return said.String()
}

// mostPieces is how many pieces are looked at together.
const mostPieces = 8

// pieces says a sentence that is made of several, piece by piece, with what stands between them:
// the longest that is known from each place on, else what stands until the next place as it is.
func (w *Language) pieces(english string) (all []string) {
	for english != "" {
		ends := append(piece().FindAllStringIndex(english, mostPieces), []int{len(english), len(english)})
		said, next := english[:ends[0][0]], ends[0]
		for _, end := range slices.Backward(ends) {
			if end[0] < len(english) && !strings.Contains(english[:end[0]], " ") {
				break // a word before others is the name of something, and may be that of a state too
			}
			if s := w.whole(english[:end[0]]); s != english[:end[0]] {
				said, next = s, end
				break
			}
		}
		all, english = append(all, said, english[next[0]:next[1]]), english[next[1]:]
	}
	return all
}

// whole is Sentence for one that is known as it stands.
func (w *Language) whole(english string) string {
	if said := w.texts[below+divider+english]; len(said) > 0 {
		return said[0]
	}
	if said := w.texts[english]; len(said) > 0 && strings.Contains(english, " ") { // a word may be anybody's
		return said[0]
	}
	if said, ok := w.counted(english); ok {
		return said
	}
	all := w.patterns.list(w.texts)
	if said := w.patterns.heads[english]; said != "" {
		return said
	}
	for _, p := range all {
		if found := p.match(w, english); found != nil {
			return p.fill(w, found)
		}
	}
	return english
}

// known reports whether a sentence has an entry as it stands.
func (w *Language) known(english string) bool {
	return len(w.texts[below+divider+english]) > 0 || len(w.texts[english]) > 0
}

// counted is whole for so many of something, "3 drafts", of which the language has its own forms.
func (w *Language) counted(english string) (said string, ok bool) {
	number, what, _ := strings.Cut(english, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 {
		return "", false
	}
	w.patterns.list(w.texts)
	forms, at := w.patterns.counts[what], w.form(n)
	if at >= len(forms) {
		return "", false
	}
	return fmt.Sprintf(forms[at], n), true
}

// patterns are the sentences with verbs, gathered when the first one is looked for.
type patterns struct {
	once sync.Once
	all  []pattern
	// counts are the forms of what is counted, by what stands behind the number.
	counts map[string][]string
	// heads are the sentences behind which another stands, by how they begin.
	heads map[string]string
}

type pattern struct {
	// english is what stands around the places, and length how much that is: a longer one is
	// tried first.
	english []string
	length  int
	said    string
	// quoted are the places that hold a text in quotes, by their number: nothing else fills them,
	// and what they hold is nobody's sentence. Nor is what stands in a line to be typed, typed.
	quoted, typed map[int]bool
}

// match is what fills the places of a sentence, nil if it is another one.
func (p pattern) match(w *Language, s string) (found []string) {
	first, last := p.english[0], p.english[len(p.english)-1]
	if len(s) < p.length+len(p.english)-1 || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return nil
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range p.english[1 : len(p.english)-1] {
		i := strings.Index(s[min(1, len(s)):], part) + 1
		if i == 0 {
			return nil
		}
		found, s = append(found, s[:i]), s[i+len(part):]
	}
	if found = append(found, s); s == "" || first == "" && piece().MatchString(found[0]+" ") && !w.known(found[0]) {
		return nil // what is before the first place of a pattern is a sentence of its own
	}
	if at := len(found) - 1; last == "" && !p.quoted[at] && strings.Contains(s, "; ") && !w.known(s) {
		return nil // and so is what follows the last one
	}
	for i := range p.quoted {
		if _, err := strconv.Unquote(found[i]); err != nil || found[i][0] != '"' {
			return nil
		}
	}
	return found
}

var verbs = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`%(?:\[\d+\])?[0-9.]*[a-zA-Z]`) })

func (p *patterns) list(texts map[string][]string) []pattern {
	p.once.Do(func() {
		p.counts, p.heads = map[string][]string{}, map[string]string{}
		for key, said := range texts {
			text, is := strings.CutPrefix(key, below+divider)
			if !is || !verbs().MatchString(text) {
				continue
			}
			if one, other, counts := strings.Cut(text, apart); counts {
				p.counts[strings.TrimPrefix(one, "%d ")], p.counts[strings.TrimPrefix(other, "%d ")] = said, said
				continue
			}
			text, say := head(text, said[0])
			if !verbs().MatchString(text) {
				p.heads[text] = say
				continue
			}
			parts := verbs().Split(text, -1)
			p.all = append(p.all, pattern{parts, len(strings.Join(parts, "")), say, quotedPlaces(text), typedPlaces(parts)})
		}
		slices.SortFunc(p.all, func(a, b pattern) int {
			return cmp.Or(b.length-a.length, slices.Compare(a.english, b.english))
		})
	})
	return p.all
}

func quotedPlaces(text string) map[int]bool {
	all := map[int]bool{}
	for i, verb := range verbs().FindAllString(text, -1) {
		if strings.HasSuffix(verb, "q") {
			all[i] = true
		}
	}
	return all
}

// reason is where another sentence follows, in both languages.
var reason = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`: %[swv]$`) })

// head is what stands before a reason: that is a sentence of its own, of whatever pieces.
func head(text, said string) (string, string) {
	if !reason().MatchString(text) || !reason().MatchString(said) || strings.Contains(said, "%[") || text[0] == '%' && len(text) < len("%s: %s and so on") {
		return text, said
	}
	return text[:len(text)-len(": %s")], said[:len(said)-len(": %s")]
}

// typedPlaces are the places between backquotes.
func typedPlaces(parts []string) map[int]bool {
	all, within := map[int]bool{}, false
	for i, part := range parts[:len(parts)-1] {
		within = within != (strings.Count(part, "`")%2 == 1)
		all[i] = within
	}
	return all
}

var numbered = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`%(?:\[\d+\])?[a-z]`) })

// fill puts what was found into the verbs, in its turn said in the language. A word that begins a
// sentence is the name of something, of a key mostly.
func (p pattern) fill(w *Language, found []string) string {
	args := make([]any, len(found))
	for i, s := range found {
		if args[i] = s; !p.quoted[i] && !p.typed[i] && (i > 0 || p.english[0] != "" || strings.Contains(s, " ")) {
			args[i] = w.dated(w.Sentence(s))
		}
	}
	return fmt.Sprintf(numbered().ReplaceAllStringFunc(p.said, func(verb string) string { return verb[:len(verb)-1] + "s" }), args...)
}

// piece is where a sentence is made of several.
var piece = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[;:] |\n`) })

// dateWords are days and months as they stand in a date.
var dateWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b`)
})

// dated says the days and months of dates in a text, "Mon 2 Nov 15:04".
func (w *Language) dated(s string) string {
	return dateWords().ReplaceAllStringFunc(s, func(date string) string {
		words := strings.Fields(date)
		for i, word := range words {
			words[i] = w.In("date", word)
		}
		return strings.Join(words, " ")
	})
}
