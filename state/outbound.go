package state

import (
	"errors"
	"slices"
	"strings"
	"time"

	"unibox/api"
)

// Errors of the store that callers act on.
var (
	// ErrDraftMoved: another session saved the draft since it was read.
	ErrDraftMoved = errors.New("the draft was changed in another session")
	// ErrDraftSent: another session sent the draft since it was read.
	ErrDraftSent = errors.New("the draft was sent in another session")
	// ErrNoLease: another process has the lease, and runs engine and outbox.
	ErrNoLease = errors.New("another session has the lease")
	// ErrNoSuch: the thing asked for is not in the store.
	ErrNoSuch = errors.New("not in the store")
)

// Status is where an outbound message is.
type Status uint8

// The states of an outbound message, as they are on disk. Queued to Accepted
// move by themselves; Failed, Uncertain and Held wait for a person; Done rests.
const (
	// Queued: on disk here, nothing sent.
	Queued Status = iota
	// Uploading: its files are on the way; nothing a customer could see.
	Uploading
	// InFlight: the request may be out. Found so at a start, it is Uncertain.
	InFlight
	// Accepted: the platform has it and works on it.
	Accepted
	// Done: sent or delivered, as Receipt.Delivery says.
	Done
	// Failed: certainly not delivered; Reason says why.
	Failed
	// Uncertain: no answer came, it may have gone out.
	Uncertain
	// Held: certainly not sent, because the customer wrote what the agent had
	// not seen when submitting it.
	Held
)

// Waits reports whether a person has to decide.
func (s Status) Waits() bool { return s == Failed || s == Uncertain || s == Held }

// Moving reports whether the outbox still has something to do for it.
func (s Status) Moving() bool { return s <= Accepted }

// Outbound is one message of the outbox: one request to the platform, and
// what became of it.
type Outbound struct {
	ID int64
	// Key names it for ever, across processes.
	Key string
	// Conversation is provisional (see [Provisional]) for a first message.
	Conversation api.ConversationID
	// First is set on a message that opens a conversation.
	First *First
	Body  string
	Files []File
	// Quote is what it answers.
	Quote Quote
	// Template is set on a message that is a template; Body is how that reads.
	Template *FilledTemplate
	// Part of Parts counts the messages that one reply became, from 1.
	Part, Parts int
	// At is when it is to go out, zero for at once: by the platform's clock, or by ours
	// where the platform has none, see [Outbound.Timed]. By ours it is zero once the message
	// may be out, or a person wanted it out at once.
	At time.Time

	Status Status
	// Attempts counts requests that may have reached the platform, Checks the
	// checks of the job or the history since the last attempt.
	Attempts, Checks int
	// NotBefore is when the next step is due.
	NotBefore time.Time
	// By is who sent it off: the name of an agent or of a login, empty where nobody knows.
	By string
	// Submitted is when the agent sent it off, SentAt when the last attempt began.
	Submitted, SentAt time.Time
	Receipt           api.Receipt
	// Reason is one sentence for a person: why it waits, failed or is unknown.
	Reason string
	// Refused is set on a failure that the same request cannot cure.
	Refused bool
	// Left is set when the agent chose to leave an unknown outcome as it is.
	Left bool
	// Seen is the newest position of the conversation that the agent had seen
	// when submitting it: before the first request it is checked whether the
	// customer wrote after that. Unset where that is not to be checked, as
	// for a first message or when the agent chose to send it anyway.
	Seen api.Opt[Pos]
	// WhenSent is what happens to the conversation once it is sent, on the last part
	// of a reply.
	WhenSent WhenSent
}

// Same reports whether two rows are one message, by their keys: a team's database gives what waited
// for it another ID, and one that has lost a commit gives the ID of a message to the next one.
func (o Outbound) Same(other Outbound) bool {
	if o.Key != "" && other.Key != "" {
		return o.Key == other.Key
	}
	return o.ID == other.ID
}

// Delayed reports whether it was submitted to go out after a while (Draft.Delay) and has
// not been tried yet; InDelay, whether that while still lasts.
func (o Outbound) Delayed() bool {
	return o.Status == Queued && o.Attempts+o.Checks == 0 && o.Reason == "" && !o.NotBefore.IsZero()
}

// Timed reports whether it waits here for its time, since the platform keeps none: it goes out
// then if a process has the lease.
func (o Outbound) Timed() bool {
	return o.Status == Queued && !o.At.IsZero() && o.NotBefore.Equal(o.At)
}

// InDelay reports whether it has not been tried yet because it can be taken back
// for a while.
func (o Outbound) InDelay(now time.Time) bool { return o.Delayed() && o.NotBefore.After(now) }

// Unchecked reports whether it is still to be checked whether the customer wrote
// meanwhile: only while nothing can have gone out.
func (o Outbound) Unchecked() bool {
	_, asked := o.Seen.Get()
	return asked && o.Attempts == 0
}

// LateFailure is a message of the outbox that counts as sent and that its platform's
// history lists as failed, or as one of which it does not know.
type LateFailure struct {
	Outbound
	// Message is what the history holds of it, Later our side's messages after that
	// one that did not fail, oldest first.
	Message api.Message
	Later   []api.Message
}

// First is the address of a first message.
type First struct {
	Channel api.ChannelID   `json:"channel"`
	Kind    api.ChannelKind `json:"kind"`
	To      string          `json:"to"`
	// Name is what to call the contact until the conversation is there; empty
	// where the address says it.
	Name string `json:"name,omitempty"`
}

const provisional = "new:"

// ProvisionalID names the conversation of a first message until the platform
// has made one.
func ProvisionalID(account api.AccountID, key string) api.ConversationID {
	return api.ConversationID{Account: account, Remote: provisional + key}
}

// Provisional reports whether id names a conversation that is yet to be made.
func Provisional(id api.ConversationID) bool {
	return len(id.Remote) > len(provisional) && id.Remote[:len(provisional)] == provisional
}

// Decision is what an agent chooses for a message that waits.
type Decision uint8

// The decisions.
const (
	// Retry sends a failed message again, as a new attempt, or tries one that
	// waits for its next try at once.
	Retry Decision = iota
	// Discard takes it out of the outbox for good.
	Discard
	// Arrived says that an uncertain message did go out.
	Arrived
	// SendAgain repeats an uncertain message.
	SendAgain
	// Leave keeps an uncertain message as it is and stops asking.
	Leave
	// SendAnyway sends a held message although the customer wrote meanwhile, or
	// a queued one without a check whether they did.
	SendAnyway
)

// Unsent is a message of the outbox or a change that has not gone out, that may
// not have gone out, or that the platform refused. Exactly one of Message and
// Change is set.
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

// Moves reports whether it still has to go out and will do so by itself.
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

// ShownBy reports whether a message of the history can be this one: written by our
// side and not known to be a colleague's, with the same text but for white space,
// and with the same files and no others. A file is the same by the id that its upload
// was given, or by its name and its size. A size that the platform does not list is
// no proof where nobody knows whether the message went out: a colleague's file may
// have the same name.
func (o Outbound) ShownBy(m api.Message) bool {
	if m.Direction != api.Outbound || m.Kind != api.KindText || !m.Mine.Or(true) || len(m.Attachments) != len(o.Files) {
		return false
	}
	return o.reads(m.Body) && sameFiles(o.Files, m.Attachments, o.Status == Uncertain)
}

// reads reports whether a text of the history can be this one's, as far as it is kept.
func (o Outbound) reads(body string) bool {
	ours := plain(o.Body)
	if kept, cut := beginning(body); cut && len(o.Body) > len(kept) {
		return strings.HasPrefix(ours, plain(kept))
	}
	return plain(body) == ours
}

// sameFiles compares as many files as attachments, in any order. With proof a size
// has to be listed.
func sameFiles(files []File, listed []api.Attachment, proof bool) bool {
	left := slices.Clone(listed)
	for _, f := range files {
		i := slices.IndexFunc(left, func(a api.Attachment) bool { return f.listedAs(a, proof) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

func (f File) listedAs(a api.Attachment, proof bool) bool {
	if f.Remote != "" && f.Remote == a.Remote {
		return true
	}
	return a.Name == f.Name && (a.Size == f.Size || a.Size == 0 && !proof)
}

// plain is a text without what platforms do to white space.
func plain(body string) string { return strings.Join(strings.Fields(body), " ") }

// Reply names the reply that a message is part of.
func (o Outbound) Reply() string {
	if i := strings.LastIndexByte(o.Key, '-'); i >= 0 {
		return o.Key[:i]
	}
	return o.Key
}
