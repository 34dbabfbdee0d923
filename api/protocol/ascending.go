package protocol

import (
	"context"
	"slices"
	"strconv"

	"unibox/api"
)

// A history that is listed oldest first is walked to its end once and then read
// back from there, page by page. The walk keeps its page anchors, the last ids of
// its pages of maxPage messages: any page can be requested again with the anchor
// of the page before it. The order of lists is not documented (REFERENCE.md
// "Order of lists").

// knownAscending reports whether a history is known to be oldest first.
func (c *Client) knownAscending(l listing) bool { return len(c.pageAnchors(l)) > 0 }

// pageAnchors are the anchors of a history, oldest first.
func (c *Client) pageAnchors(l listing) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.anchors[l.query.Get("conversation_id")])
}

// setPageAnchors stores the anchors of a history. nil forgets them, since the
// message of one of them is gone.
func (c *Client) setPageAnchors(l listing, anchors []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.anchors[l.query.Get("conversation_id")] = anchors
}

// headAscending walks to the end of a history and returns its newest messages. If
// it does not get there, the next call continues from the last anchor.
func (c *Client) headAscending(ctx context.Context, l listing, m cursor) (stretch, error) {
	anchors := c.pageAnchors(l)
	top, anchors, err := c.walkAscending(ctx, l, anchors)
	if api.KindOf(err) == api.ErrCursor && len(anchors) > 0 {
		top, anchors, err = c.walkAscending(ctx, l, nil)
	}
	switch {
	case err != nil:
		return stretch{}, err
	case orderOf(top) == descending, orderOf(top) == mixed:
		c.setPageAnchors(l, nil)
		return c.wholeHistory(ctx, l, cursor{wayWhole, m.limit, []string{""}})
	}
	return c.newestBelow(ctx, l, m.limit, anchors, top)
}

// walkAscending walks from the last anchor to the end of a history and returns
// its last page and all anchors.
func (c *Client) walkAscending(ctx context.Context, l listing, anchors []string) ([]wireMessage, []string, error) {
	defer func() { c.setPageAnchors(l, anchors) }()
	for {
		b, err := fetch[wireMessage](ctx, c, l, lastAnchor(anchors), maxPage)
		if err != nil || !b.more {
			return b.items, anchors, err
		}
		anchors = append(anchors, b.last())
	}
}

func lastAnchor(anchors []string) string {
	if len(anchors) == 0 {
		return ""
	}
	return anchors[len(anchors)-1]
}

// olderAscending reads what is older than a message. The cursor names the message
// and the number of its page.
func (c *Client) olderAscending(ctx context.Context, l listing, m cursor) (stretch, error) {
	number, err := strconv.Atoi(m.ids[0])
	anchors := c.pageAnchors(l)
	if err != nil || number < 0 {
		return stretch{}, cursorError(l.op, "the cursor is not one of ours")
	}
	if number > len(anchors) {
		if _, anchors, err = c.walkAscending(ctx, l, anchors); err != nil {
			return stretch{}, err
		}
	}
	anchors = anchors[:min(number, len(anchors))]
	found, err := c.anchoredPage(ctx, l, anchors)
	if err != nil {
		return stretch{}, err
	}
	i := slices.IndexFunc(found, func(w wireMessage) bool { return w.id() == m.ids[1] })
	if i < 0 {
		return stretch{}, cursorError(l.op, "the message that the page was to begin after is gone")
	}
	return c.newestBelow(ctx, l, m.limit, anchors, found[:i])
}

// newestBelow returns the newest messages of a page and, where these are fewer
// than limit, of the older pages before it, which begin at the anchors in below.
func (c *Client) newestBelow(ctx context.Context, l listing, limit int, below []string, page []wireMessage) (stretch, error) {
	for len(page) < limit && len(below) > 0 {
		below = below[:len(below)-1]
		lower, err := c.anchoredPage(ctx, l, below)
		if err != nil {
			return stretch{}, err
		}
		page = slices.Concat(lower, page)
	}
	kept := page[max(0, len(page)-limit):]
	out := stretch{messages: newestMessages(slices.Clone(kept))}
	if len(kept) < len(page) || len(below) > 0 {
		out.next = cursor{wayAscending, limit, []string{strconv.Itoa(len(below)), kept[0].id()}}.encode()
	}
	return out, nil
}

// anchoredPage reads the page after some anchors, up to the next anchor.
func (c *Client) anchoredPage(ctx context.Context, l listing, below []string) ([]wireMessage, error) {
	b, err := fetch[wireMessage](ctx, c, l, lastAnchor(below), maxPage)
	if err != nil {
		if api.KindOf(err) == api.ErrCursor {
			c.setPageAnchors(l, nil)
		}
		return nil, err
	}
	if anchors := c.pageAnchors(l); len(anchors) > len(below) {
		if i := slices.IndexFunc(b.items, func(w wireMessage) bool { return w.id() == anchors[len(below)] }); i >= 0 {
			return b.items[:i+1], nil
		}
	}
	return b.items, nil
}
