package state

import (
	"context"
	"sync"

	"unibox/api"
)

// Topic names something a screen may be showing.
type Topic struct {
	Kind TopicKind
	// Conversation is set for TopicThread only.
	Conversation api.ConversationID
}

// TopicKind is a kind of topic.
type TopicKind uint8

// The kinds of topic.
const (
	// TopicInbox: a list or a count.
	TopicInbox TopicKind = iota
	// TopicThread: a conversation's timeline, its draft, or how fetching it goes.
	TopicThread
	// TopicAccounts: the health of an account, or which there are.
	TopicAccounts
	// TopicOutbox: the outbox has something to do.
	TopicOutbox
	// TopicChanges: a change waits, was carried out or was refused.
	TopicChanges
	// TopicSessions: who is here, which of them works, or what one replies to.
	TopicSessions
	// TopicRequests: another session wants something of the engine.
	TopicRequests
	// TopicStore: the store's [Condition], and with a new generation all it holds.
	TopicStore
)

// Those without a conversation.
var (
	Inbox    = Topic{Kind: TopicInbox}
	Accounts = Topic{Kind: TopicAccounts}
	Outbox   = Topic{Kind: TopicOutbox}
	Changes  = Topic{Kind: TopicChanges}
	Sessions = Topic{Kind: TopicSessions}
	Requests = Topic{Kind: TopicRequests}
	Disk     = Topic{Kind: TopicStore}
)

// Thread is the topic of one conversation.
func Thread(id api.ConversationID) Topic { return Topic{TopicThread, id} }

// Feed says to subscribers what went stale, never what it is now. Marks of the same topic
// run together, and none is lost: one code path serves first load and update.
type Feed struct {
	mu   sync.Mutex
	subs map[*Sub]struct{}
}

// Sub is one subscriber. It is used from one goroutine at a time.
type Sub struct {
	feed  *Feed
	stale map[Topic]struct{}
	wake  chan struct{}
}

// NewFeed returns a feed without subscribers.
func NewFeed() *Feed { return &Feed{subs: map[*Sub]struct{}{}} }

// Subscribe returns a subscriber that gets every mark from now on.
func (f *Feed) Subscribe() *Sub {
	s := &Sub{feed: f, stale: map[Topic]struct{}{}, wake: make(chan struct{}, 1)}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.subs[s] = struct{}{}
	return s
}

// Mark says that topics went stale; no topic is no mark. It never blocks.
func (f *Feed) Mark(topics ...Topic) {
	if len(topics) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for s := range f.subs {
		for _, t := range topics {
			s.stale[t] = struct{}{}
		}
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// Next blocks until something went stale since the last call, and returns it.
func (s *Sub) Next(ctx context.Context) ([]Topic, error) {
	for {
		if topics := s.take(); len(topics) > 0 {
			return topics, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.wake:
		}
	}
}

// Wake is a channel that receives when something may have gone stale; Take
// returns what. It lets a loop wait for the feed and other things at once.
func (s *Sub) Wake() <-chan struct{} { return s.wake }

// Take returns what went stale since the last call, possibly nothing.
func (s *Sub) Take() []Topic { return s.take() }

func (s *Sub) take() []Topic {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	topics := make([]Topic, 0, len(s.stale))
	for t := range s.stale {
		topics = append(topics, t)
	}
	clear(s.stale)
	return topics
}

// Close ends the subscription.
func (s *Sub) Close() {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	delete(s.feed.subs, s)
}
