package syncer

import (
	"errors"
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

const (
	// firstProbe is when an account that waits for a person is asked who we are
	// for the first time, lastProbe the longest pause between two such
	// questions: what a person fixed elsewhere is noticed without a key.
	firstProbe = 5 * time.Minute
	lastProbe  = time.Hour
)

// health is the state of an account, and when it may be asked again.
type health struct {
	state.Health
	// fails counts failures in a row that speak of the account as a whole.
	fails int
	// resume is when requests may begin again.
	resume time.Time
	// generation counts pauses. The outcome of a request that began in an earlier
	// generation says nothing about the present one.
	generation int
	// ordered: the platform itself asked for the pause.
	ordered bool
	// probes counts the requests that ask whether a stopped account works again.
	probes int
}

// succeeded records a good answer to a request of a generation, and reports
// whether it ended a pause.
func (h *health) succeeded(now time.Time, generation int) bool {
	h.LastOK = now
	if generation != h.generation {
		return false
	}
	recovered := h.State == state.HealthRetrying || h.State == state.HealthStopped
	h.State, h.NextTry, h.Reason = state.HealthLive, time.Time{}, ""
	h.fails, h.probes, h.resume, h.ordered = 0, 0, time.Time{}, false
	return recovered
}

// failed records a failure. One of a single conversation pauses the account if
// it is the second in a row; one that cannot be a conversation's own fault (wide)
// does so at once.
func (h *health) failed(now time.Time, generation int, err error, wide bool, jitter float64) {
	switch {
	case generation != h.generation:
		return
	case h.State == state.HealthStopped:
		h.probeLater(now, jitter)
		return
	}
	h.fails++
	if h.fails == 1 && !wide {
		return
	}
	h.ordered = false
	h.pause(now.Add(work.Backoff(h.fails, jitter)), err)
}

// limited records that the platform asked for a pause.
func (h *health) limited(now time.Time, generation int, err error, jitter float64) {
	switch {
	case h.State == state.HealthStopped && generation == h.generation:
		h.probeLater(now, jitter)
		return
	case h.State == state.HealthStopped:
		return
	case generation == h.generation:
		h.fails++
	}
	wait := work.Backoff(h.fails, jitter)
	if asked := api.RetryAfter(err); asked > 0 {
		wait = min(asked, state.LongestWait) + time.Duration(jitter*float64(time.Second))
	}
	h.ordered = true
	if until := now.Add(wait); until.After(h.resume) {
		h.pause(until, err)
	}
}

func (h *health) pause(until time.Time, err error) {
	h.generation++
	h.resume = until
	var store *state.StoreError
	if errors.As(err, &store) { // the platform has answered; the store says by itself what is wrong with it
		return
	}
	h.State, h.NextTry, h.Reason = state.HealthRetrying, until, api.Explain(err)
}

// stop records that only a person can help. From now on the account is only
// asked who we are, less and less often.
func (h *health) stop(now time.Time, err error, jitter float64) {
	h.generation++
	h.State, h.Reason, h.ordered = state.HealthStopped, api.Explain(err), false
	h.probeLater(now, jitter)
}

func (h *health) probeLater(now time.Time, jitter float64) {
	wait := min(firstProbe<<min(h.probes, 4), lastProbe)
	h.probes++
	h.resume = now.Add(work.Spread(wait, jitter))
	h.NextTry = h.resume
}

// retry ends the pause at a person's request, unless the platform asked for it and
// it is over within a minute.
func (h *health) retry(now time.Time) {
	if h.State == state.HealthStopped {
		h.State, h.Reason, h.NextTry, h.fails = state.HealthStarting, "", time.Time{}, 0
		h.generation++
	}
	if !h.ordered || h.resume.Sub(now) > work.LongestPause {
		h.resume = time.Time{}
	}
}

// report returns the plan's report, with a sentence about the clocks if nothing
// is worse.
func (l *loop) report(now time.Time) state.Health {
	l.plan.progressed(now)
	h := l.plan.report()
	if clock, ok := l.provider.(api.Clock); ok && h.Reason == "" {
		h.Reason = clocks(clock.Ahead())
	}
	return h
}

// clocksApart is how far the clocks may be apart before the screen shows it.
const clocksApart = 2 * time.Minute

// clocks says that this machine's clock and the platform's do not agree, in
// steps that do not change with every answer.
func clocks(ahead time.Duration) string {
	way, apart := "behind", ahead
	if ahead < 0 {
		way, apart = "ahead of", -ahead
	}
	step := time.Minute
	if apart >= time.Hour {
		step = time.Hour
	}
	if apart < clocksApart {
		return ""
	}
	n := int((apart + step/2) / step)
	unit := map[time.Duration]string{time.Minute: "min", time.Hour: "h"}[step]
	return fmt.Sprintf("this machine's clock is about %d %s %s the platform's: set it, or times and ages are wrong", n, unit, way)
}
