package api

import "time"

// Order says how a platform sorts its list of conversations.
type Order uint8

const (
	// OrderByActivity: what changed stands first, so the head tells what is new.
	OrderByActivity Order = iota
	// OrderByCreation: the list says nothing of recency; each conversation
	// has to be asked for its newest message.
	OrderByCreation
)

// Class groups requests that share a budget.
type Class string

// The classes of request.
const (
	ClassConversations Class = "conversations" // lists of conversations
	ClassMessages      Class = "messages"      // pages of messages
	ClassSend          Class = "send"          // sends, first messages, uploads
	ClassOther         Class = "other"         // jobs, channels, details
)

// Budget is how many requests of a class may be spent in a time.
type Budget struct {
	Requests int
	Per      time.Duration
}

// Traits are the facts of a platform that the rest of the program goes by.
type Traits struct {
	Platform Platform
	// Label is the platform's name for people: "Pact".
	Label         string
	Conversations Order
	// HeadPage and HistoryPage are good sizes for a look at the newest
	// messages and for reading back.
	HeadPage, HistoryPage int
	// Budgets are the published limits, or what is known to be safe, times
	// the account's pace.
	Budgets map[Class]Budget
	// Listed is what it proves when a message of ours stands in the history
	// although the answer to sending it was lost. Where that is less than
	// DeliverySent a Tracker takes the message's id in place of a job.
	Listed Delivery
	// Rules holds the rules per kind of channel; the entry for "" holds for
	// kinds that are not in it.
	Rules map[ChannelKind]ChannelRules
}

// Caption says which files may carry text in the same message.
type Caption uint8

// The caption rules.
const (
	CaptionNever Caption = iota
	CaptionImages
	CaptionAlways
)

// Address says how a contact is named to write first.
type Address uint8

const (
	// AddressNone: on this kind of channel the customer has to write first.
	AddressNone Address = iota
	// AddressPhone: digits only, country code first.
	AddressPhone
	// AddressContact: the Remote of a contact in the platform's book.
	AddressContact
)

// ChannelRules are what a kind of channel allows, known before anyone types.
type ChannelRules struct {
	// Title is the kind's name for people, Code its mark of two to four letters.
	Title, Code string
	Caption     Caption
	// MaxFiles is how many files one message carries; 0 means none.
	MaxFiles int
	// MaxBody is in characters, MaxFile in bytes; 0 means that no limit is known.
	MaxBody int
	MaxFile int64
	// First says how to write first on this kind of channel.
	First Address
}

// Rule returns the rules of a kind. An unknown kind keeps its own name, and
// the rules of the entry for "".
func (t Traits) Rule(kind ChannelKind) ChannelRules {
	r, ok := t.Rules[kind]
	if !ok {
		r = t.Rules[""]
		r.Title, r.Code = string(kind), code(string(kind))
	}
	return r
}

// code makes a mark for a kind nobody has named: its first letters.
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
