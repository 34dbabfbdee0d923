package text

import (
	"fmt"
	"time"

	"unibox/ui/catalog"
)

const day = 24 * time.Hour

// Clock returns when t was, as short as it can be said and in the zone of t:
// "19:00" today, "Mon 19:00" in the six days before, "14 Nov" this year, "14
// Nov 2024" otherwise. A zero t gives "".
func Clock(say *catalog.Language, now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	switch n := daysBefore(now, t); {
	case n == 0:
		return say.Date(t, "15:04")
	case n > 0 && n < 7:
		return say.Date(t, "Mon 15:04")
	case now.In(t.Location()).Year() == t.Year():
		return say.Date(t, "2 Jan")
	}
	return say.Date(t, "2 Jan 2006")
}

// Full returns a time with its day, "Mon 16 Nov 19:00", and its year where that is
// another than now's.
func Full(say *catalog.Language, now, t time.Time) string {
	if now.In(t.Location()).Year() != t.Year() {
		return say.Date(t, "Mon 2 Jan 2006 15:04")
	}
	return say.Date(t, "Mon 2 Jan 15:04")
}

// Ahead returns when something happens, in the zone of t: "19:00" today, "Mon 19:00" in
// the six days after, otherwise as [Full].
func Ahead(say *catalog.Language, now, t time.Time) string {
	switch n := daysBefore(now, t); {
	case n == 0:
		return say.Date(t, "15:04")
	case n < 0 && n > -7:
		return say.Date(t, "Mon 15:04")
	}
	return Full(say, now, t)
}

// Day names the day of t for a line between messages, in the zone of t:
// "Today", "Yesterday", "Tue 17 Nov", in another year "17 Nov 2024". Of a zero t it
// says that nobody knows.
func Day(say *catalog.Language, now, t time.Time) string {
	if t.IsZero() {
		return say.T("no date")
	}
	switch n := daysBefore(now, t); {
	case n == 0:
		return say.T("Today")
	case n == 1:
		return say.T("Yesterday")
	case now.In(t.Location()).Year() == t.Year():
		return say.Date(t, "Mon 2 Jan")
	}
	return say.Date(t, "2 Jan 2006")
}

// Age returns how long something takes or waits in its largest unit, rounded
// down: "now" under a minute, "12m", "3h", "2d", "5w", "1y".
func Age(say *catalog.Language, d time.Duration) string {
	switch {
	case d < time.Minute:
		return say.In("a short age", "now")
	case d < time.Hour:
		return say.In("a short age", "%dm", d/time.Minute)
	case d < day:
		return say.In("a short age", "%dh", d/time.Hour)
	case d < 7*day:
		return say.In("a short age", "%dd", d/day)
	case d < 365*day:
		return say.In("a short age", "%dw", d/(7*day))
	}
	return say.In("a short age", "%dy", d/(365*day))
}

// Left is how long something still holds, in hours and minutes: "3:05". The minute that
// has begun counts.
func Left(d time.Duration) string {
	minutes := max(0, (d+time.Minute-1)/time.Minute)
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

// daysBefore returns by how many calendar days t lies before now, in the zone
// of t; negative if it is later.
func daysBefore(now, t time.Time) int {
	return int(midnight(now.In(t.Location())).Sub(midnight(t)) / day)
}

// midnight returns the start of t's calendar day, as if it were in UTC, where
// every day has 24 hours.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// AgeWords is Age as one says it: "12 minutes", "1 hour".
func AgeWords(say *catalog.Language, d time.Duration) string {
	n := func(of time.Duration) int { return int(d / of) }
	switch {
	case d >= 365*day:
		return say.Plural(n(365*day), "%d year", "%d years")
	case d >= 7*day:
		return say.Plural(n(7*day), "%d week", "%d weeks")
	case d >= day:
		return say.Plural(n(day), "%d day", "%d days")
	case d >= time.Hour:
		return say.Plural(n(time.Hour), "%d hour", "%d hours")
	case d >= time.Minute:
		return say.Plural(n(time.Minute), "%d minute", "%d minutes")
	}
	return say.T("less than a minute")
}
