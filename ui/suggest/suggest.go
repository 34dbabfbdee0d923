// Package suggest completes what an agent types in a reply: the name of a saved reply behind a
// semicolon, the name of an emoji behind a colon. It finds out where such a name stands, and
// what it may mean; it draws nothing and changes no text.
package suggest

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/kyokomi/emoji/v2"
	"github.com/sahilm/fuzzy"

	"unibox/state/canned"
)

// Trigger is a name that is being typed.
type Trigger struct {
	// Sign is ';' or ':', 0 for none.
	Sign byte
	// Word is what stands behind it.
	Word string
}

// Len is how many bytes before the cursor it takes.
func (t Trigger) Len() int { return len(t.Word) + 1 }

// longestName bounds a name in bytes: what is longer is none.
const longestName = 60

// At returns the name that ends where a line is cut: before the cursor. A sign counts at the
// start of a word alone, so that "10:30" and "a;b" are text; behind a colon two small
// letters are needed, so that ":)" and ":D" are.
func At(before string) Trigger {
	from := max(0, len(before)-longestName-1)
	at := strings.LastIndexAny(before[from:], ";:")
	if at < 0 {
		return Trigger{}
	}
	at += from
	if r, size := utf8.DecodeLastRuneInString(before[:at]); size > 0 && !unicode.IsSpace(r) {
		return Trigger{}
	}
	t := Trigger{Sign: before[at], Word: before[at+1:]}
	ok := t.Sign == ';' && isName(t.Word) || t.Sign == ':' && isEmojiName(t.Word)
	if !ok {
		return Trigger{}
	}
	return t
}

func isName(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return s != "" && (unicode.IsLetter(first) || unicode.IsDigit(first)) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '-' && r != '_' && r != '.'
	})
}

func isEmojiName(s string) bool {
	return len(s) >= 2 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '+' || r == '-')
	}) && strings.ContainsFunc(s, unicode.IsLetter)
}

// Replies returns those of some replies whose name, title or tags match a word, the best first;
// among equals those of a language come first, and else their order stays.
func Replies(all []canned.Reply, word, language string) []canned.Reply {
	type match struct {
		r    canned.Reply
		rank int
	}
	word = strings.ToLower(word)
	var found []match
	for _, r := range all {
		if rank, ok := rank(r, word); ok {
			found = append(found, match{r, rank})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(Foreign(a.r, language), Foreign(b.r, language)))
	})
	out := make([]canned.Reply, len(found))
	for i, m := range found {
		out[i] = m.r
	}
	return out
}

// Foreign is 0 for a reply of a language, 1 for one of none, 2 for others.
func Foreign(r canned.Reply, language string) int {
	tag, _, _ := strings.Cut(strings.ToLower(r.Language), "-")
	switch {
	case language == "":
		return 0
	case tag == language:
		return 0
	case tag == "":
		return 1
	}
	return 2
}

// rank is how well a reply matches: 0 by its whole name, 1 by the beginning of name, title or
// tag, 2 by that of a word of them, 3 by letters in their order.
func rank(r canned.Reply, word string) (int, bool) {
	fields := append([]string{r.Name, r.Title}, r.Tags...)
	best := 4
	for _, f := range fields {
		f = strings.ToLower(f)
		switch {
		case f == word:
			best = 0
		case strings.HasPrefix(f, word):
			best = min(best, 1)
		case beginsWord(f, word):
			best = min(best, 2)
		}
	}
	if best == 4 && len(fuzzy.Find(word, fields)) > 0 {
		best = 3
	}
	return best, best < 4
}

func beginsWord(s, word string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }),
		func(w string) bool { return strings.HasPrefix(w, word) })
}

// Emoji is a picture and one of its names.
type Emoji struct{ Name, Picture string }

// emojiNames are all of them, sorted by name.
var emojiNames = sync.OnceValue(func() []Emoji {
	var all []Emoji
	for code, picture := range emoji.CodeMap() {
		if name := strings.Trim(code, ":"); isEmojiName(name) {
			all = append(all, Emoji{name, strings.TrimSpace(picture)})
		}
	}
	slices.SortFunc(all, func(a, b Emoji) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Picture, b.Picture)) })
	return all
})

// Emojis returns up to most emoji whose name begins with a word, or has a word that does, the
// shortest names first; each picture once.
func Emojis(word string, most int) []Emoji {
	var begin, inside []Emoji
	for _, e := range emojiNames() {
		switch {
		case strings.HasPrefix(e.Name, word):
			begin = append(begin, e)
		case strings.Contains(e.Name, "_"+word):
			inside = append(inside, e)
		}
	}
	short := func(a, b Emoji) int { return cmp.Compare(len(a.Name), len(b.Name)) }
	slices.SortStableFunc(begin, short)
	slices.SortStableFunc(inside, short)
	var out []Emoji
	for _, e := range append(begin, inside...) {
		if len(out) == most {
			break
		}
		if !slices.ContainsFunc(out, func(have Emoji) bool { return have.Picture == e.Picture }) {
			out = append(out, e)
		}
	}
	return out
}
