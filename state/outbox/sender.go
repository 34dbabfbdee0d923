package outbox

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

const (
	// atOnce bounds how many messages of one account are worked on at a time
	// in each lane; those being sent are of different conversations.
	atOnce = 4
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
	facts    policy.Facts
	ended    chan job
	// running, of the loop alone, holds the messages being worked on.
	running map[int64]job
	outage  policy.Outage
	// pairing keeps apart those who tie messages to the history, so that no
	// two messages of ours are tied to one.
	pairing sync.Mutex
}

// job is one message being worked on.
type job struct {
	id   int64
	lane lane
	// era is the outage's when it began.
	generation int
	cancel     context.CancelFunc
}

// lane is a kind of work that waits for its own kind only.
type lane uint8

const (
	repairs lane = iota
	sends
	uploading
	looking
)

func newSender(b *Outbox, a Account) *sender {
	_, tracks := a.Provider.(api.Tracker)
	traits := a.Provider.Traits()
	return &sender{
		Outbox: b, account: a.ID, provider: a.Provider, traits: traits,
		facts: policy.Facts{Listed: traits.Listed, Tracks: tracks},
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
	pause := s.outage.Pause()
	p := policy.Due(rows, s.busy, time.Now(), pause)
	if err := s.keep(ctx, p.Paused, pause); err != nil {
		s.report(err, "put messages off")
		return setback
	}
	s.some(ctx, repairs, p.Interrupted, s.found)
	s.some(ctx, repairs, p.Orphans, s.orphaned)
	s.some(ctx, sends, s.probes(p.Sends), s.send)
	s.some(ctx, uploading, s.probes(p.Uploads), s.send)
	s.some(ctx, looking, p.Checks, s.follow)
	if p.Next.IsZero() {
		return idle
	}
	return time.Until(p.Next)
}

func (s *sender) busy(id int64) bool { _, ok := s.running[id]; return ok }

// keep has messages say what they wait for.
func (s *sender) keep(ctx context.Context, rows []state.Outbound, p policy.Pause) error {
	says := map[string][]int64{}
	for _, o := range rows {
		says[p.Reason(o)] = append(says[p.Reason(o)], o.ID)
	}
	for why, ids := range says {
		if err := s.store.Postpone(ctx, ids, state.In(time.Now(), time.Until(p.Until)), why); err != nil {
			return err
		}
	}
	return nil
}

// probes orders what may be sent: in an outage that which was tried least, so
// that no message whose own fault it is keeps the others from showing that.
func (s *sender) probes(rows []state.Outbound) []state.Outbound {
	if _, on := s.outage.Generation(); on {
		slices.SortStableFunc(rows, func(a, b state.Outbound) int { return cmp.Compare(a.Checks, b.Checks) })
	}
	return rows
}

// some starts as much of what is due as its lane has room for.
func (s *sender) some(ctx context.Context, in lane, rows []state.Outbound, do action) {
	room := s.room(in)
	for _, o := range rows[:min(len(rows), max(room, 0))] {
		s.start(ctx, in, o, do)
	}
}

// room is how much more a lane takes. In an outage one message at a time is
// sent; what was begun before does not count.
func (s *sender) room(in lane) int {
	generation, on := s.outage.Generation()
	probing := on && (in == sends || in == uploading)
	room := atOnce
	if probing {
		room = 1
	}
	for _, j := range s.running {
		if j.lane == in && (j.generation == generation || !probing) {
			room--
		}
	}
	return room
}

// action works on a message. Its error is the store's; what the platform says
// is filed with the message.
type action func(ctx context.Context, o state.Outbound) error

// start works on a message beside the loop. After a failure of the store the
// message rests a while.
func (s *sender) start(ctx context.Context, in lane, o state.Outbound, do action) {
	own, cancel := context.WithCancel(ctx)
	generation, _ := s.outage.Generation()
	j := job{o.ID, in, generation, cancel}
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
		return policy.LongestPause
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
		if fresh[o.Conversation] && policy.NeedsMatch(o) {
			delete(fresh, o.Conversation)
			if err := s.pair(ctx, o.Conversation, 0); err != nil {
				s.report(err, "tie messages to the history")
			}
		}
	}
}

// heed learns from what became of a message's request what it says of the
// account.
func (s *sender) observe(generation int, o state.Outbound, err error) {
	s.outage.Observe(generation, err, time.Now(), policy.Jitter(o))
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
