package app

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
	"unibox/ui"
	"unibox/ui/readonly"
)

// crowd is a store that others have open; the lease is free.
type crowd struct {
	*testing.T
	mu     sync.Mutex
	others []state.Session
	err    error
	closed bool
}

func (c *crowd) set(err error, others ...state.Session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.others, c.err = others, err
}

// close fails the test if anything asks from now on.
func (c *crowd) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	time.Sleep(time.Minute)
}

func (c *crowd) Sessions(context.Context) ([]state.Session, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		c.Error("asked after it was closed")
	}
	return append([]state.Session{{Self: true, Looks: true}}, c.others...), c.err
}

func (c *crowd) WithLease(ctx context.Context, _ string, run func(context.Context) error) error {
	return run(ctx)
}

// X3: a session that only looks fetches beside others that only look, and lets go of the
// lease as long as one is there that could send.
func TestX3OnlyLookingFetchesWhileNobodyCouldSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{T: t}
		ctx, stop := context.WithCancel(t.Context())
		var fetches atomic.Int64
		ended := make(chan error, 1)
		go func() {
			ended <- whileAlone(ctx, c, "olga", func(ctx context.Context) error {
				fetches.Add(1)
				<-ctx.Done()
				fetches.Add(-1)
				return ctx.Err()
			})
		}()
		viewer, sender := state.Session{Looks: true}, state.Session{}
		for _, step := range []struct {
			what   string
			err    error
			others []state.Session
			want   int64
		}{
			{"beside a viewer", nil, []state.Session{viewer}, 1},
			{"beside one that could send", nil, []state.Session{viewer, sender}, 0},
			{"alone again", nil, nil, 1},
			{"not knowing who is there", errors.New("locked"), nil, 0},
			{"knowing again", nil, nil, 1},
		} {
			c.set(step.err, step.others...)
			time.Sleep(2 * aloneEvery)
			synctest.Wait()
			if got := fetches.Load(); got != step.want {
				t.Fatalf("%s: %d fetch, want %d", step.what, got, step.want)
			}
		}
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		c.close()
	})
}

// X3: a failure or a panic of what works then comes back as an error, with nothing left behind.
func TestX3OnlyLookingFailsWithAnError(t *testing.T) {
	broken := errors.New("the disk is full")
	for name, fetch := range map[string]func(context.Context) error{
		"failure": func(context.Context) error { return broken },
		"panic":   func(context.Context) error { panic("ouch") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &crowd{T: t}
				err := whileAlone(t.Context(), c, "olga", fetch)
				var panicked *state.PanicError
				if !errors.Is(err, broken) && !errors.As(err, &panicked) {
					t.Errorf("it ended with %v", err)
				}
				c.close()
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		err := whileAlone(t.Context(), &fragile{crowd: &crowd{T: t}}, "olga", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		var panicked *state.PanicError
		if !errors.As(err, &panicked) {
			t.Errorf("a panic of who watches ended with %v", err)
		}
	})
}

// fragile panics when it is asked for the second time.
type fragile struct {
	*crowd
	asked int
}

func (f *fragile) Sessions(ctx context.Context) ([]state.Session, error) {
	if f.asked++; f.asked > 1 {
		panic("ouch")
	}
	return f.crowd.Sessions(ctx)
}

// X3: nothing that writes is left to the screen.
func TestX3TheScreenGetsNothingThatWrites(t *testing.T) {
	o := onlyLook(ui.Options{Shift: activity{}})
	if _, ok := o.Store.(readonly.Store); !ok || !o.Settings.ReadOnly || o.Shift != nil || o.Commands != nil || o.Spelling != nil {
		t.Errorf("%+v", o)
	}
	if err := o.Changes.Submit(t.Context(), state.Change{}); !errors.Is(err, readonly.ErrReadOnly) {
		t.Errorf("a change was taken: %v", err)
	}
	if _, err := o.Outbox.Submit(t.Context(), state.Draft{}, nil); !errors.Is(err, readonly.ErrReadOnly) {
		t.Errorf("a reply was taken: %v", err)
	}
}
