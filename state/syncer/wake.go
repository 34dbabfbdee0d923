package syncer

import (
	"time"

	"unibox/state"
	"unibox/state/work"
)

// wakeSpread is over how long accounts and programs spread their first request
// after a sleep: machines that are woken together do not all ask at once.
const wakeSpread = 2 * time.Second

// wake takes up an account after the machine slept. By the running clock no
// time passed, so what was read before the sleep seems fresh; what people look
// at is asked for first anyway, and what was put off for less than the
// sleep is due.
func (p *plan) wake(now time.Time, slept time.Duration, jitter float64) {
	p.health.wake(now, slept, jitter)
	for _, due := range []*time.Time{&p.identifyAt, &p.whole.due, &p.sweepFrom} {
		if due.After(now) {
			*due = due.Add(-slept)
		}
	}
	if p.health.State == state.HealthStopped {
		return
	}
	p.head.due, p.head.urgent = now, true
	for _, c := range p.convs {
		c.moved = c.moved || c.visible
	}
	for _, c := range p.opens() {
		p.refresh(c)
	}
}

// wake begins a generation: what was under way is asked again.
func (h *health) wake(now time.Time, slept time.Duration, jitter float64) {
	h.generation++
	from := now.Add(time.Duration(jitter * float64(wakeSpread)))
	h.resume = work.Later(from, h.resume.Add(-slept))
	if !h.NextTry.IsZero() {
		h.NextTry = h.resume
	}
}

// putBack puts back what a request was to bring that ended with its generation.
func (p *plan) putBack(r result) {
	switch r.job {
	case identify:
		p.identifying = false
	case list:
		r.round.busy = false
	default:
		r.conv.busy = false
		r.conv.moved = r.conv.moved || r.job == readHead
	}
}
