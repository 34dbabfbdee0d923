// Package state is what this machine knows: what it has read of each
// platform, and what exists nowhere else (drafts, the outbox, triage marks).
//
// It holds the types and the pure rules. state/sqlite keeps them on disk,
// state/syncer fills them, state/outbox sends; none of the three imports
// another, they meet in the small interfaces that each declares. Screens read
// windows ([List], [Window]) and learn from the [Feed] when one went stale.
package state

import (
	"mime"
	"net/url"
	"path"
	"slices"
	"time"

	"unibox/api"
)

// Pos is an item's position in its conversation's timeline: greater is newer. It
// is given by the store, follows the time of the message, never changes for
// the life of the cache, and is unique. 0 means none.
type Pos int64

// Preview is what a conversation's row shows of its newest message.
type Preview struct {
	Direction   api.Direction
	Kind        api.MessageKind
	Body        string
	Attachments int
	At          time.Time
	// Expired: the message is older than the retention of its account
	// ([Retention]), and its text is not stored any more.
	Expired bool
}

// Flags are the triage marks as they hold now. Where the platform keeps such
// a mark its word counts, with pending changes on top; else it is kept on
// this machine only.
type Flags struct {
	Starred bool
	Pinned  bool
	Muted   bool
	// Done hides the conversation from the queues: it was done here, until the
	// customer writes again, or is closed or archived at the platform.
	Done bool
	// Snoozed hides it until then; zero means not snoozed. SnoozeKind is what ends that,
	// SnoozeSeen the newest position when it was snoozed, and SnoozeFor the agent for whom
	// alone it is, empty for all.
	Snoozed    time.Time
	SnoozeKind SnoozeKind
	SnoozeSeen Pos
	SnoozeFor  string
	// ReadUpTo is the newest position the agent has read.
	ReadUpTo Pos
}

// FlagChange changes the flags of this machine that are set in it.
type FlagChange struct {
	Starred, Pinned, Muted, Done api.Opt[bool]
	// Snoozed snoozes until then, or ends that with a zero time and is back at once with
	// one that is past; SnoozeKind is what kind that is, Noted when it came back, and For the
	// agent for whom alone it is, empty for all. One for all ends those of single agents
	// that wait for nothing but their time.
	Snoozed    api.Opt[time.Time]
	SnoozeKind SnoozeKind
	Noted      time.Time
	For        string
	// Skipped puts it at the end of the queue, or back at its place.
	Skipped api.Opt[bool]
	// Handled ends what came back, and a snooze that waits for nobody's word: the agent
	// has acted. Done and Muted do the same.
	Handled  bool
	ReadUpTo api.Opt[Pos]
	// Seen is the newest position that the agent had seen when making the
	// change: what the customer wrote after it ends Done and Snoozed. Unset, it
	// is the newest that is stored.
	Seen api.Opt[Pos]
}

// Row is one conversation as the list shows it.
type Row struct {
	Conversation api.Conversation
	Flags        Flags
	// Labels are those that agents put on it ([CleanLabel]), in their order.
	Labels  []string
	Preview api.Opt[Preview]
	// Newest is the position of the newest message known, 0 if none is.
	Newest Pos
	// Unread counts inbound messages after Flags.ReadUpTo, and after what the
	// platform calls read, as far as they are known here. It is at least 1
	// where the platform calls the conversation unread.
	Unread int
	// WaitingSince is the time of the first inbound message that has had no
	// answer; zero when our side spoke last, and where nothing may be sent. While
	// a message of ours is NotOut it is set.
	WaitingSince time.Time
	// Back is why it is in the queue again although it was put off, and Skips how often
	// it was skipped there since the customer wrote last.
	Back  Back
	Skips int
	// PutOff is the snooze that is not over: one that hides it (Flags.Snoozed), one that
	// has come back (Back), or a promise after which the customer wrote, which is neither.
	PutOff Back
	// Active is when the newest message came, or the conversation was made.
	Active time.Time
	// FreeUntil is when only templates may be sent any more ([Windows]), as far as the
	// messages that are stored say; zero where there is no such limit, or where none of
	// the customer's messages is known.
	FreeUntil time.Time
	// Draft: there is one. DraftText is how it begins.
	Draft     bool
	DraftText string
	// Pending, Failed, Uncertain and Held count messages of the outbox by what
	// they are waiting for: the network, or the agent, for one reason or another.
	Pending, Failed, Uncertain, Held int
	// Timed counts those of Pending that wait here for their time ([Outbound.Timed]).
	Timed int
	// WhenSent is what happens to it once those that are pending are sent.
	WhenSent WhenSent
	// Notes counts the private notes about it. NamesYou: one of them names who reads
	// here, who has not opened the conversation since.
	Notes    int
	NamesYou bool
	// Changes are the changes of the conversation that wait or were
	// refused, oldest first. Conversation and Flags show those that wait.
	Changes []Change
	// Checked is when the newest messages were last asked for.
	Checked time.Time
	// Provisional rows stand for a first message that the platform has not
	// made a conversation of yet.
	Provisional bool
}

// NotOut reports whether a message of ours failed, is unknown or is held: its
// customer waits, whatever else is said of the conversation.
func (r Row) NotOut() bool { return r.Failed+r.Uncertain+r.Held > 0 }

// View is a fixed selection of conversations.
type View string

// The views. Waiting, Closing and Unread leave out what is done, snoozed or muted, unless
// a message of ours is NotOut.
const (
	ViewWaiting View = "waiting" // the customer spoke last, our reply is not out, or it came back; who is next first
	ViewClosing View = "closing" // only templates may be sent from soon on ([ClosesWithin]); the soonest first
	ViewUnread  View = "unread"
	ViewAll     View = "all"
	ViewStarred View = "starred"
	ViewSnoozed View = "snoozed"
	ViewDrafts  View = "drafts"
	ViewOutbox  View = "outbox" // something is unsent, failed or unknown
	ViewDone    View = "done"
)

// Views lists them in the order of the screen.
var Views = []View{ViewWaiting, ViewClosing, ViewUnread, ViewAll, ViewStarred, ViewSnoozed, ViewDrafts, ViewOutbox, ViewDone}

// ListQuery asks for a stretch of a list.
type ListQuery struct {
	View View
	// Account and Channel narrow the view where they are set. Channel narrows
	// to one channel of an account.
	Account api.AccountID
	Channel api.ChannelID
	// Text narrows to names, handles and previews that contain all its words,
	// whatever their case and accents.
	Text string
	// Around centres the stretch on a conversation if it is in the list;
	// otherwise it begins at Offset.
	Around api.ConversationID
	Offset int
	Limit  int
	// Keep is listed at its old position even if the view leaves it out, so
	// that the row that the agent works on does not vanish.
	Keep api.ConversationID
}

// List is a stretch of a list: Rows begin at Offset of Total.
type List struct {
	Rows   []Row
	Offset int
	Total  int
}

// Windows says how long after the customer's last message anything but a template may be
// sent on a kind of channel of an account ([api.ChannelRules]), 0 where there is no such
// limit. It must not change.
type Windows func(account api.AccountID, kind api.ChannelKind) time.Duration

const (
	// ClosesWithin is how long before its end a window is closing.
	ClosesWithin = 4 * time.Hour
	// ClosingWarns is how long before its end somebody who waits is warned about.
	ClosingWarns = time.Hour
)

// Sidebar is what the channel pane shows.
type Sidebar struct {
	Views map[View]int
	// Closing counts those who wait for an answer and get nothing but a template any
	// more in less than ClosingWarns.
	Closing int
	// Saved counts the conversations of the saved views, in the order of the config; -1
	// where that is not known yet.
	Saved    []int
	Accounts []SidebarAccount
}

// SidebarAccount is one account and its channels.
type SidebarAccount struct {
	ID       api.AccountID
	Label    string
	Channels []SidebarChannel
}

// SidebarChannel is one channel with its counts.
type SidebarChannel struct {
	Channel        api.Channel
	Waiting, Total int
}

// Edge is what lies beyond a window.
type Edge uint8

const (
	// EdgeEnd: nothing, this is the beginning (or the newest message).
	EdgeEnd Edge = iota
	// EdgeLocal: more that is stored here.
	EdgeLocal
	// EdgeRemote: more that the platform still has to be asked for.
	EdgeRemote
)

// Item is one entry of a timeline: a message, a hole, or a message of ours
// that the platform does not list yet.
type Item struct {
	Pos     Pos
	Message api.Message
	// Sending is set on a message that the outbox knows of, also after the
	// platform listed it.
	Sending *Outbound
	// Gap marks a hole in what was read: messages older than this position and
	// newer than the next item are missing. Message and Sending are empty.
	Gap bool
	// Changes are the changes of the message that wait or were refused,
	// oldest first. Message shows those that wait.
	Changes []Change
	// Quoted is the message that Message answers, nil if it answers none or if neither
	// the store nor the outbox knows it.
	Quoted *Quoted
}

// Found is a message that a search found, and whose it is.
type Found struct {
	Message api.Message
	Pos     Pos
	Contact api.Contact
	Kind    api.ChannelKind
	// Note is the text of a private note that was found, empty for a message. Then Message
	// says where, when and by whom it was written and has no text, and Pos is that of
	// the message before it.
	Note string
}

// TimelineQuery asks for a window of a conversation. Anchor 0 is the newest end.
type TimelineQuery struct {
	Conversation  api.ConversationID
	Anchor        Pos
	Before, After int
}

// Window is a stretch of a timeline, oldest first. Messages of the outbox that
// the platform does not list yet are at the end.
type Window struct {
	Items        []Item
	Older, Newer Edge
}

// File is a file to be sent.
type File struct {
	// Path is where it is now: where the agent named it in a draft, our own
	// copy once it was submitted.
	Path string `json:"path"`
	Name string `json:"name"`
	MIME string `json:"mime"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// Remote is the platform's id of it once it has been uploaded.
	Remote string `json:"remote,omitempty"`
	// URL, if set, is an http or https address from which the platform fetches the
	// file; then it has no Path, and its Size is not known.
	URL string `json:"url,omitempty"`
	// Box is the machine on which Path was named, as people call it, and BoxID its id, where a team
	// has several; in a draft alone. An older version says no id.
	Box   string `json:"box,omitempty"`
	BoxID string `json:"box_id,omitempty"`
}

// FileAt is the file at an http or https address, named after it. False means that it is
// no such address.
func FileAt(address string) (File, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return File{}, false
	}
	name := path.Base(u.Path)
	if name == "." || name == "/" {
		name = u.Hostname()
	}
	kind, _, _ := mime.ParseMediaType(mime.TypeByExtension(path.Ext(u.Path)))
	return File{URL: address, Name: name, MIME: kind}, true
}

// LocalFile is a file of this machine that may be sent.
type LocalFile struct {
	File
	// Link is the name of the link that led to it, empty if none did: the file
	// is sent under its own name.
	Link string
	// Dangers are sentences about what a person should think about first.
	Dangers []string
}

// Draft is a reply that has not been submitted.
type Draft struct {
	Conversation api.ConversationID
	Body         string
	Files        []File
	// Quote is what it answers; that of an empty draft is not kept.
	Quote Quote
	// At is when it is to go out, zero for at once.
	At     time.Time
	Edited time.Time
	// Rev is the revision this draft was read as; a save of an older
	// revision than the stored one is refused with [ErrDraftMoved].
	Rev int64
	// Seen is, on a draft that is submitted, the newest position that the agent
	// had seen of the conversation, as in [Outbound]. It is not stored with a
	// draft.
	Seen api.Opt[Pos]
	// WhenSent is, on a draft that is submitted, what happens once it is sent.
	WhenSent WhenSent
	// Delay is, on a draft that is submitted, how long it waits in the outbox before
	// it goes out: so long it can be taken back.
	Delay time.Duration
	// Template is set where a template is submitted, as which Body reads, in place of
	// what is typed: the stored draft stays as it is.
	Template *FilledTemplate
	// Apart is set where what is submitted was written elsewhere, as by a script: a stored
	// draft that is another text stays as it is.
	Apart bool
}

// Empty reports whether there is nothing to keep.
func (d Draft) Empty() bool { return d.Body == "" && len(d.Files) == 0 }

// Health is how an account is doing, as data.
type Health struct {
	Account api.AccountID
	Label   string
	State   HealthState
	// LastOK is when the platform last answered well, zero if it never did.
	LastOK time.Time
	// NextTry is when the next request is due after a failure.
	NextTry time.Time
	// Reason is one sentence for a person.
	Reason string
	// Known and Listed are how many of the conversations have had their
	// newest messages read, of how many were listed so far.
	Known, Listed int
	// Partial: the list of conversations has not been read to its end yet, so
	// there may be more than Listed.
	Partial bool
	// Unended is one sentence for why the last reading of the list did not come
	// to its end, empty if it did or is under way.
	Unended string
	// Total is how many conversations the platform says there are, 0 while it has
	// not said or was found to be wrong. It may lie; see [Health.Of].
	Total int
	// Left is about how long it takes, from the last answer on, until all of them
	// are read: in steps, so that it does not flicker; 0 while nobody can say.
	Left time.Duration
}

// Of is how many conversations the account has: those listed once the list was
// read to its end, until then what the platform says. 0 means that nobody knows.
func (h Health) Of() int {
	switch {
	case !h.Partial:
		return h.Listed
	case h.Total < h.Listed:
		return 0
	}
	return h.Total
}

// Complete reports whether every conversation of the account is known here, with
// its newest messages. Until then nothing may be said of all customers.
func (h Health) Complete() bool { return !h.Partial && h.Unended == "" && h.Known >= h.Listed }

// Complete reports whether that holds of all accounts. Of none it does not: who has not
// heard of any account can say nothing of their customers.
func Complete(all []Health) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(h Health) bool { return !h.Complete() })
}

// HealthState classes an account's health.
type HealthState uint8

const (
	// HealthStarting: no answer yet.
	HealthStarting HealthState = iota
	HealthLive
	// HealthRetrying: the last request failed; NextTry says when the next comes.
	HealthRetrying
	// HealthStopped: waits for a person, such as for a new token.
	HealthStopped
)

// Fetching is what the engine is doing about a conversation, for the screen.
type Fetching struct {
	// Head and Older: such a request is due or under way.
	Head, Older bool
	// Err is why the last one failed; empty after a success.
	Err string
}
