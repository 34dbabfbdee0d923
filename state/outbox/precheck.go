package outbox

import (
	"cmp"
	"context"
	"errors"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// precheck holds a message back if the customer wrote something that the agent
// had not seen, or if the message is old and that cannot be seen now. It reports
// whether the message is not to be sent now. It takes one request at most.
func (s *sender) precheck(ctx context.Context, o state.Outbound) (stop bool, err error) {
	if !o.Unchecked() {
		return false, nil
	}
	n, unread := s.unseen(ctx, o)
	switch {
	case n > 0:
		_, _, err = s.step(ctx, o.ID, policy.CustomerWrote{Messages: n})
		return true, err
	case unread != nil && ctx.Err() == nil:
		s.report(unread, "see whether the customer wrote meanwhile")
		_, stop, err = s.step(ctx, o.ID, policy.PrecheckFailed{Err: unread})
	}
	return stop, err
}

// unseen counts the messages of the customer that the agent had not seen. The
// error says why there may be more. However lately the conversation was read, it
// is read again: the customer may have written since.
func (s *sender) unseen(ctx context.Context, o state.Outbound) (int, error) {
	seen, _ := o.Seen.Get()
	n, err := s.store.CameSince(ctx, o.Conversation, seen, o.Submitted)
	if err != nil || n > 0 {
		return n, err
	}
	unread := s.readHead(ctx, o)
	n, err = s.store.CameSince(ctx, o.Conversation, seen, o.Submitted)
	return n, cmp.Or(unread, err)
}

// readHead has the engine read the newest messages of a message's conversation.
// That it takes too long, or that the platform allows no more requests in time,
// says nothing about the account.
func (s *sender) readHead(ctx context.Context, o state.Outbound) error {
	limited, cancel := context.WithTimeout(ctx, policy.PrecheckTimeout(o, time.Now()))
	defer cancel()
	generation, _ := s.outage.Generation()
	err := s.heads.ReadHead(limited, o.Conversation, time.Time{})
	switch {
	case err != nil && (limited.Err() != nil || errors.Is(err, context.DeadlineExceeded)):
		return &api.Error{Kind: api.ErrUnavailable, Platform: s.traits.Platform, Op: "read messages", Err: err}
	case err != nil:
		s.observe(generation, o, err)
	}
	return err
}
