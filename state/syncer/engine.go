// Package syncer is the engine: it decides when to ask each platform for what,
// and stores every answer, one page per transaction.
//
// One goroutine per account runs a [loop]. It owns a [plan] (what is known of
// the account, and what a person asked for), picks the most urgent task that
// the account's request budgets allow ([plan.next], a pure function), runs a few
// at a time, and learns from each answer. Requests of people and of other
// sessions come in through the account's [mailbox]. What a person waits
// for goes first, then the open conversation, then the list and what is on
// screen, then the rest, longest unseen first. Which strategy an account needs
// follows from its [api.Traits], never from the platform's name.
//
// An account that fails backs off by itself and never holds up another.
package syncer

import (
	"context"
	"log/slog"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/supervise"
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
	// Refreshed, if not nil, is called whenever a person of any session wants an
	// account tried again. It must not block.
	Refreshed func(api.AccountID)
	// Boxes is nil where this box reads all accounts.
	Boxes Boxes
	// Log may be nil.
	Log *slog.Logger
}

// Engine keeps the store up to date with the platforms. Its methods may be
// called from any goroutine, and none but Run and ReadHead blocks. While it does not
// run, the engine of another session may: requests then go to that one.
type Engine struct {
	store     Store
	feed      *state.Feed
	sessions  Sessions
	answers   *answers
	refreshed func(api.AccountID)
	boxes     Boxes
	log       *slog.Logger
	accounts  []Account
	purses    map[api.AccountID]*purse
	mailboxes map[api.AccountID]*mailbox
	status    *fetchStatus
}

// New returns an engine that does nothing until Run.
func New(o Options) *Engine {
	e := &Engine{
		store:     o.Store,
		feed:      o.Feed,
		sessions:  o.Sessions,
		answers:   newAnswers(),
		refreshed: o.Refreshed,
		boxes:     o.Boxes,
		log:       o.Log,
		accounts:  o.Accounts,
		purses:    pursesOf(o.Accounts),
		mailboxes: map[api.AccountID]*mailbox{},
		status:    newFetchStatus(o.Feed),
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if e.refreshed == nil {
		e.refreshed = func(api.AccountID) {}
	}
	if e.sessions == nil {
		e.sessions = nobody{}
	}
	for _, a := range o.Accounts {
		e.mailboxes[a.ID] = newMailbox()
	}
	return e
}

// Run fetches until ctx ends, and returns once every request has ended. It
// must not run twice at a time, but may run again after it returned. Its error
// is ctx's, or that of a loop which broke down.
func (e *Engine) Run(ctx context.Context) error {
	parts := []func(context.Context) error{e.relay}
	for _, a := range e.accounts {
		parts = append(parts, func(ctx context.Context) error { return e.serve(ctx, a) })
	}
	return supervise.Together(ctx, parts...)
}

// Show names the open conversation, and those on screen. Either may be empty.
func (e *Engine) Show(open api.ConversationID, visible []api.ConversationID) {
	for account, m := range e.mailboxes {
		if opened := m.show(account, open, visible); opened && !m.served() {
			e.sessions.Ask(state.EngineRequest{Conversation: open})
		}
	}
	e.sessions.Show(state.Screen{Open: open, Visible: visible})
}

// Older asks for history below the item at pos; at a gap, pos is the message
// above the gap. To ask again before the answer came changes nothing.
func (e *Engine) Older(id api.ConversationID, pos state.Pos) {
	if m, ok := e.mailboxes[id.Account]; ok && !m.requestOlder(id, pos) {
		e.sessions.Ask(state.EngineRequest{Conversation: id, Older: pos})
	}
}

// Refresh asks for what is due, now, of a conversation; with an id that names
// none, of its account; with an empty one, of every account. An account that
// was stopped by its platform starts again.
func (e *Engine) Refresh(id api.ConversationID) {
	asked := false
	for account, m := range e.mailboxes {
		if id.Account != account && id != (api.ConversationID{}) {
			continue
		}
		if !m.requestRefresh(id) && !asked {
			e.sessions.Ask(state.EngineRequest{Conversation: id, Refresh: true})
			asked = true
		}
	}
}

// Wake says that the machine slept for so long, so that nothing was asked and
// the connections are dead. What is under way is asked again, and what people
// look at first.
func (e *Engine) Wake(slept time.Duration) {
	for _, m := range e.mailboxes {
		m.woke(slept)
	}
}

// Fetching returns the state of fetching a conversation. The regular readings of a
// conversation that is known already are not reported: nobody waits for them.
func (e *Engine) Fetching(id api.ConversationID) state.Fetching {
	if m, ok := e.mailboxes[id.Account]; ok && !m.served() {
		return e.sessions.Fetching(id)
	}
	return e.status.get(id)
}
