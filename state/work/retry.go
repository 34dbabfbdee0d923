package work

import (
	"context"
	"errors"
	"hash/fnv"
	"log/slog"
	"slices"
	"time"

	"unibox/state"
)

const (
	// ShortestPause and LongestPause bound the pause between two tries.
	ShortestPause = time.Second
	LongestPause  = time.Minute
	// StorePause is how long to wait after the store failed.
	StorePause = time.Second
)

// Backoff is how long to wait after so many failures in a row: 1, 2, 4 … 60 s,
// spread by a fifth of that (see [Spread]), between [ShortestPause] and
// [LongestPause]. Of no failure it is as of one. jitter is from 0 to 1.
func Backoff(fails int, jitter float64) time.Duration {
	pause := min(ShortestPause<<min(max(fails-1, 0), 6), LongestPause)
	return min(max(Spread(pause, jitter), ShortestPause), LongestPause)
}

// Spread is a pause made up to a fifth shorter (jitter 0) or longer (jitter 1),
// so that what failed together does not come back together.
func Spread(pause time.Duration, jitter float64) time.Duration {
	return pause + time.Duration((jitter-0.5)*0.4*float64(pause))
}

// Jitter is a number from 0 to 1, evenly spread over the keys and always the
// same for one, so that a decision that needs it stays a pure function.
func Jitter(key string) float64 {
	h := fnv.New32a()
	h.Write([]byte(key))
	return float64(h.Sum32()%1000) / 1000
}

// Sleep waits, and reports whether ctx outlasted it.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Attempt runs a job whose errors are those of the store. After an error it
// reports it and waits before it returns, so that the loop does not start the
// job again at once: [StorePause], or [LongestPause] after a panic, which is our
// mistake and will likely happen again.
func Attempt(ctx context.Context, report func(error), job func() error) {
	err := state.Guarded(job)
	if err == nil {
		return
	}
	report(err)
	pause := StorePause
	var panicked *state.PanicError
	if errors.As(err, &panicked) {
		pause = LongestPause
	}
	Sleep(ctx, pause)
}

// Persist stores an answer that nobody can ask for again. It tries until it
// succeeds, until it fails with one of the errors of final, or until ctx ends;
// then it returns the last error. store gets a context that ctx does not cancel.
func Persist(ctx context.Context, report func(error), store func(context.Context) error, final ...error) error {
	for {
		err := store(context.WithoutCancel(ctx))
		if err == nil || slices.ContainsFunc(final, func(f error) bool { return errors.Is(err, f) }) {
			return err
		}
		report(err)
		if !Sleep(ctx, StorePause) {
			return err
		}
	}
}

// Report logs an error: a panic with its stack, and nothing for work that was
// cancelled. doing says what failed.
func Report(log *slog.Logger, err error, doing string) {
	var panicked *state.PanicError
	switch {
	case errors.As(err, &panicked):
		log.Error(doing, "err", err, "stack", string(panicked.Stack))
	case !errors.Is(err, context.Canceled):
		log.Warn(doing, "err", err)
	}
}
