package copied

import (
	"context"
	"errors"
	"time"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// A line that swallows everything says nothing: the fleet may have a commit, or may never have heard
// of it, and whoever writes must not wait to find out. So what may be kept here is on this disk
// after a few seconds, while the fleet is still being asked; and as long as it is known not to
// answer it is not asked first. One goroutine then looks whether it does.

// patience is how long whoever writes waits for the fleet, if what they write may be kept here.
const patience = 3 * time.Second

// ask has the fleet commit what a transaction changed, and returns once this file has it, or keeps
// it. state.ErrFleetMoved: the transaction is to be tried again.
func (c *Copy) ask(ctx context.Context, fn func(l *dbfile.Conn) error, w *tried) error {
	answer := make(chan answered, 1)
	go func() {
		var a answered
		if err := state.Guarded(func() error { a = c.round(context.WithoutCancel(ctx), w); return nil }); err != nil {
			a = answered{err: err, unsure: true}
		}
		answer <- a
	}()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case a := <-answer:
		return c.answered(ctx, fn, w, a)
	case <-limit.C:
	case <-ctx.Done():
	}
	if err := c.whileAway(ctx, fn, w, errNotHere, true); !errors.Is(err, errNotHere) {
		c.setAway(true)
		go c.late(context.WithoutCancel(ctx), w, answer)
		return err
	}
	return c.await(ctx, fn, w, answer)
}

// late takes in an answer that whoever wrote has not waited for: where there is no commit, what was
// kept is this box's alone. What cannot be noted is asked for when that goes to the team.
func (c *Copy) late(ctx context.Context, w *tried, answer <-chan answered) {
	if a := <-answer; a.err != nil && !a.unsure {
		_ = c.notAsked(ctx, w.Name)
	}
}

// await waits for the answer to what cannot be kept here: the holder of a lease to its end, others as
// long as they want to.
func (c *Copy) await(ctx context.Context, fn func(l *dbfile.Conn) error, w *tried, answer <-chan answered) error {
	ended := ctx.Done()
	if len(w.Leases) > 0 {
		ended = nil
	}
	select {
	case a := <-answer:
		return c.answered(ctx, fn, w, a)
	case <-ended:
		return unsureError{ctx.Err()}
	}
}

// answered is what became of a commit. final: err is for whoever wrote, and nothing is kept here.
// unsure: the team may have it all the same.
type answered struct {
	err           error
	final, unsure bool
}

func (c *Copy) answered(ctx context.Context, fn func(l *dbfile.Conn) error, w *tried, a answered) error {
	if a.err == nil || a.final {
		return a.err
	}
	if errors.Is(a.err, state.ErrFleetAway) {
		c.setAway(true)
	}
	return c.whileAway(ctx, fn, w, a.err, a.unsure)
}

// round commits once and follows. Whoever wrote may have gone meanwhile.
func (c *Copy) round(ctx context.Context, w *tried) answered {
	if w.apart() {
		return c.behind(ctx)
	}
	drafts, err := c.mayHave(ctx, w.pending)
	if err != nil {
		return answered{err: err, final: true}
	}
	err = c.said(c.commit(ctx, w.FleetWrite))
	if err != nil && !errors.Is(err, state.ErrFleetUnsure) {
		err = errors.Join(err, c.refused(ctx, drafts))
	}
	switch {
	case errors.Is(err, state.ErrNoLease), errors.Is(err, state.ErrFleetTaken):
		return answered{err: err, final: true}
	case errors.Is(err, state.ErrFleetMoved):
		return c.behind(ctx)
	case err != nil:
		return answered{err: err, unsure: errors.Is(err, state.ErrFleetUnsure)}
	}
	if err := c.shared(ctx, w.pending); err != nil {
		return answered{err: err, unsure: true} // it is there all the same
	}
	err = c.catchUp(ctx)
	if err != nil && len(w.permits) > 0 && !errors.Is(err, state.ErrFleetAway) && c.revoke(ctx, w) == nil {
		return answered{err: err, final: true}
	}
	return answered{err: err, unsure: true} // it is there, and will be met here
}

// behind follows, so that a transaction can be tried again.
func (c *Copy) behind(ctx context.Context) answered {
	if err := c.Follow(ctx); err != nil {
		return answered{err: err}
	}
	return answered{err: state.ErrFleetMoved, final: true}
}

// heard notes whether the fleet answers, by what came of following it.
func (c *Copy) heard(err error) { c.setAway(errors.Is(err, state.ErrFleetAway)) }

func (c *Copy) isAway() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.away
}

// setAway notes whether the fleet answers. While it does not, somebody looks, but for a copy that is
// opened for one command.
func (c *Copy) setAway(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away = away; away && !c.looking && c.life != nil && c.life.Err() == nil {
		c.looking = true
		c.looks.Go(c.look)
	}
}

// look follows until the fleet answers.
func (c *Copy) look() {
	for looks := true; looks; {
		if pause(c.life) {
			_ = state.Guarded(func() error { return c.Follow(c.life) }) // it says what is wrong
		}
		c.mu.Lock()
		looks = c.away && c.life.Err() == nil
		c.looking = looks
		c.mu.Unlock()
	}
}
