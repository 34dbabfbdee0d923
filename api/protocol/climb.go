package protocol

import (
	"context"
	"slices"
	"strconv"

	"unibox/api"
)

// A history that runs oldest first is climbed to its end once, and then read
// down from there, page by page. What is kept of the climb are the last ids of
// its pages of maxPage messages, the rungs: with the rung below it, any page
// can be asked for again.

// climbing reports whether a history is known to run oldest first.
func (c *Client) climbing(l listing) bool { return len(c.rungs(l)) > 0 }

func (c *Client) rungs(l listing) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.climbs[l.query.Get("conversation_id")])
}

// keepRungs keeps what was climbed, or drops it where rungs is nil: a message
// that stood at the end of a page is gone.
func (c *Client) keepRungs(l listing, rungs []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.climbs[l.query.Get("conversation_id")] = rungs
}

// climbUp goes to the end of a history and returns its newest messages. If it
// cannot go all the way, the next call goes on from there.
func (c *Client) climbUp(ctx context.Context, l listing, m mark) (stretch, error) {
	rungs := c.rungs(l)
	top, rungs, err := c.climb(ctx, l, rungs)
	if api.KindOf(err) == api.ErrCursor && len(rungs) > 0 {
		top, rungs, err = c.climb(ctx, l, nil)
	}
	switch {
	case err != nil:
		return stretch{}, err
	case orderOf(top) == descending, orderOf(top) == mixed:
		c.keepRungs(l, nil)
		return c.wholeHistory(ctx, l, mark{wayWhole, m.limit, []string{""}})
	}
	return c.stepDown(ctx, l, m.limit, rungs, top)
}

// climb goes from the highest rung to the end of a history and returns its
// last page and all rungs.
func (c *Client) climb(ctx context.Context, l listing, rungs []string) ([]wireMessage, []string, error) {
	defer func() { c.keepRungs(l, rungs) }()
	for {
		b, err := fetch[wireMessage](ctx, c, l, highest(rungs), maxPage)
		if err != nil || !b.more {
			return b.items, rungs, err
		}
		rungs = append(rungs, b.last())
	}
}

func highest(rungs []string) string {
	if len(rungs) == 0 {
		return ""
	}
	return rungs[len(rungs)-1]
}

// climbDown reads what is older than a message, which stands on a page.
func (c *Client) climbDown(ctx context.Context, l listing, m mark) (stretch, error) {
	number, err := strconv.Atoi(m.places[0])
	rungs := c.rungs(l)
	if err != nil || number < 0 {
		return stretch{}, cursorError(l.op, "the mark of the place in the list is not one of ours")
	}
	if number > len(rungs) {
		if _, rungs, err = c.climb(ctx, l, rungs); err != nil {
			return stretch{}, err
		}
	}
	rungs = rungs[:min(number, len(rungs))]
	found, err := c.rungPage(ctx, l, rungs)
	if err != nil {
		return stretch{}, err
	}
	i := slices.IndexFunc(found, func(w wireMessage) bool { return w.id() == m.places[1] })
	if i < 0 {
		return stretch{}, cursorError(l.op, "the message that the page was to begin after is gone")
	}
	return c.stepDown(ctx, l, m.limit, rungs, found[:i])
}

// stepDown returns the newest of what stands on a page, and on those below it
// where that is too little.
func (c *Client) stepDown(ctx context.Context, l listing, limit int, below []string, page []wireMessage) (stretch, error) {
	for len(page) < limit && len(below) > 0 {
		below = below[:len(below)-1]
		lower, err := c.rungPage(ctx, l, below)
		if err != nil {
			return stretch{}, err
		}
		page = slices.Concat(lower, page)
	}
	kept := page[max(0, len(page)-limit):]
	out := stretch{messages: newestFirst(slices.Clone(kept))}
	if len(kept) < len(page) || len(below) > 0 {
		out.next = mark{wayClimb, limit, []string{strconv.Itoa(len(below)), kept[0].id()}}.cursor()
	}
	return out, nil
}

// rungPage reads the page above some rungs, up to the next rung.
func (c *Client) rungPage(ctx context.Context, l listing, below []string) ([]wireMessage, error) {
	b, err := fetch[wireMessage](ctx, c, l, highest(below), maxPage)
	if err != nil {
		if api.KindOf(err) == api.ErrCursor {
			c.keepRungs(l, nil)
		}
		return nil, err
	}
	if rungs := c.rungs(l); len(rungs) > len(below) {
		if i := slices.IndexFunc(b.items, func(w wireMessage) bool { return w.id() == rungs[len(below)] }); i >= 0 {
			return b.items[:i+1], nil
		}
	}
	return b.items, nil
}
