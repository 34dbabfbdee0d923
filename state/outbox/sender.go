package outbox

import (
	"context"
	"errors"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
)

const (
	// sendsAtOnce and looksAtOnce bound what one account does at a time;
	// sends at once are in different conversations.
	sendsAtOnce, looksAtOnce = 4, 4
	// setback is the pause after the store failed.
	setback = time.Second
)

// sender works on the messages of one account while the outbox runs. Its loop
// plans, each job takes one message as far as it goes without waiting.
type sender struct {
	*Outbox
	account  api.AccountID
	provider api.Provider
	traits   api.Traits
	facts    Facts
	ended    chan job
	// running, of the loop alone, holds the messages being worked on.
	running map[int64]job
	// mu guards hold, before which nothing is sent because the platform
	// asked for a pause.
	mu   sync.Mutex
	hold time.Time
	// pairing keeps apart those who tie messages to the history, so that no
	// two messages of ours are tied to one.
	pairing sync.Mutex
}

// job is one message being worked on.
type job struct {
	id     int64
	look   bool
	cancel context.CancelFunc
}

func newSender(b *Outbox, a Account) *sender {
	_, tracks := a.Provider.(api.Tracker)
	traits := a.Provider.Traits()
	return &sender{
		Outbox: b, account: a.ID, provider: a.Provider, traits: traits,
		facts: Facts{Listed: traits.Listed, Tracks: tracks},
		ended: make(chan job), running: map[int64]job{},
	}
}

func (s *sender) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	news := s.feed.Subscribe()
	defer news.Close()
	defer s.drain()
	defer stop()
	for ctx.Err() == nil {
		timer := time.NewTimer(s.round(ctx, news.Take()))
		select {
		case <-ctx.Done():
		case <-news.Wake():
		case <-timer.C:
		case j := <-s.ended:
			s.end(j)
		}
		timer.Stop()
	}
	return ctx.Err()
}

// drain waits for the jobs, whose context has ended.
func (s *sender) drain() {
	for len(s.running) > 0 {
		s.end(<-s.ended)
	}
}

func (s *sender) end(j job) {
	j.cancel()
	delete(s.running, j.id)
}

// idle is how long to wait where only news can bring work.
const idle = time.Hour

// round starts what is due and returns how long nothing else will be.
func (s *sender) round(ctx context.Context, news []state.Topic) time.Duration {
	rows, err := s.store.Unsettled(ctx, s.account)
	if err != nil {
		s.report(err, "read the outbox")
		return setback
	}
	s.dropGone(rows)
	s.hear(ctx, rows, news)
	p := due(rows, s.busy, time.Now(), s.paused())
	for _, o := range p.found {
		s.start(ctx, o, false, s.found)
	}
	for _, o := range p.orphans {
		s.start(ctx, o, false, s.orphaned)
	}
	s.some(ctx, p.sends, false, sendsAtOnce, s.send)
	s.some(ctx, p.looks, true, looksAtOnce, s.follow)
	if p.next.IsZero() {
		return idle
	}
	return time.Until(p.next)
}

func (s *sender) busy(id int64) bool { _, ok := s.running[id]; return ok }

func (s *sender) some(ctx context.Context, rows []state.Outbound, look bool, most int, do action) {
	for _, j := range s.running {
		if j.look == look {
			most--
		}
	}
	for _, o := range rows[:min(len(rows), max(most, 0))] {
		s.start(ctx, o, look, do)
	}
}

// action works on a message. Its error is the store's; what the platform says
// is filed with the message.
type action func(ctx context.Context, o state.Outbound) error

// start works on a message beside the loop. After a failure of the store the
// message rests a while.
func (s *sender) start(ctx context.Context, o state.Outbound, look bool, do action) {
	own, cancel := context.WithCancel(ctx)
	j := job{o.ID, look, cancel}
	s.running[o.ID] = j
	go func() {
		if err := state.Guarded(func() error { return do(own, o) }); err != nil {
			s.report(err, "work on a message")
			sleep(own, setbackOf(err))
		}
		s.ended <- j
	}()
}

// setbackOf is how long a message rests after an error. A panic is our mistake
// and will likely happen again; what the message is in then, it is found in.
func setbackOf(err error) time.Duration {
	var panicked *state.PanicError
	if errors.As(err, &panicked) {
		return longest
	}
	return setback
}

// dropGone ends the work on messages that were taken back or discarded. A
// message whose request may be out is in the store, whatever happens.
func (s *sender) dropGone(rows []state.Outbound) {
	there := map[int64]bool{}
	for _, o := range rows {
		there[o.ID] = true
	}
	for id, j := range s.running {
		if !there[id] {
			j.cancel()
		}
	}
}

// hear ties messages to what the engine has just read of their conversations.
func (s *sender) hear(ctx context.Context, rows []state.Outbound, news []state.Topic) {
	fresh := map[api.ConversationID]bool{}
	for _, t := range news {
		if t.Kind == state.TopicThread {
			fresh[t.Conversation] = true
		}
	}
	for _, o := range rows {
		if fresh[o.Conversation] && seeks(o) {
			delete(fresh, o.Conversation)
			if err := s.pair(ctx, o.Conversation, 0); err != nil {
				s.report(err, "tie messages to the history")
			}
		}
	}
}

func (s *sender) paused() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hold
}

// heed pauses the account for as long as the platform asked.
func (s *sender) heed(err error) {
	if api.KindOf(err) != api.ErrRateLimited {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = later(s.hold, time.Now().Add(api.RetryAfter(err)))
}

func (s *sender) report(err error, doing string) {
	var panicked *state.PanicError
	switch {
	case errors.As(err, &panicked):
		s.log.Error(doing, "account", s.account, "err", err, "stack", string(panicked.Stack))
	case !errors.Is(err, context.Canceled):
		s.log.Warn(doing, "account", s.account, "err", err)
	}
}

// sleep waits, and reports whether ctx outlasted it.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
