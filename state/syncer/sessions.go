package syncer

import (
	"context"
	"log/slog"
	"sync"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// Sessions is how the engines of one store reach each other: those that do not
// run ask, the one that does answers. Show, Ask and Fetching never block.
type Sessions interface {
	// Show keeps what this session shows, for the engine of another.
	Show(s state.Screen)
	// Ask asks something of the engine that runs.
	Ask(a state.EngineRequest)
	// Fetching returns its last answer.
	Fetching(id api.ConversationID) state.Fetching
	// Requests lists what the other sessions want; state.Requests is marked when
	// there is more. A request is listed until its last answer.
	Requests(ctx context.Context) (state.EngineRequests, error)
	// Answer publishes the state of fetching a conversation to all who asked
	// for it; with nothing under way it is the last answer.
	Answer(ctx context.Context, id api.ConversationID, f state.Fetching) error
}

// nobody is the sessions of an engine that is alone.
type nobody struct{}

func (nobody) Show(state.Screen)                          {}
func (nobody) Ask(state.EngineRequest)                    {}
func (nobody) Fetching(api.ConversationID) state.Fetching { return state.Fetching{} }
func (nobody) Requests(context.Context) (state.EngineRequests, error) {
	return state.EngineRequests{}, nil
}
func (nobody) Answer(context.Context, api.ConversationID, state.Fetching) error { return nil }

// absent is the answer about an account that this session does not have.
const absent = "the session that reads from the platforms does not have this account; quit it to read here"

// relay hands the requests of other sessions to the mailboxes, and the answers
// back. The store keeps a request until its last answer, so that the session
// which has the lease next finds what its predecessor left.
func (e *Engine) relay(ctx context.Context) error {
	news := e.feed.Subscribe()
	defer news.Close()
	taken := map[int64]bool{}
	for wanted := true; ; {
		if wanted {
			taken = e.takeRequests(ctx, taken)
		}
		if !e.answer(ctx) {
			work.Sleep(ctx, work.StorePause)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news.Wake():
		case <-e.answers.wake:
		}
		wanted = false
		for _, t := range news.Take() {
			wanted = wanted || t.Kind == state.TopicRequests
		}
	}
}

// takeRequests hands on what was not taken before, and returns what is by now.
func (e *Engine) takeRequests(ctx context.Context, before map[int64]bool) map[int64]bool {
	all, err := e.sessions.Requests(ctx)
	if err != nil {
		e.log.Warn("read what other sessions want", slog.Any("err", err))
		return before
	}
	taken, news := map[int64]bool{}, all.Requests[:0:0]
	for _, a := range all.Requests {
		taken[a.Seq] = true
		if !before[a.Seq] {
			news = append(news, a)
		}
	}
	for account, m := range e.mailboxes {
		m.takeIn(account, all.Screens, news)
	}
	for _, a := range news {
		if _, ok := e.mailboxes[a.Conversation.Account]; ok {
			continue
		}
		f := state.Fetching{}
		if a.Conversation.Account != "" {
			f.Err = absent
		}
		e.answers.put(a.Conversation, f)
	}
	return taken
}

// answer stores the answers that have gathered, and reports whether it could.
func (e *Engine) answer(ctx context.Context) bool {
	all := e.answers.take()
	for id, f := range all {
		if err := e.sessions.Answer(ctx, id, f); err != nil {
			e.answers.back(all)
			return false
		}
		delete(all, id)
	}
	return true
}

// answers wait for the relay, the newest of each conversation.
type answers struct {
	wake chan struct{}
	mu   sync.Mutex
	all  map[api.ConversationID]state.Fetching
}

func newAnswers() *answers {
	return &answers{wake: make(chan struct{}, 1), all: map[api.ConversationID]state.Fetching{}}
}

func (a *answers) put(id api.ConversationID, f state.Fetching) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all[id] = f
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

func (a *answers) take() map[api.ConversationID]state.Fetching {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := a.all
	a.all = map[api.ConversationID]state.Fetching{}
	return all
}

// back takes answers that were not stored, unless there are newer ones.
func (a *answers) back(all map[api.ConversationID]state.Fetching) {
	for id, f := range all {
		a.mu.Lock()
		_, newer := a.all[id]
		a.mu.Unlock()
		if !newer {
			a.put(id, f)
		}
	}
}
