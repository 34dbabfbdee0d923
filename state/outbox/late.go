package outbox

import (
	"context"
	"errors"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// A platform may say that a message failed after that counted as sent: a carrier
// refuses late. The history says so, to whoever reads it next.

// review compares what was sent with what the engine has just read of its
// conversations, and once with all that is stored: it may have been read while
// nobody was there to look.
func (s *sender) review(ctx context.Context, news []state.Topic) {
	var in []api.ConversationID
	for _, t := range news {
		if t.Kind == state.TopicThread && t.Conversation.Account == s.account {
			in = append(in, t.Conversation)
		}
	}
	if !s.reviewed {
		in = nil
	} else if len(in) == 0 {
		return
	}
	late, err := s.store.FailedLate(ctx, s.account, in)
	for _, l := range late {
		if again := s.facts.Retries && l.Attempts > 1; !again {
			err = errors.Join(err, s.failLate(ctx, l))
		} else if !s.busy(l.ID) {
			s.start(ctx, checks, l.Outbound, func(ctx context.Context, _ state.Outbound) error { return s.failAgain(ctx, l) })
		}
	}
	if err != nil && ctx.Err() == nil {
		s.report(err, "compare what was sent with the history")
		return
	}
	s.reviewed = true
}

func (s *sender) failLate(ctx context.Context, l state.LateFailure) error {
	_, _, err := s.step(ctx, l.Outbound, policy.FailedLate{Message: l.Message, Later: l.Later})
	return err
}

// failAgain fails a message that was tried again, if the platform says so now: the
// history that is stored may be of before.
func (s *sender) failAgain(ctx context.Context, l state.LateFailure) error {
	now, failed, err := s.failedStill(ctx, l.Outbound)
	if err != nil || !failed {
		return nil
	}
	l.Message.Delivery, l.Message.Reason = now.Delivery, now.Reason
	return s.failLate(ctx, l)
}
