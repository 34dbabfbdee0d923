package sandbox

import "time"

// The shop is open thirteen hours a day, and people write while it is open.
const (
	opening = 8*time.Hour + 30*time.Minute
	openFor = 13 * time.Hour
	day     = 24 * time.Hour
)

// openTime returns how much of a length of time the shop is open.
func openTime(length time.Duration) time.Duration {
	return time.Duration(float64(length) * float64(openFor) / float64(day))
}

// before returns the moment that lies the given open time before last: nights
// are skipped. The order of moments is kept, and before(last, 0) is last, for
// which a shop that should be closed stays open.
func before(last time.Time, open time.Duration) time.Time {
	start := doors(last)
	offset := last.Sub(start) - open
	days := time.Duration(0)
	if offset < 0 {
		days = (-offset + openFor - 1) / openFor
	}
	return start.Add(offset - days*(day-openFor))
}

// between returns how much of the time from first to last the shop is open,
// in the days of last: before(last, between(first, last)) is not before first.
func between(first, last time.Time) time.Duration {
	start := doors(last)
	since := first.Sub(start)
	days := since / day
	if since < 0 {
		days = (since - day + 1) / day
	}
	return last.Sub(start) - days*openFor - min(since-days*day, openFor)
}

// doors returns when the shop opened on the day of last.
func doors(last time.Time) time.Time {
	midnight := last.Truncate(day)
	if clock := last.Sub(midnight); clock < opening || clock > opening+openFor {
		return last.Add(-openFor)
	}
	return midnight.Add(opening)
}
