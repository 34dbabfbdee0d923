package rest

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// asleep is how much further the wall clock must have moved than the
	// monotonic one if the machine slept, or if somebody set its clock.
	asleep = 5 * time.Second
	// prompt is how fast an answer must come if its Date is to say the time.
	prompt = 5 * time.Second
)

// sleepDetector notices that the machine slept. Timers and deadlines stop while it
// does, and connections end without notice.
type sleepDetector struct {
	// wall is the wall clock; the monotonic one is in what time.Now returns.
	wall func() time.Time

	mu      sync.Mutex
	running time.Time
	day     time.Time
}

// slept reports whether the machine slept since the last call.
func (d *sleepDetector) slept() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	running, day := time.Now(), d.wall().Round(0)
	gap := !d.day.IsZero() && day.Sub(d.day)-running.Sub(d.running) > asleep
	d.running, d.day = running, day
	return gap
}

// noteHeader reads from the header of an answer how far the server's clock is ahead.
// A web page does not count: it may be from another server.
func (c *Client) noteHeader(h http.Header, asked time.Time) {
	if c.observe != nil {
		c.observe(h)
	}
	took := time.Since(asked)
	at, err := http.ParseTime(h.Get("Date"))
	if err == nil && took < prompt && !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		c.ahead.Store(int64(at.Sub(asked.Add(took / 2))))
	}
}

// Ahead is how far the server's clock is ahead of this machine's, to the second,
// according to the Date of its last answer; 0 as long as there was none.
func (c *Client) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }
