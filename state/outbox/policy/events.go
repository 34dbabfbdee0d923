package policy

import (
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

type (
	// Uploading: the files that the platform does not have are about to be
	// uploaded.
	Uploading struct{}
	// Uploaded: file number File has been uploaded and is called Remote there, or
	// could not be.
	Uploaded struct {
		File   int
		Remote string
		Err    error
	}
	// Duplicate: before its first request, the history turned out to hold a message
	// like it, to which nothing is tied, since it was submitted or, if that is set, a
	// time before.
	Duplicate struct{ Since time.Time }
	// Late: its time came while nobody could send it, longer than [LateAfter] ago. Ran:
	// there was somebody to send it then.
	Late struct{ Ran bool }
	// CustomerWrote: before the request it turned out that there are messages of
	// the customer that the agent had not seen.
	CustomerWrote struct{ Messages int }
	// PrecheckFailed: before the request the conversation could not be read.
	// Old: an earlier request of it may have been forgotten.
	PrecheckFailed struct {
		Err error
		Old bool
	}
	// Claimed: the request is about to be made.
	Claimed struct{}
	// Answered: the request was answered, or failed.
	Answered struct {
		Receipt api.Receipt
		Err     error
	}
	// NotSent: the request of an attempt was stopped before its first byte.
	NotSent struct{ Attempt int }
	// Tracked: the platform was asked about its job, or could not be asked.
	Tracked struct {
		Receipt api.Receipt
		Err     error
	}
	// NotFound: the history was read, or could not be, and the message was not in
	// it. NoHistory: there is none to read.
	NotFound struct {
		Err       error
		NoHistory bool
	}
	// Matched: the history holds the message.
	Matched struct{ Message api.Message }
	// FailedLate: the history lists it as failed, or as one of which the platform
	// does not know, although it counted as sent. Later are our side's messages after
	// it that did not fail.
	FailedLate struct {
		Message api.Message
		Later   []api.Message
	}
	// Adopted: the platform's conversation has replaced the provisional one.
	Adopted struct{}
	// Interrupted: nobody is working on it, as after a crash.
	Interrupted struct{}
	// Orphaned: it was to follow a first message that no longer exists.
	Orphaned struct{}
	// Decided: a person decided. Discarding is no event: the message is gone.
	Decided struct{ Decision state.Decision }
)

const (
	lookingReason = "no answer came; looking whether it arrived"
	missedReason  = "no answer came, and it is not in the conversation so far; decide what to do"
	blindReason   = "no answer came, and the conversation cannot be read to see whether it arrived: "
	brokenReason  = "the upload broke off; trying again by itself"
	nowhereReason = "no answer came, and there is no way to see whether it arrived; decide what to do"
	silentReason  = "the platform has not said what became of it"
	unknownReason = "the platform does not know whether it arrived; decide what to do"
	twinReason    = "the conversation holds such a message already; looking whether it is this one"
	unseenReason  = "first it has to be seen whether they wrote meanwhile: "
	spentReason   = "; write it anew, with its files and its time"
	orphanReason  = "the conversation was never opened; write the first message again"
)

// early reports whether a message has yet to wait for its time by our clock: another one
// may be set while what comes before its request is under way.
func early(o state.Outbound, now time.Time) bool { return o.Timed() && o.At.After(now) }

func (Uploading) step(o state.Outbound, _ Facts, now time.Time) (state.Outbound, bool) {
	ok := o.Status == state.Queued && MissingFile(o) >= 0 && !early(o, now)
	o.Reason = ""
	o.Status = state.Uploading
	return o, ok
}

func (e Uploaded) step(o state.Outbound, _ Facts, now time.Time) (state.Outbound, bool) {
	if o.Status != state.Uploading || e.File >= len(o.Files) {
		return o, false
	}
	switch {
	case e.Err == nil:
		o.Files[e.File].Remote = e.Remote
	case temporary(e.Err):
		return postpone(o, e.Err, now), true
	case api.KindOf(e.Err) == api.ErrUncertain:
		o = postpone(o, e.Err, now)
		o.Reason = brokenReason
	default:
		return fail(o, api.Explain(e.Err), permanent(e.Err)), true
	}
	return o, true
}

// What is known of earlier requests may be lost, as with a store that was restored
// from a copy. It counts as sent when it was submitted, by one request.
func (e Duplicate) step(o state.Outbound, f Facts, _ time.Time) (state.Outbound, bool) {
	ready := (o.Status == state.Queued || o.Status == state.Uploading) && o.Attempts == 0
	if o.Attempts, o.SentAt = 1, o.Submitted; !e.Since.IsZero() {
		o.SentAt = e.Since
	}
	return makeUncertain(untimed(o, f), twinReason), ready
}

// LateAfter is how late a message may go out that was to go out at a time by our clock.
const LateAfter = time.Hour

// IsLate reports whether a message was to go out by our clock too long ago to do so by
// itself, tried or not.
func IsLate(o state.Outbound, f Facts, now time.Time) bool {
	return o.Status == state.Queued && !f.Keeps(o) && !o.At.IsZero() && now.Sub(o.At) > LateAfter
}

// A message that was to go out at nine does not go out at night by itself. NotBefore is
// its time, by which its card knows. What was tried since had somebody to try it.
func (e Late) step(o state.Outbound, f Facts, now time.Time) (state.Outbound, bool) {
	ready := IsLate(o, f, now)
	why := "unibox did not run then"
	if e.Ran || o.Reason != "" {
		why = "could not go out then"
	}
	o.Status, o.Checks, o.NotBefore = state.Held, 0, o.At
	o.Reason = "it was to go out at " + o.At.Local().Format("15:04 on 2 Jan") + ", and " + why
	return o, ready
}

func (e CustomerWrote) step(o state.Outbound, _ Facts, now time.Time) (state.Outbound, bool) {
	ready := (o.Status == state.Queued || o.Status == state.Uploading) && o.Unchecked() && !early(o, now)
	o.Status, o.NotBefore, o.Checks = state.Held, time.Time{}, 0
	o.Reason = "a message is there that you had not seen"
	if e.Messages > 1 {
		o.Reason = fmt.Sprintf("%d messages are there that you had not seen", e.Messages)
	}
	return o, ready
}

// An old reply waits until its conversation can be read, unless the platform says
// that it never can be; a fresh one goes out anyway.
func (e PrecheckFailed) step(o state.Outbound, _ Facts, now time.Time) (state.Outbound, bool) {
	ready := (o.Status == state.Queued || o.Status == state.Uploading) && o.Attempts == 0 && !early(o, now)
	if !ready || !e.Old && now.Sub(o.Submitted) < freshFor || permanent(e.Err) {
		return o, false
	}
	o = postpone(o, e.Err, now)
	o.Reason = unseenReason + o.Reason
	return o, true
}

func (Claimed) step(o state.Outbound, f Facts, now time.Time) (state.Outbound, bool) {
	ready := (o.Status == state.Queued || o.Status == state.Uploading) && !early(o, now)
	o.Status, o.NotBefore, o.Reason = state.InFlight, time.Time{}, ""
	o.Attempts++
	o.SentAt, o.Receipt = now, named(o, f)
	return o, ready && MissingFile(o) < 0
}

func (e Answered) step(o state.Outbound, f Facts, now time.Time) (state.Outbound, bool) {
	switch {
	case o.Status != state.InFlight:
		return o, false
	case e.Err == nil:
		o.Checks = 0
		if !f.Tracks {
			e.Receipt.Job = ""
		}
		return settle(untimed(o, f), e.Receipt, now), true
	case temporary(e.Err): // it keeps its time, to be late by
		o.Attempts--
		return postpone(o, e.Err, now), true
	case refusedByPlatform(e.Err):
		return fail(untimed(o, f), api.Explain(e.Err), permanent(e.Err)), true
	}
	return makeUncertain(untimed(o, f), lookingReason), true
}

// The process that had the lease before may say this of a message that the present
// one has made uncertain. Where a person has decided since, the decision stays.
func (e NotSent) step(o state.Outbound, f Facts, now time.Time) (state.Outbound, bool) {
	ok := (o.Status == state.InFlight || o.Status == state.Uncertain && !o.Left) && o.Attempts == e.Attempt
	o = queue(o, f)
	o.NotBefore = now.Add(notSentPause)
	return o, ok
}

// An error is a failure of the question and says nothing about the message. That
// goes for ErrNotFound too: the platform accepted the message and has only
// forgotten the job.
func (e Tracked) step(o state.Outbound, f Facts, now time.Time) (state.Outbound, bool) {
	stale := f.Retries && o.Attempts > 1 && now.Sub(o.SentAt) < retryTime && e.Receipt.Delivery == api.DeliveryFailed
	switch {
	case o.Status != state.Accepted:
		return o, false
	case e.Err == nil && stale: // it may be the failure before
		return wait(o, nil, now), true
	case e.Err != nil:
		return wait(o, e.Err, now), true
	}
	if e.Receipt.Job == "" {
		e.Receipt.Job = o.Receipt.Job
	}
	if o = settle(o, e.Receipt, now); o.Status == state.Accepted && !o.Receipt.Final() {
		o = wait(o, nil, now)
	}
	return o, true
}

func (e NotFound) step(o state.Outbound, _ Facts, now time.Time) (state.Outbound, bool) {
	switch {
	case o.Status == state.Accepted:
		return wait(o, e.Err, now), true
	case o.Status != state.Uncertain || o.Left:
		return o, false
	}
	o.NotBefore = state.In(now, max(checkPause(o.Checks), api.RetryAfter(e.Err)))
	o.Checks++
	o.Reason = lookingReason
	switch {
	case e.NoHistory:
		o.Checks, o.Reason = allChecks, nowhereReason
	case e.Err != nil:
		o.Checks = min(o.Checks, quickChecks)
		o.Reason = blindReason + api.Explain(e.Err)
	case o.Checks >= quickChecks:
		o.Reason = missedReason
	}
	return o, true
}

// wait plans the next check of a message that the platform has accepted.
func wait(o state.Outbound, err error, now time.Time) state.Outbound {
	if MustMove(o) {
		return o
	}
	o.Checks++
	o.NotBefore = state.In(now, max(checkPause(o.Checks), api.RetryAfter(err)))
	said := err == nil || api.KindOf(err) == api.ErrNotFound
	delivered := o.Receipt.Delivery >= api.DeliverySent
	age := now.Sub(o.SentAt)
	switch {
	case said && delivered && (o.Receipt.Message.Remote != "" || o.Checks >= linkChecks):
		return done(o)
	case !delivered && age >= jobSilent:
		o.Reason = silentReason
		if said && age >= jobForgotten {
			return makeUnknown(o, silentReason+"; decide what to do")
		}
	}
	return o
}

func (e Matched) step(o state.Outbound, f Facts, now time.Time) (state.Outbound, bool) {
	if !NeedsMatch(o) {
		return o, false
	}
	r := api.Receipt{Conversation: e.Message.Conversation, Message: e.Message.ID}
	switch {
	case o.Status == state.Accepted && !o.Receipt.Final():
		o.Receipt.Message = r.Message
		return o, true
	default:
		r.Delivery, r.Reason = e.Message.Delivery, e.Message.Reason
		if o.At.IsZero() { // else it may be listed before it goes out
			r.Delivery = max(f.Listed, r.Delivery)
		}
		if mayStillFail(o, r.Delivery, f) {
			r.Job, r.Delivery, o.Checks = r.Message.Remote, f.Listed, 0
		}
		return settle(o, r, now), true
	}
}

// What was delivered stays so, and so does what a person said had arrived: that has
// no job where the platform tries messages again. Our copies of its files are gone,
// and the time that was chosen for it has passed.
func (e FailedLate) step(o state.Outbound, f Facts, now time.Time) (state.Outbound, bool) {
	counts := o.Status == state.Done && o.Receipt.Delivery < api.DeliveryDelivered
	vouched := f.Retries && o.At.IsZero() && o.Receipt.Job == ""
	if !counts || vouched || e.Message.Delivery < api.DeliveryFailed || repaired(o, e.Later, now) {
		return o, false
	}
	o = settle(o, api.Receipt{
		Conversation: e.Message.Conversation, Message: e.Message.ID, Job: o.Receipt.Job,
		Delivery: e.Message.Delivery, Reason: e.Message.Reason,
	}, now)
	if o.Status == state.Failed && (len(o.Files) > 0 || !o.At.IsZero()) {
		o.Refused, o.Reason = true, o.Reason+spentReason
	}
	return o, true
}

// repaired reports whether what came later from our side made up for a failure: the
// same once more, or anything where it was long ago.
func repaired(o state.Outbound, later []api.Message, now time.Time) bool {
	old := now.Sub(work.Later(o.SentAt, o.At)) >= lateFailure
	return slices.ContainsFunc(later, func(m api.Message) bool { return old || o.ShownBy(m) })
}

func (Adopted) step(o state.Outbound, _ Facts, now time.Time) (state.Outbound, bool) {
	ok := o.Status == state.Accepted && !state.Provisional(o.Conversation)
	o.Receipt.Conversation = o.Conversation
	return rest(o, now), ok
}

func (Interrupted) step(o state.Outbound, f Facts, _ time.Time) (state.Outbound, bool) {
	switch o.Status {
	case state.Uploading:
		o.Status = state.Queued
		return o, true
	case state.InFlight:
		return makeUncertain(untimed(o, f), lookingReason), true
	}
	return o, false
}

func (Orphaned) step(o state.Outbound, _ Facts, _ time.Time) (state.Outbound, bool) {
	ok := o.Status == state.Queued && o.First == nil && state.Provisional(o.Conversation)
	return fail(o, orphanReason, true), ok
}

func (e Decided) step(o state.Outbound, f Facts, now time.Time) (state.Outbound, bool) {
	unknown := o.Status == state.Uncertain
	switch {
	case e.Decision == state.Retry && o.Status == state.Failed,
		e.Decision == state.SendAgain && unknown:
		return queue(o, f), true
	case e.Decision == state.Retry && o.Status == state.Queued && o.NotBefore.After(now):
		o.NotBefore = time.Time{}
		return untimed(o, f), true
	case e.Decision == state.SendAnyway && (o.Status == state.Held || o.Status == state.Queued && (o.Unchecked() || !o.At.IsZero())):
		return release(o, f), true
	case e.Decision == state.Leave && unknown:
		o.Left = true
		return o, true
	case e.Decision == state.Arrived && unknown:
		return arrived(o, now), true
	}
	return o, false
}

// arrived is for an agent who says that the message did go out. A first message
// still has to find the conversation that it opened.
func arrived(o state.Outbound, now time.Time) state.Outbound {
	if o.Receipt.Delivery == api.DeliveryUncertain {
		o.Receipt.Delivery = api.DeliverySent
	}
	if o.At.IsZero() {
		o.Receipt.Delivery = max(o.Receipt.Delivery, api.DeliverySent)
	}
	o.Receipt.Delivery = max(o.Receipt.Delivery, acceptedAs(o))
	o.Checks, o.Reason, o.Left = 0, "", false
	o.Receipt.Job = "" // a person knows better
	if state.Provisional(o.Conversation) {
		return rest(o, now)
	}
	return done(o)
}
