package main

import (
	"context"

	"unibox/state"
)

// shift is the work behind the screen, which rests while the process is stopped.
type shift struct {
	work func(context.Context) error
	// pause is sent to by whoever wants it to rest, who then hears of rested,
	// and receives from resume when it may go on.
	pause, rested, resume chan struct{}
}

func newShift(work func(context.Context) error) *shift {
	return &shift{work, make(chan struct{}), make(chan struct{}), make(chan struct{})}
}

// run works until ctx ends or the work does.
func (s *shift) run(ctx context.Context) error {
	for {
		working, stop := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { done <- state.Guarded(func() error { return s.work(working) }) }()
		select {
		case err := <-done:
			stop()
			return err
		case <-s.pause:
		}
		stop()
		<-done
		if !send(ctx, s.rested) || !send(ctx, s.resume) {
			return ctx.Err()
		}
	}
}

// rest runs f while nobody works, unless ctx ends before.
func (s *shift) rest(ctx context.Context, f func() error) error {
	if !send(ctx, s.pause) || !receive(ctx, s.rested) {
		return ctx.Err()
	}
	defer receive(ctx, s.resume)
	return f()
}

func send(ctx context.Context, to chan<- struct{}) bool {
	select {
	case <-ctx.Done():
		return false
	case to <- struct{}{}:
		return true
	}
}

func receive(ctx context.Context, from <-chan struct{}) bool {
	select {
	case <-ctx.Done():
		return false
	case <-from:
		return true
	}
}
