package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"unibox/state"
)

// group is what runs beside the screen: when one part fails, all of it ends,
// the screen included.
type group struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	log    *slog.Logger
	wg     sync.WaitGroup
}

func newGroup(ctx context.Context, log *slog.Logger) *group {
	g := &group{log: log}
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	return g
}

// start runs f until the group ends. f ends early only to report a failure,
// which begins with what was being done.
func (g *group) start(name string, f func(context.Context) error) {
	g.wg.Go(func() {
		err := state.Guarded(func() error { return f(g.ctx) })
		if err == nil || g.ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return
		}
		g.log.Error("stopped", "part", name, "err", err)
		g.cancel(crashed(err, g.log))
	})
}

// crashed files where a panic happened, and tells a person where that is filed.
func crashed(err error, log *slog.Logger) error {
	var crash *state.PanicError
	if !errors.As(err, &crash) {
		return err
	}
	log.Error("panic", "stack", string(crash.Stack))
	return fmt.Errorf("unibox stopped, and unibox.log in the state folder says where: %w", err)
}

// end stops what runs, waits for it, and returns what went wrong in it.
func (g *group) end() error {
	g.cancel(nil)
	g.wg.Wait()
	if cause := context.Cause(g.ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}
