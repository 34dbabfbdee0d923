// Package supervise runs the parts of a program that work beside each other: a
// Group ends all of them when one fails, and a Pausable stops the work behind
// the screen while the process is suspended.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"golang.org/x/sync/errgroup"

	"unibox/state"
)

// Group is what runs beside the screen: when one part fails, the others end too.
type Group struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	log    *slog.Logger
	wg     sync.WaitGroup
}

// NewGroup returns a group that ends with ctx at the latest. It logs to log which
// part failed.
func NewGroup(ctx context.Context, log *slog.Logger) *Group {
	g := &Group{log: log}
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	return g
}

// Context is done as soon as the group ends or a part of it fails.
func (g *Group) Context() context.Context { return g.ctx }

// Go runs f until the group ends. An f that returns an error earlier ends the
// group; name says in the log which part that was.
func (g *Group) Go(name string, f func(context.Context) error) {
	g.wg.Go(func() {
		err := state.Guarded(func() error { return f(g.ctx) })
		if err == nil || g.ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return
		}
		g.log.Error("stopped", "part", name, "err", err)
		g.cancel(LogPanic(err, g.log))
	})
}

// End stops all parts, waits for them, and returns the error that ended the
// group, nil if it ended on request.
func (g *Group) End() error {
	g.cancel(nil)
	g.wg.Wait()
	if cause := context.Cause(g.ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// LogPanic writes the stack of a *state.PanicError to log and returns an error
// that says where to find it. Other errors it returns as they are.
func LogPanic(err error, log *slog.Logger) error {
	var panicked *state.PanicError
	if !errors.As(err, &panicked) {
		return err
	}
	log.Error("panic", "stack", string(panicked.Stack))
	return fmt.Errorf("unibox stopped, and unibox.log in the state folder says where: %w", err)
}

// Together runs parts until ctx ends or one of them fails; then it stops the
// others and returns the first error.
func Together(ctx context.Context, parts ...func(context.Context) error) error {
	work, ctx := errgroup.WithContext(ctx)
	for _, f := range parts {
		work.Go(func() error { return state.Guarded(func() error { return f(ctx) }) })
	}
	return work.Wait()
}
