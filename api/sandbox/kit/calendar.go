package kit

import "time"

// The shop is open thirteen hours a day, and people write while it is open.
const (
	opening = 8*time.Hour + 30*time.Minute
	OpenFor = 13 * time.Hour
	Day     = 24 * time.Hour
)

// OpenTime returns how much of a length of time the shop is open.
func OpenTime(length time.Duration) time.Duration {
	return time.Duration(float64(length) * float64(OpenFor) / float64(Day))
}

// OpenBefore returns the moment that lies the given open time before last: nights
// are skipped. The order of moments is kept, and before(last, 0) is last, for
// which a shop that should be closed stays open.
func OpenBefore(last time.Time, open time.Duration) time.Time {
	start := doors(last)
	offset := last.Sub(start) - open
	days := time.Duration(0)
	if offset < 0 {
		days = (-offset + OpenFor - 1) / OpenFor
	}
	return start.Add(offset - days*(Day-OpenFor))
}

// OpenBetween returns how much of the time from first to last the shop is open,
// in the days of last: before(last, between(first, last)) is not before first.
func OpenBetween(first, last time.Time) time.Duration {
	start := doors(last)
	since := first.Sub(start)
	days := since / Day
	if since < 0 {
		days = (since - Day + 1) / Day
	}
	return last.Sub(start) - days*OpenFor - min(since-days*Day, OpenFor)
}

// doors returns when the shop opened on the day of last.
func doors(last time.Time) time.Time {
	midnight := last.Truncate(Day)
	if clock := last.Sub(midnight); clock < opening || clock > opening+OpenFor {
		return last.Add(-OpenFor)
	}
	return midnight.Add(opening)
}
