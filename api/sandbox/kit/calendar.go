package kit

import "time"

// People write while the shop is open, thirteen hours a day. "Open time" is time
// counted without the nights.
const (
	opening = 8*time.Hour + 30*time.Minute
	OpenFor = 13 * time.Hour
	Day     = 24 * time.Hour
)

// OpenTime returns the open time in a length of time.
func OpenTime(length time.Duration) time.Duration {
	return time.Duration(float64(length) * float64(OpenFor) / float64(Day))
}

// OpenBefore returns the time that lies the given open time before last. More
// open time gives an earlier time. OpenBefore(last, 0) is last, also at night: the
// shop then counts as open.
func OpenBefore(last time.Time, open time.Duration) time.Time {
	start := openingTime(last)
	offset := last.Sub(start) - open
	days := time.Duration(0)
	if offset < 0 {
		days = (-offset + OpenFor - 1) / OpenFor
	}
	return start.Add(offset - days*(Day-OpenFor))
}

// OpenBetween returns the open time from first to last. It is the inverse of
// OpenBefore: OpenBefore(last, OpenBetween(first, last)) is not before first.
func OpenBetween(first, last time.Time) time.Duration {
	start := openingTime(last)
	since := first.Sub(start)
	days := since / Day
	if since < 0 {
		days = (since - Day + 1) / Day
	}
	return last.Sub(start) - days*OpenFor - min(since-days*Day, OpenFor)
}

// openingTime returns when the shop opened on the day of last.
func openingTime(last time.Time) time.Time {
	midnight := last.Truncate(Day)
	if clock := last.Sub(midnight); clock < opening || clock > opening+OpenFor {
		return last.Add(-OpenFor)
	}
	return midnight.Add(opening)
}
