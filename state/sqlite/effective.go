package sqlite

import (
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
)

// What holds of a conversation now: what the platform says, with the pending
// changes on top, and our own flags where the platform has no such thing.

// viewSet has a bit for each of state.Views, in their order.
type viewSet uint16

const (
	inWaiting viewSet = 1 << iota
	inUnread
	inAll
	inStarred
	inSnoozed
	inDrafts
	inOutbox
	inDone
)

// viewOf is the bit of a view; one that nobody knows lists all.
func viewOf(v state.View) viewSet {
	if i := slices.Index(state.Views, v); i >= 0 {
		return 1 << i
	}
	return inAll
}

// views are those that the entry is in now.
func (e *entry) views(now time.Time) viewSet {
	if e.timed {
		return e.classify(now)
	}
	return e.settled
}

// classify finds the views of an entry; one that is not listed is in none.
func (e *entry) classify(now time.Time) viewSet {
	if !e.listed() {
		return 0
	}
	l, m := &e.local, e.shownBits(now)
	queued := !e.hidden(m, now)
	in := inAll
	for _, view := range [...]struct {
		has bool
		bit viewSet
	}{
		{queued && e.waits(m), inWaiting},
		{queued && e.unreadNow(now) > 0, inUnread},
		{m.or(starred, l.flag.starred), inStarred},
		{e.snoozed(now), inSnoozed},
		{l.drafted, inDrafts},
		{l.unsent()+l.stuck() > 0, inOutbox},
		{e.done(m), inDone},
	} {
		if view.has {
			in |= view.bit
		}
	}
	return in
}

// shownBits are what the platform says, with the changes that are shown on top.
func (e *entry) shownBits(now time.Time) flagBits {
	m := e.bits
	for _, w := range e.local.changes {
		if k, ok := changedBit[w.Cap]; ok && w.Shows(now) {
			m = m.with(k, w.On)
		}
	}
	return m
}

// conversationNow is the platform's conversation with the changes on top.
func (e *entry) conversationNow(now time.Time) api.Conversation {
	if !e.cached {
		return e.local.provisional.conversation(e.id)
	}
	c := e.conversation(e.id)
	for _, w := range e.local.changes {
		if w.Shows(now) {
			c = w.Overlay(c)
		}
	}
	return c
}

// flags are those that hold now: what the customer's next message or the
// clock has ended is not among them.
func (e *entry) flags(now time.Time) state.Flags {
	f, m := &e.local.flag, e.shownBits(now)
	out := state.Flags{
		Starred: m.or(starred, f.starred), Pinned: m.or(pinned, f.pinned), Muted: m.or(muted, f.muted),
		Done: e.done(m), ReadUpTo: e.readUpTo.V,
	}
	if e.snoozed(now) {
		out.Snoozed = moment(f.snoozed)
	}
	return out
}

// done: it was done here and the customer has not written since, or it is put
// away at the platform. What was archived here comes back when the customer
// writes, also where the platform leaves it archived: nobody is forgotten.
func (e *entry) done(m flagBits) bool {
	at := e.local.flag.doneAt
	wrote := at.Valid && e.lastIn > at.V
	return at.Valid && !wrote || m.or(closed, false) || m.or(archived, false) && !wrote
}

func (e *entry) snoozed(now time.Time) bool {
	f := &e.local.flag
	return f.snoozed != 0 && f.snoozed > stamp(now) && e.lastIn <= f.snoozedAt
}

// hidden from the queues.
func (e *entry) hidden(m flagBits, now time.Time) bool {
	return m.or(muted, e.local.flag.muted) || e.done(m) || e.snoozed(now)
}

// answered: one of our messages, submitted after the customer's, is on its way
// or just went out.
func (e *entry) answered() bool { return e.local.answered > e.since }

// waits: the customer spoke last, and may be answered.
func (e *entry) waits(m flagBits) bool {
	return e.since != 0 && !e.answered() && !m.or(blocked, false) && !m.or(optedOut, false)
}

// sinceWhen is when the wait for an answer began, 0 without one. Of a
// conversation none of whose messages is stored, the platform's list tells.
func (e *entry) sinceWhen() int64 {
	if e.newest != 0 {
		return e.waiting
	}
	if on, said := e.bits.get(answered); said && !on {
		return e.active
	}
	return 0
}

// unreadNow counts unread messages: at least one where the platform, or the
// agent, calls the conversation unread.
func (e *entry) unreadNow(now time.Time) int {
	if w, ok := e.shownChange(api.CapRead, now); ok {
		switch {
		case !w.On:
			return max(e.unread, 1)
		case e.lastIn <= w.upTo:
			return 0
		}
		return e.unread
	}
	if e.bits.or(read, true) || e.readHere() {
		return e.unread
	}
	return max(e.unread, 1)
}

// readHere: it was read to its end on this machine after the platform began to
// call it unread, which not every platform can be told.
func (e *entry) readHere() bool {
	f := &e.local.flag
	return f.readUpTo.Valid && f.readUpTo.V >= e.newest && f.readWhen > e.unreadWhen
}

// shownChange is the newest change of a kind that is shown.
func (e *entry) shownChange(ability api.Caps, now time.Time) (w storedChange, ok bool) {
	for _, c := range e.local.changes {
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
