package suggest

import (
	"testing"

	"unibox/state/canned"
)

// C12, emoji: where a name is typed, and where a semicolon or a colon is one.
func TestWhereANameStands(t *testing.T) {
	for before, want := range map[string]string{
		";ho": ";ho", "Hello ;часы": ";часы", "\t;opening-hours": ";opening-hours", ";x": ";x", ";24h": ";24h",
		";": "", "; ": "", ";)": "", ";-)": "", "a;b": "", "end; next": "", ";a b": "", "x;": "", ";;a": "",
		":smile": ":smile", "ok :th": ":th", ":+1a": ":+1a", ":e_mail": ":e_mail",
		":)": "", ":D": "", ":-)": "", "10:30": "", ":1": "", ":10": "", "note:th": "", ": th": "", "http://x": "", ":s": "", ":smile:": "", "": "",
	} {
		got := At(before)
		var text string
		if got.Sign != 0 {
			text = string(got.Sign) + got.Word
		}
		if text != want {
			t.Errorf("%q: %q, want %q", before, text, want)
		}
		if got.Sign != 0 && got.Len() != len(text) {
			t.Errorf("%q takes %d bytes", before, got.Len())
		}
	}
}

// C12: fuzzy over title, tags and name; the customer's language orders and hides nothing.
func TestRepliesByName(t *testing.T) {
	all := []canned.Reply{
		{Name: "a", Title: "Opening hours", Language: "en"},
		{Name: "hours", Title: "Z", Language: "de"},
		{Name: "hours-de", Title: "Öffnungszeiten", Language: "de-AT"},
		{Name: "c", Title: "Refund", Tags: []string{"hours"}, Language: "en"},
		{Name: "hours-en", Title: "Times", Language: "en"},
	}
	names := func(list []canned.Reply) (s string) {
		for _, r := range list {
			s += r.Name + " "
		}
		return s
	}
	for _, tt := range []struct{ word, lang, want string }{
		{"hours", "", "hours c hours-de hours-en a "},
		{"hours", "de", "hours c hours-de hours-en a "},
		{"hours", "en", "c hours hours-en hours-de a "},
		{"opng", "en", "a "},
		{"ref", "", "c "},
		{"öff", "", "hours-de "},
		{"xyz", "", ""},
	} {
		if got := names(Replies(all, tt.word, tt.lang)); got != tt.want {
			t.Errorf("%q in %q: %q, want %q", tt.word, tt.lang, got, tt.want)
		}
	}
	for tag, want := range map[string]int{"de": 0, "de-AT": 0, "": 1, "en": 2} {
		if got := Foreign(canned.Reply{Language: tag}, "de"); got != want {
			t.Errorf("%q is %d to de", tag, got)
		}
	}
}

func TestEmojis(t *testing.T) {
	for word, want := range map[string]string{"smile": "😄", "thumbsup": "👍", "heart": "❤️", "tada": "🎉"} {
		got := Emojis(word, 5)
		if len(got) == 0 || got[0].Picture != want {
			t.Errorf("%s: %+v", word, got)
		}
		if len(got) > 5 {
			t.Errorf("%d are offered", len(got))
		}
	}
	if got := Emojis("qqqq", 5); got != nil {
		t.Errorf("%+v", got)
	}
}
