package state

import (
	"context"
	"time"

	"unibox/api"
)

// Durable is the half of a store that exists nowhere else: drafts, the outbox and
// the changes. Each call is one transaction that is durable when it returns, and
// marks the topics that it makes stale. storetest.Run is its contract as tests.
type Durable interface {
	// Draft returns the stored draft, or an empty one with its revision.
	Draft(ctx context.Context, id api.ConversationID) (Draft, error)
	// SaveDraft stores a draft, or removes it when it is empty, and returns it
	// with its new revision. Where another session was faster, nothing is stored
	// and its draft comes back with ErrDraftMoved.
	SaveDraft(ctx context.Context, d Draft) (Draft, error)

	// Submit turns a draft into rows of the outbox and empties the draft, of the
	// revision that the agent had seen or with the same text: ErrDraftMoved where
	// another session changed it, ErrDraftSent where it sent it, and nothing is
	// stored. One that was written apart leaves another draft as it is. A first message makes
	// its provisional conversation; what follows one
	// that was adopted is ErrNoSuch.
	Submit(ctx context.Context, draft Draft, rows []Outbound) ([]Outbound, error)
	// Outbound reads one row, OutboundOf that of a key; ErrNoSuch if it is gone. A row that waits
	// for a team's database gets another id once that has it, and keeps its key.
	Outbound(ctx context.Context, id int64) (Outbound, error)
	OutboundOf(ctx context.Context, key string) (Outbound, error)
	// Unsettled lists the rows of an account that are not Done, Unsent those of
	// every account, oldest first.
	Unsettled(ctx context.Context, account api.AccountID) ([]Outbound, error)
	Unsent(ctx context.Context) ([]Outbound, error)
	// FilesInUse lists the files of every message that is not Done, and of every
	// draft.
	FilesInUse(ctx context.Context) ([]File, error)
	// SaveOutbound stores o if its row is still in the status given, and reports
	// whether it did. It needs the lease: ErrNoLease. A row by the id of o that has another
	// key is none of its: a team's database that has lost commits gives ids again. The same holds
	// for all that changes or removes a row.
	SaveOutbound(ctx context.Context, o Outbound, was Status) (bool, error)
	// Postpone says of rows that are still Queued until when they wait and why. It
	// needs the lease.
	Postpone(ctx context.Context, ids []int64, until time.Time, why string) error
	// Decided stores a person's decision from any session, if the row is still in
	// the status given and was not tried again since.
	Decided(ctx context.Context, o Outbound, was Status) (bool, error)
	// DeleteOutbound removes a row that is in the status given, and shows its
	// conversation again where it was done or snoozed on this machine.
	DeleteOutbound(ctx context.Context, o Outbound, was Status) (bool, error)
	// Takeback removes a row that is in the status given, and puts its text and
	// files in front of the conversation's draft.
	Takeback(ctx context.Context, o Outbound, was Status) (Draft, bool, error)
	// WhenSent binds what is to happen to a conversation once it is sent to the newest
	// message that is on its way to it, from any session; a zero one takes back what
	// was bound. It reports whether there was such a message, or something to take
	// back. Whoever stores that messages are sent, or are not, does it or drops it in
	// the same transaction ([FollowSent]).
	WhenSent(ctx context.Context, id api.ConversationID, w WhenSent) (bool, error)
	// Adopt replaces a provisional conversation by the platform's. It may be
	// repeated.
	Adopt(ctx context.Context, from, to api.ConversationID) error

	// Changes lists the changes of an account, of every account if it is empty,
	// oldest first.
	Changes(ctx context.Context, account api.AccountID) ([]Change, error)
	// SaveChange stores what became of a change that still waits, and reports
	// whether it did. It needs the lease.
	SaveChange(ctx context.Context, ch Change) (bool, error)
	// DropChange forgets a change: any session one that was refused, the holder of
	// the lease every one. One that is gone already is no error.
	DropChange(ctx context.Context, id int64) error
}
