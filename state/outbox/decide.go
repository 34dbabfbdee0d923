package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"unibox/state"
)

// errMoved means that a message changed between reading and writing it, twice.
var errMoved = errors.New("the message is just changing; look again")

// settledWords say, after "the message", why there is nothing to decide.
var settledWords = map[state.Status]string{
	state.Queued:    "is still waiting to be sent",
	state.Uploading: "is still waiting to be sent",
	state.InFlight:  "is on its way this moment",
	state.Accepted:  "is with the platform already",
	state.Done:      "has been sent already",
	state.Failed:    "has failed: retry, edit or discard it",
	state.Uncertain: "may have gone out: say whether it arrived, send it again or leave it",
}

// Decide applies an agent's decision to a message that waits. From a session
// that is not the owner it works through the store. The error is a sentence
// for a person where the message no longer waits for that decision.
func (b *Outbox) Decide(ctx context.Context, id int64, d state.Decision) error {
	return b.settled(ctx, id, func(o state.Outbound) (bool, error) {
		if d == state.Discard {
			return b.discard(ctx, o)
		}
		next, ok := Step(o, Decided{d}, Facts{}, time.Now())
		if !ok {
			return false, errors.New("the message " + settledWords[o.Status])
		}
		ok, err := b.store.Decided(ctx, next, o.Status)
		if ok && next.Status == state.Done {
			b.discardCopies(next)
		}
		return ok, wrap(err, "store the decision")
	})
}

func (b *Outbox) discard(ctx context.Context, o state.Outbound) (bool, error) {
	switch o.Status {
	case state.Queued, state.Failed, state.Uncertain:
	default:
		return false, errors.New("the message " + settledWords[o.Status])
	}
	ok, err := b.store.DeleteOutbound(ctx, o.ID, o.Status)
	if ok {
		b.discardCopies(o)
	}
	return ok, wrap(err, "discard the message")
}

// Takeback puts a message that has not gone out, or certainly failed, back
// into the draft. Its files stay where they are, named by the draft.
func (b *Outbox) Takeback(ctx context.Context, id int64) (draft state.Draft, err error) {
	err = b.settled(ctx, id, func(o state.Outbound) (ok bool, err error) {
		switch o.Status {
		case state.Queued, state.Uploading, state.Failed:
			draft, ok, err = b.store.Takeback(ctx, id, o.Status)
			return ok, wrap(err, "take the message back")
		}
		return false, errors.New("the message " + settledWords[o.Status])
	})
	return draft, err
}

// settled reads a message and lets act change it, again if another process
// changed it in between.
func (b *Outbox) settled(ctx context.Context, id int64, act func(state.Outbound) (bool, error)) error {
	b.steps.Lock()
	defer b.steps.Unlock()
	for range 3 {
		o, err := b.store.Outbound(ctx, id)
		if errors.Is(err, state.ErrNoSuch) {
			return fmt.Errorf("the message is no longer in the outbox: %w", err)
		}
		if err != nil {
			return fmt.Errorf("read the message: %w", err)
		}
		if ok, err := act(o); ok || err != nil {
			return err
		}
	}
	return errMoved
}
