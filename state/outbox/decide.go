package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// errMoved means that a message changed between reading and writing it, twice.
var errMoved = errors.New("the message is just changing; look again")

// settled say why there is nothing to decide about a message.
var settled = map[state.Status]string{
	state.Queued:    "the message is still waiting to be sent",
	state.Uploading: "the message is still waiting to be sent",
	state.InFlight:  "the message is being sent now",
	state.Accepted:  "the message is with the platform already",
	state.Done:      "the message has been sent already",
	state.Failed:    "the message has failed: retry, edit or discard it",
	state.Uncertain: "the message may have gone out: say whether it arrived, send it again or leave it",
	state.Held:      "the message was held back because you had not seen all that they wrote: send it anyway, edit or discard it",
}

// Decide applies an agent's decision to a message that waits, as the agent saw it:
// where it has changed since, by a colleague's decision or by itself, nothing is
// done and the error says how it is. From a session without the lease it works
// through the store. The error is a sentence for a person.
func (b *Outbox) Decide(ctx context.Context, seen state.Outbound, d state.Decision) error {
	if b.refused != nil {
		return b.refused
	}
	return b.update(ctx, seen, func(o state.Outbound) (bool, error) {
		if err := unchanged(seen, o); err != nil {
			return false, err
		}
		switch d {
		case state.Discard:
			return b.discard(ctx, o)
		case state.Retry:
			if o.InDelay(b.now()) {
				return b.hurry(ctx, o)
			}
		case state.SendAnyway:
			if err := b.releaseBehind(ctx, o); err != nil {
				return false, err
			}
		}
		return b.decide(ctx, o, d)
	})
}

// Reschedule sets another time for a message that waits here for its time, as the agent saw it,
// and for all parts of its reply. The error is a sentence for a person.
func (b *Outbox) Reschedule(ctx context.Context, seen state.Outbound, at time.Time) error {
	switch {
	case b.refused != nil:
		return b.refused
	case !at.After(b.now()):
		return policy.ErrPast
	}
	return b.update(ctx, seen, func(o state.Outbound) (ok bool, err error) {
		if err := unchanged(seen, o); err != nil {
			return false, err
		}
		if !o.Timed() {
			return false, errors.New("its time cannot be changed: " + settled[o.Status])
		}
		parts, err := b.delayed(ctx, o)
		ok = err == nil
		for _, part := range parts {
			if !ok || err != nil {
				break
			}
			part.At, part.NotBefore = at, at
			ok, err = b.store.Decided(ctx, part, part.Status)
		}
		return ok, wrap(err, "change when the message goes out")
	})
}

// unchanged says how a message is now, if it is not as the agent saw it.
func unchanged(seen, o state.Outbound) error {
	if seen.Status == o.Status && seen.Attempts == o.Attempts && seen.Left == o.Left {
		return nil
	}
	return errors.New("nothing was done, because it has changed since you looked: " + settled[o.Status])
}

func (b *Outbox) decide(ctx context.Context, o state.Outbound, d state.Decision) (bool, error) {
	facts := policy.Facts{Schedules: true} // it keeps its time
	if a, known := b.accounts[o.Conversation.Account]; known {
		facts = factsOf(a.Provider)
	}
	next, ok := policy.Step(o, policy.Decided{Decision: d}, facts, b.now())
	if !ok {
		return false, errors.New(settled[o.Status])
	}
	ok, err := b.store.Decided(ctx, next, o.Status)
	if ok && next.Status == state.Done {
		b.discardCopies(next)
	}
	return ok, wrap(err, "store the decision")
}

// releaseBehind lets what waits behind a held message follow it: whoever sends
// that anyway has read what came in. It comes first, while that still blocks. What
// waits for a time of its own goes on waiting; the other parts of the reply do not.
func (b *Outbox) releaseBehind(ctx context.Context, o state.Outbound) error {
	rows, err := b.behind(ctx, o)
	for _, r := range rows {
		part := r.Reply() == o.Reply() && (r.Unchecked() || !r.At.IsZero())
		if err == nil && o.Status == state.Held && (part || r.Unchecked() && !r.Timed()) {
			_, err = b.decide(ctx, r, state.SendAnyway)
		}
	}
	return err
}

// hurry sends all that is left of a reply that waits to go out, the first part first: it
// holds up those after it.
func (b *Outbox) hurry(ctx context.Context, o state.Outbound) (bool, error) {
	parts, err := b.delayed(ctx, o)
	ok := err == nil
	for _, part := range slices.Backward(parts) {
		if ok && err == nil && part.InDelay(b.now()) {
			ok, err = b.decide(ctx, part, state.Retry)
		}
	}
	return ok, err
}

// behind lists, newest first, what waits behind a message in its conversation.
func (b *Outbox) behind(ctx context.Context, o state.Outbound) ([]state.Outbound, error) {
	rows, err := b.store.Unsettled(ctx, o.Conversation.Account)
	rows = slices.DeleteFunc(rows, func(r state.Outbound) bool {
		return r.Conversation != o.Conversation || r.ID <= o.ID || r.Status != state.Queued
	})
	slices.Reverse(rows)
	return rows, wrap(err, "read the outbox")
}

// partsOf lists, last part first, what goes with a message when it is taken out
// by hand: of a held reply, and of one that waits to be taken back, all its parts, else
// the message alone.
func (b *Outbox) partsOf(ctx context.Context, o state.Outbound) ([]state.Outbound, error) {
	if waitsWhole(o) {
		return b.delayed(ctx, o)
	}
	if o.Status != state.Held {
		return []state.Outbound{o}, nil
	}
	rows, err := b.behind(ctx, o)
	rows = slices.DeleteFunc(rows, func(r state.Outbound) bool { return r.Reply() != o.Reply() })
	return append(rows, o), err
}

// waitsWhole reports whether a message is a part of a reply that waits as a whole: to be
// taken back, or for its time, also where an outage has put it off since.
func waitsWhole(o state.Outbound) bool {
	return o.Delayed() || o.Status == state.Queued && !o.At.IsZero()
}

// delayed lists, last part first, what is left of a reply that waits as a whole.
func (b *Outbox) delayed(ctx context.Context, o state.Outbound) ([]state.Outbound, error) {
	rows, err := b.store.Unsettled(ctx, o.Conversation.Account)
	rows = slices.DeleteFunc(rows, func(r state.Outbound) bool { return r.Reply() != o.Reply() || !waitsWhole(r) })
	slices.SortFunc(rows, func(a, b state.Outbound) int { return cmp.Compare(b.ID, a.ID) })
	return rows, wrap(err, "read the outbox")
}

func (b *Outbox) discard(ctx context.Context, o state.Outbound) (bool, error) {
	switch o.Status {
	case state.Queued, state.Failed, state.Uncertain, state.Held:
	default:
		return false, errors.New(settled[o.Status])
	}
	parts, err := b.partsOf(ctx, o)
	ok := err == nil
	for _, part := range parts {
		if !ok || err != nil {
			break
		}
		if ok, err = b.store.DeleteOutbound(ctx, part, part.Status); ok {
			b.discardCopies(part)
		}
	}
	return ok, wrap(err, "discard the message")
}

// errTemplate: the text of a template is no reply that could be written on.
var errTemplate = errors.New("a template is not edited: discard it, and choose one again")

// Takeback puts a message that has not gone out, or certainly failed, back
// into the draft, as the agent saw it; of a held reply, all its parts. Its files
// stay where they are, named by the draft.
func (b *Outbox) Takeback(ctx context.Context, seen state.Outbound) (draft state.Draft, err error) {
	if b.refused != nil {
		return draft, b.refused
	}
	err = b.update(ctx, seen, func(o state.Outbound) (ok bool, err error) {
		if moved := unchanged(seen, o); moved != nil && !(waits(seen) && waits(o)) {
			return false, moved
		}
		switch o.Status {
		case state.Queued, state.Uploading, state.Failed, state.Held:
		default:
			return false, errors.New(settled[o.Status])
		}
		if o.Template != nil {
			return false, errTemplate
		}
		parts, err := b.partsOf(ctx, o)
		ok = err == nil
		for _, part := range parts {
			if !ok || err != nil {
				break
			}
			draft, ok, err = b.store.Takeback(ctx, part, part.Status)
		}
		return ok, wrap(err, "take the message back")
	})
	return draft, err
}

// WhenSent lets something happen to a conversation once the reply that is on its way
// to it is sent, from any session; nothing takes back what was to happen. False means
// that nothing is on its way, or nothing was to happen.
func (b *Outbox) WhenSent(ctx context.Context, id api.ConversationID, w state.WhenSent) (bool, error) {
	if b.refused != nil {
		return false, b.refused
	}
	return b.store.WhenSent(ctx, id, w)
}

// waits reports whether a message waits to be sent, for the first time or again.
func waits(o state.Outbound) bool { return o.Status == state.Queued || o.Status == state.Uploading }

// update reads a message and lets act change it, again if another process
// changed it in between.
func (b *Outbox) update(ctx context.Context, seen state.Outbound, act func(state.Outbound) (bool, error)) error {
	b.steps.Lock()
	defer b.steps.Unlock()
	for range 3 {
		o, err := b.again(ctx, seen)
		if errors.Is(err, state.ErrNoSuch) && seen.ID < 0 {
			return errMoved // it waited for the team's database, which has it now by another number
		}
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
