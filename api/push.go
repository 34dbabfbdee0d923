package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Push is what a platform sends by itself: a request to an address of ours for each
// thing that happens. Such an event is a hint of what to read, and never believed:
// most platforms do not sign, may send it twice, late, or not at all.
type Push struct {
	// Signature is the header with the hexadecimal HMAC-SHA256 of the body; empty
	// if the platform does not sign.
	Signature string
	// Read reads the body of an event of an account. What it does not know is no
	// error, and no hint. An error says that it is no event of the platform's.
	Read func(account AccountID, body []byte) (Hints, error)
	// Where says to a person where the address has to be entered; empty where the
	// client is a [Subscriber].
	Where string
}

// Signed reports whether a platform that knows one of the secrets has sent the body.
// An empty secret is none.
func (p Push) Signed(secrets []string, signature string, body []byte) bool {
	said, err := hex.DecodeString(strings.TrimSpace(signature))
	if err != nil {
		return false
	}
	for _, secret := range secrets {
		sum := hmac.New(sha256.New, []byte(secret))
		sum.Write(body)
		if secret != "" && hmac.Equal(said, sum.Sum(nil)) {
			return true
		}
	}
	return false
}

// Hints are what an event says: where there is news, and what can be read nowhere
// else.
type Hints struct {
	// Conversations have something new.
	Conversations []ConversationID
	// List is set where something else than a message is new, or where the event does
	// not say of which conversation it is.
	List bool
	// Jobs is set if a delivery has ended.
	Jobs bool
	// Test is set by the request with which a platform tries the address.
	Test bool
	// Acks say how far messages of ours have come.
	Acks []Ack
	// Channels say how channels are.
	Channels []ChannelState
	// Pairings say what is to be shown of channels that wait to be connected, where no
	// call returns it. They are for a [Hearer], and old after a minute.
	Pairings []Pairing
}

// Ack says that a message of ours has come so far, at least: DeliveryDelivered or
// DeliveryRead.
type Ack struct {
	Conversation ConversationID
	Message      MessageID
	Delivery     Delivery
}

// ChannelState says how a channel is.
type ChannelState struct {
	Channel ChannelID
	// Problem says in a sentence what does not work and what to do; empty if the
	// channel works again.
	Problem string
}

// Hearer is a client that learns from events how far its channels are connected. It is
// no ability: what it heard, its Pairing method returns.
type Hearer interface {
	// Hear may be called on any goroutine, also for channels that nobody connects.
	Hear(p Pairing)
}

// Subscriber tells its platform where to send events, on platforms that have a call
// for it. It is no ability: it has no bit, and only the commands that set up an
// account use it.
type Subscriber interface {
	// Subscriptions lists the addresses that get the account's events now, ours or
	// other people's, and says whether there is room for one more.
	Subscriptions(ctx context.Context) (addresses []string, room Room, err error)
	// Subscribe has events sent to an address, in the place of what there is with
	// RoomInPlace. It returns the secrets that the platform signs with, none if it does
	// not; those that come with an error are good, and say that a part of the account
	// was registered. The platform may try the address before it answers.
	Subscribe(ctx context.Context, address string) (secrets []string, err error)
}

// PartSubscriber is a [Subscriber] that registers an address with each part of the account
// by itself, so that it can go on where it failed: nothing is registered twice.
type PartSubscriber interface {
	Subscriber
	// SubscribeRest is Subscribe without the parts that are done. It returns those that
	// it did, also with an error.
	SubscribeRest(ctx context.Context, address string, done []string) (secrets, did []string, err error)
}

// Room is what a platform does with one more address for events.
type Room int

// The kinds of room.
const (
	// RoomFree: the address is added.
	RoomFree Room = iota
	// RoomInPlace: it takes the place of the only one there is.
	RoomInPlace
	// RoomNone: it is refused, unless the platform has it already, though it may send
	// nothing to it now. Nothing is replaced.
	RoomNone
)
