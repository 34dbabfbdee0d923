package sqlite

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/presence"
)

// durable is the half of the store that exists nowhere else, as the queries of
// this package need it; the other half is the cache. The two meet in DB alone.
// What is written to the cache comes first, and the durable half marks it as done;
// nothing is written to both in one transaction. It names things by the platform's
// ids and never by the cache's.
type durable interface {
	state.Durable

	// addChange stores a change, with the newest position when it was made and
	// what the platform has; shownChanges lists those that were carried out and are
	// still shown, and endChange ends one of them.
	addChange(ctx context.Context, w storedChange, has api.Conversation) (state.Change, error)
	shownChanges(ctx context.Context) ([]storedChange, error)
	endChange(ctx context.Context, w storedChange) error

	readFlag(ctx context.Context, id api.ConversationID) (flag, error)
	setFlag(ctx context.Context, id api.ConversationID, change state.FlagChange, newest state.Pos, unreadWhen int64) error

	// localsSince is what the list in memory shows of this half.
	localsSince(ctx context.Context, rev int64) (fresh map[api.ConversationID]*local, last int64, err error)
	// sendings is what a timeline shows of it, linked the messages of the platform
	// that rows of the outbox became.
	sendings(ctx context.Context, id api.ConversationID) ([]sending, []storedChange, error)
	linked(ctx context.Context, id api.ConversationID) (map[string]bool, error)

	// withUnsettled names the conversations of which nothing may be dropped.
	withUnsettled(ctx context.Context, account api.AccountID) (map[string]bool, error)
	doneBefore(ctx context.Context, account api.AccountID, before time.Time) ([]state.Outbound, error)
	dropDone(ctx context.Context, old []state.Outbound) error
	// removeLocal forgets a conversation, with the lease; purgeState an account.
	removeLocal(ctx context.Context, id api.ConversationID) error
	purgeState(ctx context.Context, account api.AccountID) error
	durableAccounts(ctx context.Context) ([]api.AccountID, error)
	addHoldings(ctx context.Context, account api.AccountID, h *Holdings) error
}

// durableFile is the durable half in state.db.
type durableFile struct {
	file  *dbfile.File
	feed  *state.Feed
	lease *presence.Lease
}

var _ durable = (*durableFile)(nil)
