package when

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"unibox/ui/catalog"
)

// now is a Wednesday.
var now = time.Date(2026, 11, 25, 10, 20, 30, 0, time.UTC)

func TestWhatAnAgentTypes(t *testing.T) {
	for typed, want := range map[string]string{
		"in 2h": "Wed 25 Nov 2026 12:21", "2h": "Wed 25 Nov 2026 12:21", "2h30m": "Wed 25 Nov 2026 12:51", "90 min": "Wed 25 Nov 2026 11:51",
		"In an hour": "Wed 25 Nov 2026 11:21", "in half an hour": "Wed 25 Nov 2026 10:51", "1.5h": "Wed 25 Nov 2026 11:51", "in 1 hour and 10 minutes": "Wed 25 Nov 2026 11:31",
		"через 2 часа": "Wed 25 Nov 2026 12:21", "через час": "Wed 25 Nov 2026 11:21", "через полчаса": "Wed 25 Nov 2026 10:51", "через полтора часа": "Wed 25 Nov 2026 11:51",
		"in 3 days": "Sat 28 Nov 2026 10:20", "in 3 days at 14:30": "Sat 28 Nov 2026 14:30", "через неделю": "Wed 2 Dec 2026 10:20", "через неделю в 9": "Wed 2 Dec 2026 09:00",
		"2w": "Wed 9 Dec 2026 10:20", "in a month": "Fri 25 Dec 2026 10:20", "1 day 2 hours": "Thu 26 Nov 2026 12:20",
		"tomorrow": "Thu 26 Nov 2026 09:00", "tomorrow 9": "Thu 26 Nov 2026 09:00", "Tomorrow at 14:30": "Thu 26 Nov 2026 14:30", "9pm tomorrow": "Thu 26 Nov 2026 21:00",
		"tomorrow evening": "Thu 26 Nov 2026 18:00", "tomorrow in the morning": "Thu 26 Nov 2026 09:00", "the day after tomorrow": "Fri 27 Nov 2026 09:00",
		"завтра": "Thu 26 Nov 2026 09:00", "завтра в 9": "Thu 26 Nov 2026 09:00", "завтра, в 14:30": "Thu 26 Nov 2026 14:30", "послезавтра вечером": "Fri 27 Nov 2026 18:00",
		"в 7 вечера": "Wed 25 Nov 2026 19:00", "в 9 утра": "Thu 26 Nov 2026 09:00", "завтра в 3 дня": "Thu 26 Nov 2026 15:00", "в 9 часов": "Thu 26 Nov 2026 09:00",
		"в пятницу в 14:30": "Fri 27 Nov 2026 14:30", "пн": "Mon 30 Nov 2026 09:00",
		"fri 14:30": "Fri 27 Nov 2026 14:30", "on friday": "Fri 27 Nov 2026 09:00", "wed": "Wed 2 Dec 2026 09:00", "wed 18": "Wed 25 Nov 2026 18:00", "next week": "Mon 30 Nov 2026 09:00",
		"9": "Thu 26 Nov 2026 09:00", "11": "Wed 25 Nov 2026 11:00", "14:30": "Wed 25 Nov 2026 14:30", "9.30": "Thu 26 Nov 2026 09:30", "noon": "Wed 25 Nov 2026 12:00",
		"12 am": "Thu 26 Nov 2026 00:00", "12pm": "Wed 25 Nov 2026 12:00", "0:15": "Thu 26 Nov 2026 00:15", "tonight": "Wed 25 Nov 2026 20:00", "today 18": "Wed 25 Nov 2026 18:00",
		"24 dec": "Thu 24 Dec 2026 09:00", "dec 24th at 10": "Thu 24 Dec 2026 10:00", "24. December 2027": "Fri 24 Dec 2027 09:00", "24 декабря": "Thu 24 Dec 2026 09:00",
		"24.12": "Thu 24 Dec 2026 09:00", "5.1.": "Tue 5 Jan 2027 09:00", "3.1.2027 8:05": "Sun 3 Jan 2027 08:05", "2026-12-24 16:00": "Thu 24 Dec 2026 16:00",
		"1 jan": "Fri 1 Jan 2027 09:00", "25 nov 9": "Thu 25 Nov 2027 09:00",
	} {
		at, err := Parse(nil, typed, now)
		if got := at.Format("Mon 2 Jan 2006 15:04"); err != nil || got != want {
			t.Errorf("%q is %s, %v; want %s", typed, got, err, want)
		}
	}
}

func TestWhatIsNotUnderstoodIsNamed(t *testing.T) {
	for typed, want := range map[string]string{
		"":                   "type a time",
		"   ":                "type a time",
		"at":                 "type a time",
		"in":                 "say how long",
		"in 5":               "say how long",
		"today":              "say at what time today",
		"today 9":            "Wed 25 Nov 09:00 is past",
		"2026-01-01":         "Thu 1 Jan 09:00 is past",
		"in 800 days":        "more than two years ahead",
		"tomorow 9":          `"tomorow" is not understood`,
		"tomorrow 9 or so":   `"or" is not understood`,
		"tomorrow 9 10":      `"10" is not understood`,
		"tomorrow friday":    `"friday" is not understood`,
		"next friday":        `"next" is not understood`,
		"fri 25:00":          `"25:00" is not understood`,
		"fri 10:75":          `"10:75" is not understood`,
		"13 pm":              `"13" is not understood`,
		"30 feb":             `"30" is not understood`,
		"31.6.":              `"31.6." is not understood`,
		"3/4":                `"3/4" is not understood`,
		"14.12":              "may be a time or a day",
		"in 2h at 5":         `"at" is not understood`,
		"in 2 parsecs":       "say how long",
		"+5":                 `"+5" is not understood`,
		"-1 day":             `"-1" is not understood`,
		"99999999999999 h":   "is not understood",
		"завтра в 9 наверно": `"наверно" is not understood`,
	} {
		at, err := Parse(nil, typed, now)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %v, %v; want %q", typed, at, err, want)
		}
	}
}

// The clocks go forward on 29 March 2026 at two in Berlin.
func TestDayWhenTheClocksChange(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	before := time.Date(2026, 3, 28, 12, 0, 0, 0, berlin)
	for typed, want := range map[string]string{"tomorrow 9": "2026-03-29T09:00:00+02:00", "in a day": "2026-03-29T12:00:00+02:00", "in 24h": "2026-03-29T13:00:00+02:00"} {
		if at, err := Parse(nil, typed, before); err != nil || at.Format(time.RFC3339) != want {
			t.Errorf("%q is %v, %v; want %s", typed, at, err, want)
		}
	}
}

// Each time that is shown as an example can be typed, in the language in which it is shown.
func TestExamplesCanBeTyped(t *testing.T) {
	for _, tag := range catalog.Tags() {
		say, _ := catalog.For(tag)
		for _, typed := range strings.Split(say.Of(Example), " · ") {
			if _, err := Parse(say, typed, now); err != nil {
				t.Errorf("%s: %q: %v", tag, typed, err)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"tomorrow 9", "in 2h30m", "24. dec 2027", "завтра в 9", "in half a day", "next week 8pm"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := Parse(nil, s, now)
		if (err == nil) != at.After(now) {
			t.Errorf("%q is %v, %v", s, at, err)
		}
	})
}
