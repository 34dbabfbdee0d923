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
// had not seen, or if the message is old and that cannot be seen now. A message of
// which an earlier request may have been forgotten is uncertain if the history holds
// one like it. It reports whether the message is not to be sent now.
func (s *sender) precheck(ctx context.Context, o state.Outbound) (stop bool, err error) {
	old := policy.MayRepeat(o, s.trusted(), s.found.Load())
	if !o.Unchecked() && !old {
		return false, nil
	}
	there, unread := s.readConversation(ctx, o, old)
	switch {
	case there.twin:
		_, _, err = s.step(ctx, o, policy.Duplicate{Since: s.submitted(o)})
		return true, err
	case there.unseen > 0:
		_, _, err = s.step(ctx, o, policy.CustomerWrote{Messages: there.unseen})
		return true, err
	case unread != nil && ctx.Err() == nil:
		s.report(unread, "see whether the customer wrote meanwhile")
		_, stop, err = s.step(ctx, o, policy.PrecheckFailed{Err: unread, Old: old})
	}
	return stop, err
}

// found is what a conversation held before a message went out.
type found struct {
	// unseen counts the messages of the customer that the agent had not seen.
	unseen int
	// twin: there is a message like it since it was submitted, and nothing is tied
	// to that.
	twin bool
}

// readConversation reads a message's conversation, however lately that was read: the
// customer may have written since. The error says why there may be more than was
// found.
func (s *sender) readConversation(ctx context.Context, o state.Outbound, old bool) (there found, err error) {
	if !old {
		if there.unseen, err = s.cameSince(ctx, o); err != nil || there.unseen > 0 {
			return there, err
		}
	}
	id, unread := s.readBefore(ctx, o, old)
	if old && id.Remote != "" {
		if there.twin, err = s.hasTwin(ctx, o, id); err != nil {
			return there, err
		}
	}
	there.unseen, err = s.cameSince(ctx, o)
	return there, cmp.Or(unread, err)
}

func (s *sender) cameSince(ctx context.Context, o state.Outbound) (int, error) {
	seen, asked := o.Seen.Get()
	if !asked {
		return 0, nil
	}
	return s.store.CameSince(ctx, o.Conversation, seen, o.Submitted)
}

// readBefore reads the newest messages of a message's conversation; of one that is
// old, back to when it was submitted. It returns where they are, an empty id if
// there is no conversation yet.
func (s *sender) readBefore(ctx context.Context, o state.Outbound, old bool) (api.ConversationID, error) {
	if !old {
		return o.Conversation, s.readHead(ctx, o, o.Conversation, time.Time{})
	}
	conv, there, err := s.historyOf(ctx, o)
	switch {
	case api.KindOf(err) == api.ErrNotFound, err == nil && !there:
		return api.ConversationID{}, nil
	case err != nil:
		return api.ConversationID{}, err
	}
	return conv.ID, s.readHead(ctx, o, conv.ID, policy.ListedFrom(s.submitted(o), s.ahead()))
}

// trusted is since when, by our clock, no message was submitted of which a sender before us
// may have sent a part. Another box may bring a message after we began that it had
// committed to a server before, of which that commit is lost, and its clock is another.
func (s *sender) trusted() time.Time {
	if s.shared {
		return s.began().Add(policy.Apart)
	}
	return s.began()
}

// submitted is when a message was submitted at the earliest, by our clock.
func (s *sender) submitted(o state.Outbound) time.Time {
	if s.shared {
		return o.Submitted.Add(-policy.Apart)
	}
	return o.Submitted
}

// hasTwin reports whether a history holds a message like o since it was submitted
// that no row became.
func (s *sender) hasTwin(ctx context.Context, o state.Outbound, id api.ConversationID) (bool, error) {
	o.Submitted = s.submitted(o)
	rows, seen, err := s.candidates(ctx, id, o.Submitted)
	return err == nil && policy.Repeats(o, rows, seen, s.ahead()), err
}

// readHead has the engine read the newest messages of a conversation, back to a time.
// That it takes too long, or that the platform allows no more requests in time,
// says nothing about the account.
func (s *sender) readHead(ctx context.Context, o state.Outbound, id api.ConversationID, since time.Time) error {
	limited, cancel := context.WithTimeout(ctx, policy.PrecheckTimeout(o, s.now()))
	defer cancel()
	generation, _ := s.outage.Generation()
	err := s.heads.ReadHead(limited, id, since)
	switch {
	case err != nil && (limited.Err() != nil || errors.Is(err, context.DeadlineExceeded)):
		return &api.Error{Kind: api.ErrUnavailable, Platform: s.traits.Platform, Op: "read messages", Err: err}
	case err != nil:
		s.observe(generation, o, err)
	}
	return err
}
