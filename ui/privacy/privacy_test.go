package privacy

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestX4NamesAndNumbersAreMasked(t *testing.T) {
	for in, want := range map[string]string{
		"Maria Petrova": "M••• P•••", "ann_lee": "a•••", "+7 925 000-00-42": "••• 42", "79250000042": "••• 42", "👩 Anna": "A•••", "🙂": "•••", "": "",
		"Наталья": "Н•••", "a b c d e": "a••• b••• c•••", "王秀英": "王•••",
	} {
		if got := Name(in, "•"); got != want {
			t.Errorf("%q is %q, not %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"call +7 (925) 000-00-42 now": "call +• (•••) •••-••-42 now", "order 4711 for 3": "order 4711 for 3", "79250000042": "•••••••••42",
		"mail ann.lee@shop.example!": "mail •••••••@••••.•••••••!", "@all": "@all", "two: 1234567, 7654321": "two: •••••67, •••••21", "٧٩٢٥٠٠٠٠٠٤٢": "•••••••••٤٢",
		"at 15:04:05 on 2 Jan": "at 15:04:05 on 2 Jan",
	} {
		if got := Text(in, "•"); got != want {
			t.Errorf("%q is %q, not %q", in, got, want)
		}
	}
	if got := Names("Dear Maria, maria! Mariana", "Maria Petrova", "*"); got != "Dear M***, M***! Mariana" {
		t.Error(got)
	}
}

// X4: one conversation is shown for ten seconds.
func TestX4OneIsRevealedForTenSeconds(t *testing.T) {
	var m Mask
	now := time.Unix(1000, 0)
	if m.Hides("a", now) {
		t.Error("masked before anybody asked")
	}
	m.Toggle(now)
	m.Reveal("a", now)
	if m.Hides("a", now.Add(9*time.Second)) || !m.Hides("b", now) || !m.Hides("", now) || !m.Hides("a", now.Add(10*time.Second)) {
		t.Error("not the one for ten seconds, or others too")
	}
	m.Reveal("b", now)
	if !m.Hides("a", now) {
		t.Error("two are revealed")
	}
	m.Toggle(now)
	m.Toggle(now)
	if !m.Hides("b", now) {
		t.Error("revealed still, after it was switched off and on")
	}
}

// FuzzText: no number is left, and as many characters as there were.
func FuzzText(f *testing.F) {
	f.Add("call +7 (925) 000-00-42 or a@b.example")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		got := Text(s, "*")
		if utf8.RuneCountInString(got) != utf8.RuneCountInString(s) || Text(got, "*") != got && digits(s) < 30 && !strings.Contains(s, "@") {
			t.Errorf("%q becomes %q, and then %q", s, got, Text(got, "*"))
		}
		Name(s, "*")
		Names(s, s, "*")
	})
}
