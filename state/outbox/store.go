package outbox

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
)

// Store is the part of the database that the outbox needs. Each method is one
// durable transaction and marks the feed's topics after it committed.
type Store interface {
	// Kind returns the channel kind of a conversation, provisional ones
	// included; state.ErrNoSuch if it is not stored.
	Kind(ctx context.Context, id api.ConversationID) (api.ChannelKind, error)
	// Submit turns a draft into rows of the outbox, one per part and in their
	// order, and empties the stored draft of its conversation, all in one
	// transaction. Where that is no longer the revision or the text of that draft,
	// nothing happens: state.ErrDraftMoved, or state.ErrDraftSent if another session
	// sent it. The rows come without ids and return with them. For a row with First
	// set the provisional conversation is made as well; one that follows into a
	// provisional conversation that is no more is state.ErrNoSuch.
	Submit(ctx context.Context, draft state.Draft, rows []state.Outbound) ([]state.Outbound, error)
	// Outbound reads one row; state.ErrNoSuch if it is gone.
	Outbound(ctx context.Context, id int64) (state.Outbound, error)
	// Unsettled lists the rows of an account that are not Done, oldest first.
	Unsettled(ctx context.Context, account api.AccountID) ([]state.Outbound, error)
	// Unsent lists the rows of every account that are not Done, oldest first.
	Unsent(ctx context.Context) ([]state.Outbound, error)
	// FilesInUse lists the files of every message that is not Done, and of every
	// draft.
	FilesInUse(ctx context.Context) ([]state.File, error)
	// SaveOutbound stores o if the row is still in the status it was read
	// with, and reports whether it did. Writing needs the lease:
	// state.ErrNoLease without it, unless the change is a person's decision.
	SaveOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error)
	// Postpone says of those rows that are still Queued until when they wait
	// and why, all at once. It needs the lease.
	Postpone(ctx context.Context, ids []int64, until time.Time, why string) error
	// Decided stores, from any session, a person's decision on a row or what
	// is certain of it, if the row is still in the status it was read with and
	// at the same attempt.
	Decided(ctx context.Context, o state.Outbound, was state.Status) (bool, error)
	// DeleteOutbound removes a row that is in the status given, and reports
	// whether it did.
	DeleteOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error)
	// Takeback removes a row in the status given and puts its text and files
	// in front of the conversation's draft, in one transaction.
	Takeback(ctx context.Context, o state.Outbound, was state.Status) (state.Draft, bool, error)
	// WhenSent binds what is to happen to a conversation once it is sent to the newest
	// message that is on its way to it; a zero one takes back what was bound. It
	// reports whether there was such a message, or something to take back.
	WhenSent(ctx context.Context, id api.ConversationID, w state.WhenSent) (bool, error)
	// Adopt replaces the provisional conversation by the platform's, draft,
	// flags and outbox rows included. If the platform's is known already the
	// two become one.
	Adopt(ctx context.Context, from, to api.ConversationID) error
	// SaveConversations adds or updates conversations.
	SaveConversations(ctx context.Context, convs []api.Conversation) error
	// CameSince counts the customer's messages of a conversation that an agent had
	// not seen who saw what was stored up to a position, and submitted a reply at
	// a time.
	CameSince(ctx context.Context, id api.ConversationID, above state.Pos, submitted time.Time) (int, error)
	// SeenSince lists, oldest first, our side's messages in a conversation
	// that this machine first saw at or after a moment, by [Options.Now], and
	// that no row of the outbox is linked to.
	SeenSince(ctx context.Context, id api.ConversationID, since time.Time) ([]api.Message, error)
	// FailedLate lists, oldest first, the rows of an account that are Done and not
	// known to be delivered, and that the stored history holds as failed or unknown;
	// with conversations, those of these alone.
	FailedLate(ctx context.Context, account api.AccountID, in []api.ConversationID) ([]state.LateFailure, error)
}

// HeadReader reads newest messages from the platforms: the engine.
type HeadReader interface {
	// ReadHead reads the newest messages of a conversation and stores them; with
	// a time since, back to the first message before that time, as far as that is
	// a matter of few pages. It returns when they are stored or ctx ends. An error
	// of the platform is an *api.Error.
	ReadHead(ctx context.Context, id api.ConversationID, since time.Time) error
}
