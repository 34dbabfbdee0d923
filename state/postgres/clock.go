package postgres

import (
	"sync"
	"time"
)

// dayClock is the database's time of day as a box knows it. The zero value knows nothing.
type dayClock struct {
	mu sync.Mutex
	// there is what the database said when the box's own clock, which nobody sets, was at; it
	// may be wrong by half of took.
	there    time.Time
	at, took time.Duration
}

// dayAgain is how long the best answer counts: clocks go at different speeds.
const dayAgain = time.Minute

// saw takes an answer in: asked and answered are by the box's own clock.
func (c *dayClock) saw(there time.Time, asked, answered time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	took, at := answered-asked, asked+(answered-asked)/2
	if !c.there.IsZero() && took > c.took && at-c.at < dayAgain && c.now(at).Sub(there).Abs() <= took+c.took {
		return // the one before was better
	}
	c.there, c.at, c.took = there, at, took
}

func (c *dayClock) now(at time.Duration) time.Time { return c.there.Add(at - c.at) }

// read is the time of day at a moment of the box's own clock; ok: it is known.
func (c *dayClock) read(at time.Duration) (now time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now(at), !c.there.IsZero()
}

// Now implements state.Fleet.
func (f *Fleet) Now() time.Time {
	if now, ok := f.day.read(f.clock()); ok {
		return now
	}
	return time.Now()
}
