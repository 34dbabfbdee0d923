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

// young is how long after it was submitted a reply goes out also where that
// look fails: its agent has just seen the conversation.
const young = time.Minute

// hold keeps a message back if the customer wrote what the agent had not seen,
// or if it is old and that cannot be seen now; it reports whether it did. It
// takes at most one request.
func (s *sender) hold(ctx context.Context, o state.Outbound) (bool, error) {
	seen, _ := o.Seen.Get()
	if !o.Unchecked() {
		return false, nil
	}
	n, looked, err := s.store.CameSince(ctx, o.Conversation, seen)
	var blind error
	if err == nil && n == 0 && time.Since(looked) >= glance {
		blind = s.glance(ctx, o.Conversation)
		n, _, err = s.store.CameSince(ctx, o.Conversation, seen)
	}
	if err != nil {
		s.report(err, "see whether the customer wrote meanwhile")
	}
	switch {
	case n > 0:
		_, _, err = s.step(ctx, o.ID, Moved{n})
		return true, err
	case blind != nil && ctx.Err() == nil:
		s.heed(blind)
		_, held, err := s.step(ctx, o.ID, Blind{blind})
		return held, err
	}
	return false, nil
}

// glance files the newest messages of a conversation, if they can be had soon.
func (s *sender) glance(ctx context.Context, id api.ConversationID) error {
	asked := time.Now()
	soon, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	page, err := s.provider.Messages(soon, id, api.PageRequest{Limit: s.traits.HeadPage})
	if soon.Err() != nil && err != nil {
		err = &api.Error{Kind: api.ErrUnavailable, Platform: s.traits.Platform, Op: "read messages", Err: err}
	}
	if err == nil {
		_, err = s.store.SaveHead(ctx, id, page, asked)
	}
	if err != nil {
		s.report(err, "look at the conversation before a reply")
	}
	return err
}
