// Package query is the small language in which a list is filtered: words, and what a
// conversation has to be besides.
//
//	refund "two words" label:vip,new is:waiting -channel:sms waiting>15m
//
// All that is written has to hold; of values that a comma parts one is enough; a minus
// before anything turns it round. [Parse] takes all of a text, or says which word it does
// not understand. What a language knows besides words is data ([Language]), so that other
// lists and searches can have keys of their own. The package knows no conversation: who
// has them asks each [Term].
package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	// Longest is how many characters a text has at the most that is asked for on a screen,
	// MostWords how many words: more are pasted by mistake, and each is looked for in all
	// that is drawn.
	Longest   = 256
	MostWords = 16
)

// Key is a word that may stand before a colon.
type Key struct {
	Name string
	// Values are those that it takes; nil takes any text.
	Values []string
	// Age: it is compared with a length of time: waiting>15m.
	Age bool
	// Day: it takes a day, as [Day] reads it: before:2026-05-03.
	Day bool
	// Same is the name of another key that it is an abbreviation of.
	Same string
}

// Language is what a list can be asked for besides words.
type Language []Key

// Conversations is the language of the list of conversations. What its values mean is said
// where they are looked up, in state/sqlite.
func Conversations() Language {
	return Language{
		{Name: "is", Values: []string{"waiting", "unread", "starred", "done", "snoozed", "closing", "draft", "unsent", "pinned", "muted", "mine", "unassigned"}},
		{Name: "label"}, {Name: "channel"}, {Name: "account"}, {Name: "from"}, {Name: "name", Same: "from"}, {Name: "waiting", Age: true},
	}
}

// Messages is the language of the search of messages: that of the list, said of a message's
// conversation, and what only a message is. from: and to: take a name, a number, or "me"
// for our side.
func Messages() Language {
	l := Language{{Name: "from"}, {Name: "to"}, {Name: "before", Day: true}, {Name: "after", Day: true}, {Name: "has", Values: []string{"file", "link"}}}
	for _, k := range Conversations() {
		if k.Name == "is" {
			k.Values = append(k.Values, "note")
		}
		if k.Name != "from" && k.Name != "name" {
			l = append(l, k)
		}
	}
	return l
}

// Query is a text that was understood.
type Query struct{ Terms []Term }

// Term is one thing that has to hold.
type Term struct {
	// Not: it must not hold.
	Not bool
	// Key is the key's name, empty for words.
	Key string
	// Values are what stands behind the colon, of which one is enough; of words, those.
	Values []string
	// Phrase: the words were quoted, and have to stand so.
	Phrase bool
	// Less compares with Age the other way: less than that.
	Less bool
	Age  time.Duration
}

// Error names the word that was not understood.
type Error struct{ Word, Why string }

func (e *Error) Error() string { return e.Word + " is not understood: " + e.Why }

// Words is a text of which every word is looked for as it stands.
func Words(text string) Query {
	if strings.TrimSpace(text) == "" {
		return Query{}
	}
	return Query{Terms: []Term{{Values: []string{text}}}}
}

// Parse reads a text. The error is an [*Error].
func Parse(text string, l Language) (Query, error) {
	var q Query
	tokens, err := split(text)
	if err != nil {
		return q, err
	}
	for _, t := range tokens {
		term, err := l.term(t)
		if err != nil {
			return Query{}, err
		}
		q.Terms = append(q.Terms, term)
	}
	return q, nil
}

// token is a word of a text, as it was typed; quoted is where in it quotes were, by the
// bytes of bare, which is without them.
type token struct {
	typed, bare string
	quoted      []bool
}

// split cuts a text at spaces that are not quoted.
func split(text string) (all []token, err error) {
	var t token
	in := false
	end := func() {
		if t.typed != "" {
			all = append(all, t)
		}
		t = token{}
	}
	for _, r := range text {
		switch {
		case r == '"':
			in = !in
		case unicode.IsSpace(r) && !in:
			end()
			continue
		default:
			for range len(string(r)) {
				t.quoted = append(t.quoted, in)
			}
			t.bare += string(r)
		}
		t.typed += string(r)
	}
	if in {
		return nil, &Error{t.typed, `a quote is not closed`}
	}
	end()
	return all, nil
}

// term reads one word.
func (l Language) term(t token) (Term, error) {
	var term Term
	if rest, ok := strings.CutPrefix(t.bare, "-"); ok && !t.quoted[0] && rest != "" && !unicode.IsDigit(rune(rest[0])) {
		term.Not = true
		t.bare, t.quoted = rest, t.quoted[1:]
	}
	at := t.operator()
	if at < 0 {
		term.Values, term.Phrase = []string{t.bare}, slices.Contains(t.quoted, true)
		return term, nil
	}
	name, value := strings.ToLower(t.bare[:at]), t.bare[at+1:]
	i := slices.IndexFunc(l, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return term, &Error{t.typed, fmt.Sprintf("there are %s; in quotes it is looked for as it stands", l.names())}
	}
	key := l[i]
	if term.Key = key.Name; key.Same != "" {
		term.Key = key.Same
	}
	return key.read(term, t, at, value)
}

// operator is where the sign behind a key is, -1 where none is: what stands before it is
// not of letters alone, or the rest is the address of a page.
func (t token) operator() int {
	at := strings.IndexAny(t.bare, ":<>")
	if at <= 0 || t.quoted[at] || strings.HasPrefix(t.bare[at:], "://") && !t.quoted[at+1] || slices.Contains(t.quoted[:at], true) ||
		strings.ContainsFunc(t.bare[:at], func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) }) {
		return -1
	}
	return at
}

// read reads what stands behind a key.
func (k Key) read(term Term, t token, at int, value string) (Term, error) {
	switch sign := t.bare[at]; {
	case k.Age && sign == ':':
		return term, &Error{t.typed, "write " + k.Name + ">15m, " + k.Name + "<2h or the like"}
	case !k.Age && sign != ':':
		return term, &Error{t.typed, "write " + k.Name + ": and what it has to be"}
	case k.Age:
		age, ok := parseAge(value)
		if !ok {
			return term, &Error{t.typed, "a time is written 15m, 2h, 1h30m or 3d"}
		}
		term.Age, term.Less = age, sign == '<'
		return term, nil
	}
	if term.Values = t.values(at + 1); len(term.Values) == 0 {
		return term, &Error{t.typed, k.takes()}
	}
	for i, v := range term.Values {
		if _, ok := Day(v, time.Unix(0, 0)); k.Day && !ok {
			return term, &Error{t.typed, k.takes()}
		}
		if k.Values == nil {
			continue
		}
		if term.Values[i] = strings.ToLower(v); !slices.Contains(k.Values, term.Values[i]) {
			return term, &Error{t.typed, k.takes()}
		}
	}
	return term, nil
}

// values are those behind the byte from, parted by commas that are not quoted.
func (t token) values(from int) (all []string) {
	begin := from
	for i := from; i <= len(t.bare); i++ {
		if i < len(t.bare) && (t.bare[i] != ',' || t.quoted[i]) {
			continue
		}
		if v := strings.TrimSpace(t.bare[begin:i]); v != "" {
			all = append(all, v)
		}
		begin = i + 1
	}
	return all
}

// takes says what may stand behind the colon.
func (k Key) takes() string {
	switch {
	case k.Day:
		return "a day is written 2026-05-03, 2026-05, 2026, today, yesterday, or 7d, 3w for so long ago"
	case k.Values == nil:
		return k.Name + ": takes a name behind it"
	}
	return "there are " + strings.Join(k.Values, ", ")
}

// names are the keys, as they are written.
func (l Language) names() string {
	var all []string
	for _, k := range l {
		name := k.Name + ":"
		if k.Age {
			name = k.Name + ">"
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ") // a blank behind a colon would begin another sentence to translate
}

// units are those of an age.
var units = map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}

// longestAge is more than anybody waits.
const longestAge = 1000 * 24 * time.Hour

// parseAge reads 15m, 1h30m, 2d.
func parseAge(text string) (age time.Duration, ok bool) {
	for text = strings.ToLower(text); text != ""; {
		digits := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
		if digits < 1 || digits > 4 {
			return 0, false
		}
		n, _ := strconv.Atoi(text[:digits])
		unit := units[text[digits]]
		age += time.Duration(n) * unit
		if unit == 0 || age > longestAge {
			return 0, false
		}
		text, ok = text[digits+1:], true
	}
	return age, ok
}

// Has reports whether it is asked for a value of a key, and not for its opposite.
func (q Query) Has(key, value string) bool {
	return slices.ContainsFunc(q.Terms, func(t Term) bool {
		return !t.Not && t.Key == key && len(t.Values) == 1 && t.Values[0] == value
	})
}

// Quote is a value as it is written behind a key.
func Quote(value string) string {
	value = strings.ReplaceAll(value, `"`, "")
	address := strings.HasPrefix(value, "//") // behind a word and a colon it would be a link
	if address || strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || r == ',' }) {
		return `"` + value + `"`
	}
	return value
}
