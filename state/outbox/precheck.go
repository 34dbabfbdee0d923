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
// error says why there may be more.
func (s *sender) unseen(ctx context.Context, o state.Outbound) (int, error) {
	seen, _ := o.Seen.Get()
	n, read, err := s.store.CameSince(ctx, o.Conversation, seen)
	if err != nil || n > 0 || time.Since(read) < recentHead {
		return n, err
	}
	unread := s.readHead(ctx, o)
	n, _, err = s.store.CameSince(ctx, o.Conversation, seen)
	return n, cmp.Or(unread, err)
}

// readHead has the engine read the newest messages of a message's conversation.
// A timeout says nothing about the account.
func (s *sender) readHead(ctx context.Context, o state.Outbound) error {
	limited, cancel := context.WithTimeout(ctx, policy.PrecheckTimeout(o, time.Now()))
	defer cancel()
	generation, _ := s.outage.Generation()
	err := s.heads.ReadHead(limited, o.Conversation, time.Time{})
	switch {
	case err != nil && limited.Err() != nil:
		return &api.Error{Kind: api.ErrUnavailable, Platform: s.traits.Platform, Op: "read messages", Err: err}
	case err != nil:
		s.observe(generation, o, err)
	}
	return err
}
