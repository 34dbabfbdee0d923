package sms

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParts(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	ж := func(n int) string { return strings.Repeat("ж", n) }
	for text, want := range map[string]Count{
		"":                  {},
		"hello":             {Parts: 1, Left: 155},
		a(160):              {Parts: 1},
		a(161):              {Parts: 2, Left: 145},
		a(306):              {Parts: 2},
		a(307):              {Parts: 3, Left: 152},
		"€5":                {Parts: 1, Left: 157},
		a(159) + "€":        {Parts: 2, Left: 145}, // 161 septets
		a(152) + "€" + a(8): {Parts: 2, Left: 143}, // the escape is not divided from its character
		"é" + a(159):        {Parts: 1},
		"it’s":              {Parts: 1, Left: 66, UCS2: true, Outside: '’'},
		ж(70):               {Parts: 1, UCS2: true, Outside: 'ж'},
		ж(71):               {Parts: 2, Left: 63, UCS2: true, Outside: 'ж'},
		ж(134):              {Parts: 2, UCS2: true, Outside: 'ж'},
		ж(66) + "😀" + ж(10): {Parts: 2, Left: 55, UCS2: true, Outside: 'ж'}, // an emoji is two units, in one part
		a(100) + "ж":        {Parts: 2, Left: 33, UCS2: true, Outside: 'ж'},
	} {
		if got := Parts(text); got != want {
			t.Errorf("%d characters, %.12q: %+v, want %+v", utf8.RuneCountInString(text), text, got, want)
		}
	}
}

func TestToGSM7(t *testing.T) {
	for text, want := range map[string]struct {
		plain string
		ok    bool
	}{
		"it’s “here” – now…": {`it's "here" - now...`, true},
		"plain":              {"plain", false},
		"привет — ок":        {"привет - ок", false},
		"5\u00a0€":           {"5 €", true},
	} {
		if plain, ok := ToGSM7(text); plain != want.plain || ok != want.ok {
			t.Errorf("%q: %q %v", text, plain, ok)
		}
	}
}

// Every character of the alphabet is in it once, and nothing else is.
func TestAlphabet(t *testing.T) {
	if n, m := utf8.RuneCountInString(basic), utf8.RuneCountInString(extension); n != 127 || m != 10 {
		t.Errorf("%d and %d characters, 127 (without the escape) and 10 expected", n, m)
	}
	for _, r := range basic + extension {
		if strings.Count(basic+extension, string(r)) != 1 {
			t.Errorf("%q is there twice", r)
		}
	}
	if plain := plainer.Replace("“”„«»‘’–—…№"); Parts(plain).UCS2 {
		t.Errorf("%q is still outside", plain)
	}
}
