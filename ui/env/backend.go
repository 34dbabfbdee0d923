package env

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
)

// Store is the part of the database that the screen reads and writes. Every
// call but Replying may touch the disk, so it is made in a command, never in
// Update or View.
type Store interface {
	List(ctx context.Context, q state.ListQuery) (state.List, error)
	Row(ctx context.Context, id api.ConversationID) (state.Row, error)
	Sidebar(ctx context.Context) (state.Sidebar, error)
	Health(ctx context.Context) ([]state.Health, error)
	Timeline(ctx context.Context, q state.TimelineQuery) (state.Window, error)
	// SearchMessages looks for messages, the newest first; an answer takes a moment only
	// and may be followed by more.
	SearchMessages(ctx context.Context, q state.Search) (state.Hits, error)
	// Archive says what of the history is stored, and so can be searched.
	Archive(ctx context.Context) (state.Archive, error)
	// Indexing reports whether messages are missing from the index, so that a
	// search may not find them yet.
	Indexing(ctx context.Context) (bool, error)
	// Draft returns the stored draft, or an empty one with its revision.
	Draft(ctx context.Context, id api.ConversationID) (state.Draft, error)
	// SaveDraft stores a draft, or removes it when it is empty, and returns it
	// with its new revision. state.ErrDraftMoved if another session was faster.
	SaveDraft(ctx context.Context, d state.Draft) (state.Draft, error)
	// SaveConversations keeps conversations that a platform was asked for; what is
	// unset in them erases nothing.
	SaveConversations(ctx context.Context, convs []api.Conversation) error
	SetFlags(ctx context.Context, id api.ConversationID, change state.FlagChange) error
	// Chosen returns the rows of some conversations, as far as they are in the list asked
	// for, in its order, whatever its stretch. IDs names those of the whole list, Limit of
	// them at most.
	Chosen(ctx context.Context, q state.ListQuery, ids []api.ConversationID) ([]state.Row, error)
	IDs(ctx context.Context, q state.ListQuery) ([]api.ConversationID, error)
	// Find returns whom a text may mean, the best first, limit of them at most.
	Find(ctx context.Context, text string, limit int) ([]state.Row, error)
	// Labels lists the labels in use, those on most conversations first. SetLabels puts
	// some on a conversation and takes others off it.
	Labels(ctx context.Context) ([]state.LabelCount, error)
	SetLabels(ctx context.Context, id api.ConversationID, add, remove []string) error
	// Queue lists what is not out, not known to be, or was refused, grouped by
	// conversation and in order within each.
	Queue(ctx context.Context) ([]state.Unsent, error)
	// Condition returns the problems of the store itself. It touches no disk.
	Condition() state.Condition
	// Sessions lists the programs that have the store open, this one too.
	Sessions(ctx context.Context) ([]state.Session, error)
	// Replying shows the other sessions which conversation a reply is being written
	// to, empty if none. It touches memory only and never blocks.
	Replying(id api.ConversationID)
}

// Outbox submits and decides.
type Outbox interface {
	// Submit sends a draft off: its files are copied, then it becomes rows of
	// the outbox and stops being a draft, in one transaction. first is nil for
	// a reply. An error means that the draft is as it was.
	Submit(ctx context.Context, d state.Draft, first *state.First) ([]state.Outbound, error)
	// Decide applies an agent's decision to a message that waits.
	Decide(ctx context.Context, seen state.Outbound, d state.Decision) error
	// Reschedule sets another time for a message that waits here for its time.
	Reschedule(ctx context.Context, seen state.Outbound, at time.Time) error
	// Takeback puts a message that has not gone out back into the draft.
	Takeback(ctx context.Context, seen state.Outbound) (state.Draft, error)
	// WhenSent lets something happen to a conversation once the reply that is on its
	// way to it is sent; nothing takes back what was to happen. False means that
	// nothing is on its way, or nothing was to happen.
	WhenSent(ctx context.Context, id api.ConversationID, w state.WhenSent) (bool, error)
	// Progress returns how much of a message's files is uploaded, 0 to 1, and
	// whether an upload is under way. It never blocks.
	Progress(id int64) (float64, bool)
}

// Changes asks platforms to change conversations and messages.
type Changes interface {
	// Submit puts a change on disk; it is shown as done until the
	// platform says otherwise.
	Submit(ctx context.Context, ch state.Change) error
	// Dismiss forgets a refusal that the agent has seen.
	Dismiss(ctx context.Context, id int64) error
}

// Engine fetches what a person looks at first. Its methods never block.
type Engine interface {
	// Show names the open conversation and those on screen.
	Show(open api.ConversationID, visible []api.ConversationID)
	// Older asks for history below the item at pos; at a gap, pos is the
	// message above the gap.
	Older(id api.ConversationID, pos state.Pos)
	// Refresh asks for everything that is due, now, of a conversation; with an
	// id that names none, of its account; with an empty one, of every account.
	Refresh(id api.ConversationID)
	// Fetching returns the state of fetching a conversation.
	Fetching(id api.ConversationID) state.Fetching
}

// Files brings attachments to this machine, opens what an agent asks for, and
// knows what may be sent.
type Files interface {
	// Save returns when the file is on disk, has failed, or was cancelled, by
	// Cancel or with ctx: the error is context.Canceled then, and otherwise
	// words after "not saved: ". It is called in commands only.
	Save(ctx context.Context, id state.FileID, a api.Attachment) (state.Transfer, error)
	// Cancel ends a transfer under way, Transfer returns its state. Neither
	// blocks.
	Cancel(id state.FileID)
	Transfer(id state.FileID) state.Transfer
	// Peek reads a file into memory and saves nothing; one of more than most bytes is refused.
	// The error is context.Canceled, or words after "it cannot be shown: ". It is called in
	// commands only.
	Peek(ctx context.Context, id state.FileID, a api.Attachment, most int64) ([]byte, error)
	// Inspect describes a file of this machine as it would be sent, or refuses it
	// with a sentence. It is called in commands only.
	Inspect(path string) (state.LocalFile, error)
	// CanOpen reports whether there is a program to open things with.
	CanOpen() bool
	// OpenFile and OpenLink show a saved file and an address, unless that could
	// do harm, and return when the program ends. They are called in commands
	// only; the error is one sentence.
	OpenFile(path string) error
	OpenLink(address string) error
}

// Account is one configured account as the screen needs it.
type Account struct {
	ID     api.AccountID
	Traits api.Traits
	Caps   api.Caps
	// Provider answers look-ups that an agent asks for and channel
	// administration; like the store, it is called in commands only.
	Provider api.Provider
}
