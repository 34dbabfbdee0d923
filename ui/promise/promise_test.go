package promise

import (
	"testing"
	"time"

	"unibox/state/phrases"
)

// The promise tracker: what we promise, for when. The time is that of the sentence, or
// what its phrase means by itself.
func TestPromises(t *testing.T) {
	set, problems := phrases.Load(phrases.Promises, "")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	now := time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC) // Tuesday
	for text, want := range map[string]string{
		"I'll come back tomorrow":                          "Wed 09:00",
		"Thanks! I’ll get back to you tomorrow at 15:30.":  "Wed 15:30",
		"We will let you know on Friday. Have a nice day!": "Fri 09:00",
		"I'll call you in 20 minutes":                      "Tue 10:50",
		"I will send you the papers":                       "Wed 09:00",
		"I'll check order 15 tomorrow":                     "Wed 09:00",
		"Hello\nI'll check":                                "Tue 12:30",
		"завтра отвечу":                                    "Wed 09:00",
		"Добрый день! Вернёмся с ответом в пятницу в 14:00.": "Fri 14:00",
		"Уточню и через час напишу":                          "Tue 11:30",
		"Відповім завтра":                                    "Wed 09:00",
		"Ich melde mich morgen bei Ihnen.":                   "Wed 09:00",
		"Je vous tiens au courant":                           "Wed 09:00",
		"Le aviso mañana":                                    "Wed 09:00",
		"Le faremo sapere":                                   "Wed 09:00",
		"Entraremos em contato":                              "Wed 09:00",
		"Odezwę się jutro":                                   "Wed 09:00",
		"Your parcel is on its way.":                         "",
		"Shall I get back to you tomorrow?":                  "",
		"> I'll get back to you tomorrow\nNo, sorry":         "",
		"Please let me know":                                 "",
		"Отвечу сегодня":                                     "Tue 12:30", // today is no time by itself
		"":                                                   "",
		"I'll let you know. Or I'll call you tomorrow at noon, if you like it": "Wed 12:00",
	} {
		p, ok := Find(nil, set, text, now)
		got := ""
		if ok {
			got = p.At.Format("Mon 15:04")
		}
		if got != want {
			t.Errorf("%q is promised for %q, want %q", text, got, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	set, _ := phrases.Load(phrases.Promises, "")
	f.Add("I'll get back to you tomorrow at 15:30.")
	now := time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		if p, ok := Find(nil, set, text, now); ok && (!p.At.After(now) || p.Words == "") {
			t.Errorf("%q: %+v", text, p)
		}
	})
}
