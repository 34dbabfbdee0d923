package names

import (
	"strings"

	"unibox/state/query"
	"unibox/ui/catalog"
	"unibox/ui/env"
)

// mostOffers is how many completions are shown.
const mostOffers = 8

// Offers complete the word that is typed. The zero value offers nothing.
type Offers struct {
	all []string
	// at is the one that comes next, taken the one that was taken.
	at    int
	taken string
}

// Word is the word before the cursor that is being typed, and where it begins.
func Word(before string) (word string, from int) {
	quoted := false
	for i, r := range before {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ' ' && !quoted:
			from = i + 1
		}
	}
	return before[from:], from
}

// Look works out what completes the word that is typed before the cursor. people are those
// of whom a name is looked for.
func (o *Offers) Look(e *env.Env, n Names, l query.Language, before string, people []string) {
	word, _ := Word(before)
	if o.taken != "" && word == o.taken {
		return // the next one follows it
	}
	*o = Offers{}
	minus := ""
	if rest, ok := strings.CutPrefix(word, "-"); ok {
		word, minus = rest, "-"
	}
	if word == "" {
		return
	}
	key, value, ok := strings.Cut(word, ":")
	for _, k := range l {
		switch {
		case !ok && !k.Age && strings.HasPrefix(k.Name, strings.ToLower(word)):
			o.all = append(o.all, minus+k.Name+":")
		case ok && k.Name == strings.ToLower(key):
			for _, v := range n.Values(e, k, people) {
				if hasWord(v, strings.Trim(value, `"`)) && !strings.EqualFold(v, value) && len(o.all) < mostOffers {
					o.all = append(o.all, minus+k.Name+":"+query.Quote(v))
				}
			}
		}
	}
}

// hasWord reports whether a text, or a word of it, begins so.
func hasWord(text, begin string) bool {
	text, begin = strings.ToLower(text), strings.ToLower(begin)
	return strings.HasPrefix(text, begin) || strings.Contains(text, " "+begin)
}

// Words says what completes the word, "" if nothing does.
func (o *Offers) Words(say *catalog.Language) string {
	if len(o.all) == 0 {
		return ""
	}
	return say.T("tab: %s", strings.Join(o.all, "  "))
}

// Take puts the next completion in place of the word before the cursor. It is false where
// there is none.
func (o *Offers) Take(before string) (completed string, ok bool) {
	if len(o.all) == 0 {
		return before, false
	}
	_, from := Word(before)
	o.taken = o.all[o.at%len(o.all)]
	o.at++
	completed = before[:from] + o.taken
	if strings.HasSuffix(o.taken, ":") && len(o.all) == 1 {
		o.taken = "" // what may stand behind it comes next
	}
	return completed, true
}
