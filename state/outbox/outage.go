package outbox

import (
	"errors"
	"strings"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
)

// outage is what keeps an account from sending as a whole: a line that is down,
// a platform that wants patience or is out of order, a refused credential. While
// it lasts a text and a file at a time are tried, with growing pauses between;
// the rest waits, and says for what. The zero value is no outage.
type outage struct {
	mu sync.Mutex
	// fails counts the tries in a row that it spoiled.
	fails int
	// era counts pauses. What a request of an earlier era tells is old news.
	era   int
	truce truce
}

// truce is a pause in the sending of an account. The zero value is none.
type truce struct {
	// until is before when nothing is tried. Where nobody ordered that, a person
	// may have a message tried all the same.
	until   time.Time
	ordered bool
	// why is what made it, and line tells that it was no answer of the platform.
	why  string
	line bool
}

// says is the reason of a message that waits for it. What had to be seen before
// it goes out still has to.
func (t truce) says(o state.Outbound) string {
	switch {
	case strings.HasPrefix(o.Reason, unseenReason):
		return unseenReason + t.why
	case t.line:
		return "waits for the line: " + t.why
	}
	return t.why
}

// outlasts reports whether what is put off until a moment has to be put off
// further. What is on disk is put off for state.LongestWait at most, and has no
// nanoseconds.
func (t truce) outlasts(when, now time.Time) bool {
	short := t.until.Sub(now) <= state.LongestWait
	return !when.After(now) || short && t.until.Sub(when) > time.Millisecond
}

// now returns the era, and whether there is an outage.
func (g *outage) now() (era int, on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.era, g.fails > 0
}

// pause is the pause there is, or the last there was.
func (g *outage) pause() truce {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.truce
}

// heed learns from what became of a request that was begun in an era. jitter is
// from 0 to 1.
func (g *outage) heed(era int, err error, now time.Time, jitter float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	why, line := keeps(err)
	asked := api.RetryAfter(err)
	switch {
	case why == "" && answered(err) && era == g.era:
		g.fails, g.truce = 0, truce{}
	case why != "" && (era == g.era || asked > 0):
		g.fails++
		g.era++
		wait := max(asked, growing(g.fails, jitter))
		if kind := api.KindOf(err); kind == api.ErrAuth || kind == api.ErrPayment {
			wait = longest
		}
		g.truce = truce{later(g.truce.until, now.Add(wait)), asked > 0, why, line}
	}
}

// keeps is why an error that was not about one message keeps back the others,
// and whether that is for the line; empty for one that was, and for none.
func keeps(err error) (why string, line bool) {
	var held *api.NotPermitted
	if errors.As(err, &held) {
		return "", false // nothing was tried
	}
	switch api.KindOf(err) {
	case api.ErrAuth, api.ErrPayment, api.ErrRateLimited:
		return api.Explain(err), false
	case api.ErrUnavailable:
		return api.Explain(err), true
	case api.ErrUncertain:
		return "the message before it got no answer", true
	}
	return "", false
}

// answered reports whether the platform said yes or no.
func answered(err error) bool {
	var e *api.Error
	return err == nil || errors.As(err, &e) && e.Status >= 400
}

// growing is the pause after a number of failures in a row: 1, 2, 4 … 60 s, a
// fifth more or less. jitter is from 0 to 1.
func growing(fails int, jitter float64) time.Duration {
	d := min(time.Second<<min(max(fails-1, 0), 6), longest)
	return d - d/5 + time.Duration(jitter*float64(d)*2/5)
}
