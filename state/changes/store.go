package changes

import (
	"context"

	"unibox/api"
	"unibox/state"
)

// Store is the part of the database that changes need. Each method is one
// durable transaction and marks the feed's topics after it committed.
type Store interface {
	// SubmitChange stores a change, in place of older ones about the same thing
	// that have not been sent. It returns without an id where that leaves
	// nothing to do.
	SubmitChange(ctx context.Context, ch state.Change) (state.Change, error)
	// Changes lists the changes of an account, of every account if it is
	// empty, oldest first: what waits, what was refused and not seen yet, and
	// what was carried out and is still shown.
	Changes(ctx context.Context, account api.AccountID) ([]state.Change, error)
	// SaveChange stores what became of a change if it still waits, and reports
	// whether it did. state.ErrNoLease without the lease.
	SaveChange(ctx context.Context, ch state.Change) (bool, error)
	// Passed reports whether a change that waits is not to be carried out any more: a close,
	// where the customer wrote since it was submitted.
	Passed(ctx context.Context, ch state.Change) (bool, error)
	// DropChange forgets a change. Without the lease that is state.ErrNoLease,
	// unless it was refused.
	DropChange(ctx context.Context, id int64) error
	// SaveConversations adds or updates conversations.
	SaveConversations(ctx context.Context, convs []api.Conversation) error
	// SaveMessage updates one message, if it is stored.
	SaveMessage(ctx context.Context, m api.Message) error
	// DeleteMessage forgets a message.
	DeleteMessage(ctx context.Context, id api.ConversationID, message api.MessageID) error
	// RemoveConversation forgets a conversation with its messages, draft and
	// marks. state.ErrNoLease without the lease.
	RemoveConversation(ctx context.Context, id api.ConversationID) error
}
