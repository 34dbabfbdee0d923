package sqlite

import (
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	rules "unibox/state/inbox"
)

// What holds of a conversation now: what the platform says, with the pending
// changes on top, and our own flags where the platform has no such thing.

// viewSet has a bit for each of state.Views, in their order.
type viewSet uint16

const (
	inWaiting viewSet = 1 << iota
	inClosing
	inUnread
	inAll
	inStarred
	inSnoozed
	inDrafts
	inOutbox
	inDone

	viewCount = iota
)

// viewOf is the bit of a view; one that nobody knows lists all.
func viewOf(v state.View) viewSet {
	if i := slices.Index(state.Views, v); i >= 0 {
		return 1 << i
	}
	return inAll
}

// classify finds the views of an entry; one that is not listed is in none.
func (e *entry) classify(now time.Time) viewSet {
	if !e.listed(now) {
		return 0
	}
	l, m := e.ours(), e.shownBits(now)
	f, clock := e.facts(m, now), stamp(now)
	queued := f.Queued(clock)
	in := inAll
	for _, view := range [...]struct {
		has bool
		bit viewSet
	}{
		{f.InQueue(clock), inWaiting},
		{f.Closing(clock, state.ClosesWithin), inClosing},
		{queued && f.UnreadNow() > 0, inUnread},
		{m.or(starred, e.flag.starred), inStarred},
		{f.IsSnoozed(clock), inSnoozed},
		{l.drafted, inDrafts},
		{l.unsent()+l.stuck() > 0, inOutbox},
		{f.Done(clock), inDone},
	} {
		if view.has {
			in |= view.bit
		}
	}
	return in
}

// pinnedNow reports whether the entry comes before the others.
func (e *entry) pinnedNow(now time.Time) bool { return e.shownBits(now).or(pinned, e.flag.pinned) }

// shownBits are what the platform says, with the changes that are shown on top. A close that
// waits is not, where the customer wrote since.
func (e *entry) shownBits(now time.Time) flagBits {
	m := e.bits
	for _, w := range e.ours().changes {
		if k, ok := changedBit[w.Cap]; ok && w.showsTo(e.lastIn, now) {
			m = m.with(k, w.On)
		}
	}
	return m
}

// conversationNow is the platform's conversation with the changes on top.
func (e *entry) conversationNow(now time.Time) api.Conversation {
	if !e.cached {
		return e.ours().provisional.conversation(e.id)
	}
	c := e.shown.asKnown(e.id)
	for _, w := range e.ours().changes {
		if w.showsTo(e.lastIn, now) {
			c = w.Overlay(c)
		}
	}
	return c
}

// facts are what the rules go by; m are the bits that are shown.
func (e *entry) facts(m flagBits, now time.Time) rules.Facts {
	flag, l, off := &e.flag, e.ours(), e.snooze()
	isAnswered, saidAnswered := e.bits.get(answered)
	f := rules.Facts{
		Newest: e.newest, LastIn: e.lastIn, Waiting: e.waiting,
		Unanswered: saidAnswered && !isAnswered, Active: e.lastActive, Answered: l.answeredAt(now), NotOut: l.notOut, Moving: l.pending > 0,
		Archived: m.or(archived, false), Closed: m.or(closed, false), Muted: m.or(muted, flag.muted),
		Blocked: m.or(blocked, false), OptedOut: m.or(optedOut, false),
		DoneAt: said(flag.doneAt, same), Snoozed: off.until, SnoozedAt: off.seen, SnoozeKind: off.kind, Thanked: e.thanked,
		Skipped: flag.skipped, SkippedAt: flag.skippedAt,
		Unread: e.unread, ReadUpTo: said(flag.readUpTo, same), ReadWhen: flag.readWhen,
		FreeUntil:  e.freeUntil,
		SaidUnread: !e.bits.or(read, true), UnreadWhen: e.unreadWhen,
	}
	if ch, ok := e.shownChange(api.CapRead, now); ok {
		f.Read, f.ReadAt = api.Known(ch.On), ch.upTo
	}
	return f
}

// flags are those that hold now: what the customer's next message or the
// clock has ended is not among them.
func (e *entry) flags(now time.Time) state.Flags {
	f, m := &e.flag, e.shownBits(now)
	facts := e.facts(m, now)
	out := state.Flags{
		Starred: m.or(starred, f.starred), Pinned: m.or(pinned, f.pinned), Muted: m.or(muted, f.muted),
		Done: facts.Done(stamp(now)), ReadUpTo: e.readUpTo.V,
	}
	if facts.IsSnoozed(stamp(now)) {
		off := e.snooze()
		out.Snoozed, out.SnoozeKind, out.SnoozeSeen, out.SnoozeFor = moment(off.until), off.kind, off.seen, off.agent
	}
	return out
}

// back is why the entry came back, if it did.
func (e *entry) back(f rules.Facts, now time.Time) state.Back {
	if !f.Back(stamp(now)) {
		return state.Back{}
	}
	return e.putOff(f)
}

// putOff is the snooze of the entry that is not over, whether it hides anything or not.
func (e *entry) putOff(f rules.Facts) state.Back {
	if !f.PutOff() {
		return state.Back{}
	}
	off := e.snooze()
	return state.Back{Kind: off.kind, At: moment(off.until), Noted: moment(off.noted), Seen: off.seen, For: off.agent}
}

// skips is how often it was skipped since the customer wrote last.
func (e *entry) skips(f rules.Facts) int {
	if !f.IsSkipped() {
		return 0
	}
	return e.flag.skips
}

// placed works out where the entry stands in the queue, if it is in it.
func (e *entry) placed(f rules.Facts, now time.Time, due func(*entry, int64) int64) rules.Place {
	clock := stamp(now)
	if f.Since() == 0 && !f.Back(clock) {
		return e.place
	}
	return f.Place(clock, func(since int64) int64 { return due(e, since) })
}

// shownChange is the newest change of a kind that is shown.
func (e *entry) shownChange(ability api.Caps, now time.Time) (w storedChange, ok bool) {
	for _, c := range e.ours().changes {
		if c.Cap == ability && c.Shows(now) {
			w, ok = c, true
		}
	}
	return w, ok
}

// openChanges are the changes that wait or were refused.
func openChanges(all []storedChange) (open []state.Change) {
	for _, w := range all {
		if w.Waits() || w.Refused {
			open = append(open, w.Change)
		}
	}
	return open
}
