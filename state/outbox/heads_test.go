package outbox

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/syncer"
)

// pageStore is the part of a store that the reading of newest messages needs.
type pageStore interface {
	SaveHead(ctx context.Context, id api.ConversationID, page api.Page[api.Message], at time.Time) (state.Saved, error)
}

// engineStore is a store for an engine that only reads newest messages.
type engineStore struct {
	syncer.Store
	pages pageStore
}

func (s engineStore) SaveHead(ctx context.Context, id api.ConversationID, page api.Page[api.Message], at time.Time) (state.Saved, error) {
	return s.pages.SaveHead(ctx, id, page, at)
}

// Engine returns an engine that does not run, and reads newest messages into a
// store.
func Engine(pages pageStore, accounts ...Account) HeadReader {
	return syncer.New(syncer.Options{Store: engineStore{pages: pages}, Accounts: accounts})
}
