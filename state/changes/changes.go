// Package changes carries out what agents want changed of conversations and messages
// at the platform: close this, star that, edit the message.
//
// A pending change ([Changes.Submit]) is on disk before any network, is shown at once by
// the store's rows, and replaces an older one that has not left yet.
// The session that has the lease runs [Changes.Run], which carries changes out, in
// order and one at a time for each conversation, through the abilities of
// package api. What an answer makes of a change is [applyResult], a pure function:
// nearly every ability may be repeated, so a lost answer is asked for again;
// what the platform refuses is shown no longer and says why until the agent
// has seen it ([Changes.Dismiss]).
//
// After a success the change is shown on top of what the platform lists for a
// moment, because a list that was asked for before it may still show the state
// before. Then what the platform says counts.
package changes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/supervise"
	"unibox/state/work"
)

// Account is an account whose conversations are changed.
type Account = work.Account

// Options are what the changes work with.
type Options struct {
	Store    Store
	Feed     *state.Feed
	Accounts []Account
	// Refuse, if set, says why a person here has not the right to a change; nil if they
	// have. What is pending is carried out all the same.
	Refuse func(state.Change) error
	// Log gets what goes wrong, never what is written. Nil is silent.
	Log *slog.Logger
}

// Changes takes changes and carries them out. It is safe for concurrent use.
type Changes struct {
	store    Store
	feed     *state.Feed
	accounts map[api.AccountID]Account
	refuse   func(state.Change) error
	log      *slog.Logger
	// tries says of each account that a person wants it tried.
	tries map[api.AccountID]*atomic.Bool
}

// New returns changes that carry out nothing yet.
func New(o Options) *Changes {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c := &Changes{store: o.Store, feed: o.Feed, refuse: o.Refuse, log: o.Log, accounts: map[api.AccountID]Account{}, tries: map[api.AccountID]*atomic.Bool{}}
	for _, a := range o.Accounts {
		c.accounts[a.ID], c.tries[a.ID] = a, new(atomic.Bool)
	}
	return c
}

// Run carries out until ctx ends, and returns why that ended. It belongs to
// the session that has the lease: without it the store refuses each change
// before anything is asked of a platform. When it returns nothing is under way
// any more, and it may be run again.
func (c *Changes) Run(ctx context.Context) error {
	parts := []func(context.Context) error{untilEnd}
	for account := range c.accounts {
		parts = append(parts, func(ctx context.Context) error { return c.Serve(ctx, account) })
	}
	return supervise.Together(ctx, parts...)
}

// Serve is Run for one account.
func (c *Changes) Serve(ctx context.Context, account api.AccountID) error {
	a, ok := c.accounts[account]
	if !ok {
		return unknownAccount(account)
	}
	return newRunner(c, a).run(ctx)
}

func unknownAccount(account api.AccountID) error {
	return fmt.Errorf("there is no account %q in the config", account)
}

// TryNow says that a person wants an account tried: what waits for another try is
// due. It does not block, and may be called from any goroutine.
func (c *Changes) TryNow(account api.AccountID) {
	if try, ok := c.tries[account]; ok {
		try.Store(true)
		c.feed.Mark(state.Changes)
	}
}

// untilEnd keeps Run from returning where there are no accounts.
func untilEnd(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

var (
	errNotYet    = errors.New("not yet: the first message is still on its way")
	errNoMessage = errors.New("no message is selected")
	errNoText    = errors.New("the text is empty: write something, or delete the message")
)

// Submit stores a change, from any session; its Made is set if it is not. An
// error is a sentence for a person and means that nothing was changed.
func (c *Changes) Submit(ctx context.Context, ch state.Change) error {
	if err := c.mayNot(ch); err != nil {
		return err
	}
	a, ok := c.accounts[ch.Conversation.Account]
	if !ok {
		return unknownAccount(ch.Conversation.Account)
	}
	ability, _ := api.AbilityOf(ch.Cap)
	if ability.Execute == nil || !api.CapsOf(a.Provider, api.Identity{}).Has(ch.Cap) {
		return fmt.Errorf("%s is not supported by %s", ch.Cap, a.Provider.Traits().Label)
	}
	if err := complete(ch, ability); err != nil {
		return err
	}
	if ch.Made.IsZero() {
		ch.Made = time.Now()
	}
	_, err := c.store.SubmitChange(ctx, ch)
	return err
}

func (c *Changes) mayNot(ch state.Change) error {
	if c.refuse == nil {
		return nil
	}
	return c.refuse(ch)
}

// complete reports what is missing in a change.
func complete(ch state.Change, ability api.Ability) error {
	switch {
	case state.Provisional(ch.Conversation):
		return errNotYet
	case ability.Target.Has(api.PerMessage) && ch.Message.Remote == "":
		return errNoMessage
	case ch.Cap == api.CapEdit && ch.Arg == "":
		return errNoText
	}
	return nil
}

// Dismiss forgets a refused change that the agent has seen. From a session
// without the lease it works through the store; one that waits stays.
func (c *Changes) Dismiss(ctx context.Context, id int64) error {
	all, err := c.store.Changes(ctx, "")
	if err != nil {
		return fmt.Errorf("read the changes: %w", err)
	}
	for _, ch := range all {
		if ch.ID == id && ch.Refused {
			if err := c.mayNot(ch); err != nil {
				return err
			}
			return c.store.DropChange(ctx, id)
		}
	}
	return nil
}
