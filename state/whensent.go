package state

import (
	"time"

	"unibox/api"
)

// WhenSent is what happens to a conversation once the message of ours that carries
// it is sent: the agent was done with it, or put it off, while the message was on its
// way. Until then nothing of it is done, here or at the platform; where the message
// turns out not to be out, it is dropped. The zero value is nothing.
type WhenSent struct {
	// Cap is CapClose or CapArchive, where done means that at the platform; 0
	// where all happens on this machine.
	Cap api.Caps
	// Done is the flag of this machine.
	Done bool
	// Snoozed hides the conversation until then, zero for not; SnoozeKind is what ends that.
	// SnoozeFor is the agent for whom alone it is, empty for all.
	Snoozed    time.Time
	SnoozeKind SnoozeKind
	SnoozeFor  string
	// Seen is the newest position that the agent had seen. Where the customer wrote
	// after it, nothing happens when the reply is sent.
	Seen Pos
	// Dropped: it did not happen and will not, because a message is not out or
	// because the customer wrote again.
	Dropped bool
}

// Pending reports whether something is still to happen.
func (w WhenSent) Pending() bool { return w != WhenSent{} && !w.Dropped }

// Fate is what is known of a message of ours.
type Fate uint8

const (
	// FateOpen: it is on its way.
	FateOpen Fate = iota
	// FateSent: it went out, or the platform will send it at its time.
	FateSent
	// FateNotOut: it failed, is held, or nobody knows.
	FateNotOut
)

// Fate sums up a message. Accepted alone is no proof that it went out.
func (o Outbound) Fate() Fate {
	delivery := o.Receipt.Delivery
	switch {
	case o.Status.Waits():
		return FateNotOut
	case o.Status < Accepted, Provisional(o.Conversation):
		return FateOpen
	case delivery >= api.DeliveryFailed, o.Status == Done && !o.Receipt.Final():
		return FateNotOut
	case o.Status == Done, o.Receipt.Final() && (delivery >= api.DeliverySent || !o.At.IsZero()):
		return FateSent
	}
	return FateOpen
}

// FollowSent says what becomes of the WhenSent of a conversation's messages, and what
// is to be done now. It happens when no message is open and none is not out; of
// several the newest counts. What waits here for its time holds nothing up, and keeps what
// it carries. rows are the messages that are not Done and those that
// carry something, oldest first; lastIn is the position of the customer's newest
// message.
func FollowSent(rows []Outbound, lastIn Pos) (after []WhenSent, do WhenSent) {
	open, lost := false, false
	for _, o := range rows {
		fate := o.Fate()
		counts := o.Status != Done || o.WhenSent.Pending()
		open = open || fate == FateOpen && !o.Timed()
		lost = lost || counts && fate == FateNotOut && !o.Left
	}
	for _, o := range rows {
		w := o.WhenSent
		switch {
		case !w.Pending(), open && !lost, o.Timed():
		case lost, lastIn > w.Seen:
			w.Dropped = true
		default:
			do, w = w, WhenSent{}
		}
		after = append(after, w)
	}
	return after, do
}
