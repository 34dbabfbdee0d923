package state

import "time"

// LongestWait is the longest that anything of ours is put off on disk. A
// platform that asks for more is asked again after that, by a later run; this
// run keeps to its word (the sender's hold goes by a clock that nobody sets).
const LongestWait = time.Hour

// In is the moment that is a pause from now, LongestWait at most.
func In(now time.Time, pause time.Duration) time.Time { return now.Add(min(pause, LongestWait)) }

// Planned is a stored moment that something was put off until. One that is
// further ahead than anything is put off was planned before the date was set
// back: it is now.
func Planned(when, now time.Time) time.Time {
	if when.Sub(now) > LongestWait {
		return now
	}
	return when
}
