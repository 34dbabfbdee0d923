package app

import (
	"cmp"
	"context"
	"log/slog"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state/config"
	"unibox/ui/catalog"
)

// Platforms joins the list of platforms with the config that names them.
type Platforms struct {
	// ReadOnly: its clients let nothing out but requests that read.
	ReadOnly bool
	platforms.List
	// Heard, if set, is called with each secret that an account signs in with.
	Heard func(secret string)
	// Credentials are those of the accounts that run together; nil where there is
	// only one.
	Credentials *api.Credentials
}

// Config is what a config may say of the accounts on each platform.
func (p Platforms) Config() []config.Platform {
	out := make([]config.Platform, len(p.List))
	for i, platform := range p.List {
		out[i] = config.Platform{Name: platform.Name, Password: platform.Password}
		for _, key := range platform.Keys {
			out[i].Keys = append(out[i].Keys, config.Key{Name: key.Name, Means: key.Means, Required: key.Required, Values: key.Values})
		}
	}
	return out
}

// Server is the base URL of the account's platform.
func (p Platforms) Server(a config.Account) string {
	platform, _ := p.Find(a.Platform)
	base := cmp.Or(a.BaseURL, platform.BaseURL)
	if platform.Address != nil {
		return platform.Address(base, a.Keys)
	}
	return base
}

// SignIn makes the client of an account. It asks nothing of the network, but runs
// the account's token_command. The error is one sentence for a person.
func (p Platforms) SignIn(ctx context.Context, a config.Account, log *slog.Logger) (api.Provider, error) {
	platform, known := p.Find(a.Platform)
	if !known {
		return nil, catalog.Errorf("unknown platform %q", a.Platform)
	}
	l := api.Login{Account: api.AccountID(a.Name), BaseURL: p.Server(a), User: a.User, Keys: a.Keys, Pace: a.Pace, ReadOnly: p.ReadOnly, Credentials: p.Credentials, Log: log.With("account", a.Name)}
	for _, secret := range []struct {
		from config.Source
		to   *string
	}{{a.Token, &l.Token}, {a.Password, &l.Password}} {
		if !secret.from.Given() {
			continue
		}
		text, err := p.read(ctx, secret.from)
		if err != nil {
			return nil, err
		}
		*secret.to = text
		l.Renew = func(ctx context.Context) (string, error) { return p.read(ctx, secret.from) }
		l.Refused = secret.from.Refused()
	}
	return platform.New(l)
}

func (p Platforms) read(ctx context.Context, from config.Source) (string, error) {
	text, err := from.Read(ctx)
	if err == nil && p.Heard != nil {
		p.Heard(text)
	}
	return text, err
}
