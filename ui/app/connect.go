package app

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/config"
)

// client is the provider of a configured account, or the reason why it has none.
type client struct {
	id       api.AccountID
	provider api.Provider
	why      string
}

// connect makes the clients of all accounts at the same time: a token_command may
// wait for a person or a network.
func connect(ctx context.Context, c config.Config, p Platforms, log *slog.Logger) []client {
	out := make([]client, len(c.Accounts))
	var wg sync.WaitGroup
	for i, a := range c.Accounts {
		wg.Go(func() {
			out[i].id = api.AccountID(a.Name)
			provider, err := p.SignIn(ctx, a, log)
			if err != nil {
				out[i].why = c.AccountProblem(a.Name, "", err.Error()).String()
				return
			}
			out[i].provider = provider
		})
	}
	wg.Wait()
	return out
}

// stopped is the health of an account without a client, with what known says of
// it: what was read before is still there.
func (c client) stopped(known []state.Health) state.Health {
	h := state.Health{Account: c.id, Partial: true}
	if i := slices.IndexFunc(known, func(k state.Health) bool { return k.Account == c.id }); i >= 0 {
		h = known[i]
	}
	h.Label, h.State, h.NextTry, h.Reason = string(c.id), state.HealthStopped, time.Time{}, c.why
	h.Left = 0
	return h
}
