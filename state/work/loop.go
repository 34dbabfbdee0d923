// Package work runs jobs in the background: a loop that plans and starts them,
// the back-off after failures, and what is done when a job cannot be stored.
// The outbox, the changes and the engine each run one [Loop] for every account.
//
// A loop is one goroutine. It plans when something wakes it, when a job ends,
// and at the time that the last plan asked for; nothing ticks in between.
// Planning and the results of jobs are on that goroutine, so what they share
// needs no lock. Jobs have a goroutine each and talk to the loop by their
// result alone.
package work

import (
	"context"
	"time"

	"unibox/api"
)

// Account is an account that a loop works for.
type Account struct {
	ID       api.AccountID
	Provider api.Provider
}

// Idle is how long a loop rests that only a wake can bring work.
const Idle = time.Hour

// Loop is a goroutine that plans, and the jobs that it started. R is what a job
// results in. Make one with [NewLoop] for each run.
type Loop[R any] struct {
	// results has no room: a job ends when its result is taken.
	results chan R
	running int
}

// NewLoop returns a loop without jobs.
func NewLoop[R any]() *Loop[R] { return &Loop[R]{results: make(chan R)} }

// Run plans until ctx ends, and returns ctx's error once all jobs have ended.
// plan starts what is due with [Loop.Go] and returns when to plan again at the
// latest; zero is after [Idle]. It is called at once, after each receive from
// wake, and after each ended, which gets the result of a job. Both are called on
// the goroutine of Run. Results of jobs that end after ctx are dropped.
func (l *Loop[R]) Run(ctx context.Context, wake <-chan struct{}, plan func(context.Context) time.Time, ended func(R)) error {
	ctx, stop := context.WithCancel(ctx)
	defer l.drain()
	defer stop()
	timer := time.NewTimer(Idle)
	defer timer.Stop()
	for ctx.Err() == nil {
		timer.Reset(until(plan(ctx)))
		select {
		case <-ctx.Done():
		case <-wake:
		case <-timer.C:
		case r := <-l.results:
			l.running--
			ended(r)
		}
	}
	return ctx.Err()
}

func until(next time.Time) time.Duration {
	if next.IsZero() {
		return Idle
	}
	return time.Until(next)
}

// Go starts a job beside the loop. It is called by plan or ended alone.
func (l *Loop[R]) Go(job func() R) {
	l.running++
	go func() { l.results <- job() }()
}

// drain waits for the jobs that are left.
func (l *Loop[R]) drain() {
	for ; l.running > 0; l.running-- {
		<-l.results
	}
}

// Alarm says what is due at a moment, and remembers when the next thing will
// be. Now must be set.
type Alarm struct {
	Now time.Time
	// Next is the earliest time that was not due; zero if there was none.
	Next time.Time
}

// Due reports whether a time has come, and remembers it if not.
func (a *Alarm) Due(at time.Time) bool {
	if !at.After(a.Now) {
		return true
	}
	if a.Next.IsZero() || at.Before(a.Next) {
		a.Next = at
	}
	return false
}

// Later returns the later of two times.
func Later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
