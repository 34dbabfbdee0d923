package catalog

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
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
// its pattern; one that is not known is English.
func (w *Language) Sentence(english string) string {
	if w == nil || w.texts == nil || english == "" {
		return english
	}
	if said := w.texts[below+divider+english]; len(said) > 0 {
		return said[0]
	}
	if said := w.texts[english]; len(said) > 0 {
		return said[0]
	}
	for _, p := range w.patterns.list(w.texts) {
		if found := p.english.FindStringSubmatch(english); found != nil {
			return p.fill(w, found[1:])
		}
	}
	return english
}

// patterns are the sentences with verbs, compiled when the first one is looked for.
type patterns struct {
	once sync.Once
	all  []pattern
}

type pattern struct {
	// length is that of the English text: a longer one is tried first.
	length  int
	english *regexp.Regexp
	said    string
}

var verbs = regexp.MustCompile(`%[a-z]`)

func (p *patterns) list(texts map[string][]string) []pattern {
	p.once.Do(func() {
		for key, said := range texts {
			text, is := strings.CutPrefix(key, below+divider)
			if !is || !verbs.MatchString(text) {
				continue
			}
			p.all = append(p.all, pattern{len(text), regexp.MustCompile(`(?s)^` + verbs.ReplaceAllString(regexp.QuoteMeta(text), `(.+?)`) + `$`), said[0]})
		}
		slices.SortFunc(p.all, func(a, b pattern) int {
			return cmp.Or(b.length-a.length, strings.Compare(a.english.String(), b.english.String()))
		})
	})
	return p.all
}

var numbered = regexp.MustCompile(`%(?:\[\d+\])?[a-z]`)

// fill puts what was found into the verbs, in its turn said in the language.
func (p pattern) fill(w *Language, found []string) string {
	args := make([]any, len(found))
	for i, s := range found {
		args[i] = w.Sentence(s)
	}
	return fmt.Sprintf(numbered.ReplaceAllStringFunc(p.said, func(verb string) string { return verb[:len(verb)-1] + "s" }), args...)
}
