// Package outbox sends what agents submit: durably, in order, and never twice
// by itself.
//
// Submitting ([Outbox.Submit]) writes a message to the store before any
// network. The session that has the lease runs [Outbox.Run], which takes each message
// through upload, request and the question what became of it. All that is
// decided about a message is decided by package policy, which touches nothing,
// and is stored before the next thing happens: that a request is about to be
// made is on disk before it is made, so a message found in that state after a
// crash is known to be uncertain and is looked for in the history instead of
// being sent again.
//
// Any session may submit and decide; it works on the store alone, and the
// session that has the lease learns of it through the feed.
package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
	"unibox/state/supervise"
	"unibox/state/work"
)

// Account is an account that messages are sent through.
type Account = work.Account

// Options are what an outbox works with.
type Options struct {
	Store Store
	// Heads is needed where there are accounts.
	Heads HeadReader
	Feed  *state.Feed
	// Dir is the folder for our copies of files; it is made when needed.
	Dir      string
	Accounts []Account
	// Open opens a file that is to be sent, or refuses it with a sentence for a
	// person. Nil refuses none.
	Open func(path string) (*os.File, error)
	// Refused, if set, is what a person here is told who submits, decides, or takes a
	// message back: they have not the right to. What is in the outbox is sent all the same.
	Refused error
	// Shared: other boxes submit to it too, whose times of day may differ.
	Shared bool
	// Box is what people call this box of a team, and BoxID asks for its id; nil where nothing does.
	Box   string
	BoxID func() (string, error)
	// Now is the time of day by which messages wait and are planned, the same on each box; nil
	// is that of this one.
	Now func() time.Time
	// Files carry the copies of files to the box that sends; nil where there is one box.
	Files Files
	// Followed reports whether the store has all messages of the team that there were when this
	// process began: no file is removed before. Nil: it always has.
	Followed func() bool
	// Log gets what goes wrong, never what is written. Nil is silent.
	Log *slog.Logger
}

// Outbox submits, decides and sends. It is safe for concurrent use.
type Outbox struct {
	store    Store
	heads    HeadReader
	feed     *state.Feed
	dir      string
	accounts map[api.AccountID]Account
	open     func(path string) (*os.File, error)
	refused  error
	shared   bool
	box      string
	boxID    func() (string, error)
	now      func() time.Time
	files    Files
	followed func() bool
	// serving are the accounts that are served in this process.
	serving  sync.Map
	log      *slog.Logger
	uploads  uploads
	requests requests
	// steps keeps the steps of this process apart: each reads a row, and
	// stores what becomes of it, before the next one reads.
	steps sync.Mutex
	// tries says of each account that a person wants it tried.
	tries map[api.AccountID]*atomic.Bool
	// looks says of each account that a delivery is said to have ended.
	looks map[api.AccountID]*atomic.Bool
}

// New returns an outbox that sends nothing yet.
func New(o Options) *Outbox {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Open == nil {
		o.Open = os.Open
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Followed == nil {
		o.Followed = func() bool { return true }
	}
	b := &Outbox{now: o.Now, followed: o.Followed, tries: map[api.AccountID]*atomic.Bool{}, looks: map[api.AccountID]*atomic.Bool{}, store: o.Store, heads: o.Heads, feed: o.Feed, dir: o.Dir, open: o.Open, refused: o.Refused, shared: o.Shared, box: o.Box, boxID: o.BoxID, files: o.Files, log: o.Log, accounts: map[api.AccountID]Account{}}
	for _, a := range o.Accounts {
		b.accounts[a.ID], b.tries[a.ID], b.looks[a.ID] = a, new(atomic.Bool), new(atomic.Bool)
	}
	return b
}

// here is a moment by the clock of this box; zero stays zero.
func (b *Outbox) here(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return time.Now().Add(at.Sub(b.now()))
}

// Run sends until ctx ends, and returns why that ended. It is for
// the session that has the lease: without it the store refuses each step before
// anything is sent. When it returns nothing is under way any more, and it may
// be run again.
func (b *Outbox) Run(ctx context.Context) error {
	parts := []func(context.Context) error{b.Sweep}
	for account := range b.accounts {
		parts = append(parts, func(ctx context.Context) error { return b.Serve(ctx, account) })
	}
	return supervise.Together(ctx, parts...)
}

// Serve is Run for one account, without Sweep.
func (b *Outbox) Serve(ctx context.Context, account api.AccountID) error {
	a, err := b.accountOf(account)
	if err != nil {
		return err
	}
	b.serving.Store(account, true)
	defer b.serving.Delete(account)
	return newSender(b, a).run(ctx)
}

// TryNow says that a person wants an account tried: what waits for the end of an
// outage is due, one message first. It does not block, and may be called from any
// goroutine; where the outbox does not run the next run finds it.
func (b *Outbox) TryNow(account api.AccountID) {
	if try, ok := b.tries[account]; ok {
		try.Store(true)
		b.feed.Mark(state.Outbox)
	}
}

// LookNow says that a delivery of an account is said to have ended: its jobs are asked
// for at once, and not when they would be. It does not block, and may be called from
// any goroutine.
func (b *Outbox) LookNow(account api.AccountID) {
	if look, ok := b.looks[account]; ok {
		look.Store(true)
		b.feed.Mark(state.Outbox)
	}
}

// Progress returns how much of a message's files is uploaded, 0 to 1, and
// whether an upload is under way here.
func (b *Outbox) Progress(id int64) (float64, bool) { return b.uploads.progress(id) }

// apply takes a stored message one step further and returns what it became.
// False means that the event no longer says anything to it.
func (b *Outbox) apply(ctx context.Context, seen state.Outbound, ev policy.Event, f policy.Facts) (state.Outbound, bool, error) {
	b.steps.Lock()
	defer b.steps.Unlock()
	o, err := b.again(ctx, seen)
	if err != nil {
		return o, false, fmt.Errorf("read message %d of the outbox: %w", seen.ID, err)
	}
	next, ok := policy.Step(o, ev, f, b.now())
	if !ok {
		return o, false, nil
	}
	saved, err := b.store.SaveOutbound(ctx, next, o.Status)
	if err != nil || !saved {
		return o, false, wrap(err, "store message %d of the outbox", o.ID)
	}
	if next.Status == state.Done {
		b.discardCopies(next)
	}
	return next, true, nil
}

// again reads a message that was read before: state.ErrNoSuch also where its number is that of
// another one by now, as after the database of several boxes has lost a commit.
func (b *Outbox) again(ctx context.Context, seen state.Outbound) (state.Outbound, error) {
	o, err := b.store.Outbound(ctx, seen.ID)
	if err == nil && o.Key != seen.Key {
		err = state.ErrNoSuch
	}
	return o, err
}

// wrap adds what was being done to an error, and leaves nil alone.
func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
