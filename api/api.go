// Package api holds the types that every messaging platform is translated into,
// and the contract that the client of a platform fulfils.
//
// A client is a [Provider]: one signed-in account on one platform. It translates
// one call of the platform into these types and back, and nothing more. When to
// call, what to store and what to show is decided by the packages above it. They
// go by what the client can do ([CapsOf]), by the facts of the platform
// ([Traits]), and by the kind of an error ([KindOf]), never by the platform's
// name.
//
// Start with [Provider], then [Ability] and [Error]. The clients are in api/pact,
// api/textus and api/protocol; api/platforms lists them and makes them from a
// [Login]. The HTTP transport that they share is api/rest, api/sandbox serves the
// platforms for the demo and the tests, and api/apitest is this contract as a
// test suite. Package api imports none of them. README.md beside this file is the
// page for whoever works here.
package api

import (
	"io"
	"strconv"
	"strings"
	"time"
)

type (
	// Platform names a platform, such as "pact". It is only shown and logged.
	Platform string
	// AccountID is the name that the user gave an account in the config file.
	// It is unique on this machine and part of every other id.
	AccountID string
	// ChannelKind says what a channel carries, in the platform's own word:
	// "whatsapp", "telegram". The set is open; an unknown kind is shown by its
	// own name.
	ChannelKind string
	// Cursor names a position in a list. Only the client that made it reads
	// it. Empty means the first page in a request, and no further page in an
	// answer.
	Cursor string
)

// ChannelID names a channel of one account. Remote is the platform's id as text.
type ChannelID struct {
	Account AccountID
	Remote  string
}

// ConversationID names a conversation. Remote is the platform's id as text.
type ConversationID struct {
	Account AccountID
	Remote  string
}

// MessageID names a message. It is unique within its account, not only within
// its conversation. Remote is the platform's id as text.
type MessageID struct {
	Account AccountID
	Remote  string
}

// Opt is a value that the platform may not have said. It keeps "not said" apart
// from false, 0 and "", so that an answer that says little never erases what an
// earlier one said. The zero Opt is unset.
type Opt[T any] struct {
	value T
	known bool
}

// Known returns an Opt that is set to v.
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

// Contact is a person or a group on the other side of a conversation. Any field
// may be empty.
type Contact struct {
	// Remote is the platform's id of the contact, if it has a book of contacts.
	Remote string
	// Name is what the platform calls the contact. It is text from outside.
	Name string
	// Handle is the contact's address: the digits of a phone number, an
	// account id.
	Handle string
}

// Agent is a person on our side who answers customers. Name is empty where the platform
// gives a number or a link alone.
type Agent struct {
	Remote string `json:"remote"`
	Name   string `json:"name,omitempty"`
}

// Channel is one connected line of an account: a WhatsApp number, an inbox of a
// team.
type Channel struct {
	ID   ChannelID
	Kind ChannelKind
	// Name distinguishes it from others of its kind; empty if it has none.
	Name string
}

// Conversation is one exchange with one contact or group on one channel.
type Conversation struct {
	ID      ConversationID
	Channel Opt[ChannelID]
	Kind    ChannelKind
	Contact Contact
	// Group is true for a group chat, false for one contact.
	Group   bool
	Created Opt[time.Time]
	// Active is the time of the newest message, if the platform's list has it.
	Active Opt[time.Time]
	// Newest is the newest message, if the platform's list shows it. It is for the
	// row of a conversation whose history has not been read, and is no part of
	// the history.
	Newest Opt[Message]
	// Read is whether this agent has read it. This field and those below are
	// unset on platforms without such a state.
	Read Opt[bool]
	// Answered is whether our side wrote the newest message, and it did not fail.
	Answered Opt[bool]
	Starred  Opt[bool]
	Pinned   Opt[bool]
	Muted    Opt[bool]
	Archived Opt[bool]
	Closed   Opt[bool]
	Blocked  Opt[bool]
	// OptedOut is whether the contact asked for no more messages.
	OptedOut Opt[bool]
	// Mine is whether it is assigned to this agent.
	Mine Opt[bool]
	// Assigned is whether it is assigned to anybody. A platform may say that of few
	// conversations only: an agent is told of those for which it is known.
	Assigned Opt[bool]
	// AssignedTo are the colleagues to whom it is assigned, without this agent, whom
	// Mine is about. Where a platform never says so it is whom this machine gave it to
	// last, see [IDAssigner].
	AssignedTo Opt[[]Agent]
	// PinnedMessage is the platform's id of the pinned message, empty for none.
	PinnedMessage Opt[string]
	// Denied lists the abilities that cannot be used on this conversation in
	// its present state. Any other can, if the client has it and the login
	// may use it. For a state that is switched on and off it is about the
	// next switch.
	Denied Opt[[]Denial]
}

// Denial says why an ability cannot be used on a conversation now. Why is
// written to follow "not now: ".
type Denial struct {
	Cap Caps   `json:"cap"`
	Why string `json:"why"`
}

// Denies returns why an ability cannot be used on the conversation now, "" if
// nothing is known against it.
func (c Conversation) Denies(ability Caps) string {
	for _, d := range c.Denied.Or(nil) {
		if d.Cap == ability {
			return d.Why
		}
	}
	return ""
}

// Direction says which side wrote a message. Its numbers are stored.
type Direction uint8

// Inbound is from the contact, Outbound from our side.
const (
	Inbound Direction = iota
	Outbound
)

// MessageKind says what an item of a history is. Its numbers are stored.
type MessageKind uint8

const (
	// KindText is a message with text, files or both.
	KindText MessageKind = iota
	// KindEvent is something that happened: "Maya closed the conversation".
	KindEvent
	// KindUnknown is an item of a kind that the client does not know. It is
	// shown with what is known of it, never dropped.
	KindUnknown
	// KindDeleted is a message that was deleted at the platform: it says so, or
	// its history has it no longer. It has no text and no files, and counts for
	// nobody's turn.
	KindDeleted
)

// Message is one item of a conversation's history.
type Message struct {
	ID           MessageID
	Conversation ConversationID
	Kind         MessageKind
	Direction    Direction
	// Author is the writer's name, to be shown; empty means the contact, or
	// our side.
	Author string
	// Mine is whether this login wrote a message of our side, and no colleague;
	// unset where the platform does not say.
	Mine        Opt[bool]
	Body        string
	Attachments []Attachment
	At          time.Time
	Delivery    Delivery
	// Reason is why a delivery failed, in the platform's words; of a state that is
	// not known, the state.
	Reason string
	// Retryable is whether the platform can try a failed delivery again, see
	// [Retrier].
	Retryable bool
	// Quotes is the message that this one answers, empty if it answers none or if the
	// client does not know which; it is mostly one of the same page.
	Quotes MessageID
	// Edited is when the text was last changed, zero if never.
	Edited    time.Time
	Reactions []Reaction
}

// Reaction is a reaction to a message, an emoji mostly, and who reacted so.
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
	// Voice is whether the platform says that it is a voice message, Length how long a
	// sound or a video is, 0 where unknown.
	Voice  bool          `json:",omitempty"`
	Length time.Duration `json:",omitempty"`
}

// Delivery is how far an outbound message is known to have come. The states are
// ordered: a message moves to a later one only, except by a retry. The numbers
// are stored.
type Delivery uint8

const (
	// DeliveryUnsaid: the platform said nothing, or the message is inbound.
	DeliveryUnsaid Delivery = iota
	// DeliveryScheduled: the platform sends it at a later time.
	DeliveryScheduled
	// DeliveryAccepted: the platform has it and has not sent it yet.
	DeliveryAccepted
	// DeliverySent: it went out to the contact.
	DeliverySent
	// DeliveryDelivered: it arrived.
	DeliveryDelivered
	// DeliveryRead: the contact has read it.
	DeliveryRead
	// DeliveryFailed: it will not arrive.
	DeliveryFailed
	// DeliveryUncertain: the platform itself does not know what became of it.
	DeliveryUncertain
)

// PageRequest asks for a page of a list. Limit is the number of items wished
// for; the answer may have fewer or more, and 0 leaves it to the client. A cursor
// keeps the page size of the request that it came from.
type PageRequest struct {
	Cursor Cursor
	Limit  int
}

// Page is a page of a list. An empty Next means that the list ends here, unless
// there is an error with it, see [Provider], or Cut is set: then it goes on, and
// no cursor leads there. Total is how many entries the whole list has by the
// platform's word, 0 where the page does not say it. It is good for words on the
// screen alone: it may be wrong.
type Page[T any] struct {
	Items []T
	Next  Cursor
	Cut   bool
	Total int
	// Requests is how many requests the page took; 0 is one.
	Requests int
}

// Outgoing is a message to send. Its attachments come from [Uploader].
type Outgoing struct {
	Conversation ConversationID
	Body         string
	Attachments  []Attachment
}

// FirstMessage opens a conversation with somebody who has not written yet.
type FirstMessage struct {
	Channel ChannelID
	// To is the contact's address in the form that [ChannelRules].First names.
	To   string
	Body string
}

// Template is a text that the platform has approved for sending at any time.
type Template struct {
	Remote string
	Name   string
	// Body has a placeholder for each field: {{1}}, {{2}} and so on.
	Body string
	// Fields name what has to be filled in, in the order of the placeholders; one
	// without a placeholder says so.
	Fields []string
}

// Text is the body with its placeholders filled in, as the contact will read it.
func (t Template) Text(values []string) string {
	pairs := make([]string, 0, 2*len(values))
	for i, v := range values {
		pairs = append(pairs, "{{"+strconv.Itoa(i+1)+"}}", v)
	}
	return strings.NewReplacer(pairs...).Replace(t.Body)
}

// TemplateMessage is a template to send, into a conversation or, if that is empty, as
// a first message; First has no Body then.
type TemplateMessage struct {
	Conversation ConversationID
	First        FirstMessage
	Template     Template
	// Values are those of the template's fields.
	Values []string
}

// Receipt is a platform's answer to a send. Each field may be empty. With a job
// and no message it has to be tracked, with a message and no job it is done.
type Receipt struct {
	Conversation ConversationID
	Message      MessageID
	// Job names a delivery that is still under way, for [Tracker]. Only the
	// client that made it reads it.
	Job      string
	Delivery Delivery
	// Reason is why the delivery failed, in the platform's words.
	Reason string
	// TextOnly is true if the text went out without its files. Delivery is
	// then DeliveryFailed, and only the files are still to be sent.
	TextOnly bool
}

// Final reports whether tracking can bring nothing new.
func (r Receipt) Final() bool { return r.Job == "" || r.Delivery >= DeliverySent }

// Upload is a file for the platform, to be sent later. Exactly one of Body and URL
// is set.
type Upload struct {
	Conversation ConversationID
	Name         string
	MIME         string
	// Size is the exact length of Body in bytes.
	Size int64
	// Body is read once, on the calling goroutine.
	Body io.Reader
	// URL is an http or https address from which the platform fetches the file.
	URL string
	// Progress, if set, is called with the number of bytes sent so far, on the
	// calling goroutine.
	Progress func(sent int64)
}

// Identity is who an account is on its platform.
type Identity struct {
	// Label names the account for people, such as the company's name.
	Label    string
	Agent    Agent
	Channels []Channel
	// Deny holds the abilities that this login may not use.
	Deny Caps
}
