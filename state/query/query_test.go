package query

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// N18: a filter is understood as a whole, in the words that agents write.
func TestParse(t *testing.T) {
	for text, want := range map[string][]Term{
		"":                            nil,
		"anna  refund":                {{Values: []string{"anna"}}, {Values: []string{"refund"}}},
		`"two words" -"not these"`:    {{Values: []string{"two words"}, Phrase: true}, {Not: true, Values: []string{"not these"}, Phrase: true}},
		`label:vip is:Waiting`:        {{Key: "label", Values: []string{"vip"}}, {Key: "is", Values: []string{"waiting"}}},
		`-label:"big customer",new`:   {{Not: true, Key: "label", Values: []string{"big customer", "new"}}},
		`label:"a,b"`:                 {{Key: "label", Values: []string{"a,b"}}},
		"waiting>15m waiting<1h30m":   {{Key: "waiting", Age: 15 * time.Minute}, {Key: "waiting", Less: true, Age: 90 * time.Minute}},
		"NAME:Анна":                   {{Key: "from", Values: []string{"Анна"}}},
		"+7 (925) 000-00-01":          {{Values: []string{"+7"}}, {Values: []string{"(925)"}}, {Values: []string{"000-00-01"}}},
		"-925 - 10:30 https://x.y :)": {{Values: []string{"-925"}}, {Values: []string{"-"}}, {Values: []string{"10:30"}}, {Values: []string{"https://x.y"}}, {Values: []string{":)"}}},
		`"is:foo"`:                    {{Values: []string{"is:foo"}, Phrase: true}},
	} {
		q, err := Parse(text, Conversations())
		if err != nil || !reflect.DeepEqual(q.Terms, want) {
			t.Errorf("%s: %+v, %v; want %+v", text, q.Terms, err, want)
		}
	}
}

// N18: what is not understood is said with the word.
func TestWhatIsNotUnderstood(t *testing.T) {
	for text, want := range map[string]string{
		"anna is:foo":  "is:foo is not understood: there are waiting, unread",
		"lable:vip":    "lable:vip is not understood: there are is:, label:, channel:,",
		"label:":       "label: is not understood: label: takes a name",
		"waiting>soon": "waiting>soon is not understood: a time is written 15m",
		"waiting>":     "waiting> is not understood", "waiting>99999d": "waiting>99999d is not",
		"waiting:15m": "waiting:15m is not understood: write waiting>15m", "is>waiting": "is>waiting is not understood: write is:",
		`label:"vip`: `label:"vip is not understood: a quote is not closed`,
	} {
		_, err := Parse(text, Conversations())
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// Whatever is typed, a text is a query or an error with a word of it, and a quoted value
// comes out as it went in.
func FuzzParse(f *testing.F) {
	for _, text := range []string{`-label:"a b",c is:waiting`, `"`, "-", "a:b:c", "waiting>1h", "\x00\xff", "-\"\" x:", "//"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := Parse(text, Conversations()); err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Word == "" {
				t.Fatalf("%q: %v", text, err)
			}
		}
		value := strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(text, `"`, ""), "")), " ")
		if q, err := Parse("label:"+Quote(value), Conversations()); value != "" && strings.Trim(value, ", ") == value && (err != nil || !reflect.DeepEqual(q.Terms[0].Values, []string{value})) {
			t.Fatalf("%q: %+v, %v", value, q, err)
		}
	})
}
