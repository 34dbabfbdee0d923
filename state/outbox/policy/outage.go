package policy

import (
	"errors"
	"strings"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// Outage is what keeps a whole account from sending: no network, a platform
// that limits requests or is down, a refused credential. While it lasts, one
// text and one file at a time are tried, with growing pauses between; the rest
// waits and says for what. The zero value is no outage. It is safe for
// concurrent use.
type Outage struct {
	mu sync.Mutex
	// fails counts the tries in a row that failed because of it.
	fails int
	// generation counts pauses. The outcome of a request that began in an
	// earlier generation says nothing about the present one.
	generation int
	// sent is the generation that the last failure of a request other than an upload
	// began.
	sent  int
	pause Pause
}

// Pause is a time in which an account does not send. The zero value is none.
type Pause struct {
	// Until is when the next message may be tried.
	Until time.Time
	// Ordered: the platform asked for it, so that a person can end it only if it is
	// long.
	Ordered bool
	// Why is its cause in a sentence; Network: no answer came at all.
	Why     string
	Network bool
}

// Reason is shown at a message that waits for the end of the pause. A check that
// it waited for before is still due.
func (t Pause) Reason(o state.Outbound) string {
	switch {
	case strings.HasPrefix(o.Reason, unseenReason):
		return unseenReason + t.Why
	case t.Network:
		return "waits for the line: " + t.Why
	}
	return t.Why
}

// mayTry reports whether a person may try in spite of the pause.
func (t Pause) mayTry(now time.Time) bool {
	return !t.Ordered || t.Until.Sub(now) > work.LongestPause
}

// outlasts reports whether a message that waits until a moment has to wait
// longer because of the pause. On disk, a message waits for state.LongestWait at
// most, in whole milliseconds.
func (t Pause) outlasts(when, now time.Time) bool {
	short := t.Until.Sub(now) <= state.LongestWait
	return !when.After(now) || short && t.Until.Sub(when) > time.Millisecond
}

// Generation returns the number of the present generation, and whether there is
// an outage.
func (g *Outage) Generation() (generation int, on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.generation, g.fails > 0
}

// Pause returns the present pause, or the last one if it has ended.
func (g *Outage) Pause() Pause {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pause
}

// Try ends the pause because a person wants the account tried: one message shows
// whether the outage is over. A short pause that the platform asked for stays.
func (g *Outage) Try(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pause.Until.After(now) && g.pause.mayTry(now) {
		g.pause.Until = now
	}
}

// Observe learns from the outcome of a request that began in a generation.
// jitter is from 0 to 1.
func (g *Outage) Observe(generation int, err error, now time.Time, jitter float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if why, _ := pauseReason(err); why == "" && answered(err) && generation >= g.sent && !g.pause.Ordered {
		generation = g.generation // only uploads have failed since it began
	}
	before := g.generation
	g.learn(generation, err, now, jitter)
	if g.generation > before {
		g.sent = g.generation
	}
}

// ObserveUpload learns from the outcome of an upload, which may fail where all else
// goes: it does not make the outcome of a text out of date that began with it.
func (g *Outage) ObserveUpload(generation int, err error, now time.Time, jitter float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.learn(generation, err, now, jitter)
}

func (g *Outage) learn(generation int, err error, now time.Time, jitter float64) {
	why, network := pauseReason(err)
	asked := api.RetryAfter(err)
	switch {
	case why == "" && answered(err) && generation == g.generation:
		g.fails, g.pause = 0, Pause{}
	case why != "" && (generation == g.generation || asked > 0):
		g.fails++
		g.generation++
		wait := max(min(asked, state.LongestWait), work.Backoff(g.fails, jitter))
		if kind := api.KindOf(err); kind == api.ErrAuth || kind == api.ErrPayment {
			wait = work.LongestPause
		}
		g.pause = Pause{work.Later(g.pause.Until, now.Add(wait)), asked > 0, why, network}
	}
}

// pauseReason says why nothing else can be sent after an error, and whether
// that is for want of an answer. It is empty for no error, and for one that is
// about a single message.
func pauseReason(err error) (why string, network bool) {
	var denied *api.NotPermitted
	if errors.As(err, &denied) {
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
