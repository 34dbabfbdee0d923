// Package syncer is the engine: it decides when to ask each platform for what,
// and files every answer in the store, one page per transaction.
//
// One goroutine per account runs a [loop]. It owns a [plan] (what is known of
// the account, and what a person asked for), picks the most urgent task that
// the account's request budgets allow ([plan.next], a pure function), lets a
// few of them run at a time, and learns from each answer. What a person waits
// for goes first, then the open conversation, then the list and what is on
// screen, then the rest, longest unseen first. Which strategy an account needs
// follows from its [api.Traits], never from the platform's name.
//
// An account that fails backs off by itself and never holds up another.
package syncer

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// Account is one account to keep up to date.
type Account = work.Account

// Options are what an engine works with. All fields but Sessions and Log are
// needed.
type Options struct {
	Store    Store
	Feed     *state.Feed
	Accounts []Account
	// Sessions may be nil where this engine is the only one.
	Sessions Sessions
	// Log may be nil.
	Log *slog.Logger
}

// Engine keeps the store up to date with the platforms. Its methods may be
// called from any goroutine, and none but Run blocks. While it does not run,
// another session's may: what is wanted is then asked of that one.
type Engine struct {
	store    Store
	feed     *state.Feed
	sessions Sessions
	answers  *answers
	log      *slog.Logger
	accounts []Account
	desks    map[api.AccountID]*desk
	board    *board
}

// New returns an engine that does nothing until Run.
func New(o Options) *Engine {
	e := &Engine{
		store:    o.Store,
		feed:     o.Feed,
		sessions: o.Sessions,
		answers:  newAnswers(),
		log:      o.Log,
		accounts: o.Accounts,
		desks:    map[api.AccountID]*desk{},
		board:    newBoard(o.Feed),
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if e.sessions == nil {
		e.sessions = nobody{}
	}
	for _, a := range o.Accounts {
		e.desks[a.ID] = newDesk()
	}
	return e
}

// Run fetches until ctx ends, and returns once every request has ended. It
// must not run twice at a time, but may run again after it returned. Its error
// is ctx's, or that of a loop which broke down.
func (e *Engine) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, a := range e.accounts {
		l := e.newLoop(a, rand.Float64)
		g.Go(func() error {
			return state.Guarded(func() error { return l.run(ctx) })
		})
	}
	g.Go(func() error {
		return state.Guarded(func() error { return e.relay(ctx) })
	})
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// Look names the open conversation, and those on screen. Either may be empty.
func (e *Engine) Look(open api.ConversationID, visible []api.ConversationID) {
	for account, d := range e.desks {
		if opened := d.look(account, open, visible); opened && !d.running() {
			e.sessions.Ask(state.Ask{Conversation: open})
		}
	}
	e.sessions.Look(state.Look{Open: open, Visible: visible})
}

// Older asks for history below the item at pos; at a gap, pos is the message
// above the gap. To ask again before the answer came changes nothing.
func (e *Engine) Older(id api.ConversationID, pos state.Pos) {
	if d, ok := e.desks[id.Account]; ok && !d.older(id, pos) {
		e.sessions.Ask(state.Ask{Conversation: id, Older: pos})
	}
}

// Refresh asks for what is due, now, of a conversation; with an id that names
// none, of its account; with an empty one, of every account. An account that was stopped by its platform starts again.
func (e *Engine) Refresh(id api.ConversationID) {
	asked := false
	for account, d := range e.desks {
		if id.Account != account && id != (api.ConversationID{}) {
			continue
		}
		if !d.refresh(id) && !asked {
			e.sessions.Ask(state.Ask{Conversation: id, Refresh: true})
			asked = true
		}
	}
}

// Wake says that the machine slept for so long, so that nothing was asked and
// the connections are dead. What is under way is asked again, and what people
// look at first.
func (e *Engine) Wake(slept time.Duration) {
	for _, d := range e.desks {
		d.woke(slept)
	}
}

// Fetching tells how fetching a conversation goes. The regular looks at a
// conversation that is known already are not reported: nobody waits for them.
func (e *Engine) Fetching(id api.ConversationID) state.Fetching {
	if d, ok := e.desks[id.Account]; ok && !d.running() {
		return e.sessions.Fetching(id)
	}
	return e.board.get(id)
}
