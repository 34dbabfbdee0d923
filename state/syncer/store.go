package syncer

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
)

// Store is the part of the database that the engine needs. Each method is one
// transaction and marks the feed's topics after it committed.
type Store interface {
	// SaveIdentity keeps an account's label and channels. Channels that the
	// platform no longer lists are dropped.
	SaveIdentity(ctx context.Context, account api.AccountID, id api.Identity) error
	// SaveConversations adds or updates conversations; unset fields erase nothing.
	SaveConversations(ctx context.Context, convs []api.Conversation) error
	// SaveListed is SaveConversations for a page of the reading of an account's
	// whole list, and keeps the cursor below it, empty after the last one. Listing
	// returns that cursor and since when it is known.
	SaveListed(ctx context.Context, account api.AccountID, convs []api.Conversation, below api.Cursor, at time.Time) error
	Listing(ctx context.Context, account api.AccountID) (below api.Cursor, at time.Time, err error)
	// Heads lists every conversation of an account that the platform knows of
	// (no provisional ones), most recently active first.
	Heads(ctx context.Context, account api.AccountID) ([]state.Head, error)
	// Coverage returns the spans of a conversation.
	Coverage(ctx context.Context, id api.ConversationID) (state.Coverage, error)
	// SaveHead stores a page of the newest messages (newest first), with its
	// cursor and search rows. An empty page with an empty cursor is stored too.
	// What two pages some seconds apart lack, although it lies between their ends,
	// was deleted at the platform and becomes api.KindDeleted.
	SaveHead(ctx context.Context, id api.ConversationID, page api.Page[api.Message], at time.Time) (state.Saved, error)
	// SaveBelow stores a page that was asked for as the continuation below the
	// stored item at pos. A page that brings nothing older than pos and does
	// not end the list, or that brings an unknown message newer than pos,
	// means that the platform ignored the cursor: nothing is stored, the
	// span's cursor is forgotten, and the error's kind is api.ErrCursor.
	SaveBelow(ctx context.Context, id api.ConversationID, pos state.Pos, page api.Page[api.Message], at time.Time) (state.Saved, error)
	// Reading says that a person reads a conversation now. For a while the
	// store then keeps all messages of it, also those beyond the retention. It
	// is cheap and cannot fail.
	Reading(id api.ConversationID)
	// SaveHealth keeps an account's health for every session to see, Health
	// lists what is kept of all.
	SaveHealth(ctx context.Context, h state.Health) error
	Health(ctx context.Context) ([]state.Health, error)
}
