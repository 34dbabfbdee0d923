package state

import (
	"context"
	"time"
)

const (
	// sleepTick is how often WatchSleep compares the clocks.
	sleepTick = time.Second
	// sleepLeast is the shortest gap that counts as a sleep: a loaded machine
	// runs a little late as well.
	sleepLeast = 5 * time.Second
)

// WatchSleep calls back with how long the machine slept, each time, until ctx ends;
// then it returns ctx's error. While a machine sleeps the time of day goes on
// and the clock that timers run by stands still: nothing fires by itself when
// it wakes. A date that somebody set forward looks the same, and needs the same:
// a look at what is due. day returns the time of day, time.Now where it is nil.
func WatchSleep(ctx context.Context, day func() time.Time, woke func(slept time.Duration)) error {
	if day == nil {
		day = time.Now
	}
	tick := time.NewTicker(sleepTick)
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
	}
}

// LongestWait is the longest that anything of ours is put off on disk. A
// platform that asks for more is asked again after that, by a later run; this
// run keeps to it, by a clock that nobody sets.
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
