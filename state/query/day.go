package query

import (
	"strings"
	"time"
)

// layouts are the ways in which a day, a month or a year is written.
var layouts = []string{"2006-01-02", "2006-1-2", "02.01.2006", "2.1.2006", "2006-01", "2006"}

// Day is when a day begins, in the clock's zone: one that is written out, the first of a
// month or of a year, today, yesterday, or so many days or weeks before today (7d, 3w).
// False means that the text says none.
func Day(text string, now time.Time) (begins time.Time, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	y, m, d := now.Date()
	ago := func(days int) time.Time { return time.Date(y, m, d-days, 0, 0, 0, 0, now.Location()) }
	switch text {
	case "today":
		return ago(0), true
	case "yesterday":
		return ago(1), true
	}
	if age, ok := parseAge(text); ok && age >= units['d'] && age%units['d'] == 0 {
		return ago(int(age / units['d'])), true
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil && t.Year() >= 1900 {
			return t, true
		}
	}
	return time.Time{}, false
}
