// Package inbox is what waiting, unread, done and snoozed mean: rules on plain
// values, without SQL, clock or screen. The store derives its columns and lists
// by them.
//
// Times are microseconds since 1970, 0 for none, as they are stored; positions are
// those of a conversation's messages.
package inbox

import (
	"time"

	"unibox/api"
	"unibox/state"
)

// Asks reports whether a message is one that wants an answer and counts as unread
// until it is read: the customer's, and not an event such as "chat opened".
func Asks(m api.Message) bool {
	return m.Direction == api.Inbound && there(m)
}

// Ours reports whether a message was written by our side, whoever it was.
func Ours(m api.Message) bool {
	return m.Direction == api.Outbound && there(m)
}

// there reports whether somebody wrote a message, and it was not deleted.
func there(m api.Message) bool { return m.Kind != api.KindEvent && m.Kind != api.KindDeleted }

// Answers reports whether a message ends the wait of those before it: one of ours
// that is not yet to go out and did not fail.
func Answers(m api.Message) bool {
	return Ours(m) && m.Delivery != api.DeliveryScheduled && m.Delivery != api.DeliveryFailed
}

// Facts are what is known of a conversation. The platform's word and the agent's
// pending changes are merged in it already.
type Facts struct {
	// Newest and LastIn are the positions of the newest message and of the newest
	// one that asks, 0 for none.
	Newest, LastIn state.Pos
	// Waiting is the time of the first message that asks and was not answered.
	Waiting int64
	// Unanswered: the platform's list says that the customer waits; Active is when
	// something last happened by that list.
	Unanswered bool
	Active     int64
	// Answered is when a message of ours that is on its way, or went out just now,
	// was submitted.
	Answered int64
	// NotOut is when the oldest message of ours that failed, is unknown or is held
	// was submitted, 0 for none, until somebody has decided about it. It overrules
	// all that hides a conversation.
	NotOut int64
	// Moving: a message of ours is not out and waits for nobody: it is about to go, or to
	// go at its time.
	Moving bool

	// Archived and Closed hold at the platform, or are about to.
	Archived, Closed bool
	Muted            bool
	// Blocked and OptedOut: the customer may not be written to.
	Blocked, OptedOut bool

	// DoneAt is the newest position when the agent called it done.
	DoneAt api.Opt[state.Pos]
	// Snoozed is until when it is, or was, until somebody has acted on that; SnoozedAt
	// was the newest position then, and SnoozeKind is what ends it. Up to Thanked the
	// customer has written nothing but thanks since, where that is asked.
	Snoozed            int64
	SnoozedAt, Thanked state.Pos
	SnoozeKind         state.SnoozeKind
	// Skipped is when the agent put it at the end of the queue; SkippedAt was the newest
	// position then.
	Skipped   int64
	SkippedAt state.Pos

	// Unread counts the messages above the position up to which it was read.
	Unread int
	// ReadUpTo is that position on this machine, and ReadWhen when it was set.
	ReadUpTo api.Opt[state.Pos]
	ReadWhen int64
	// FreeUntil is when only templates may be sent any more, 0 where there is no such
	// limit.
	FreeUntil int64
	// SaidUnread: the platform calls it unread, since UnreadWhen.
	SaidUnread bool
	UnreadWhen int64
	// Read is a pending change of the agent's to read or unread; ReadAt was the
	// newest position when it was made.
	Read   api.Opt[bool]
	ReadAt state.Pos
}

// Done: it was done here and the customer has not written since, or it is put
// away at the platform. What was archived here comes back when the customer
// writes, also where the platform leaves it archived: nobody is forgotten. Nothing
// is done while a message of ours is not out, or what came back ([Facts.Back]).
func (f Facts) Done(now int64) bool {
	if f.NotOut != 0 || f.Back(now) {
		return false
	}
	at, marked := f.DoneAt.Get()
	wrote := marked && f.LastIn > at
	return marked && !wrote || f.Closed || f.Archived && !wrote
}

// IsSnoozed: the time has not come, the customer has not written since, and our
// messages are out.
func (f Facts) IsSnoozed(now int64) bool {
	return f.NotOut == 0 && f.Snoozed > now && !f.wroteSinceSnooze()
}

// Back: its snooze has come to its end, and nobody has acted on that, as with an answer
// that is on its way: should that not go out, it is back again.
func (f Facts) Back(now int64) bool {
	return !f.Moving && f.Snoozed <= now && f.PutOff()
}

// PutOff: something is still to come of its snooze, or has come of it and nobody has acted
// on that. A promise is one whatever the customer writes, which does not hide it then.
func (f Facts) PutOff() bool {
	return f.Snoozed != 0 && (f.SnoozeKind == state.SnoozePromise || !f.wroteSinceSnooze())
}

// wroteSinceSnooze reports whether the customer wrote something that ends the snooze.
func (f Facts) wroteSinceSnooze() bool {
	if f.SnoozeKind == state.SnoozeFirm && f.LastIn <= f.Thanked {
		return false
	}
	return f.LastIn > f.SnoozedAt
}

// IsSkipped: the agent skipped it, and the customer has not written since.
func (f Facts) IsSkipped() bool { return f.Skipped != 0 && f.LastIn <= f.SkippedAt }

// Queued reports whether it may be in the queues of what waits and what is unread.
func (f Facts) Queued(now int64) bool {
	return f.NotOut != 0 || f.Back(now) || !f.Muted && !f.Done(now) && !f.IsSnoozed(now)
}

// Closing reports whether only templates may be sent from soon on, and it is in the
// queues, or comes back to them too late for anything else; and whether it may be written
// to at all.
func (f Facts) Closing(now int64, within time.Duration) bool {
	left := f.FreeUntil - now
	return left > 0 && left <= within.Microseconds() && (f.Queued(now) || f.oversleeps(now)) && !f.Blocked && !f.OptedOut
}

// oversleeps reports whether nothing but its snooze keeps it out of the queues, and that
// ends no sooner than free text does.
func (f Facts) oversleeps(now int64) bool {
	return f.IsSnoozed(now) && f.Snoozed >= f.FreeUntil && !f.Muted && !f.Done(now)
}

// Since is when the wait for an answer began, 0 without one. A message of ours that
// is not out leaves its customer waiting since it was submitted, if not for longer.
func (f Facts) Since() int64 {
	since := f.unanswered()
	if f.NotOut != 0 && (since == 0 || f.NotOut < since) {
		return f.NotOut
	}
	return since
}

// unanswered is when the first message came that has had no answer, 0 without one.
// Of a conversation none of whose messages is stored, the platform's list says it.
func (f Facts) unanswered() int64 {
	switch {
	case f.Newest != 0:
		return f.Waiting
	case f.Unanswered:
		return f.Active
	}
	return 0
}

// Waits: the customer spoke last, none of our messages since is on its way, and
// the customer may be written to; or a message of ours is not out.
func (f Facts) Waits() bool {
	since := f.unanswered()
	return f.NotOut != 0 || since != 0 && f.Answered <= since && !f.Blocked && !f.OptedOut
}

// UnreadNow counts unread messages: at least one where the platform, or the agent,
// calls the conversation unread.
func (f Facts) UnreadNow() int {
	if read, pending := f.Read.Get(); pending {
		switch {
		case !read:
			return max(f.Unread, 1)
		case f.LastIn <= f.ReadAt:
			return 0
		}
		return f.Unread
	}
	if !f.SaidUnread || f.readHere() {
		return f.Unread
	}
	return max(f.Unread, 1)
}

// readHere: it was read to its end on this machine after the platform began to
// call it unread, which not every platform can store.
func (f Facts) readHere() bool {
	upTo, read := f.ReadUpTo.Get()
	return read && upTo >= f.Newest && f.ReadWhen > f.UnreadWhen
}
