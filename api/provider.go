package api

import (
	"context"
	"time"
)

// Provider is one signed-in account on one platform: what every client can do.
//
// Every method is a single attempt that returns. It is safe for concurrent
// use, ends early when ctx does, and its errors are *[Error]. Pacing, retries of
// reads and logging happen in the HTTP transport below it, so nobody wraps a
// Provider: a wrapper hides abilities.
//
// A list is read to its end or is an error. An answer that holds no list is an
// error of the account's; a list that names a next page which cannot be read, is
// refused, or leads back is ErrCursor. The page that comes with ErrCursor may have
// items: they are good and to be kept, its Next is empty, and the list is
// incomplete.
type Provider interface {
	// Traits returns the facts of the platform. It never fails and never asks
	// the network.
	Traits() Traits
	// Identify checks the credential and lists the channels.
	Identify(ctx context.Context) (Identity, error)
	// Conversations lists in the order that Traits names, newest first. A page
	// that cannot be where req.Cursor points is ErrCursor.
	Conversations(ctx context.Context, req PageRequest) (Page[Conversation], error)
	// Messages lists a conversation newest first, whatever order the platform
	// has. A page that cannot be where req.Cursor points is ErrCursor.
	Messages(ctx context.Context, id ConversationID, req PageRequest) (Page[Message], error)
	// Send submits a message once. ErrUncertain means that the message may
	// have gone out; ErrRateLimited and ErrUnavailable mean that it certainly
	// has not and may be tried again.
	Send(ctx context.Context, out Outgoing) (Receipt, error)
}

// What follows are the abilities: interfaces that only some clients implement.
// Each has a row in the table of abilities (abilities.go) and a section in
// api/apitest.
type (
	// Tracker asks what became of a job.
	Tracker interface {
		// Track returns what is known now. The receipt's Delivery is
		// DeliveryAccepted while the job runs.
		Track(ctx context.Context, r Receipt) (Receipt, error)
	}
	// Uploader takes files ahead of sending them. An upload whose answer was
	// lost has no effect that anyone sees, so it may always be repeated.
	Uploader interface {
		Upload(ctx context.Context, up Upload) (Attachment, error)
	}
	// Starter sends a first message through a channel. The receipt's
	// Conversation is empty until the platform has made one.
	Starter interface {
		Start(ctx context.Context, first FirstMessage) (Receipt, error)
	}
	// Checker says whether an address can be written to first.
	Checker interface {
		// Exists is unset where the platform does not say it for that channel. The
		// contact sees nothing of it.
		Exists(ctx context.Context, channel ChannelID, to string) (Opt[bool], error)
	}
	// Opener finds the conversation that a channel has with an address. The
	// contact sees nothing of it. If there is none, Open makes an empty one, or
	// returns ErrNotFound if the platform makes conversations by sending only.
	Opener interface {
		Open(ctx context.Context, channel ChannelID, kind ChannelKind, to string) (Conversation, error)
	}
	// Detailer reads one conversation.
	Detailer interface {
		Conversation(ctx context.Context, id ConversationID) (Conversation, error)
	}
	// ChannelAdmin connects and disconnects channels. It sends secret fields on
	// and stores them nowhere.
	ChannelAdmin interface {
		// ChannelForms lists what can be connected. It asks nothing of the network.
		ChannelForms() []ChannelForm
		Connect(ctx context.Context, kind ChannelKind, fields map[string]string) (ChannelID, error)
		UpdateChannel(ctx context.Context, id ChannelID, fields map[string]string) error
		Disconnect(ctx context.Context, id ChannelID) error
	}
	// Pairer connects channels in two steps: something is shown, and a person scans,
	// types or opens it. Its forms are those of [ChannelAdmin] with Waits.
	Pairer interface {
		// Pair begins to connect a channel of a kind.
		Pair(ctx context.Context, kind ChannelKind, fields map[string]string) (Pairing, error)
		// Pairing returns what is to be shown now: a code lives for seconds. It is
		// ErrNotFound for a channel that is no longer there.
		Pairing(ctx context.Context, id ChannelID) (Pairing, error)
		// Confirm gives the platform the code, or the password, that the person
		// received.
		Confirm(ctx context.Context, id ChannelID, code string) (Pairing, error)
	}
)

// The abilities that change the state of a conversation. Each may be repeated
// without harm, and returns the conversation as the platform has it now, its
// denials included. A change that the platform refuses in the conversation's
// present state is ErrInvalid; one that it turns out not to offer is
// ErrUnsupported.
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
	// Archiver puts a conversation away, for this agent.
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
	// OptOuter records that the contact wants no messages (on), or wants them again.
	OptOuter interface {
		SetOptedOut(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// MessagePinner pins one message of a conversation; an empty id unpins.
	MessagePinner interface {
		PinMessage(ctx context.Context, id ConversationID, message MessageID) (Conversation, error)
	}
	// Assigner assigns a conversation to agents.
	Assigner interface {
		// Agents lists to whom the conversation can be assigned.
		Agents(ctx context.Context, id ConversationID) ([]Agent, error)
		// Assignees lists to whom it is assigned.
		Assignees(ctx context.Context, id ConversationID) ([]Agent, error)
		SetAssigned(ctx context.Context, id ConversationID, agent Agent, on bool) (Conversation, error)
	}
	// AssigneeReader says to whom one conversation is assigned.
	AssigneeReader interface {
		// Responsible returns the conversation with Mine, Assigned and AssignedTo, as far as
		// they are known, and nothing else. It may answer from what was read lately, so it
		// may be called each time that a person looks at the conversation.
		Responsible(ctx context.Context, id ConversationID) (Conversation, error)
	}
	// ContactChooser says which of the contacts that share a number is speaking.
	ContactChooser interface {
		Candidates(ctx context.Context, id ConversationID) ([]Contact, error)
		ChooseContact(ctx context.Context, id ConversationID, contact Contact) (Conversation, error)
	}
	// Answerer marks that nobody waits for an answer of ours (on), or that somebody
	// does, for everyone on the account. It is independent of who wrote last; a new
	// message changes it.
	Answerer interface {
		SetAnswered(ctx context.Context, id ConversationID, on bool) (Conversation, error)
	}
	// Noter writes a note about a conversation, for everyone on the account. It
	// replaces the one there was, or joins those that [Informer] lists. An empty one is
	// ErrInvalid.
	Noter interface {
		SetNote(ctx context.Context, id ConversationID, note string) error
	}
	// IDAssigner assigns a conversation to one agent where the platform neither lists
	// agents nor says to whom it is assigned.
	IDAssigner interface {
		// AssignByID assigns to the agent with that id; an empty one assigns to
		// nobody, and is ErrUnsupported where the platform cannot.
		AssignByID(ctx context.Context, id ConversationID, agent string) error
	}
	// Remover deletes a conversation with all its messages, for good.
	Remover interface {
		Remove(ctx context.Context, id ConversationID) error
	}
)

// The abilities that concern one message. Those that return a message return it
// as the platform has it now.
type (
	// Retrier makes the platform try a failed delivery again. ErrUncertain
	// means that it may be trying already.
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
	// Reactor adds a reaction of ours to a message, or removes it.
	Reactor interface {
		// Reactions lists the names that the platform accepts. It asks nothing
		// of the network.
		Reactions() []string
		React(ctx context.Context, conv ConversationID, id MessageID, name string, on bool) (Message, error)
	}
	// Quoter sends a message as an answer to another one of the same conversation,
	// which the contact sees quoted. What Send promises holds here.
	Quoter interface {
		// Quote is ErrInvalid, and sends nothing, if the message cannot be quoted.
		Quote(ctx context.Context, out Outgoing, quoted MessageID) (Receipt, error)
	}
	// Watcher reads one message again: how far it has come, whether the other side
	// has read it, and addresses of its files that are good now.
	Watcher interface {
		Message(ctx context.Context, conv ConversationID, id MessageID) (Message, error)
	}
	// Templater sends texts that the platform has approved, to contacts who may be
	// sent nothing else, see [ChannelRules].Window.
	Templater interface {
		// Templates lists what can be sent, in the order in which people put it.
		Templates(ctx context.Context) ([]Template, error)
		// SendTemplate submits a template once, as Send does a message.
		SendTemplate(ctx context.Context, out TemplateMessage) (Receipt, error)
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
	// Searcher finds conversations by what the platform knows of their contacts: name,
	// phone number, account. The newest are first.
	Searcher interface {
		Search(ctx context.Context, query string, req PageRequest) (Page[Conversation], error)
	}
	// Informer lists what the platform knows of a conversation beyond its row.
	Informer interface {
		Facts(ctx context.Context, id ConversationID) ([]Fact, error)
	}
	// Bookkeeper keeps the platform's book, for everyone on the account: it adds
	// contacts and groups, changes and removes them. The contact sees nothing of it.
	Bookkeeper interface {
		// BookForms lists what can be kept. It asks nothing of the network.
		BookForms() []BookForm
		// AddToBook adds an entry of a kind. channel says where, if the platform
		// has a book for each.
		AddToBook(ctx context.Context, channel ChannelID, kind string, fields map[string]string) (Contact, error)
		// ChangeInBook changes the given fields of an entry, and leaves the others.
		ChangeInBook(ctx context.Context, kind, remote string, fields map[string]string) (Contact, error)
		// RemoveFromBook removes an entry for good, with what its form says.
		RemoveFromBook(ctx context.Context, kind, remote string) error
	}
	// Filer keeps the files of a conversation, whoever sent them with which message.
	Filer interface {
		// Files lists them, the newest first.
		Files(ctx context.Context, id ConversationID) ([]StoredFile, error)
		// RenameFile returns the file as the platform has it then.
		RenameFile(ctx context.Context, file StoredFile, name string) (StoredFile, error)
		// DeleteFile deletes it for good, for everyone, also from its message.
		DeleteFile(ctx context.Context, file StoredFile) error
	}
	// Canned lists the agent's saved replies.
	Canned interface {
		SavedReplies(ctx context.Context) ([]SavedReply, error)
	}
)

// What a client may say of its connection and its credential. These are no
// abilities of the platform: they have no bit and are never offered to a person.
type (
	// Renewer reads the account's credential again from where the config says
	// it is. The engine calls it when a person asks to go on after the
	// credential was refused. Its error is of kind ErrAuth, with a sentence for
	// a person; then the old credential stays.
	Renewer interface {
		Renew(ctx context.Context) error
	}
	// Clock says how far the platform's clock is ahead of this machine's,
	// according to its last answer; 0 if it has not said. It asks nothing of the
	// network.
	Clock interface {
		Ahead() time.Duration
	}
)

// Fact is one line about a conversation: "Participants", "Maya, Tom".
type Fact struct{ Label, Value string }

// SavedReply is a text that an agent keeps ready.
type SavedReply struct{ Title, Body string }

// Pairing is how far a channel is connected, and what has to be done next. At most
// one of QR, Code, Link and Asks is set.
type Pairing struct {
	Channel ChannelID
	// Done is set once the channel works.
	Done bool
	// QR is a picture (PNG) to be scanned with the phone.
	QR []byte
	// Code is to be typed into the phone.
	Code string
	// Link is to be opened in a browser.
	Link string
	// Asks says what [Pairer].Confirm waits for, in words: "the code that Telegram
	// sent". AsksSecret is set where nobody else may see it typed: a password.
	Asks       string
	AsksSecret bool
	// Expires is when what is shown stops working, zero if that is not known.
	Expires time.Time
	// Blind is set where the platform does not say when the channel works: whoever
	// connects it sees that on the phone.
	Blind bool
}

// ChannelForm lists what has to be known to connect a channel of a kind.
type ChannelForm struct {
	Kind   ChannelKind
	Fields []ChannelField
	// Note says what happens after connecting, in one sentence; may be empty.
	Note string
	// Waits is set where the platform then waits until somebody has done what Note
	// says: until then the channel is not connected.
	Waits bool
}

// ChannelField is one field of a [ChannelForm].
type ChannelField struct {
	Name     string
	Label    string
	Required bool
	// Secret fields are masked on screen and never stored.
	Secret bool
}

// StoredFile is a file that the platform keeps.
type StoredFile struct {
	Attachment
	// Message is the one it came with, empty if the platform names none; At is when it
	// came.
	Message MessageID
	At      time.Time
}

// The kinds of entries in a book.
const (
	BookContact = "contact"
	BookGroup   = "group"
)

// BookForm is what is asked for to add an entry of a kind to the platform's book, and
// what can be changed of one.
type BookForm struct {
	Kind        string
	Add, Change []ChannelField
	// Removes says in a sentence what goes with an entry that is removed; empty where
	// none can be.
	Removes string
}

type permitKey struct{}

// WithPermit returns a context for work that only one process at a time may do.
// A client calls permit right before such work has an effect that others can
// see, and does not go on if it returns an error. permit must answer at once, on
// any goroutine.
func WithPermit(ctx context.Context, permit func() error) context.Context {
	return context.WithValue(ctx, permitKey{}, permit)
}

// Permitted asks the permit of ctx. Without one everything is permitted.
func Permitted(ctx context.Context) error {
	if permit, ok := ctx.Value(permitKey{}).(func() error); ok {
		return permit()
	}
	return nil
}

// NotPermitted is the error of a request that was held back because its permit
// had ended: nothing of it was written.
type NotPermitted struct{ Err error }

// Error says that the request was not sent, and why.
func (e *NotPermitted) Error() string { return "not sent: " + e.Err.Error() }

// Unwrap returns what the permit returned.
func (e *NotPermitted) Unwrap() error { return e.Err }
