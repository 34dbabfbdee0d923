package outbox

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
	"unibox/state/work"
)

// atOnce bounds how many messages of one account are worked on at a time in
// each lane; those being sent are of different conversations.
const atOnce = 4

// sender works on the messages of one account while the outbox runs. Its loop
// plans; each job takes one message as far as it goes without waiting.
type sender struct {
	*Outbox
	account  api.AccountID
	provider api.Provider
	traits   api.Traits
	facts    policy.Facts
	// since is when the work began, planned when it was last planned: a machine that
	// was stopped meanwhile may be a copy of one that went on.
	since   atomic.Pointer[time.Time]
	planned time.Time
	// found is the newest message that was there when the work began; counted, of the
	// loop alone: it is known.
	found   atomic.Int64
	counted bool
	// reviewed: what was sent before this process began has been compared with the
	// history. It is of the loop alone.
	reviewed bool
	// looked is when all jobs were made due, see lookNow.
	looked time.Time
	logger *slog.Logger
	loop   *work.Loop[job]
	// running, of the loop alone, holds the messages being worked on.
	running map[int64]job
	outage  policy.Outage
	// matching is held while messages are matched with the history, so that no
	// two messages of ours are tied to the same one.
	matching sync.Mutex
}

// job is one message being worked on.
type job struct {
	id   int64
	lane lane
	// generation is the outage's when it began.
	generation int
	cancel     context.CancelFunc
}

// lane is a kind of work that waits for its own kind only.
type lane uint8

const (
	repairs lane = iota
	sends
	uploading
	checks
)

func newSender(b *Outbox, a Account) *sender {
	traits := a.Provider.Traits()
	s := &sender{
		Outbox: b, account: a.ID, provider: a.Provider, traits: traits,
		facts:  factsOf(a.Provider),
		logger: b.log.With("account", a.ID),
		loop:   work.NewLoop[job](), running: map[int64]job{},
	}
	s.begin(s.now())
	return s
}

func (s *sender) begin(now time.Time) { s.since.Store(&now) }

// began is when the work of this process on the account's messages began.
func (s *sender) began() time.Time { return *s.since.Load() }

// apart is how far date and clock may part while a machine runs.
const apart = 10 * time.Second

// noteTime has the work begin anew where the date has moved and the clock has not.
func (s *sender) noteTime(now time.Time) {
	if gap := now.Round(0).Sub(s.planned.Round(0)) - now.Sub(s.planned); !s.planned.IsZero() && gap.Abs() > apart {
		s.begin(now)
		s.counted = false
	}
	s.planned = now
}

func factsOf(p api.Provider) policy.Facts {
	_, tracks := p.(api.Tracker)
	_, retries := p.(api.Retrier)
	_, schedules := p.(api.Scheduler)
	return policy.Facts{Listed: p.Traits().Listed, Tracks: tracks, Retries: retries && tracks, Schedules: schedules}
}

func (s *sender) run(ctx context.Context) error {
	news := s.feed.Subscribe()
	defer news.Close()
	plan := func(ctx context.Context) time.Time { return s.here(s.plan(ctx, news.Take())) }
	return s.loop.Run(ctx, news.Wake(), plan, s.end)
}

func (s *sender) end(j job) {
	j.cancel()
	delete(s.running, j.id)
}

// plan starts what is due and returns when there will be more.
func (s *sender) plan(ctx context.Context, news []state.Topic) time.Time {
	s.noteTime(s.now())
	rows, err := s.store.Unsettled(ctx, s.account)
	if err != nil {
		s.report(err, "read the outbox")
		return s.now().Add(work.StorePause)
	}
	s.count(rows)
	if rows, err = s.tryNow(ctx, rows); err != nil {
		s.report(err, "try what waits")
		return s.now().Add(work.StorePause)
	}
	s.lookNow(rows, s.now())
	s.cancelGone(rows)
	s.matchNews(ctx, rows, news)
	s.review(ctx, news)
	pause := s.outage.Pause()
	p := policy.Due(rows, s.busy, s.now(), pause)
	if err := s.postpone(ctx, p.Paused, pause); err != nil {
		s.report(err, "put messages off")
		return s.now().Add(work.StorePause)
	}
	s.startSome(ctx, repairs, p.Interrupted, s.takeUp)
	s.startSome(ctx, repairs, p.Orphans, s.failOrphan)
	s.startSome(ctx, sends, s.leastTriedFirst(p.Sends), s.send)
	s.startSome(ctx, uploading, s.leastTriedFirst(p.Uploads), s.send)
	s.startSome(ctx, checks, p.Checks, s.check)
	return p.Next
}

// count notes at the beginning which messages are there.
func (s *sender) count(rows []state.Outbound) {
	if s.counted || !s.shared {
		return
	}
	s.counted = true
	for _, o := range rows {
		s.found.Store(max(s.found.Load(), o.ID))
	}
}

func (s *sender) busy(id int64) bool { _, ok := s.running[id]; return ok }

// postpone stores with messages until when an account pauses, and why.
func (s *sender) postpone(ctx context.Context, rows []state.Outbound, p policy.Pause) error {
	byReason := map[string][]int64{}
	for _, o := range rows {
		byReason[p.Reason(o)] = append(byReason[p.Reason(o)], o.ID)
	}
	for reason, ids := range byReason {
		if err := s.store.Postpone(ctx, ids, state.In(s.now(), p.Until.Sub(s.now())), reason); err != nil {
			return err
		}
	}
	return nil
}

// lookPause is how long after one look at all jobs the next one may be: whoever says
// that they ended is not believed.
const lookPause = 2 * time.Second

// lookNow makes the jobs due if one is said to have ended.
func (s *sender) lookNow(rows []state.Outbound, now time.Time) {
	if now.Sub(s.looked) < lookPause || !s.looks[s.account].Swap(false) {
		return
	}
	s.looked = now
	for i, o := range rows {
		if o.Status == state.Accepted && o.Receipt.Job != "" {
			rows[i].NotBefore = time.Time{}
		}
	}
}

// tryNow makes what waits due if a person wants it, and returns the rows as they
// are then.
func (s *sender) tryNow(ctx context.Context, rows []state.Outbound) ([]state.Outbound, error) {
	if !s.tries[s.account].Swap(false) {
		return rows, nil
	}
	now := s.now()
	s.outage.Try(now)
	byReason := map[string][]int64{}
	for _, o := range rows {
		if o.Status == state.Queued && o.NotBefore.After(now) && !o.InDelay(now) && !o.Timed() {
			byReason[o.Reason] = append(byReason[o.Reason], o.ID)
		}
	}
	for reason, ids := range byReason {
		if err := s.store.Postpone(ctx, ids, now, reason); err != nil {
			s.tries[s.account].Store(true)
			return nil, err
		}
	}
	if len(byReason) == 0 {
		return rows, nil
	}
	return s.store.Unsettled(ctx, s.account)
}

// leastTriedFirst orders, in an outage, what may be sent: a message that fails
// by its own fault does not keep the others from showing that the outage is over.
func (s *sender) leastTriedFirst(rows []state.Outbound) []state.Outbound {
	if _, on := s.outage.Generation(); on {
		slices.SortStableFunc(rows, func(a, b state.Outbound) int { return cmp.Compare(a.Checks, b.Checks) })
	}
	return rows
}

// startSome starts as much of what is due as its lane has room for.
func (s *sender) startSome(ctx context.Context, in lane, rows []state.Outbound, do action) {
	room := s.room(in)
	for _, o := range rows[:min(len(rows), max(room, 0))] {
		s.start(ctx, in, o, do)
	}
}

// room is how much more a lane takes. In an outage one message at a time is
// sent; what began before the outage does not count.
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
// is stored with the message.
type action func(ctx context.Context, o state.Outbound) error

func (s *sender) start(ctx context.Context, in lane, o state.Outbound, do action) {
	ctx, cancel := context.WithCancel(ctx)
	generation, _ := s.outage.Generation()
	j := job{o.ID, in, generation, cancel}
	s.running[o.ID] = j
	s.loop.Go(func() job {
		work.Attempt(ctx, s.reporter("work on a message"), func() error { return do(ctx, o) })
		return j
	})
}

// cancelGone ends the work on messages that were taken back or discarded. A
// message whose request may be out is in the store, whatever happens.
func (s *sender) cancelGone(rows []state.Outbound) {
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

// matchNews matches messages with what the engine has just read of their
// conversations.
func (s *sender) matchNews(ctx context.Context, rows []state.Outbound, news []state.Topic) {
	fresh := map[api.ConversationID]bool{}
	for _, t := range news {
		if t.Kind == state.TopicThread {
			fresh[t.Conversation] = true
		}
	}
	for _, o := range rows {
		if fresh[o.Conversation] && policy.NeedsMatch(o) {
			delete(fresh, o.Conversation)
			if err := s.match(ctx, o.Conversation, 0); err != nil {
				s.report(err, "match messages with the history")
			}
		}
	}
}

// observe learns from the outcome of a message's request what it says about the
// whole account.
func (s *sender) observe(generation int, o state.Outbound, err error) {
	s.outage.Observe(generation, err, s.now(), policy.Jitter(o))
}

func (s *sender) report(err error, doing string) { work.Report(s.logger, err, doing) }

func (s *sender) reporter(doing string) func(error) {
	return func(err error) { s.report(err, doing) }
}

// takeUp continues a message that nobody works on, as after a crash.
func (s *sender) takeUp(ctx context.Context, o state.Outbound) error {
	_, _, err := s.step(ctx, o, policy.Interrupted{})
	return err
}

// failOrphan fails a message whose conversation will never be opened.
func (s *sender) failOrphan(ctx context.Context, o state.Outbound) error {
	_, _, err := s.step(ctx, o, policy.Orphaned{})
	return err
}
