package syncer

import (
	"sync"

	"unibox/api"
	"unibox/state"
)

// board is where screens read how fetching goes.
type board struct {
	feed *state.Feed

	mu  sync.Mutex
	now map[api.ConversationID]state.Fetching
}

func newBoard(feed *state.Feed) *board {
	return &board{feed: feed, now: map[api.ConversationID]state.Fetching{}}
}

func (b *board) get(id api.ConversationID) state.Fetching {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now[id]
}

// set marks the conversation's topic if f is news.
func (b *board) set(id api.ConversationID, f state.Fetching) {
	if b.put(id, f) {
		b.feed.Mark(state.Thread(id))
	}
}

func (b *board) put(id api.ConversationID, f state.Fetching) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now[id] == f {
		return false
	}
	if f == (state.Fetching{}) {
		delete(b.now, id)
	} else {
		b.now[id] = f
	}
	return true
}

// clear forgets everything about an account.
func (b *board) clear(account api.AccountID) {
	for _, id := range b.of(account) {
		b.set(id, state.Fetching{})
	}
}

func (b *board) of(account api.AccountID) []api.ConversationID {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ids []api.ConversationID
	for id := range b.now {
		if id.Account == account {
			ids = append(ids, id)
		}
	}
	return ids
}
