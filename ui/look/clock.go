package look

import (
	"time"

	"unibox/ui/catalog"
	"unibox/ui/text"
)

// Clock words how long something still takes, and remembers whether a frame drew
// anything that changes by the second, so that nobody looks at the time where
// none does. It is used from one goroutine; a nil one remembers nothing.
type Clock struct {
	// Slow: the line to the terminal is, and nothing changes more than once a minute.
	Slow  bool
	drawn bool
}

// Note says that what is drawn changes within seconds.
func (c *Clock) Note() {
	if c != nil {
		c.drawn = true
	}
}

// Moves reports whether anything was noted since Noted was called last.
func (c *Clock) Moves() bool { return c.drawn }

// Noted reports whether anything was noted since the last call.
func (c *Clock) Noted() bool {
	was := c.drawn
	c.drawn = false
	return was
}

// Rest is how long it takes until ages are to be drawn again.
func (c *Clock) Rest() time.Duration {
	if c.Slow {
		return time.Minute
	}
	return 10 * time.Second
}

// At is the time by which ages are drawn.
func (c *Clock) At(now time.Time) time.Time {
	if c != nil && c.Slow {
		return now.Truncate(time.Minute)
	}
	return now
}

// In is a time until something in its largest unit, "20s" or "2m", in steps of
// five seconds: one that counts each of them costs a line over SSH all the time.
func (c *Clock) In(say *catalog.Language, d time.Duration) string {
	const step = 5 * time.Second
	switch {
	case d >= 2*time.Minute:
		return text.Age(say, d)
	case c != nil && c.Slow:
		return say.In("a short age", "%dm", (d+time.Minute-1)/time.Minute)
	}
	c.Note()
	return say.In("a short age", "%ds", max(1, (d+step-1)/step)*step/time.Second)
}
