package syncer

import (
	"math"
	"time"

	"unibox/api"
	"unibox/state"
)

const (
	// reportOften and reportSeldom are how often the progress of a reading is
	// reported: small accounts are read in seconds, and of one that takes hours
	// nobody looks more than a few times a minute.
	reportOften, reportSeldom = time.Second, 15 * time.Second
	// paceTime and longPaceTime bound the time over which the pace is averaged. In
	// between it is a quarter of what is left, so that an hour's estimate does not
	// follow what somebody reads in a minute.
	paceTime, longPaceTime = time.Minute, time.Hour
	// mostLeft is the longest estimate: what takes longer stands still.
	mostLeft = 30 * 24 * time.Hour
)

// progress is how far the reading of all conversations has come, and how long the
// rest takes. What is reported of it changes a few times a minute.
type progress struct {
	// total is how many conversations the platform says there are.
	total int
	// pace is how many conversations are read in a second, 0 while unknown; it was
	// counted up to countedAt, in a generation of the account's health.
	pace       float64
	counted    int
	countedAt  time.Time
	generation int
	// begun is when this run began to read.
	begun time.Time
	// known, listed and left are what was reported at reportedAt.
	known, listed int
	partial       bool
	left          time.Duration
	reportedAt    time.Time
}

// progressed brings what is reported up to date where it is due.
func (p *plan) progressed(now time.Time) {
	g := &p.progress
	if g.begun.IsZero() {
		g.begun = now
	}
	done, was := p.readCount >= len(p.convs), g.known >= g.listed
	due := g.reportedAt.Add(min(max(now.Sub(g.begun)/10, reportOften), reportSeldom))
	if done == was && g.partial == p.partial && !done && now.Before(due) {
		return
	}
	p.measure(now)
	g.known, g.listed, g.partial, g.reportedAt = p.readCount, len(p.convs), p.partial, now
	if p.health.State == state.HealthLive {
		g.left = stepped(g.left, p.remaining())
	}
}

// of is how many conversations there are, 0 if nobody knows.
func (p *plan) of() int {
	return state.Health{Partial: p.partial, Total: p.progress.total, Listed: len(p.convs)}.Of()
}

// measure averages the pace. A pause counts for nothing, also one that is over.
func (p *plan) measure(now time.Time) {
	g := &p.progress
	if g.pace == 0 {
		g.pace = p.expected()
	}
	took, read := now.Sub(g.countedAt).Seconds(), p.readCount-g.counted
	running := !g.countedAt.IsZero() && p.health.State == state.HealthLive && g.generation == p.health.generation
	g.counted, g.countedAt, g.generation = p.readCount, now, p.health.generation
	if !running || took <= 0 {
		return
	}
	over := min(max(g.left/4, paceTime), longPaceTime).Seconds()
	if g.pace == 0 { // no budget says what can be expected
		over = 0
	}
	g.pace += (1 - math.Exp(-took/max(over, 1e-3))) * (float64(read)/took - g.pace)
}

// expected is how many conversations are read in a second by the budget, 0 if
// there is none.
func (p *plan) expected() float64 {
	b := p.budgets[api.ClassMessages]
	if b.spare == nil {
		return 0
	}
	pace := float64(b.spare.Limit()) / float64(p.sharers)
	if p.rhythm.other < time.Hour { // what was read is read again and again
		pace *= freshShare
	}
	return pace
}

// remaining is how long it takes until everything is read, 0 while nobody can
// say: the number is not known, or what is left cannot be read.
func (p *plan) remaining() time.Duration {
	of, barred := p.of(), 0
	for _, c := range p.convs {
		if c.barred && c.checked.IsZero() {
			barred++
		}
	}
	heads, g := of-p.readCount-barred, p.progress
	if of == 0 || heads <= 0 || g.pace <= 0 {
		return 0
	}
	seconds := max(float64(heads)/g.pace, p.listSeconds(of))
	if seconds > mostLeft.Seconds() {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}

// listSeconds is how long the list takes to its end, by the budget.
func (p *plan) listSeconds(of int) float64 {
	b := p.budgets[api.ClassConversations]
	if !p.partial || b.spare == nil || p.whole.pages == 0 {
		return 0
	}
	perPage := float64(max(1, len(p.whole.ids))) / float64(p.whole.pages)
	pace := float64(b.spare.Limit())/float64(p.sharers) - 1/p.listEvery().Seconds()
	return float64(of-len(p.convs)) / perPage / max(pace, float64(b.spare.Limit())/10)
}

// estimateSteps are the steps in which an estimate below a limit is given.
var estimateSteps = []struct{ below, step time.Duration }{
	{10 * time.Minute, time.Minute}, {90 * time.Minute, 5 * time.Minute}, {48 * time.Hour, time.Hour}, {math.MaxInt64, 24 * time.Hour},
}

func stepAt(d time.Duration) time.Duration {
	for _, s := range estimateSteps {
		if d < s.below {
			return s.step
		}
	}
	return time.Minute
}

// stepped is the estimate to give after one that was given, 0 for none: it follows
// what was worked out one step at a time, and stays where that is less than a step
// away.
func stepped(given, worked time.Duration) time.Duration {
	switch {
	case worked == 0:
		return 0
	case given == 0:
		return max(worked.Round(stepAt(worked)), time.Minute)
	}
	up, down := stepAt(given), stepAt(given-1)
	switch {
	case worked >= given+up*3/4:
		return (given + up).Truncate(up)
	case worked <= given-down*3/4:
		return max((given - 1).Truncate(down), time.Minute)
	}
	return given
}
