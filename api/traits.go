package api

import "time"

// Order says how a platform sorts its list of conversations.
type Order uint8

const (
	// OrderByActivity: the conversation with the newest message is first, so
	// the first page shows all that is new.
	OrderByActivity Order = iota
	// OrderByCreation: the list does not show where new messages are; each
	// conversation has to be asked.
	OrderByCreation
)

// Class is a class of requests that share a budget.
type Class string

// The classes of request.
const (
	ClassConversations Class = "conversations" // lists of conversations
	ClassMessages      Class = "messages"      // pages of messages
	ClassSend          Class = "send"          // sends, first messages, uploads
	ClassOther         Class = "other"         // jobs, channels, details
)

// Budget allows Requests requests in any period of length Per.
type Budget struct {
	Requests int
	Per      time.Duration
}

// Traits are the facts of a platform that the program goes by, in place of its
// name. They do not change while the program runs.
type Traits struct {
	Platform Platform
	// Label is the platform's name for people: "Pact".
	Label         string
	Conversations Order
	// HeadPage and HistoryPage are good page sizes, in messages, for reading
	// the newest messages and for reading back.
	HeadPage, HistoryPage int
	// Budgets are the published limits, or limits known to be safe, times the
	// pace of the account.
	Budgets map[Class]Budget
	// Credential names whose Budgets these are: accounts with the same one share
	// them. Empty for an account that has them alone.
	Credential string
	// Listed is the delivery that is proven when a message of ours is found in
	// the history after the answer to sending it was lost. If it is less than
	// DeliverySent, the client's Track accepts a receipt with the message's
	// id and no job.
	Listed Delivery
	// FetchesFiles is set where the platform takes the address of a file in place of
	// the file, see [Upload].
	FetchesFiles bool
	// Rules are the rules by kind of channel; those for "" are for kinds that
	// have none of their own. Read them with [Traits.Rule].
	Rules map[ChannelKind]ChannelRules
}

// Caption says whether text and files go in one message.
type Caption uint8

const (
	// CaptionNever: text and files are separate messages.
	CaptionNever Caption = iota
	// CaptionImages: an image may have text, another file may not.
	CaptionImages
	// CaptionAlways: any file may have text.
	CaptionAlways
)

// Address says how to name a contact when writing first.
type Address uint8

const (
	// AddressNone: on this kind of channel the customer has to write first.
	AddressNone Address = iota
	// AddressPhone: the digits of a phone number, country code first.
	AddressPhone
	// AddressContact: the Remote of a contact in the platform's book.
	AddressContact
	// AddressAccount: the digits of a phone number, or the id or name of the
	// contact's account on the channel: "@maria".
	AddressAccount
)

// ChannelRules are what a kind of channel allows.
type ChannelRules struct {
	// Title is the kind's name for people, Code its abbreviation of two to
	// four letters.
	Title, Code string
	Caption     Caption
	// MaxFiles is the number of files in one message; 0 means that files
	// cannot be sent.
	MaxFiles int
	// MaxBody is the length of a text in characters, or in bytes if BodyBytes is set,
	// MaxCaption that of a text that goes with a file, MaxFile the size of a file in
	// bytes; 0 means that no limit is known.
	MaxBody, MaxCaption int
	BodyBytes           bool
	MaxFile             int64
	// Files are the sorts of file that are taken, each with its own size; none: all.
	Files []FileRule
	// Guessed: the platform states no lengths and sizes; these are what the messenger says
	// of itself. What is over one is asked about and not refused.
	Guessed bool
	// Parts: the network divides a text into parts and bills each, as it does an SMS.
	Parts bool
	// First is how to name the contact when writing first.
	First Address
	// Window is how long after the contact's last message anything but a template
	// may be sent, see [Templater]; 0 if there is no such limit.
	Window time.Duration
}

// UnknownKind is the title of a kind of channel that the platform did not name.
const UnknownKind = "unknown kind"

// Rule returns the rules of a kind of channel. A kind that Rules does not have
// has those for "", under its own name; for a kind that the platform did not name
// the title says so.
func (t Traits) Rule(kind ChannelKind) ChannelRules {
	r, ok := t.Rules[kind]
	if !ok {
		r = t.Rules[""]
		r.Title, r.Code = string(kind), code(string(kind))
	}
	if r.Title == "" {
		r.Title, r.Code = UnknownKind, "?"
	}
	return r
}

// code is the abbreviation of a kind without rules: its first letters.
func code(kind string) string {
	out := []rune{}
	for _, r := range kind {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		if 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			out = append(out, r)
		}
		if len(out) == 4 {
			break
		}
	}
	if len(out) == 0 {
		return "?"
	}
	return string(out)
}
