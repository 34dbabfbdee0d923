// Package api is the vocabulary that every messaging platform is translated
// into, and the contract a client of a platform fulfils.
//
// A client translates one call of one platform into these types and back, and
// nothing more: when to call, what to keep and what to show are decided above
// it. Everything above reads capabilities and [Traits]; a platform's name is
// text to show, never something to branch on.
//
// Package api imports nothing of ours. The clients live below it (api/pact …),
// the HTTP transport they share is api/rest, the platforms as servers are
// api/sandbox, and api/apitest is this contract as a test suite.
package api

import (
	"io"
	"time"
)

type (
	// Platform names a service, such as "pact". It is only ever shown.
	Platform string
	// AccountID is the name the user gave an account in the config file.
	// It is unique on this machine and part of every other id.
	AccountID string
	// ChannelKind says what a channel carries, in the platform's own word:
	// "whatsapp", "telegram". The set is open; an unknown kind is shown as it is.
	ChannelKind string
	// Cursor is a client's private mark of a place in a list. Empty means
	// the first page in a request, and no further page in an answer.
	Cursor string
)

// ChannelID names a channel: a connected line of one account.
type ChannelID struct {
	Account AccountID
	Remote  string
}

// ConversationID names a conversation. Remote is the platform's id as text.
type ConversationID struct {
	Account AccountID
	Remote  string
}

// MessageID names a message within its account.
type MessageID struct {
	Account AccountID
	Remote  string
}

// Opt tells "the platform did not say" from the zero value, so that a sparse
// answer never erases a full one. Its zero value is unset.
type Opt[T any] struct {
	value T
	known bool
}

// Known returns a set Opt.
func Known[T any](v T) Opt[T] { return Opt[T]{v, true} }

// Get returns the value and whether the platform said it.
func (o Opt[T]) Get() (T, bool) { return o.value, o.known }

// Or returns the value, or fallback where the platform said nothing.
func (o Opt[T]) Or(fallback T) T {
	if o.known {
		return o.value
	}
	return fallback
}

// Contact is the other side of a conversation. Any field may be empty.
type Contact struct {
	// Remote is the platform's id of the contact, where it keeps a book of them.
	Remote string
	// Name is what the platform calls the person. Text from outside.
	Name string
	// Handle is what the platform addresses: phone digits, an account id.
	Handle string
}

// Agent is somebody on our side.
type Agent struct{ Remote, Name string }

// Channel is one connected line of an account.
type Channel struct {
	ID   ChannelID
	Kind ChannelKind
	// Name tells it from others of its kind; empty where the platform has none.
	Name string
}

// Conversation is one exchange with one contact or group on one channel.
type Conversation struct {
	ID      ConversationID
	Channel Opt[ChannelID]
	Kind    ChannelKind
	Contact Contact
	// Group tells a group chat from an exchange with one contact.
	Group   bool
	Created Opt[time.Time]
	// Active is when the newest message came, where the platform's list says so.
	Active Opt[time.Time]
	// Read is whether this agent has read it. This and what follows is unset
	// on platforms that have no such thing.
	Read Opt[bool]
	// Answered is whether our side spoke last, where the platform says so.
	Answered Opt[bool]
	Starred  Opt[bool]
	Pinned   Opt[bool]
	Muted    Opt[bool]
	Archived Opt[bool]
	Closed   Opt[bool]
	Blocked  Opt[bool]
	// OptedOut: the contact asked not to be written to.
	OptedOut Opt[bool]
	// Mine is whether it is assigned to this agent.
	Mine Opt[bool]
	// PinnedMessage is the platform's id of the pinned message, empty for none.
	PinnedMessage Opt[string]
	// Denied says which abilities do not hold here and now, and why. What is
	// not in it holds wherever the client can and the login may. For an
	// ability that is switched on and off it speaks of the next switch.
	Denied Opt[[]Denial]
}

// Denial is the reason, as words after "not now: ", for which an ability does
// not hold in a conversation.
type Denial struct {
	Cap Caps   `json:"cap"`
	Why string `json:"why"`
}

// Denies returns the reason for which an ability does not hold, "" if it does.
func (c Conversation) Denies(ability Caps) string {
	for _, d := range c.Denied.Or(nil) {
		if d.Cap == ability {
			return d.Why
		}
	}
	return ""
}

// Direction tells who wrote a message.
type Direction uint8

// Inbound is from the contact, Outbound from our side.
const (
	Inbound Direction = iota
	Outbound
)

// MessageKind tells what a timeline item is.
type MessageKind uint8

// The kinds of item. KindUnknown is shown with what is known of it, never dropped.
const (
	KindText MessageKind = iota
	KindEvent
	KindUnknown
)

// Message is one item of a conversation's history.
type Message struct {
	ID           MessageID
	Conversation ConversationID
	Kind         MessageKind
	Direction    Direction
	// Author is a name to show; empty means the contact, or our side.
	Author      string
	Body        string
	Attachments []Attachment
	At          time.Time
	Delivery    Delivery
	// Reason says, in the platform's words, why a delivery failed.
	Reason string
	// Retryable: the platform itself can try a failed delivery again.
	Retryable bool
	// Edited is when the text was last changed; zero if it never was.
	Edited    time.Time
	Reactions []Reaction
}

// Reaction is a sign that people put on a message.
type Reaction struct {
	Name string
	Who  []string
}

// Attachment is a file of a message, or one uploaded to be sent.
type Attachment struct {
	Remote string
	Name   string
	MIME   string
	URL    string
	// Size is in bytes, 0 where unknown.
	Size int64
}

// Delivery is how far an outbound message is known to have come. The values
// are ordered: a state moves upwards only, except by a retry.
type Delivery uint8

// The states of delivery. DeliveryUnsaid is the zero value: the platform said
// nothing (and for an inbound message there is nothing to say).
const (
	DeliveryUnsaid Delivery = iota
	DeliveryScheduled
	DeliveryAccepted
	DeliverySent
	DeliveryDelivered
	DeliveryRead
	DeliveryFailed
	// DeliveryUncertain: the platform itself does not know what became of it.
	DeliveryUncertain
)

// PageRequest asks for a page. Limit is a wish; 0 leaves it to the client.
// A cursor from an earlier answer carries that answer's page size with it.
type PageRequest struct {
	Cursor Cursor
	Limit  int
}

// Page is a page of a list. An empty Next means that the list ends here.
type Page[T any] struct {
	Items []T
	Next  Cursor
}

// Outgoing is a message to send. Attachments have been uploaded before.
type Outgoing struct {
	Conversation ConversationID
	Body         string
	Attachments  []Attachment
}

// FirstMessage opens a conversation with somebody who has not written yet.
type FirstMessage struct {
	Channel ChannelID
	// To is the contact's address as the channel's rules ask for it.
	To   string
	Body string
}

// Receipt is what a platform answers to a send. Each field may be empty:
// a job without a message has to be tracked, a message without a job is done.
type Receipt struct {
	Conversation ConversationID
	Message      MessageID
	// Job is the client's private name of a delivery still under way.
	Job      string
	Delivery Delivery
	// Reason says why delivery failed, in the platform's words.
	Reason string
	// TextOnly: the message went out without the files that belong to it.
	// Delivery is DeliveryFailed, and only the files are still to be sent.
	TextOnly bool
}

// Final reports whether nothing more will become known by tracking.
func (r Receipt) Final() bool { return r.Job == "" || r.Delivery >= DeliverySent }

// Upload is a file to hand to the platform ahead of sending it. Exactly one of
// Body and URL is set.
type Upload struct {
	Conversation ConversationID
	Name         string
	MIME         string
	Size         int64
	// Body is read once, as a stream.
	Body io.Reader
	// URL is an http or https address that the platform fetches by itself.
	URL string
	// Progress, if set, is told the bytes sent so far, on the calling goroutine.
	Progress func(sent int64)
}

// Identity is the answer to "who are we here".
type Identity struct {
	// Label names the account for people, such as the company's name.
	Label    string
	Agent    Agent
	Channels []Channel
	// Deny holds the abilities this login may not use.
	Deny Caps
}
