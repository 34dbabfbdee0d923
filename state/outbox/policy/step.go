// Package policy decides what happens to the messages of the outbox. It touches
// nothing: no store, no network, no clock. [Step] is what becomes of a message
// when something happened to it, [Due] is what may be done now, [Match] finds a
// message in a history, and an [Outage] knows when a whole account waits.
//
// Package outbox reads the store, asks this package, stores the answer and acts on
// it.
package policy

import (
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
)

// Facts are what [Step] has to know of the platform.
type Facts struct {
	// Listed is how far a message has come that is in the history.
	Listed api.Delivery
	// Tracks: the platform can be asked what became of a job.
	Tracks bool
	// Retries: the platform can try a message again that it holds as failed. It
	// stays the same message, here as well.
	Retries bool
	// Schedules: the platform can send a message at a time.
	Schedules bool
}

// Event is something that happened to a message of the outbox. The types of
// this package with a step method are all there are.
type Event interface {
	step(o state.Outbound, f Facts, now time.Time) (state.Outbound, bool)
}

// Step returns what a message becomes after an event. It changes nothing, not
// even o. False means that the event does not concern a message in this state.
//
// What it promises: a message whose request may have gone out is queued again
// only when a person decides so, or when its request was stopped before the first
// byte; a message that waits for a person moves on by a decision or because it was
// found in the history, never by itself; a message that is Done stays so, unless the
// history lists it as failed or unknown and it was not delivered; and a delivery moves backwards
// only when a new attempt begins.
func Step(o state.Outbound, ev Event, f Facts, now time.Time) (state.Outbound, bool) {
	was := o
	o.Files = slices.Clone(o.Files)
	if next, ok := ev.step(o, f, now); ok {
		return next, true
	}
	return was, false
}

// settle takes in what the platform says about a message that it has accepted.
func settle(o state.Outbound, r api.Receipt, now time.Time) state.Outbound {
	r.Delivery = max(r.Delivery, acceptedAs(o))
	o.Receipt = merge(o.Receipt, r)
	o.Reason = ""
	switch {
	case r.TextOnly:
		return keepFiles(o, r)
	case r.Delivery == api.DeliveryFailed:
		return fail(o, refusal(r), false)
	case o.Receipt.Delivery == api.DeliveryUncertain:
		return makeUnknown(o, unknownReason)
	case o.Receipt.Final():
		o.Checks = 0
	}
	return rest(o, now)
}

// keepFiles keeps of a message only the files, where its text went out without
// them. A message that had no text would fail again in the same way.
func keepFiles(o state.Outbound, r api.Receipt) state.Outbound {
	o = fail(o, refusal(r)+"; the text is out, only the files are left here", o.Body == "")
	o.Body, o.Receipt = "", api.Receipt{}
	return o
}

// refusal is why the platform did not deliver.
func refusal(r api.Receipt) string {
	if r.Reason != "" {
		return r.Reason
	}
	return "the platform could not deliver it and gave no reason"
}

// merge adds what is new to what was known. A sparse answer erases nothing,
// but a failed delivery undoes the link to a message, which was a guess.
func merge(old, r api.Receipt) api.Receipt {
	if r.Conversation.Remote == "" {
		r.Conversation = old.Conversation
	}
	if r.Message.Remote == "" && r.Delivery != api.DeliveryFailed {
		r.Message = old.Message
	}
	if r.Delivery == api.DeliveryUnsaid || old.Delivery != api.DeliveryUncertain {
		r.Delivery = max(old.Delivery, r.Delivery)
	}
	return r
}

// mayStillFail reports whether a message of the history may still fail, so that
// it has to be followed.
func mayStillFail(o state.Outbound, d api.Delivery, f Facts) bool {
	return f.Tracks && f.Listed < api.DeliverySent && d <= api.DeliverySent && o.At.IsZero()
}

// acceptedAs is the least that is known of the delivery of an accepted message.
func acceptedAs(o state.Outbound) api.Delivery {
	if o.At.IsZero() {
		return api.DeliveryAccepted
	}
	return api.DeliveryScheduled
}

// rest makes an accepted message Done once nothing is left to learn: how it was
// delivered, which message of the history it is, and where that history is. A
// scheduled one rests as soon as it is accepted: it will be listed later.
func rest(o state.Outbound, now time.Time) state.Outbound {
	switch {
	case MustMove(o):
		o.Status, o.NotBefore = state.Accepted, now
	case o.Receipt.Final() && (o.Receipt.Message.Remote != "" || !o.At.IsZero()) && !state.Provisional(o.Conversation):
		return done(o)
	default:
		o.Status, o.NotBefore = state.Accepted, now.Add(checkPause(o.Checks))
	}
	return o
}

// MustMove reports whether a first message has yet to move to the conversation
// that the platform made.
func MustMove(o state.Outbound) bool {
	return state.Provisional(o.Conversation) && o.Receipt.Conversation.Remote != ""
}

func done(o state.Outbound) state.Outbound {
	o.Status, o.NotBefore, o.Left = state.Done, time.Time{}, false
	return o
}

func fail(o state.Outbound, reason string, refused bool) state.Outbound {
	o.Status, o.NotBefore = state.Failed, time.Time{}
	o.Reason, o.Refused = reason, refused
	return o
}

func makeUncertain(o state.Outbound, reason string) state.Outbound {
	o.Status, o.NotBefore, o.Left = state.Uncertain, time.Time{}, false
	o.Checks, o.Reason = 0, reason
	return o
}

// makeUnknown is for a message of which the platform itself cannot say what became.
// There is nothing to look for: a person decides.
func makeUnknown(o state.Outbound, reason string) state.Outbound {
	o = makeUncertain(o, reason)
	o.Checks = allChecks
	return o
}

// Keeps reports whether the platform keeps the time of a message that is to go out later:
// it does so in a conversation, and opens none at a time.
func (f Facts) Keeps(o state.Outbound) bool { return f.Schedules && o.First == nil }

// postpone queues a message whose last try had no effect. Checks counts such
// tries here, so that the pauses grow.
func postpone(o state.Outbound, err error, now time.Time) state.Outbound {
	o.Checks++
	o.Status, o.Reason = state.Queued, api.Explain(err)
	o.NotBefore = state.In(now, max(retryPause(o, err), api.RetryAfter(err)))
	return o
}

// release lets a message go out without a check of what came in. Its files may be
// at the platform already; nothing has used them yet.
func release(o state.Outbound, f Facts) state.Outbound {
	if o.Status == state.Held {
		o.Reason = ""
	}
	o.Status, o.NotBefore = state.Queued, time.Time{}
	o.Seen = api.Opt[state.Pos]{}
	return untimed(o, f)
}

// untimed takes from a message the time that it was to go out by our clock: it is out,
// or a person wants it out now.
func untimed(o state.Outbound, f Facts) state.Outbound {
	if !f.Keeps(o) {
		o.At = time.Time{}
	}
	return o
}

// queue starts over: nothing of the last attempt counts any longer, but which
// message the platform is to try again. Files are uploaded again, since nothing
// says that an upload may be used twice (api/pact/REFERENCE.md "Uploads").
func queue(o state.Outbound, f Facts) state.Outbound {
	for i := range o.Files {
		o.Files[i].Remote = ""
	}
	o.Status, o.NotBefore, o.Reason = state.Queued, time.Time{}, ""
	o.Checks, o.Refused, o.Left = 0, false, false
	o.Receipt = named(o, f)
	return untimed(o, f)
}

// named is what a new attempt keeps of a receipt: the name of a message that the
// platform holds and can try again.
func named(o state.Outbound, f Facts) api.Receipt {
	r := o.Receipt
	if !f.Retries || r.Message.Remote == "" {
		return api.Receipt{}
	}
	return api.Receipt{Conversation: r.Conversation, Message: r.Message, Job: r.Job}
}

// Renews reports whether the next request of a message, or the one under way, asks
// the platform to try a message again that it holds.
func Renews(o state.Outbound, f Facts) bool {
	return f.Retries && o.Receipt.Message.Remote != "" && o.Status != state.Accepted && o.Status != state.Done
}

// MissingFile is the number of the first file that the platform does not have, or
// -1.
func MissingFile(o state.Outbound) int {
	for i, f := range o.Files {
		if f.Remote == "" {
			return i
		}
	}
	return -1
}
