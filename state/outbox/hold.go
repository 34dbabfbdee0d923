package outbox

import (
	"cmp"
	"context"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// recentHead is how old the newest messages may be, so that they need not be
// read again before a reply.
const recentHead = 2 * time.Second

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
		_, _, err = s.step(ctx, o.ID, policy.Moved{Messages: n})
		return true, err
	case blind != nil && ctx.Err() == nil:
		s.report(blind, "see whether the customer wrote meanwhile")
		_, held, err = s.step(ctx, o.ID, policy.Blind{Err: blind})
	}
	return held, err
}

// came counts what the customer wrote that the agent had not seen. The error is
// why there may be more.
func (s *sender) came(ctx context.Context, o state.Outbound) (int, error) {
	seen, _ := o.Seen.Get()
	n, looked, err := s.store.CameSince(ctx, o.Conversation, seen)
	if err != nil || n > 0 || time.Since(looked) < recentHead {
		return n, err
	}
	blind := s.glance(ctx, o)
	n, _, err = s.store.CameSince(ctx, o.Conversation, seen)
	return n, cmp.Or(blind, err)
}

// glance files the newest messages of a conversation. That they cannot be had
// soon says nothing of the account.
func (s *sender) glance(ctx context.Context, o state.Outbound) error {
	asked := time.Now()
	soon, cancel := context.WithTimeout(ctx, policy.PrecheckTimeout(o, asked))
	defer cancel()
	generation, _ := s.outage.Generation()
	page, err := s.provider.Messages(soon, o.Conversation, api.PageRequest{Limit: s.traits.HeadPage})
	switch {
	case err != nil && soon.Err() != nil:
		return &api.Error{Kind: api.ErrUnavailable, Platform: s.traits.Platform, Op: "read messages", Err: err}
	case err != nil:
		s.observe(generation, o, err)
		return err
	}
	_, err = s.store.SaveHead(ctx, o.Conversation, page, asked)
	return wrap(err, "store the newest messages")
}
