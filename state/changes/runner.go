package changes

import (
	"context"
	"errors"
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
)

const (
	// atOnce bounds how many changes of one account are carried out at a time;
	// they are of different conversations.
	atOnce = 4
	// setback is the pause after the store failed.
	setback = time.Second
	// idle is how long to wait where only news can bring work.
	idle = time.Hour
)

// runner carries out the changes of one account. Its loop plans, each job
// carries out one change.
type runner struct {
	*Changes
	account  api.AccountID
	provider api.Provider
	ended    chan job
	// running, of the loop alone, holds the changes being carried out, hold
	// the time before which the platform asked for a pause.
	running map[int64]bool
	hold    time.Time
}

// job is one change that has been worked on. pause is for how long its answer
// asks the whole account to wait.
type job struct {
	id    int64
	pause time.Duration
}

func newRunner(c *Changes, a Account) *runner {
	return &runner{Changes: c, account: a.ID, provider: a.Provider, ended: make(chan job), running: map[int64]bool{}}
}

func (r *runner) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	news := r.feed.Subscribe()
	defer news.Close()
	defer r.drain()
	defer stop()
	for ctx.Err() == nil {
		news.Take()
		timer := time.NewTimer(r.round(ctx))
		select {
		case <-ctx.Done():
		case <-news.Wake():
		case <-timer.C:
		case j := <-r.ended:
			r.end(j)
		}
		timer.Stop()
	}
	return ctx.Err()
}

// drain waits for the jobs, whose context has ended.
func (r *runner) drain() {
	for len(r.running) > 0 {
		r.end(<-r.ended)
	}
}

func (r *runner) end(j job) {
	delete(r.running, j.id)
	r.hold = later(r.hold, time.Now().Add(j.pause))
}

// round starts what is due and returns how long nothing else will be.
func (r *runner) round(ctx context.Context) time.Duration {
	rows, err := r.store.Changes(ctx, r.account)
	if err != nil {
		r.report(err, "read the changes")
		return setback
	}
	p := due(rows, func(id int64) bool { return r.running[id] }, time.Now(), r.hold)
	for _, ch := range p.drop {
		if err := r.store.DropChange(ctx, ch.ID); err != nil {
			r.report(err, "forget a change")
			return setback
		}
	}
	for _, ch := range p.carry[:min(len(p.carry), atOnce-len(r.running))] {
		r.start(ctx, ch)
	}
	if p.next.IsZero() {
		return idle
	}
	return time.Until(p.next)
}

// start carries out a change beside the loop. After a failure of the store, or
// a panic of ours, it rests a while.
func (r *runner) start(ctx context.Context, ch state.Change) {
	r.running[ch.ID] = true
	go func() {
		j := job{id: ch.ID}
		err := state.Guarded(func() (err error) {
			j.pause, err = r.carry(ctx, ch)
			return err
		})
		if err != nil {
			r.report(err, "carry out a change")
			sleep(ctx, setbackOf(err))
		}
		r.ended <- j
	}()
}

// setbackOf is how long a change rests after an error. A panic will likely
// happen again.
func setbackOf(err error) time.Duration {
	var panicked *state.PanicError
	if errors.As(err, &panicked) {
		return longest
	}
	return setback
}

// carry asks the platform once. That it is about to be asked is stored before;
// the answer is stored whatever happened to ctx. Its error is the store's.
func (r *runner) carry(ctx context.Context, ch state.Change) (time.Duration, error) {
	if ch.Sent && ch.Cap == api.CapRetry { // it was out when a session ended
		_, err := r.store.SaveChange(ctx, refuse(ch, uncertainReason))
		return 0, err
	}
	ch.Attempts++
	ch.Sent, ch.NotBefore = true, time.Time{}
	if ok, err := r.store.SaveChange(ctx, ch); err != nil || !ok {
		return 0, err
	}
	a, err := deeds[ch.Cap](ctx, r.provider, ch)
	if err != nil && ctx.Err() != nil {
		return 0, nil // it is found as it is, and taken up again
	}
	return pauseOf(err), r.insist(ctx, func(ctx context.Context) error { return r.settle(ctx, ch, a, err) })
}

// pauseOf is for how long an answer asks the whole account to wait.
func pauseOf(err error) time.Duration {
	switch api.KindOf(err) {
	case api.ErrRateLimited:
		return api.RetryAfter(err)
	case api.ErrAuth, api.ErrPayment:
		return longest
	}
	return 0
}

// settle stores what the platform says now, then what became of the change, so
// that between the two the wish is still on top.
func (r *runner) settle(ctx context.Context, ch state.Change, a answer, err error) error {
	next := weigh(ch, a, err, time.Now())
	if !next.Until.IsZero() || err == nil {
		if err := r.file(ctx, ch, a); err != nil {
			return fmt.Errorf("store what the platform answered: %w", err)
		}
	}
	_, err = r.store.SaveChange(ctx, next)
	return err
}

func (r *runner) file(ctx context.Context, ch state.Change, a answer) error {
	switch {
	case ch.Cap == api.CapRemove:
		return r.store.RemoveConversation(ctx, ch.Conversation)
	case ch.Cap == api.CapDelete:
		return r.store.DeleteMessage(ctx, ch.Conversation, ch.Message)
	case a.message.ID.Remote != "":
		a.message.Conversation = ch.Conversation
		return r.store.SaveMessage(ctx, a.message)
	case a.conversation.ID.Remote != "":
		return r.store.SaveConversations(ctx, []api.Conversation{a.conversation})
	}
	return nil
}

// insist stores an answer that nobody can ask for again. It stops when this
// process may not, or when it ends.
func (r *runner) insist(ctx context.Context, store func(context.Context) error) error {
	for {
		err := store(context.WithoutCancel(ctx))
		if err == nil || errors.Is(err, state.ErrNotOwner) {
			return err
		}
		r.report(err, "store an answer")
		if !sleep(ctx, setback) {
			return err
		}
	}
}

func (r *runner) report(err error, doing string) {
	var panicked *state.PanicError
	switch {
	case errors.As(err, &panicked):
		r.log.Error(doing, "account", r.account, "err", err, "stack", string(panicked.Stack))
	case !errors.Is(err, context.Canceled):
		r.log.Warn(doing, "account", r.account, "err", err)
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
