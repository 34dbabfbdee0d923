package outbox

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
)

// glance is how long the look at a conversation before a reply may take, and
// how long ago somebody else may have looked to make it needless.
const glance = 2 * time.Second

// hold keeps a message back if the customer wrote what the agent had not seen,
// and reports whether it did. It takes at most one request; where that fails
// or takes too long, the message goes out on what is known here: a slow line
// must not stop the work.
func (s *sender) hold(ctx context.Context, o state.Outbound) (bool, error) {
	seen, _ := o.Seen.Get()
	if !o.Unchecked() {
		return false, nil
	}
	n, looked, err := s.store.CameSince(ctx, o.Conversation, seen)
	if err == nil && n == 0 && time.Since(looked) >= glance {
		s.glance(ctx, o.Conversation)
		n, _, err = s.store.CameSince(ctx, o.Conversation, seen)
	}
	if err != nil {
		s.report(err, "see whether the customer wrote meanwhile")
	}
	if n == 0 {
		return false, nil
	}
	_, _, err = s.step(ctx, o.ID, Moved{n})
	return true, err
}

// glance files the newest messages of a conversation, if they can be had soon.
func (s *sender) glance(ctx context.Context, id api.ConversationID) {
	asked := time.Now()
	soon, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	page, err := s.provider.Messages(soon, id, api.PageRequest{Limit: s.traits.HeadPage})
	if err == nil {
		_, err = s.store.SaveHead(ctx, id, page, asked)
	}
	if err != nil {
		s.report(err, "look at the conversation before a reply")
	}
}
