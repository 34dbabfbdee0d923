package outbox

import (
	"context"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// check finds out what became of a message: from its job if it has one, from
// the history if not. A first message is moved to its conversation as soon as
// that is known.
func (s *sender) check(ctx context.Context, o state.Outbound) error {
	accepted := o.Status == state.Accepted
	switch {
	case accepted && policy.MustMove(o):
		return s.settleIn(ctx, o, s.opened(ctx, o))
	case accepted && !o.Receipt.Final():
		return s.checkJob(ctx, o)
	case policy.Renews(o, s.facts):
		return s.checkRenewed(ctx, o)
	}
	return s.checkHistory(ctx, o)
}

// checkJob asks the platform about the job. A message whose job the platform has
// forgotten may still be in the history.
func (s *sender) checkJob(ctx context.Context, o state.Outbound) error {
	receipt, err := s.provider.(api.Tracker).Track(ctx, o.Receipt)
	if ctx.Err() != nil && err != nil {
		return nil
	}
	if api.KindOf(err) == api.ErrNotFound && !state.Provisional(o.Conversation) {
		if err := s.readSince(ctx, o.Conversation, o.SentAt); err != nil {
			s.report(err, "read the history")
		}
	}
	if err == nil && receipt.Delivery == api.DeliveryFailed && s.facts.Retries && o.Attempts > 1 && o.Checks < policy.MostRenewChecks {
		receipt = s.successor(ctx, o, receipt)
	}
	if _, _, err := s.step(ctx, o, policy.Tracked{Receipt: receipt, Err: err}); err != nil {
		return err
	}
	return s.match(ctx, o.Conversation, 0)
}

// checkHistory reads the newest history and matches the messages with it.
func (s *sender) checkHistory(ctx context.Context, o state.Outbound) error {
	conv, found, err := s.historyOf(ctx, o)
	nowhere := err == nil && !found
	if api.KindOf(err) == api.ErrNotFound { // nothing is there so far
		err = nil
	}
	if err == nil && found {
		if o.Status == state.Accepted && state.Provisional(o.Conversation) {
			return s.settleIn(ctx, o, conv)
		}
		err = s.readSince(ctx, conv.ID, o.SentAt)
		if err := s.match(ctx, conv.ID, o.ID); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	_, _, err = s.step(ctx, o, policy.NotFound{Err: err, NoHistory: nowhere})
	return err
}

// historyOf finds the conversation in whose history a message has to be. For a
// first message it may have to be opened by the address: the customer notices
// nothing of that (api/pact/REFERENCE.md "Conversations").
func (s *sender) historyOf(ctx context.Context, o state.Outbound) (api.Conversation, bool, error) {
	opener, opens := s.provider.(api.Opener)
	switch {
	case !state.Provisional(o.Conversation):
		return api.Conversation{ID: o.Conversation}, true, nil
	case o.First == nil || !opens:
		return api.Conversation{}, false, nil
	}
	conv, err := opener.Open(ctx, o.First.Channel, o.First.Kind, o.First.To)
	if api.KindOf(err) == api.ErrUnsupported {
		return conv, false, nil
	}
	if err == nil {
		err = wrap(s.store.SaveConversations(ctx, []api.Conversation{conv}), "store the conversation")
	}
	return conv, err == nil, err
}

// opened reads the conversation that a first message opened. Where that fails it
// returns what is known of it: the engine will read the rest.
func (s *sender) opened(ctx context.Context, o state.Outbound) api.Conversation {
	if d, ok := s.provider.(api.Detailer); ok {
		conv, err := d.Conversation(ctx, o.Receipt.Conversation)
		if err == nil {
			return conv
		}
		s.report(err, "read the new conversation")
	}
	conv := api.Conversation{ID: o.Receipt.Conversation}
	if o.First != nil {
		conv.Channel, conv.Kind = api.Known(o.First.Channel), o.First.Kind
		conv.Contact = api.Contact{Handle: o.First.To}
	}
	return conv
}

// settleIn replaces the provisional conversation by the platform's.
func (s *sender) settleIn(ctx context.Context, o state.Outbound, conv api.Conversation) error {
	if err := s.store.SaveConversations(ctx, []api.Conversation{conv}); err != nil {
		return wrap(err, "store the new conversation")
	}
	if err := s.adopt(ctx, o.Conversation, conv.ID); err != nil {
		return wrap(err, "move the first message to its conversation")
	}
	_, _, err := s.step(ctx, o, policy.Adopted{})
	return err
}

// adopt moves a conversation while no step of its messages is under way, since a
// step would write the old conversation back.
func (s *sender) adopt(ctx context.Context, from, to api.ConversationID) error {
	s.steps.Lock()
	defer s.steps.Unlock()
	return s.store.Adopt(ctx, from, to)
}

// readSince has the history read back to where a message sent at a time must be.
func (s *sender) readSince(ctx context.Context, id api.ConversationID, sent time.Time) error {
	return s.heads.ReadHead(ctx, id, policy.ListedFrom(sent, s.ahead()))
}

// match ties the messages of a conversation, oldest first, and the message also,
// to those of the stored history that show them.
func (s *sender) match(ctx context.Context, id api.ConversationID, also int64) error {
	s.matching.Lock()
	defer s.matching.Unlock()
	rows, err := s.store.Unsettled(ctx, s.account)
	if err != nil {
		return wrap(err, "read the outbox")
	}
	rows = slices.DeleteFunc(rows, func(o state.Outbound) bool { return o.Conversation != id && o.ID != also })
	for i, o := range rows {
		if !policy.NeedsMatch(o) {
			continue
		}
		seen, err := s.store.SeenSince(ctx, id, o.SentAt)
		if err != nil {
			return wrap(err, "read the history")
		}
		m, ok := policy.Match(o, rows, seen, s.ahead())
		if !ok {
			continue
		}
		if rows[i], _, err = s.step(ctx, o, policy.Matched{Message: m}); err != nil {
			return err
		}
	}
	return nil
}

// candidates are the rows of a conversation that are not done, and the messages of
// its history that were first seen since a time and that no row is tied to.
func (s *sender) candidates(ctx context.Context, id api.ConversationID, since time.Time) ([]state.Outbound, []api.Message, error) {
	rows, err := s.store.Unsettled(ctx, s.account)
	if err != nil {
		return nil, nil, wrap(err, "read the outbox")
	}
	rows = slices.DeleteFunc(rows, func(o state.Outbound) bool { return o.Conversation != id })
	seen, err := s.store.SeenSince(ctx, id, since)
	return rows, seen, wrap(err, "read the history")
}

// ahead is how far the platform's clock is ahead of that by which we plan, as far as it says.
func (s *sender) ahead() time.Duration {
	if clock, ok := s.provider.(api.Clock); ok {
		return clock.Ahead() - time.Until(s.now())
	}
	return 0
}
