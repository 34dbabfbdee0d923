package syncer

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

const (
	// countEvery is how often counts are saved, ageEvery the age of the data where
	// nothing else is new: the screen says it in minutes.
	countEvery = time.Second
	ageEvery   = 20 * time.Second
	// reloadEvery is how often the store is asked for a conversation that is
	// open but unknown, such as one that was just made.
	reloadEvery = 5 * time.Second
)

// loop serves one account for the length of a run. What is not marked
// otherwise belongs to its one goroutine.
type loop struct {
	worker
	jobs    *work.Loop[result]
	plan    *plan
	mailbox *mailbox
	status  *fetchStatus
	log     *slog.Logger
	jitter  func() float64

	sessions Sessions
	answers  *answers
	// refreshed is told that a person wants the account tried again.
	refreshed func(api.AccountID)
	// asked holds the conversations that other sessions asked about, and the
	// last answer to them; nil for none yet.
	asked map[api.ConversationID]*state.Fetching

	// calls is the context of the requests under way, hangUp ends them.
	calls  context.Context
	hangUp context.CancelFunc
	// reloaded is when the store was last asked for what is known.
	reloaded time.Time
	// saved is the health that the store has, since savedAt.
	saved   state.Health
	savedAt time.Time
}

func (e *Engine) newLoop(a Account, jitter func() float64) *loop {
	w, spread := e.worker(a), jitter()
	p := newPlan(a.ID, w.traits, spread)
	p.join(e.purses[a.ID], w.traits, spread)
	return &loop{
		worker:   w,
		jobs:     work.NewLoop[result](),
		plan:     p,
		mailbox:  e.mailboxes[a.ID],
		status:   e.status,
		log:      e.log.With(slog.String("account", string(a.ID))),
		jitter:   jitter,
		sessions: e.sessions,
		answers:  e.answers, refreshed: e.refreshed,
		asked: map[api.ConversationID]*state.Fetching{},
	}
}

// run works until ctx ends, and waits for its requests to end.
func (l *loop) run(ctx context.Context) error {
	l.status.clear(l.account)
	defer l.status.clear(l.account)
	l.mailbox.startServing()
	defer l.handOver()
	if err := l.load(ctx); err != nil {
		return err
	}
	l.plan.begin(time.Now())
	l.calls, l.hangUp = context.WithCancel(ctx)
	defer func() { l.hangUp() }()
	return l.jobs.Run(ctx, l.mailbox.wake, l.turn, func(r result) { l.settle(r, time.Now()) })
}

// turn takes the requests, begins what may begin, and publishes the state of
// the account. It returns when the next turn is due.
func (l *loop) turn(ctx context.Context) time.Time {
	l.take(ctx, l.mailbox.take(), time.Now())
	next := l.dispatch()
	return l.publish(ctx, next, time.Now())
}

// handOver closes the mailbox, and asks the session that has the lease next for
// what a person here waits for.
func (l *loop) handOver() {
	l.mailbox.stopServing()
	for _, c := range l.plan.attended {
		if c.att.older && c == l.plan.open {
			l.sessions.Ask(state.EngineRequest{Conversation: c.id, Older: c.att.pos})
		}
	}
}

// dispatch begins what may begin, and returns when there may be more.
func (l *loop) dispatch() time.Time {
	for {
		now := time.Now()
		t, next := l.plan.next(now)
		if t.job == none {
			return next
		}
		o, calls := l.begin(t, now), l.calls
		l.jobs.Go(func() result { return l.do(calls, o) })
	}
}

// begin notes that a task is under way and copies what it needs.
func (l *loop) begin(t task, now time.Time) order {
	p := l.plan
	p.budgets[t.job.class()].spend(now, t.urgency)
	p.running++
	o := order{task: t, began: now, generation: p.health.generation}
	switch t.job {
	case identify:
		p.identifying, o.renew = true, p.renew
	case list:
		t.round.busy = true
		o.cursor, o.whole = t.round.cursor, t.round.whole
		p.push.list = p.push.list && (o.whole || o.cursor != "")
	default:
		l.beginMessages(&o)
	}
	return o
}

func (l *loop) beginMessages(o *order) {
	c := o.conv
	c.busy, o.id, o.limit = true, c.id, l.traits.HeadPage
	o.seen = c.visible || slices.Contains(l.plan.opens(), c)
	if o.urgency != background {
		l.store.Reading(c.id)
	}
	switch {
	case o.job == readOlder:
		o.pos, o.walk = c.att.pos, c.att.walk.copied()
	case o.job == fillHole:
		o.pos = c.att.hole
	case o.urgency == person:
		// Somebody is about to read: the larger page fills the screen, and
		// history continues in pages of its size.
		o.limit = l.traits.HistoryPage
	}
	if o.swept {
		l.plan.turn++
		if !c.moved && !c.checked.IsZero() {
			l.plan.sweptAt = o.began
		}
	}
	if o.job == readHead {
		c.moved, o.announced = false, c.named
		l.plan.unname(c)
	}
}

// take takes the requests into the plan.
func (l *loop) take(ctx context.Context, r requests, now time.Time) {
	p := l.plan
	for range r.reads {
		p.budgets[readHead.class()].spend(now, person)
	}
	if r.slept > 0 {
		l.hangUp()
		l.calls, l.hangUp = context.WithCancel(ctx)
		p.wake(now, r.slept, l.jitter())
	}
	if r.fromPeople(p.screens) {
		p.watchedUntil = now.Add(watchedFor)
	}
	if r.screensChanged {
		for _, id := range append([]api.ConversationID{r.open}, r.others...) {
			l.reloadUnknown(ctx, id, now)
		}
		p.show(r.screens, now)
	}
	if r.reachable {
		p.push.open, p.push.cut = now, false
	}
	if r.unreachable {
		p.push.cut = true
	}
	p.noteChannels(r.channels)
	for _, h := range r.announced {
		p.announced(h, now)
	}
	for _, id := range r.asked {
		l.asked[id] = nil
	}
	if len(r.refresh) > 0 {
		p.restart(now)
		l.refreshed(l.account)
	}
	for id := range r.refresh {
		if c, ok := p.known[id.Remote]; ok {
			p.refresh(c)
		} else {
			l.refreshAll(ctx, now)
		}
	}
	for id, pos := range r.older {
		l.reloadUnknown(ctx, id, now)
		if c, ok := p.known[id.Remote]; ok {
			p.requestOlder(c, pos, now)
		}
	}
}

// refreshAll takes in that a person wants to know what is new at all.
func (l *loop) refreshAll(ctx context.Context, now time.Time) {
	if l.elsewhere != nil {
		l.refreshThere(ctx)
	}
	l.plan.refreshAll(now)
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
			err = l.recall(ctx)
		}
		if err == nil {
			return nil
		}
		l.log.Error("nothing can be fetched yet", slog.Any("err", err))
		if !work.Sleep(ctx, work.Backoff(fails, l.jitter())) {
			return ctx.Err()
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

// recall reads how far an earlier run came with the list.
func (l *loop) recall(ctx context.Context) error {
	all, err := l.store.Health(ctx)
	if err != nil {
		return fmt.Errorf("read the accounts known here: %w", err)
	}
	below, at, err := l.store.Listing(ctx, l.account)
	if err != nil {
		return fmt.Errorf("read where the list goes on: %w", err)
	}
	l.plan.recall(all)
	l.plan.resume(below, at, time.Now())
	return nil
}

// publish publishes the state of fetching and saves the account's health. It returns when
// the next turn is due: at next, or sooner to save what is put off now.
func (l *loop) publish(ctx context.Context, next, now time.Time) time.Time {
	for _, c := range l.plan.attended {
		l.status.set(c.id, c.fetching())
	}
	l.plan.dropIdle()
	l.answerOthers()
	for _, c := range l.plan.opens() { // also where nothing can be asked
		l.store.Reading(c.id)
	}
	h := l.report(now)
	if h == l.saved || l.elsewhere != nil { // who reads the account says how that goes
		return next
	}
	if due := l.savedAt.Add(patience(h, l.saved)); now.Before(due) {
		if due.Before(next) {
			return due
		}
		return next
	}
	if err := l.store.SaveHealth(ctx, h); err != nil && ctx.Err() == nil {
		l.log.Warn("save the account's health", slog.Any("err", err))
	}
	l.saved, l.savedAt = h, now
	return next
}

// answerOthers answers the other sessions where there is news for them.
func (l *loop) answerOthers() {
	for id, answered := range l.asked {
		f := l.status.get(id)
		if answered == nil || *answered != f {
			l.answers.put(id, f)
		}
		if l.asked[id] = &f; !f.Head && !f.Older {
			delete(l.asked, id)
		}
	}
}

// patience is how long after the last time a report may be saved.
func patience(now, saved state.Health) time.Duration {
	now.LastOK = saved.LastOK
	if now == saved {
		return ageEvery
	}
	if now.Known, now.Listed = saved.Known, saved.Listed; now == saved {
		return countEvery
	}
	return 0
}
