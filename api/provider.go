package api

import "context"

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
	// Opener finds the conversation with a contact, or makes an empty one.
	Opener interface {
		Open(ctx context.Context, kind ChannelKind, to string) (Conversation, error)
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
}

func is[T any](p Provider) bool { _, ok := p.(T); return ok }

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
