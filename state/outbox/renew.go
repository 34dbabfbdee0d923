package outbox

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// Some platforms can try a message again that they hold as failed. It has one owner:
// the row that sent it keeps its name through all attempts, so that no second
// message of the same text is made, and nobody else retries it.

// renew has the platform try a failed message again. Where that turns out to be
// under way or to have arrived nothing is asked for. A message that failed for good
// is sent as a new one.
func (s *sender) renew(ctx context.Context, o state.Outbound, out api.Outgoing) (api.Receipt, error) {
	now, failed, err := s.failedStill(ctx, o)
	if err != nil || !failed {
		return now, err
	}
	err = s.provider.(api.Retrier).RetryMessage(ctx, o.Conversation, o.Receipt.Message)
	switch api.KindOf(err) {
	case api.ErrInvalid, api.ErrUnsupported:
	default:
		return accepted(now), err
	}
	if now, failed, err = s.failedStill(ctx, o); err != nil || !failed {
		return now, err
	}
	return s.provider.Send(ctx, out)
}

// failedStill reads what the platform says of a failed message, and whether it says
// what it did. Its error is none of a send: nothing was sent.
func (s *sender) failedStill(ctx context.Context, o state.Outbound) (api.Receipt, bool, error) {
	r := o.Receipt
	if r.Job == "" {
		r.Job = r.Message.Remote
	}
	now, err := s.provider.(api.Tracker).Track(ctx, r)
	switch api.KindOf(err) {
	case api.ErrUncertain, api.ErrCursor, api.ErrOther:
		if err != nil {
			err = &api.Error{Kind: api.ErrUnavailable, Platform: s.traits.Platform, Op: "read message", Err: err}
		}
	}
	return now, now.Delivery >= api.DeliveryFailed, err
}

// accepted is the receipt of a message that the platform tries again.
func accepted(r api.Receipt) api.Receipt {
	r.Delivery, r.Reason = api.DeliveryAccepted, ""
	return r
}

// checkRenewed finds out whether a message is tried again for which that was asked
// without an answer: it has moved since, or another one like it has appeared.
func (s *sender) checkRenewed(ctx context.Context, o state.Outbound) error {
	now, failed, err := s.failedStill(ctx, o)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil || failed {
		return s.checkHistory(ctx, o)
	}
	_, _, err = s.step(ctx, o, policy.Matched{Message: api.Message{
		ID: o.Receipt.Message, Conversation: o.Conversation, Delivery: now.Delivery, Reason: now.Reason,
	}})
	return err
}

// successor is the receipt of a message that was tried again: that of a new message,
// if the platform made one and left the old one as failed.
func (s *sender) successor(ctx context.Context, o state.Outbound, r api.Receipt) api.Receipt {
	m, ok, err := s.find(ctx, o, o.SentAt)
	if err != nil {
		s.report(err, "look for the message that was tried again")
	}
	if !ok || m.At.Before(o.SentAt.Add(s.ahead()-time.Second)) {
		return r
	}
	return accepted(api.Receipt{Conversation: r.Conversation, Message: m.ID, Job: m.ID.Remote})
}

// find reads the history back to a time and looks for the message that o became
// since then.
func (s *sender) find(ctx context.Context, o state.Outbound, since time.Time) (api.Message, bool, error) {
	if err := s.readSince(ctx, o.Conversation, since); err != nil {
		return api.Message{}, false, err
	}
	s.matching.Lock()
	defer s.matching.Unlock()
	rows, seen, err := s.candidates(ctx, o.Conversation, since)
	if err != nil {
		return api.Message{}, false, err
	}
	m, ok := policy.Match(o, rows, seen, s.ahead())
	return m, ok, nil
}
