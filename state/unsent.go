package state

import (
	"strings"

	"unibox/api"
)

// Unsent is one thing of ours that is not out, not known to be, or that a
// platform refused: a message of the outbox or a change. One of both is set.
type Unsent struct {
	// Conversation is what is known of it, its id at least.
	Conversation api.Conversation
	Message      *Outbound
	Change       *Change
}

// Decides reports whether it waits for a person.
func (u Unsent) Decides() bool {
	if u.Change != nil {
		return u.Change.Refused
	}
	return u.Message.Status.Waits() && !u.Message.Left
}

// Moves reports whether it goes out by itself when it can: not what the
// platform has already.
func (u Unsent) Moves() bool {
	if u.Change != nil {
		return u.Change.Waits()
	}
	return u.Message.Status < Accepted
}

// Blocks reports whether what comes after it in its conversation has to wait.
func (o Outbound) Blocks() bool {
	switch o.Status {
	case Queued, Uploading, InFlight, Held:
		return true
	case Uncertain:
		return !o.Left
	}
	return false
}

// Reply names the reply that a message is part of.
func (o Outbound) Reply() string {
	if i := strings.LastIndexByte(o.Key, '-'); i >= 0 {
		return o.Key[:i]
	}
	return o.Key
}
