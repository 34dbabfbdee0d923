package app

import (
	"context"
	"log/slog"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/events"
	"unibox/state/hooks"
	"unibox/state/sqlite"
	"unibox/state/work"
)

// hooked is what runs the user's hooks while this session has the lease.
type hooked struct {
	db   *sqlite.DB
	feed *state.Feed
	log  *slog.Logger
	run  *hooks.Hooks
}

func (s Session) hooks(db *sqlite.DB, feed *state.Feed, log *slog.Logger) hooked {
	c := s.Config.Hooks
	return hooked{db, feed, log, hooks.New(hooks.Options{Run: c.Run, Limit: c.Limit, AtOnce: c.AtOnce, Problem: db.Notice, Log: log})}
}

const (
	// watchAgain is when events are looked for again after that failed.
	watchAgain = time.Minute
	// longestAway is how far back it goes at most what hooks begin with.
	longestAway = 7 * 24 * time.Hour
)

// parts are what is to run beside engine and outbox, nothing without hooks. They are made
// before the engine begins: hooks begin with what came since the platforms were last answered.
func (h hooked) parts(ctx context.Context) []func(context.Context) error {
	if h.run == nil {
		return nil
	}
	since, err := h.lastAnswers(ctx)
	if err != nil {
		h.log.Warn("read health", "err", err)
	}
	watch := func(ctx context.Context) error {
		for ctx.Err() == nil {
			err := events.Watch(ctx, h.db, h.feed, since, h.on)
			if ctx.Err() == nil {
				h.log.Warn("hooks are not run for a while", "err", err)
				since = events.Since(time.Now())
				work.Sleep(ctx, watchAgain)
			}
		}
		return ctx.Err()
	}
	return []func(context.Context) error{h.run.Work, watch}
}

// on runs the hook of an event, on the one box that works for its account.
func (h hooked) on(e events.Event) {
	if leads, _ := h.db.Leads(api.AccountID(e.Conversation.Account)); leads {
		h.run.On(e)
	}
}

// lastAnswers is when each platform was last answered; one that never was begins now.
func (h hooked) lastAnswers(ctx context.Context) (func(api.AccountID) time.Time, error) {
	now := time.Now()
	last := map[api.AccountID]time.Time{}
	all, err := h.db.Health(ctx)
	for _, a := range all {
		if now.Sub(a.LastOK) < longestAway {
			last[a.Account] = a.LastOK
		}
	}
	return func(id api.AccountID) time.Time {
		if at, ok := last[id]; ok {
			return at
		}
		return now
	}, err
}
