package outbox

import (
	"cmp"
	"context"
	"time"

	"unibox/api"
	"unibox/state"
)

const (
	// glance is how long the look at a conversation before a reply that was just
	// written may take, and how long ago somebody else may have looked to make
	// it needless. A slow line must not keep back what waits for that look.
	glance = 2 * time.Second
	stare  = time.Minute
)

// young is how long after it was submitted a reply goes out also where that
// look fails: its agent has just seen the conversation.
const young = time.Minute

// hold keeps a message back if the customer wrote what the agent had not seen,
// or if it is old and that cannot be seen now; it reports whether it did. It
// takes at most one request.
func (s *sender) hold(ctx context.Context, o state.Outbound) (held bool, err error) {
	if !o.Unchecked() {
		return false, nil
	}
	n, blind := s.came(ctx, o)
	switch {
	case n > 0:
		_, _, err = s.step(ctx, o.ID, Moved{n})
		return true, err
	case blind != nil && ctx.Err() == nil:
		s.report(blind, "see whether the customer wrote meanwhile")
		_, held, err = s.step(ctx, o.ID, Blind{blind})
	}
	return held, err
}

// came counts what the customer wrote that the agent had not seen. The error is
// why there may be more.
func (s *sender) came(ctx context.Context, o state.Outbound) (int, error) {
	seen, _ := o.Seen.Get()
	n, looked, err := s.store.CameSince(ctx, o.Conversation, seen)
	if err != nil || n > 0 || time.Since(looked) < glance {
		return n, err
	}
	blind := s.glance(ctx, o)
	n, _, err = s.store.CameSince(ctx, o.Conversation, seen)
	return n, cmp.Or(blind, err)
}

// glance files the newest messages of a conversation. That they cannot be had
// soon says nothing of the account.
func (s *sender) glance(ctx context.Context, o state.Outbound) error {
	patience, asked := stare, time.Now()
	if asked.Sub(o.Submitted) < young {
		patience = glance
	}
	soon, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	era, _ := s.outage.now()
	page, err := s.provider.Messages(soon, o.Conversation, api.PageRequest{Limit: s.traits.HeadPage})
	switch {
	case err != nil && soon.Err() != nil:
		return &api.Error{Kind: api.ErrUnavailable, Platform: s.traits.Platform, Op: "read messages", Err: err}
	case err != nil:
		s.heed(era, o, err)
		return err
	}
	_, err = s.store.SaveHead(ctx, o.Conversation, page, asked)
	return wrap(err, "store the newest messages")
}
