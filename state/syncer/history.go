package syncer

import (
	"context"
	"errors"

	"unibox/api"
	"unibox/state"
)

// spanAt finds the span whose range holds pos, or the one above the hole that
// pos is in. It returns -1 if nothing is covered.
func spanAt(c state.Coverage, pos state.Pos) int {
	at := min(0, len(c)-1)
	for i, s := range c {
		if s.Newest < pos {
			break
		}
		at = i
	}
	return at
}

// older reads one page of history.
func (w worker) older(ctx context.Context, r *result) error {
	if r.walk != nil {
		return w.step(ctx, r)
	}
	spans, err := w.store.Coverage(ctx, r.id)
	if err != nil {
		return err
	}
	i := spanAt(spans, r.pos)
	if i < 0 {
		return nil
	}
	r.span = spans[i]
	if r.span.Complete || r.job == fillHole && i == len(spans)-1 {
		return nil
	}
	return w.below(ctx, r)
}

// below continues a span with its own cursor.
func (w worker) below(ctx context.Context, r *result) error {
	if r.span.Older == "" {
		return &api.Error{Kind: api.ErrCursor, Platform: w.traits.Platform, Op: "read older messages"}
	}
	req := api.PageRequest{Cursor: r.span.Older, Limit: w.traits.HistoryPage}
	page, err := w.messages(ctx, r.id, req)
	if err != nil {
		return err
	}
	if r.saved, err = w.store.SaveBelow(ctx, r.id, r.span.Oldest, page, r.began); err != nil {
		return w.onPlatform(err)
	}
	r.next = page.Next
	if r.job == fillHole {
		r.hole, err = w.holeBelow(ctx, r.id, r.span.Oldest)
	}
	return err
}

// onPlatform says which platform an error of the store is about, which the store
// does not know. Other errors stay as they are.
func (w worker) onPlatform(err error) error {
	var e *api.Error
	if errors.As(err, &e) && e.Platform == "" {
		named := *e
		named.Platform = w.traits.Platform
		return &named
	}
	return err
}

// The sentences for a history that cannot be read back.
var (
	errIgnored = errors.New("older messages cannot be read: the platform keeps answering with its newest page")
	errRefused = errors.New("older messages cannot be read: the platform refuses to continue its list")
)

// walk reads down from the newest messages to a span whose cursor was lost,
// through messages that are stored already, with new cursors. It never takes the
// same cursor twice, and every page must lead further down.
type walk struct {
	// target is the lower end of the span: the walk ends below it.
	target state.Pos
	cursor api.Cursor
	// pos is where the page before ended; 0 before the first.
	pos  state.Pos
	seen map[api.Cursor]struct{}
}

func newWalk(target state.Pos) *walk {
	return &walk{target: target, seen: map[api.Cursor]struct{}{}}
}

// step reads a walk's next page.
func (w worker) step(ctx context.Context, r *result) error {
	req := api.PageRequest{Cursor: r.walk.cursor, Limit: w.traits.HistoryPage}
	page, err := w.messages(ctx, r.id, req)
	if api.KindOf(err) == api.ErrCursor {
		return errRefused
	}
	if err != nil {
		return err
	}
	r.next = page.Next
	if r.walk.cursor == "" {
		r.saved, err = w.store.SaveHead(ctx, r.id, page, r.began)
	} else {
		r.saved, err = w.store.SaveBelow(ctx, r.id, r.walk.pos, page, r.began)
	}
	if api.KindOf(err) == api.ErrCursor {
		return errIgnored
	}
	if err == nil && page.Cut {
		return errRefused
	}
	return err
}

// advance takes in a page that ended at oldest. It reports whether the walk has
// arrived; an error means that it never will.
func (w *walk) advance(oldest state.Pos, next api.Cursor) (bool, error) {
	_, seen := w.seen[next]
	switch {
	case next == "":
		return true, nil
	case oldest == 0, seen, w.pos != 0 && oldest >= w.pos:
		return false, errIgnored
	case oldest < w.target:
		return true, nil
	}
	w.seen[next] = struct{}{}
	w.cursor, w.pos = next, oldest
	return false, nil
}
