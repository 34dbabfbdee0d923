package textus

import (
	"cmp"
	"context"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

// deliveries are the documented states of a message, and plain words that other
// platforms have for the same (REFERENCE.md "Delivery states").
var deliveries = map[string]api.Delivery{
	"received": api.DeliveryUnsaid, "scheduled": api.DeliveryScheduled,
	"created": api.DeliveryAccepted, "queued": api.DeliveryAccepted,
	"dispatched": api.DeliverySent, "delivered": api.DeliveryDelivered,
	"failed": api.DeliveryFailed, "failed_transient": api.DeliveryFailed, "unknown": api.DeliveryUncertain,
	"sending": api.DeliveryAccepted, "sent": api.DeliverySent, "read": api.DeliveryRead, "undelivered": api.DeliveryFailed,
}

// state is the delivery state; newer answers repeat it as status (REFERENCE.md
// "Messages"). A known word goes before one that is not.
func (w *wireItem) state() string {
	state, status := strings.ToLower(string(w.State)), strings.ToLower(string(w.Status))
	if _, known := deliveries[state]; !known && status != "" {
		return status
	}
	return state
}

// delivery is the delivery state of a message of ours, with the platform's reason
// where it failed. An unknown state says nothing of the delivery, and is passed on
// as the reason.
func (w *wireItem) delivery() (api.Delivery, string) {
	d, known := deliveries[w.state()]
	switch {
	case w.state() == "":
		return api.DeliveryUnsaid, ""
	case !known:
		return api.DeliveryUnsaid, cmp.Or(string(w.Friendly), w.state())
	case d >= api.DeliveryFailed:
		return d, cmp.Or(string(w.Friendly), "TextUs gave no reason")
	}
	return d, ""
}

// retryable goes by what the message says, not by its state (REFERENCE.md
// "Retrying").
func (w *wireItem) retryable() bool { return w.RetryAllowed.On && w.Retry.path != "" }

// confirmTimeout is how long a carrier has to confirm a message; many never do
// (REFERENCE.md "Delivery states").
const confirmTimeout = 2 * time.Minute

// progress is delivery for a caller that waits for a final state.
func (w *wireItem) progress(now time.Time) (api.Delivery, string) {
	d, reason := w.delivery()
	if d == api.DeliverySent && w.state() == "dispatched" && now.Sub(w.changed()) < confirmTimeout {
		return api.DeliveryAccepted, ""
	}
	if d < api.DeliveryFailed {
		reason = "" // of a state that is not known
	}
	return max(d, api.DeliveryAccepted), reason
}

// searchPages is how many pages of a timeline are searched for a message.
const searchPages = 4

// Track reads the message's state from the conversation. It is final once the
// carrier has confirmed or refused the message, or after confirmTimeout.
func (c *Client) Track(ctx context.Context, r api.Receipt) (api.Receipt, error) {
	const op = "track message"
	j, ok := readJob(r.Job)
	if !ok {
		return r, &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: op, Said: "the receipt names no message of ours"}
	}
	if r.Conversation.Remote == "" {
		w, err := c.byNumber(ctx, op, j.account, j.phone)
		if err != nil {
			return r, err
		}
		r.Conversation = c.conversation(w, j.account).ID
	}
	w, err := c.find(ctx, op, r.Conversation, j.message)
	if err != nil {
		return r, err
	}
	r.Delivery, r.Reason = w.progress(time.Now())
	return r, nil
}

// find searches the newest searchPages pages of a timeline for a message.
func (c *Client) find(ctx context.Context, op string, conv api.ConversationID, id string) (wireItem, error) {
	next := ""
	for range searchPages {
		p, err := c.timeline(ctx, conv, next)
		if err != nil {
			return wireItem{}, err
		}
		for _, w := range p.Members {
			if string(w.ID) == id {
				return w, nil
			}
		}
		if next = p.Next; next == "" {
			break
		}
	}
	return wireItem{}, &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: op, Said: "the message is not in the conversation any more"}
}

// RetryMessage asks the platform to send a failed message again. The outcome shows
// in the timeline, on the same message or a new one (REFERENCE.md "Retrying").
func (c *Client) RetryMessage(ctx context.Context, conv api.ConversationID, id api.MessageID) error {
	const op = "retry message"
	if c.known.isUnsupported(op) {
		return unsupported(op)
	}
	w, err := c.find(ctx, op, conv, id.Remote)
	if err != nil {
		return err
	}
	if !w.retryable() {
		return refuse(op, "TextUs cannot try this message again")
	}
	_, err = c.do(ctx, rest.Request{Op: op, Class: api.ClassSend, Method: "POST", Link: w.Retry.path})
	if api.KindOf(err) == api.ErrUnsupported {
		c.known.setUnsupported(op)
	}
	return err
}

// changed is when the state last changed.
func (w *wireItem) changed() time.Time {
	if !w.Changed.IsZero() {
		return w.Changed.Time
	}
	return w.at()
}
