package supervise

import (
	"context"

	"unibox/state"
)

// Pausable is work that can be stopped for a while and started again.
type Pausable struct {
	work func(context.Context) error
	// pause asks Run to stop the work, paused answers that it has stopped, and
	// resume asks Run to start it again.
	pause, paused, resume chan struct{}
}

// NewPausable returns work that runs in Run and that Pause interrupts. The work
// has to return when its context ends, and is called again after a pause.
func NewPausable(work func(context.Context) error) *Pausable {
	return &Pausable{work, make(chan struct{}), make(chan struct{}), make(chan struct{})}
}

// Run works until ctx ends or the work returns by itself.
func (p *Pausable) Run(ctx context.Context) error {
	for {
		working, stop := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { done <- state.Guarded(func() error { return p.work(working) }) }()
		select {
		case err := <-done:
			stop()
			return err
		case <-p.pause:
		}
		stop()
		<-done
		if !send(ctx, p.paused) || !send(ctx, p.resume) {
			return ctx.Err()
		}
	}
}

// Pause runs f while the work is stopped. It returns ctx's error if ctx ends
// before f could run.
func (p *Pausable) Pause(ctx context.Context, f func() error) error {
	if !send(ctx, p.pause) || !receive(ctx, p.paused) {
		return ctx.Err()
	}
	defer receive(ctx, p.resume)
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
