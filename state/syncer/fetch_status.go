package syncer

import (
	"sync"

	"unibox/api"
	"unibox/state"
)

// fetchStatus is where screens read how fetching goes.
type fetchStatus struct {
	feed *state.Feed

	mu  sync.Mutex
	now map[api.ConversationID]state.Fetching
}

func newFetchStatus(feed *state.Feed) *fetchStatus {
	return &fetchStatus{feed: feed, now: map[api.ConversationID]state.Fetching{}}
}

func (s *fetchStatus) get(id api.ConversationID) state.Fetching {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now[id]
}

// set marks the conversation's topic if f is news.
func (s *fetchStatus) set(id api.ConversationID, f state.Fetching) {
	if s.put(id, f) {
		s.feed.Mark(state.Thread(id))
	}
}

func (s *fetchStatus) put(id api.ConversationID, f state.Fetching) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now[id] == f {
		return false
	}
	if f == (state.Fetching{}) {
		delete(s.now, id)
	} else {
		s.now[id] = f
	}
	return true
}

// clear forgets everything about an account.
func (s *fetchStatus) clear(account api.AccountID) {
	for _, id := range s.of(account) {
		s.set(id, state.Fetching{})
	}
}

func (s *fetchStatus) of(account api.AccountID) []api.ConversationID {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []api.ConversationID
	for id := range s.now {
		if id.Account == account {
			ids = append(ids, id)
		}
	}
	return ids
}
