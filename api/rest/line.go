package rest

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// asleep is how much more the wall clock has to have moved than the running
	// one to say that the machine slept, or that somebody set its clock.
	asleep = 5 * time.Second
	// prompt is how fast an answer has to come for its Date to tell the time.
	prompt = 5 * time.Second
)

// gaps notices that the machine slept. Timers and deadlines stand still while
// it does, and connections die without a word.
type gaps struct {
	// wall is the time of day; the running clock is in what time.Now returns.
	wall func() time.Time

	mu      sync.Mutex
	running time.Time
	day     time.Time
}

// slept reports whether there was a gap since it was last asked.
func (g *gaps) slept() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	running, day := time.Now(), g.wall().Round(0)
	gap := !g.day.IsZero() && day.Sub(g.day)-running.Sub(g.running) > asleep
	g.running, g.day = running, day
	return gap
}

// observed learns from the header of an answer how the server's clock goes. A
// web page may be from somebody else's server.
func (c *Client) observed(h http.Header, asked time.Time) {
	if c.observe != nil {
		c.observe(h)
	}
	took := time.Since(asked)
	at, err := http.ParseTime(h.Get("Date"))
	if err == nil && took < prompt && !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		c.ahead.Store(int64(at.Sub(asked.Add(took / 2))))
	}
}

// Ahead is how far the server's clock is ahead of this machine's, as the Date
// of its last answer told, to the second; 0 as long as it has not said.
func (c *Client) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }
