package state

import (
	"context"
	"time"
)

const (
	// sleepTick is how often WatchSleep compares the clocks.
	sleepTick = 4 * time.Second
	// sleepLeast is the shortest gap that counts as a sleep: a loaded machine
	// runs a little late as well.
	sleepLeast = 5 * time.Second
)

// WatchSleep calls woke, with the length of the sleep, within four seconds each time
// that the machine wakes up. It runs until ctx ends and returns ctx's error. A sleep stops
// the clock of timers but not the time of day, so after it timers fire too late.
// A date that somebody set forward looks the same and is reported too, since it
// also makes things due. day returns the time of day; nil means time.Now.
func WatchSleep(ctx context.Context, day func() time.Time, woke func(slept time.Duration)) error {
	if day == nil {
		day = time.Now
	}
	tick := time.NewTimer(UntilBeat(sleepTick))
	defer tick.Stop()
	ran, was := time.Now(), day().Round(0)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		now, is := time.Now(), day().Round(0)
		if slept := is.Sub(was) - now.Sub(ran); slept >= sleepLeast {
			woke(slept)
		}
		ran, was = now, is
		tick.Reset(UntilBeat(sleepTick))
	}
}

// UntilBeat is how long it is until the next whole multiple of every by the time of
// day. What is done again and again at such moments is done together, and the
// processor wakes up once for all of it.
func UntilBeat(every time.Duration) time.Duration {
	now := time.Now().Round(0)
	return now.Truncate(every).Add(every).Sub(now)
}

// LongestWait is the longest wait for a platform. Where it asks for a longer one, it
// is asked again after LongestWait, and whenever a person wants it.
const LongestWait = time.Hour

// In returns the end of a pause that begins now, LongestWait at most.
func In(now time.Time, pause time.Duration) time.Time { return now.Add(min(pause, LongestWait)) }

// Planned returns the moment until which something waits, as it was stored by
// [In]. A moment further ahead than LongestWait was stored before somebody set
// the date back; then the wait is over.
func Planned(when, now time.Time) time.Time {
	if when.Sub(now) > LongestWait {
		return now
	}
	return when
}
