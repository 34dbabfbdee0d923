// Package hooks runs the user's programs on what happens: one for each kind of event, with the
// event as JSON on its standard input, without a shell. Nothing waits for a hook: events queue
// here, a few hooks run at a time, each within a time limit, and what fails is said once until
// it works again. A hook sends nothing by itself; it can call unibox, which queues on the same
// store.
package hooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"unibox/state"
	"unibox/state/events"
	"unibox/state/record"
	"unibox/state/usercmd"
)

const (
	// Limit is how long a hook may take, AtOnce how many run at a time, unless the config says
	// otherwise.
	Limit  = 30 * time.Second
	AtOnce = 4
	// waiting is how many events wait at most: what comes then is dropped, and said.
	waiting = 1000
)

// Options are what hooks work with.
type Options struct {
	// Run holds a program with its arguments by the name of the event.
	Run map[string][]string
	// Limit and AtOnce are the usual ones where they are 0.
	Limit  time.Duration
	AtOnce int
	// Problem is called with one sentence when a hook failed, once until it works again. It
	// must not block.
	Problem func(sentence string)
	// Dir is the state folder, in which stands what fails (Failures); nothing is kept without.
	Dir string
	Log *slog.Logger
}

// Hooks are the programs of one session.
type Hooks struct {
	o     Options
	queue chan events.Event
	mu    sync.Mutex
	// wrong are the events whose hook failed last, or that were dropped.
	wrong map[string]bool
	// kept is the same, for others to read.
	kept failures
}

// New returns hooks that run nothing yet, nil where there are none to run.
func New(o Options) *Hooks {
	if len(o.Run) == 0 {
		return nil
	}
	if o.AtOnce <= 0 {
		o.AtOnce = AtOnce
	}
	if o.Limit <= 0 {
		o.Limit = Limit
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	h := &Hooks{o: o, queue: make(chan events.Event, waiting), wrong: map[string]bool{}}
	if o.Dir != "" {
		h.kept.path = filepath.Join(o.Dir, FailuresFile)
	}
	return h
}

// dropped stands before the name of an event of which some were dropped.
const dropped = "dropped "

// On hands an event to its hook, if it has one. It never blocks.
func (h *Hooks) On(e events.Event) {
	if h == nil || len(h.o.Run[e.Event]) == 0 {
		return
	}
	select {
	case h.queue <- e:
		if len(h.queue) <= 1 { // all that waited was taken, and not just one of them
			h.judge(dropped+e.Event, e.Event, nil)
		}
	default:
		h.judge(dropped+e.Event, e.Event, fmt.Errorf("the hook for %q is too slow: %d events wait, and one was dropped", e.Event, waiting))
	}
}

// Work runs hooks until ctx ends; those that run then are stopped. One session at a time does.
func (h *Hooks) Work(ctx context.Context) error {
	if h == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	if err := h.kept.load(h.o.Run); err != nil {
		h.o.Log.Warn("read which hooks failed", "err", err)
	}
	var wg sync.WaitGroup
	for range h.o.AtOnce {
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case e := <-h.queue:
					h.judge(e.Event, e.Event, state.Guarded(func() error { return h.run(ctx, e) }))
				}
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// run runs the hook of an event.
func (h *Hooks) run(ctx context.Context, e events.Event) error {
	var input bytes.Buffer
	if err := record.Write(&input, e, false); err != nil {
		return err
	}
	cmd := usercmd.Command{Name: fmt.Sprintf("The hook for %q", e.Event), Run: h.o.Run[e.Event], Limit: h.o.Limit}
	_, err := cmd.Do(ctx, input.Bytes())
	return err
}

// judge says what went wrong on an event, once until it goes well, and keeps it for others.
func (h *Hooks) judge(what, event string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	h.mu.Lock()
	known := h.wrong[what]
	h.wrong[what] = err != nil
	h.mu.Unlock()
	if failed := h.kept.note(what, event, err); failed != nil {
		h.o.Log.Warn("keep which hooks failed", "err", failed)
	}
	if err == nil {
		return
	}
	h.o.Log.Warn("a hook failed", "err", err)
	if !known && h.o.Problem != nil {
		h.o.Problem(err.Error())
	}
}
