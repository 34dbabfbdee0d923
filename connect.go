package main

import (
	"context"
	"log/slog"
	"sync"

	"unibox/api"
	"unibox/state"
	"unibox/state/config"
)

// line is a configured account and its client, or why it has none.
type line struct {
	id       api.AccountID
	provider api.Provider
	why      string
}

// connect makes the clients of every account, all at once: a token_command
// may ask a person or a network.
func connect(ctx context.Context, c config.Config, log *slog.Logger) []line {
	out := make([]line, len(c.Accounts))
	var wg sync.WaitGroup
	for i, a := range c.Accounts {
		wg.Go(func() {
			out[i].id = api.AccountID(a.Name)
			provider, err := signIn(ctx, a, log)
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

// stopped is the health of an account without a client.
func (l line) stopped() state.Health {
	return state.Health{Account: l.id, Label: string(l.id), State: state.HealthStopped, Reason: l.why}
}
