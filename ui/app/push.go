package app

import (
	"context"
	"log/slog"
	"time"

	"unibox/api"
	"unibox/state/config"
	"unibox/state/push"
	"unibox/state/sqlite"
	"unibox/state/syncer"
	"unibox/state/work"
)

// listenAgain is when an address is tried again that cannot be listened on: another
// process may do so, such as unibox hook.
const listenAgain = 30 * time.Second

// Pushed are the accounts whose platforms send events.
func (p Platforms) Pushed(accounts []config.Account) []push.Account {
	var out []push.Account
	for _, a := range accounts {
		if platform, ok := p.Find(a.Platform); ok && platform.Push.Read != nil {
			out = append(out, push.Account{ID: api.AccountID(a.Name), Push: platform.Push, Forward: a.Forward})
		}
	}
	return out
}

// push is what the holder of the lease does with what platforms send by themselves: it
// receives it if the config says where, and takes what was received, also by unibox
// hook.
func (s *Session) push(engine *syncer.Engine, ended func(api.AccountID), db *sqlite.DB, log *slog.Logger) []func(context.Context) error {
	if s.Played != nil {
		return nil // what comes by itself would be waited for at the system
	}
	accounts, settings := s.Platforms.Pushed(s.Config.Accounts), s.Config.Push
	taker := push.NewTaker(s.Dir, accounts, engine, db, log)
	taker.Ended = ended
	parts := []func(context.Context) error{taker.Run}
	if settings.Listen != "" {
		parts = append(parts, func(ctx context.Context) error {
			for ctx.Err() == nil {
				if err := Listen(ctx, s.Dir, settings.Listen, accounts, log); ctx.Err() == nil {
					log.Warn("events of the platforms are not received", "err", err)
				}
				work.Sleep(ctx, listenAgain)
			}
			return ctx.Err()
		})
	}
	if settings.Address != "" {
		parts = append(parts, func(ctx context.Context) error { return taker.Watch(ctx, s.Dir, settings.Address) })
	}
	return parts
}

// hears hands what an event said of a channel that is being connected to the client that
// connects it: the session with the lease takes the event, and anyone may connect.
func hears(accounts []syncer.Account) func(api.Pairing) {
	return func(p api.Pairing) {
		for _, a := range accounts {
			if hearer, ok := a.Provider.(api.Hearer); ok && a.ID == p.Channel.Account {
				hearer.Hear(p)
			}
		}
	}
}

// Listen receives events for accounts on an address until ctx ends, and keeps them in a
// state folder.
func Listen(ctx context.Context, dir, address string, accounts []push.Account, log *slog.Logger) error {
	listener, err := push.NewListener(dir, accounts, log)
	if err != nil {
		return err
	}
	on, err := push.Listen(address)
	if err != nil {
		return err
	}
	return listener.Serve(ctx, on)
}
