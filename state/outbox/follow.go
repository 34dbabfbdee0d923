package outbox

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// mostPages bounds a look into the history.
const mostPages = 5

// follow finds out what became of a message: from its job if it has one, from
// the history if not. A first message is moved to its conversation as soon as
// that is known.
func (s *sender) follow(ctx context.Context, o state.Outbound) error {
	accepted := o.Status == state.Accepted
	switch {
	case accepted && policy.HasMoved(o):
		return s.house(ctx, o, s.details(ctx, o))
	case accepted && !o.Receipt.Final():
		return s.track(ctx, o)
	}
	return s.look(ctx, o)
}

// track asks about the job. What the platform no longer knows of may still
// stand in the history.
func (s *sender) track(ctx context.Context, o state.Outbound) error {
	receipt, err := s.provider.(api.Tracker).Track(ctx, o.Receipt)
	if ctx.Err() != nil && err != nil {
		return nil
	}
	if api.KindOf(err) == api.ErrNotFound && !state.Provisional(o.Conversation) {
		if err := s.read(ctx, o.Conversation, o.SentAt); err != nil {
			s.report(err, "read the history")
		}
	}
	if _, _, err := s.step(ctx, o.ID, policy.Tracked{Receipt: receipt, Err: err}); err != nil {
		return err
	}
	return s.pair(ctx, o.Conversation, 0)
}

// look reads the newest history and ties to it what it shows.
func (s *sender) look(ctx context.Context, o state.Outbound) error {
	conv, found, err := s.place(ctx, o)
	nowhere := err == nil && !found
	if api.KindOf(err) == api.ErrNotFound { // nothing stands there so far
		err = nil
	}
	if err == nil && found {
		if o.Status == state.Accepted && state.Provisional(o.Conversation) {
			return s.house(ctx, o, conv)
		}
		err = s.read(ctx, conv.ID, o.SentAt)
		if err := s.pair(ctx, conv.ID, o.ID); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	_, _, err = s.step(ctx, o.ID, policy.Looked{Err: err, Nowhere: nowhere})
	return err
}

// place finds the conversation in whose history a message has to stand. For a
// first message it may have to be opened by the address: the customer sees
// nothing of that (pact.md §2.4).
func (s *sender) place(ctx context.Context, o state.Outbound) (api.Conversation, bool, error) {
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

// details asks for the conversation that a first message opened, or makes do
// with what is known: the engine will read the rest.
func (s *sender) details(ctx context.Context, o state.Outbound) api.Conversation {
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

// house replaces the provisional conversation by the platform's.
func (s *sender) house(ctx context.Context, o state.Outbound, conv api.Conversation) error {
	if err := s.store.SaveConversations(ctx, []api.Conversation{conv}); err != nil {
		return wrap(err, "store the new conversation")
	}
	if err := s.adopt(ctx, o.Conversation, conv.ID); err != nil {
		return wrap(err, "move the first message to its conversation")
	}
	_, _, err := s.step(ctx, o.ID, policy.Housed{})
	return err
}

// adopt moves a conversation between the steps of its messages, none of which
// must write the old one back.
func (s *sender) adopt(ctx context.Context, from, to api.ConversationID) error {
	s.steps.Lock()
	defer s.steps.Unlock()
	return s.store.Adopt(ctx, from, to)
}

// read files the newest messages of a conversation, back to the moment from
// which a message sent at a time could stand there, as one page. An error
// after the first page means that less was read, and filed, than that.
func (s *sender) read(ctx context.Context, id api.ConversationID, sent time.Time) error {
	head, err := s.provider.Messages(ctx, id, api.PageRequest{Limit: s.traits.HeadPage})
	for n := 1; err == nil && n < mostPages && head.Next != "" && !reaches(head, policy.ListedFrom(sent, s.ahead())); n++ {
		var page api.Page[api.Message]
		page, err = s.provider.Messages(ctx, id, api.PageRequest{Cursor: head.Next})
		if err != nil || !continues(head, page) {
			break
		}
		head.Items = append(head.Items, page.Items...)
		head.Next = page.Next
	}
	if err != nil && len(head.Items) == 0 {
		return err
	}
	if _, err := s.store.SaveHead(ctx, id, head, time.Now()); err != nil {
		return wrap(err, "store the newest messages")
	}
	return err
}

func reaches(p api.Page[api.Message], since time.Time) bool {
	return len(p.Items) == 0 || p.Items[len(p.Items)-1].At.Before(since)
}

// continues tells a page that goes on below head from one that a platform
// gives when it ignored the cursor.
func continues(head, page api.Page[api.Message]) bool {
	if len(page.Items) == 0 {
		return true
	}
	last := head.Items[len(head.Items)-1]
	return page.Items[0].ID != head.Items[0].ID && !page.Items[0].At.After(last.At)
}

// pair ties the messages of a conversation, oldest first, and also to those
// of its history that show them.
func (s *sender) pair(ctx context.Context, id api.ConversationID, also int64) error {
	s.pairing.Lock()
	defer s.pairing.Unlock()
	rows, err := s.store.Unsettled(ctx, s.account)
	if err != nil {
		return wrap(err, "read the outbox")
	}
	for _, o := range rows {
		if (o.Conversation != id && o.ID != also) || !policy.NeedsMatch(o) {
			continue
		}
		seen, err := s.store.SeenSince(ctx, id, policy.SeenFrom(o.SentAt))
		if err != nil {
			return wrap(err, "read the history")
		}
		if m, ok := policy.Match(o, seen, policy.ListedFrom(o.SentAt, s.ahead())); ok {
			if _, _, err := s.step(ctx, o.ID, policy.Matched{Message: m}); err != nil {
				return err
			}
		}
	}
	return nil
}

// ahead is how far the platform's clock is ahead of ours, as far as it says.
func (s *sender) ahead() time.Duration {
	if clock, ok := s.provider.(api.Clock); ok {
		return clock.Ahead()
	}
	return 0
}
