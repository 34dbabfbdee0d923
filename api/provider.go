package api

import (
	"context"
	"time"
)

// Provider is one signed-in account on one platform. Every method is a single
// attempt that returns; it is safe for concurrent use, keeps to ctx, and its
// errors are *[Error]. Pacing, retries of reads and logging happen in the HTTP
// transport beneath it, so nobody wraps a Provider (a wrapper hides abilities).
type Provider interface {
	// Traits never fails and never asks the network.
	Traits() Traits
	// Identify checks the credential and lists the channels.
	Identify(ctx context.Context) (Identity, error)
	// Conversations lists in the order that Traits names, newest first.
	Conversations(ctx context.Context, req PageRequest) (Page[Conversation], error)
	// Messages lists a conversation newest first, whatever the platform does.
	Messages(ctx context.Context, id ConversationID, req PageRequest) (Page[Message], error)
	// Send submits a message once. An error of kind ErrUncertain means that
	// the message may have gone out; of kind ErrRateLimited or
	// ErrUnavailable, that it certainly has not and may be tried again.
	Send(ctx context.Context, out Outgoing) (Receipt, error)
}

// What follows are abilities: each an interface that only some clients have,
// with one row in the table of [CapsOf] and one section in api/apitest.
type (
	// Tracker asks what became of a job.
	Tracker interface {
		// Track returns what is known now. The receipt's Delivery is
		// DeliveryAccepted while the job runs.
		Track(ctx context.Context, r Receipt) (Receipt, error)
	}
	// Uploader takes files. An upload whose answer was lost has no effect
	// anyone sees, so it may always be repeated.
	Uploader interface {
		Upload(ctx context.Context, up Upload) (Attachment, error)
	}
	// Starter sends a first message through a channel. The receipt's
	// Conversation is empty until the platform has made one.
	Starter interface {
		Start(ctx context.Context, first FirstMessage) (Receipt, error)
	}
	// Opener finds the conversation that a channel has with an address, of
	// which the contact sees nothing. Where there is none it makes an empty
	// one, or answers ErrNotFound where the platform makes them by sending only.
	Opener interface {
		Open(ctx context.Context, channel ChannelID, kind ChannelKind, to string) (Conversation, error)
	}
	// Detailer reads one conversation.
	Detailer interface {
		Conversation(ctx context.Context, id ConversationID) (Conversation, error)
	}
	// ChannelAdmin connects and disconnects channels. Secret fields are sent
	// on and kept nowhere.
	ChannelAdmin interface {
		ChannelForms() []ChannelForm
		Connect(ctx context.Context, kind ChannelKind, fields map[string]string) (ChannelID, error)
		UpdateChannel(ctx context.Context, id ChannelID, fields map[string]string) error
		Disconnect(ctx context.Context, id ChannelID) error
	}
)

// The abilities to change how a conversation stands. Each is idempotent, and
// returns the conversation as the platform has it now, its denials included.
// One that the platform refuses in the present state is ErrInvalid, one that
// it turns out not to have ErrUnsupported.
type (
	// Reader marks as read or unread, for this agent.
	Reader interface {
		SetRead(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// Starrer stars, for this agent.
	Starrer interface {
		SetStarred(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// Pinner pins a conversation to the top.
	Pinner interface {
		SetPinned(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// Muter silences a conversation.
	Muter interface {
		SetMuted(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// Archiver puts a conversation away for this agent.
	Archiver interface {
		SetArchived(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// Closer closes and reopens, for everyone on the account.
	Closer interface {
		SetClosed(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// Blocker blocks the contact, for everyone on the account.
	Blocker interface {
		SetBlocked(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// OptOuter notes that the contact wants no messages (on), or wants them again.
	OptOuter interface {
		SetOptedOut(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// MessagePinner pins one message of a conversation; an empty id unpins.
	MessagePinner interface {
		PinMessage(ctx context.Context, id ConversationID, message MessageID) (Conversation, error)
	}
	// Assigner gives a conversation to a colleague.
	Assigner interface {
		// Agents lists who can be given the conversation.
		Agents(ctx context.Context, id ConversationID) ([]Agent, error)
		// Assignees lists who has it.
		Assignees(ctx context.Context, id ConversationID) ([]Agent, error)
		SetAssigned(ctx context.Context, id ConversationID, agent Agent, on bool) (Conversation, error)
	}
	// ContactChooser says which of the contacts that share a number is speaking.
	ContactChooser interface {
		Candidates(ctx context.Context, id ConversationID) ([]Contact, error)
		ChooseContact(ctx context.Context, id ConversationID, contact Contact) (Conversation, error)
	}
	// Remover deletes a conversation with all its messages, for good.
	Remover interface {
		Remove(ctx context.Context, id ConversationID) error
	}
)

// The abilities that concern one message. Each returns the message as the
// platform has it now.
type (
	// Retrier makes the platform try a failed delivery again.
	Retrier interface {
		RetryMessage(ctx context.Context, conv ConversationID, id MessageID) error
	}
	// Editor changes the text of a message of ours.
	Editor interface {
		EditMessage(ctx context.Context, conv ConversationID, id MessageID, body string) (Message, error)
	}
	// Deleter deletes a message of ours, for good.
	Deleter interface {
		DeleteMessage(ctx context.Context, conv ConversationID, id MessageID) error
	}
	// Reactor puts a reaction of ours on a message, or takes it off.
	Reactor interface {
		// Reactions lists the names that the platform takes.
		Reactions() []string
		React(ctx context.Context, conv ConversationID, id MessageID, name string, on bool) (Message, error)
	}
	// Scheduler sends at a later time, by the platform's own clock.
	Scheduler interface {
		Schedule(ctx context.Context, out Outgoing, at time.Time) (Receipt, error)
	}
)

// The abilities to look something up.
type (
	// Directory searches the platform's book of contacts and groups.
	Directory interface {
		Contacts(ctx context.Context, query string, req PageRequest) (Page[Contact], error)
	}
	// Informer tells what the platform knows of a conversation beyond its row.
	Informer interface {
		Facts(ctx context.Context, id ConversationID) ([]Fact, error)
	}
	// Canned lists the agent's saved replies.
	Canned interface {
		SavedReplies(ctx context.Context) ([]SavedReply, error)
	}
)

// Fact is one line about a conversation: "Participants", "Maya, Tom".
type Fact struct{ Label, Value string }

// SavedReply is a text that an agent keeps ready.
type SavedReply struct{ Title, Body string }

// ChannelForm lists what has to be known to connect a channel of a kind.
type ChannelForm struct {
	Kind   ChannelKind
	Fields []ChannelField
	// Note tells what happens after connecting, in one sentence; may be empty.
	Note string
}

// ChannelField is one field of a [ChannelForm].
type ChannelField struct {
	Name     string
	Label    string
	Required bool
	// Secret fields are masked on screen and never stored.
	Secret bool
}

// Caps is a set of abilities.
type Caps uint32

// The abilities, one bit each.
const (
	CapTrack Caps = 1 << iota
	CapUpload
	CapStart
	CapOpen
	CapDetails
	CapChannels
	CapRead
	CapStar
	CapPin
	CapMute
	CapArchive
	CapClose
	CapBlock
	CapOptOut
	CapPinMessage
	CapAssign
	CapChooseContact
	CapRemove
	CapRetry
	CapEdit
	CapDelete
	CapReact
	CapSchedule
	CapDirectory
	CapFacts
	CapCanned
)

// Has reports whether all of want are in c.
func (c Caps) Has(want Caps) bool { return c&want == want }

// capTable is the one place where abilities are told from interfaces.
var capTable = []struct {
	cap  Caps
	name string
	in   func(Provider) bool
}{
	{CapTrack, "delivery tracking", is[Tracker]},
	{CapUpload, "sending files", is[Uploader]},
	{CapStart, "writing first", is[Starter]},
	{CapOpen, "opening a conversation by address", is[Opener]},
	{CapDetails, "conversation details", is[Detailer]},
	{CapChannels, "connecting channels", is[ChannelAdmin]},
	{CapRead, "marking as read", is[Reader]},
	{CapStar, "starring", is[Starrer]},
	{CapPin, "pinning a conversation", is[Pinner]},
	{CapMute, "muting", is[Muter]},
	{CapArchive, "archiving", is[Archiver]},
	{CapClose, "closing and reopening", is[Closer]},
	{CapBlock, "blocking", is[Blocker]},
	{CapOptOut, "opting out and in", is[OptOuter]},
	{CapPinMessage, "pinning a message", is[MessagePinner]},
	{CapAssign, "assigning", is[Assigner]},
	{CapChooseContact, "choosing the contact of a number", is[ContactChooser]},
	{CapRemove, "deleting a conversation", is[Remover]},
	{CapRetry, "retrying a delivery", is[Retrier]},
	{CapEdit, "editing a message", is[Editor]},
	{CapDelete, "deleting a message", is[Deleter]},
	{CapReact, "reacting", is[Reactor]},
	{CapSchedule, "sending later", is[Scheduler]},
	{CapDirectory, "a book of contacts", is[Directory]},
	{CapFacts, "more about a conversation", is[Informer]},
	{CapCanned, "saved replies", is[Canned]},
}

func is[T any](p Provider) bool { _, ok := p.(T); return ok }

// Ability is one row of the table of abilities.
type Ability struct {
	Cap  Caps
	Name string
}

// Abilities lists them all, in their order.
func Abilities() []Ability {
	list := make([]Ability, len(capTable))
	for i, row := range capTable {
		list[i] = Ability{row.cap, row.name}
	}
	return list
}

// CapsOf reports what p can do, less what this login may not do.
func CapsOf(p Provider, id Identity) Caps {
	var c Caps
	for _, row := range capTable {
		if row.in(p) {
			c |= row.cap
		}
	}
	return c &^ id.Deny
}

// String names the abilities in words, for "not supported: sending files".
func (c Caps) String() string {
	out := ""
	for _, row := range capTable {
		if c.Has(row.cap) {
			if out != "" {
				out += ", "
			}
			out += row.name
		}
	}
	return out
}
