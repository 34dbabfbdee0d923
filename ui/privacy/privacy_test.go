package privacy

import (
	"regexp"
	"testing"
	"time"
	"unicode"
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
		"mail ann.lee@shop.example!": "mail •••••••@••••.•••••••!", "@all": "@•••", "write to @ann_lee.": "write to @•••••••.", "a @ b": "a @ b", "two: 1234567, 7654321": "two: •••••67, •••••21", "٧٩٢٥٠٠٠٠٠٤٢": "•••••••••٤٢",
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

// X4: whatever stands between its digits, a number is masked to its last two; dates are not.
func TestX4NumbersAreMaskedAndDatesAreNot(t *testing.T) {
	for in, want := range map[string]string{
		"+7 (919) - 123 - 45 - 67":   "+• (•••) - ••• - •• - 67",
		"8 — 925 — 000 — 00 — 42":    "• — ••• — ••• — •• — 42",
		"8\u202f925\u202f0000042":    "•\u202f•••\u202f•••••42",
		"8_925_000_00_42":            "•_•••_•••_••_42",
		"[8] {925} 000·00·42":        "[•] {•••} •••·••·42",
		"892\u200b500000\ufeff42":    "•••\u200b••••••\ufeff42",
		"８９２５０００００４２":                "•••••••••４２",
		"before:2026-11-03":          "before:2026-11-03",
		"on 2026-11-03 at 15:04":     "on 2026-11-03 at 15:04",
		"2026-11-03 15:04:05":        "2026-11-03 15:04:05",
		"2026-11-03T15:04:05Z":       "2026-11-03T15:04:05Z",
		"15:04 03.11.2026":           "15:04 03.11.2026",
		"03.11.26 15:04":             "03.11.26 15:04",
		"from 1/2/2026 – 11/30/2026": "from 1/2/2026 – 11/30/2026",
		"2026-11-03 89250000042":     "2026-11-03 •••••••••42",
		"89250000042 2026-11-03":     "•••••••••42 2026-11-03",
		"+7 925 2026-11-03":          "+• ••• ••••-••-03",
		"8 925 2026-11-03":           "• ••• ••••-••-03",
		"8 925 03.11.26":             "• ••• ••.••.26",
		"9999-11-03":                 "••••-••-03",
		"2026-13-03":                 "••••-••-03",
		"2026-11.03":                 "••••-••.03",
		"2026-11-034":                "••••-••-•34",
	} {
		if got := Text(in, "•"); got != want {
			t.Errorf("%q is %q, not %q", in, got, want)
		}
	}
}

var (
	// anyNumber is what a number may look like, anyDate what may be a date in it.
	anyNumber = regexp.MustCompile(`\p{Nd}(?:[\p{Zs}\t./_·\x{2212}\p{Pd}\p{Ps}\p{Pe}\p{Cf}\p{M}]{0,4}\p{Nd}){6,}`)
	anyDate   = regexp.MustCompile(`(?:19|20)\d\d[-./]\d\d?[-./]\d|\d[-./]\d\d?[-./](?:19|20)\d\d|^\d\d?[-./]\d\d?[-./]\d\d\D{1,4}\d\d?$`)
)

// FuzzText: no number of seven digits is left but dates, and as many characters as there were.
func FuzzText(f *testing.F) {
	f.Add("call +7 (925) 000-00-42 or a@b.example")
	f.Add("1233 124 67 2026-11-03 12 123")
	f.Add("1234567 2026-11-03 12 1234567 03.11.26 15:04 @ann")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		got := Text(s, "*")
		if utf8.RuneCountInString(got) != utf8.RuneCountInString(s) || Text(got, "*") != got {
			t.Errorf("%q becomes %q, and then %q", s, got, Text(got, "*"))
		}
		for _, left := range anyNumber.FindAllString(got, -1) {
			if !anyDate.MatchString(left) {
				t.Errorf("%q becomes %q: %q is left", s, got, left)
			}
		}
		Name(s, "*")
		Names(s, s, "*")
	})
}

// FuzzNumber: of a phone number, however it is written, the last two digits are left.
func FuzzNumber(f *testing.F) {
	f.Add("79191234567", "\x00\x06\x00\x00\x07\x00\x00\x07\x00\x07", true)
	f.Add("89250000042", "\x08\x00\x00\x08", false)
	f.Add("79252026110", "\x00\x00\x00\x01\x00\x00\x00\x02\x00\x02", true)
	gaps := []string{"", " ", "-", ".", " (", ") ", ") - ", " - ", " — ", "\u202f", "_", "\u00a0", "/", "\u2011", " \u2212 ", "\u200b", "  ", " –  "}
	f.Fuzz(func(t *testing.T, ds, between string, plus bool) {
		if len(ds) < 7 || len(ds) > 15 {
			return
		}
		phone := ""
		for i := range len(ds) {
			if phone += string(rune('0' + ds[i]%10)); i < len(between) && i < len(ds)-1 {
				phone += gaps[int(between[i])%len(gaps)]
			}
		}
		switch {
		case plus:
			phone = "+" + phone
		case anyDate.MatchString(phone):
			return
		}
		got, left := Text("call "+phone+" now", "*"), ""
		for _, r := range got {
			if unicode.IsDigit(r) {
				left += string(r)
			}
		}
		if len(left) != 2 {
			t.Errorf("%q becomes %q", phone, got)
		}
	})
}

// X4: of a file's name its ending is left, if it is one.
func TestX4FileNamesAreMasked(t *testing.T) {
	for in, want := range map[string]string{"passport-anna-ivanova.jpg": ".jpg", "Anna Ivanova": "", "anna.ivanova": "", ".anna": "", "a.анна": "", "x.tar.gz": ".gz", "a.b c": ""} {
		if got := File(in, "*"); got != Hidden("*")+want {
			t.Errorf("%q: %q, want %q", in, got, Hidden("*")+want)
		}
	}
}
