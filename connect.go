package main

import (
	"context"
	"fmt"
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
			out[i].provider, out[i].why = client(ctx, c, a, log)
		})
	}
	wg.Wait()
	return out
}

// client makes one client, or says in a sentence why there is none.
func client(ctx context.Context, c config.Config, a config.Account, log *slog.Logger) (api.Provider, string) {
	newClient, ok := clients[a.Platform]
	if !ok {
		text := fmt.Sprintf("unknown platform %q; there is %s", a.Platform, known())
		return nil, c.AccountProblem(a.Name, "platform", text).String()
	}
	token, err := a.Secret(ctx)
	if err != nil {
		return nil, c.AccountProblem(a.Name, "", err.Error()).String()
	}
	p, err := newClient(a, token, log.With("account", a.Name))
	if err != nil {
		return nil, c.AccountProblem(a.Name, "", api.Explain(err)).String()
	}
	return p, ""
}

// stopped is the health of an account without a client.
func (l line) stopped() state.Health {
	return state.Health{Account: l.id, Label: string(l.id), State: state.HealthStopped, Reason: l.why}
}
