package changes

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// atOnce bounds how many changes of one account are carried out at a time; they
// are of different conversations.
const atOnce = 4

// runner carries out the changes of one account. Its loop plans, each job
// carries out one change.
type runner struct {
	*Changes
	account  api.AccountID
	provider api.Provider
	logger   *slog.Logger
	loop     *work.Loop[job]
	// running, of the loop alone, holds the changes being carried out.
	running map[int64]bool
	// resume, of the loop alone, is when the account may be asked again; ordered:
	// the platform asked for that.
	resume  time.Time
	ordered bool
}

// job is one change that has been worked on. pause is for how long its answer
// asks the whole account to wait.
type job struct {
	id    int64
	pause accountPause
}

// accountPause is for how long nothing is asked; ordered: the platform asked for it.
type accountPause struct {
	length  time.Duration
	ordered bool
}

func newRunner(c *Changes, a Account) *runner {
	return &runner{
		Changes: c, account: a.ID, provider: a.Provider, logger: c.log.With("account", a.ID),
		loop: work.NewLoop[job](), running: map[int64]bool{},
	}
}

func (r *runner) run(ctx context.Context) error {
	news := r.feed.Subscribe()
	defer news.Close()
	plan := func(ctx context.Context) time.Time { news.Take(); return r.plan(ctx) }
	return r.loop.Run(ctx, news.Wake(), plan, r.end)
}

func (r *runner) end(j job) {
	delete(r.running, j.id)
	if until := time.Now().Add(j.pause.length); until.After(r.resume) {
		r.resume, r.ordered = until, j.pause.ordered
	}
}

// plan starts what is due and returns when there will be more.
func (r *runner) plan(ctx context.Context) time.Time {
	rows, err := r.store.Changes(ctx, r.account)
	if err != nil {
		r.report(err, "read the changes")
		return time.Now().Add(work.StorePause)
	}
	if r.tries[r.account].Swap(false) {
		if err := r.tryNow(ctx, rows, time.Now()); err != nil {
			r.report(err, "try what waits")
			r.tries[r.account].Store(true)
			return time.Now().Add(work.StorePause)
		}
	}
	p := due(rows, func(id int64) bool { return r.running[id] }, time.Now(), r.resume)
	for _, ch := range p.drop {
		if err := r.store.DropChange(ctx, ch.ID); err != nil {
			r.report(err, "forget a change")
			return time.Now().Add(work.StorePause)
		}
	}
	for _, ch := range p.carry[:min(len(p.carry), atOnce-len(r.running))] {
		r.start(ctx, ch)
	}
	return p.Next
}

// tryNow makes what waits due. A short pause that the platform asked for stays.
func (r *runner) tryNow(ctx context.Context, rows []state.Change, now time.Time) error {
	if !r.ordered || r.resume.Sub(now) > work.LongestPause {
		r.resume = now
	}
	for i, ch := range rows {
		if r.running[ch.ID] || !ch.Waits() || ch.Refused || !ch.NotBefore.After(now) {
			continue
		}
		rows[i].NotBefore = time.Time{}
		if _, err := r.store.SaveChange(ctx, rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) start(ctx context.Context, ch state.Change) {
	r.running[ch.ID] = true
	r.loop.Go(func() job {
		j := job{id: ch.ID}
		work.Attempt(ctx, r.reporter("carry out a change"), func() (err error) {
			j.pause, err = r.carry(ctx, ch)
			return err
		})
		return j
	})
}

// carry asks the platform once. That it is about to be asked is stored before;
// the answer is stored whatever happened to ctx. Its error is the store's.
func (r *runner) carry(ctx context.Context, ch state.Change) (accountPause, error) {
	if ch.Sent && ch.Cap == api.CapRetry { // it was out when a session ended
		_, err := r.store.SaveChange(ctx, refuse(ch, uncertainReason))
		return accountPause{}, err
	}
	switch passed, err := r.store.Passed(ctx, ch); {
	case err != nil:
		return accountPause{}, err
	case passed:
		_, err := r.store.SaveChange(ctx, refuse(ch, passedReason))
		return accountPause{}, err
	}
	ch.Attempts++
	ch.Sent, ch.NotBefore = true, time.Time{}
	if ok, err := r.store.SaveChange(ctx, ch); err != nil || !ok {
		return accountPause{}, err
	}
	a, err := execute(ctx, r.provider, ch)
	if err != nil && ctx.Err() != nil {
		return accountPause{}, nil // it is found as it is, and taken up again
	}
	return pauseOf(err), r.saveAnswer(ctx, func(ctx context.Context) error { return r.settle(ctx, ch, a, err) })
}

// execute asks the platform. A change that no ability carries out is refused.
func execute(ctx context.Context, p api.Provider, ch state.Change) (api.ChangeResult, error) {
	ability, _ := api.AbilityOf(ch.Cap)
	if ability.Execute == nil {
		return api.ChangeResult{}, &api.Error{Kind: api.ErrUnsupported, Platform: p.Traits().Platform, Op: "change"}
	}
	return ability.Execute(ctx, p, ch.Request())
}

// pauseOf is for how long an answer asks the whole account to wait.
func pauseOf(err error) accountPause {
	switch api.KindOf(err) {
	case api.ErrRateLimited:
		return accountPause{min(api.RetryAfter(err), state.LongestWait), true}
	case api.ErrAuth, api.ErrPayment:
		return accountPause{length: work.LongestPause}
	}
	return accountPause{}
}

// settle stores what the platform says now, then what became of the change, so
// that between the two the change is still shown.
func (r *runner) settle(ctx context.Context, ch state.Change, a api.ChangeResult, err error) error {
	next := applyResult(ch, a, err, time.Now())
	if !next.Until.IsZero() || err == nil {
		if err := r.file(ctx, ch, a); err != nil {
			return fmt.Errorf("store what the platform answered: %w", err)
		}
	}
	_, err = r.store.SaveChange(ctx, next)
	return err
}

func (r *runner) file(ctx context.Context, ch state.Change, a api.ChangeResult) error {
	switch {
	case ch.Cap == api.CapRemove:
		return r.store.RemoveConversation(ctx, ch.Conversation)
	case ch.Cap == api.CapDelete:
		return r.store.DeleteMessage(ctx, ch.Conversation, ch.Message)
	case a.Message.ID.Remote != "":
		a.Message.Conversation = ch.Conversation
		return r.store.SaveMessage(ctx, a.Message)
	case a.Conversation.ID.Remote != "":
		return r.store.SaveConversations(ctx, []api.Conversation{a.Conversation})
	}
	return nil
}

// saveAnswer stores an answer that nobody can ask for again. It gives up when
// this process may not write any more, or when it ends.
func (r *runner) saveAnswer(ctx context.Context, store func(context.Context) error) error {
	return work.Persist(ctx, r.reporter("store an answer"), store, state.ErrNoLease)
}

func (r *runner) report(err error, doing string) { work.Report(r.logger, err, doing) }

func (r *runner) reporter(doing string) func(error) {
	return func(err error) { r.report(err, doing) }
}
