package syncer

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
)

const (
	// healthEvery is how often the age of the data is saved.
	healthEvery = time.Second
	// reloadEvery is how often the store is asked for a conversation that is
	// open but unknown, such as one that was just made.
	reloadEvery = 5 * time.Second
)

// loop serves one account for the length of a run. What is not marked
// otherwise belongs to its one goroutine.
type loop struct {
	worker
	plan   *plan
	desk   *desk
	board  *board
	log    *slog.Logger
	jitter func() float64

	sessions Sessions
	answers  *answers
	// asked holds what other sessions have to be told about, and what they
	// were told last; nil for nothing yet.
	asked map[api.ConversationID]*state.Fetching

	// calls is the context of the requests under way, hangUp ends them.
	calls  context.Context
	hangUp context.CancelFunc
	// results has room for every request under way, so that none is held up.
	results chan result
	// reloaded is when the store was last asked for what is known.
	reloaded time.Time
	// saved is the health that the store has, since savedAt.
	saved   state.Health
	savedAt time.Time
}

func (e *Engine) newLoop(a Account, jitter func() float64) *loop {
	t := a.Provider.Traits()
	log := e.log.With(slog.String("account", string(a.ID)))
	return &loop{
		worker: worker{store: e.store, provider: a.Provider, traits: t, account: a.ID},
		plan:   newPlan(a.ID, t, jitter()),
		desk:   e.desks[a.ID],

		sessions: e.sessions,
		answers:  e.answers,
		asked:    map[api.ConversationID]*state.Fetching{},

		board:   e.board,
		log:     log,
		jitter:  jitter,
		results: make(chan result, lanes[person]),
	}
}

// run works until ctx ends, and waits for its requests to end.
func (l *loop) run(ctx context.Context) error {
	var workers sync.WaitGroup
	defer l.board.clear(l.account)
	defer workers.Wait()
	l.desk.staff(true)
	defer l.handOver()
	l.board.clear(l.account)
	l.desk.ring()
	if err := l.load(ctx); err != nil {
		return err
	}
	l.plan.begin(time.Now())
	l.calls, l.hangUp = context.WithCancel(ctx)
	defer func() { l.hangUp() }()

	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case r := <-l.results:
			l.settle(r, time.Now())
		case <-l.desk.wake:
			l.hear(ctx, l.desk.take(), time.Now())
		case <-timer.C:
		}
		wake := l.dispatch(&workers)
		timer.Reset(time.Until(l.tell(ctx, wake, time.Now())))
	}
}

// handOver leaves the desk, and asks whoever works next for what a person here
// waits for.
func (l *loop) handOver() {
	l.desk.staff(false)
	for _, c := range l.plan.attended {
		if c.att.older && c == l.plan.open {
			l.sessions.Ask(state.Ask{Conversation: c.id, Older: c.att.pos})
		}
	}
}

// dispatch begins what may begin, and returns when there may be more.
func (l *loop) dispatch(workers *sync.WaitGroup) time.Time {
	for {
		now := time.Now()
		t, wake := l.plan.next(now)
		if t.job == none {
			return wake
		}
		o, calls := l.begin(t, now), l.calls
		workers.Go(func() { l.results <- l.do(calls, o) })
	}
}

// begin notes that a task is under way and copies what it needs.
func (l *loop) begin(t task, now time.Time) order {
	p := l.plan
	p.budgets[t.job.class()].spend(now, t.urgency)
	p.running++
	o := order{task: t, began: now, era: p.health.era}
	switch t.job {
	case identify:
		p.identifying, o.renew = true, p.renew
	case list:
		t.round.busy = true
		o.cursor = t.round.cursor
	default:
		l.beginMessages(&o)
	}
	return o
}

func (l *loop) beginMessages(o *order) {
	c := o.conv
	c.busy, o.id, o.limit = true, c.id, l.traits.HeadPage
	if o.urgency != background {
		l.store.Reading(c.id)
	}
	switch {
	case o.job == back:
		o.pos, o.walk = c.att.pos, c.att.walk.copied()
	case o.job == fill:
		o.pos = c.att.hole
	case o.urgency == person:
		// Somebody is about to read: the larger page fills the screen, and
		// history continues in pages of its size.
		o.limit = l.traits.HistoryPage
	}
	if o.job == look {
		c.moved = false
	}
	if o.swept {
		l.plan.turn++
	}
}

// hear takes in wishes.
func (l *loop) hear(ctx context.Context, w wishes, now time.Time) {
	p := l.plan
	if w.slept > 0 {
		l.hangUp()
		l.calls, l.hangUp = context.WithCancel(ctx)
		p.wake(now, w.slept, l.jitter())
	}
	if w.looked {
		for _, id := range append([]api.ConversationID{w.open}, w.others...) {
			l.reloadUnknown(ctx, id, now)
		}
		p.look(w.seen, now)
	}
	for _, id := range w.asked {
		l.asked[id] = nil
	}
	for id := range w.refresh {
		p.restart()
		if c, ok := p.known[id.Remote]; ok {
			p.refresh(c)
		} else {
			p.refreshAll(now)
		}
	}
	for id, pos := range w.older {
		l.reloadUnknown(ctx, id, now)
		if c, ok := p.known[id.Remote]; ok {
			p.wishOlder(c, pos, now)
		}
	}
}

// reloadUnknown asks the store for a conversation that somebody else made.
func (l *loop) reloadUnknown(ctx context.Context, id api.ConversationID, now time.Time) {
	if _, ok := l.plan.known[id.Remote]; !ok && id.Remote != "" && now.Sub(l.reloaded) >= reloadEvery {
		if err := l.reload(ctx, now); err != nil {
			l.log.Warn("an open conversation is not known yet", slog.Any("err", err))
		}
	}
}

// load reads what the store knows, and tries again until it can.
func (l *loop) load(ctx context.Context) error {
	for fails := 1; ; fails++ {
		err := l.reload(ctx, time.Now())
		if err == nil {
			return nil
		}
		l.log.Error("nothing can be fetched yet", slog.Any("err", err))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(backoff(fails, l.jitter())):
		}
	}
}

func (l *loop) reload(ctx context.Context, now time.Time) error {
	l.reloaded = now
	heads, err := l.store.Heads(ctx, l.account)
	if err != nil {
		return fmt.Errorf("read the conversations known here: %w", err)
	}
	l.plan.adopt(heads, now)
	return nil
}

// tell shows how fetching goes and saves the account's health. It returns when
// to wake: at wake, or sooner to save what is held back now.
func (l *loop) tell(ctx context.Context, wake, now time.Time) time.Time {
	for _, c := range l.plan.attended {
		l.board.set(c.id, c.fetching())
	}
	l.plan.tidy()
	l.tellOthers()
	for _, c := range l.plan.opens() { // also where nothing can be asked
		l.store.Reading(c.id)
	}
	h := l.report()
	if h == l.saved {
		return wake
	}
	if due := l.savedAt.Add(healthEvery); now.Before(due) && sameState(h, l.saved) {
		if due.Before(wake) {
			return due
		}
		return wake
	}
	if err := l.store.SaveHealth(ctx, h); err != nil && ctx.Err() == nil {
		l.log.Warn("save the account's health", slog.Any("err", err))
	}
	l.saved, l.savedAt = h, now
	return wake
}

// tellOthers answers the other sessions where there is news for them.
func (l *loop) tellOthers() {
	for id, told := range l.asked {
		f := l.board.get(id)
		if told == nil || *told != f {
			l.answers.put(id, f)
		}
		if l.asked[id] = &f; !f.Head && !f.Older {
			delete(l.asked, id)
		}
	}
}

// sameState reports whether only ages and counts differ.
func sameState(a, b state.Health) bool {
	a.LastOK, a.Known, a.Listed = b.LastOK, b.Known, b.Listed
	return a == b
}
