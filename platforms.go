package main

import (
	"cmp"
	"context"
	"log/slog"

	"unibox/api"
	"unibox/api/pact"
	"unibox/api/protocol"
	"unibox/api/textus"
	"unibox/state/config"
)

// platform is a service that accounts can be on.
type platform struct {
	config.Platform
	// title is what people call it.
	title string
	// baseURL is where it is served unless the account says otherwise.
	baseURL string
	client  func(login) (api.Provider, error)
}

// login is an account with everything that its client needs to know.
type login struct {
	account         config.Account
	baseURL         string
	token, password string
	// renew reads the token or the password again, refused says where to put a
	// new one.
	renew   func(context.Context) (string, error)
	refused string
	log     *slog.Logger
}

func (l login) id() api.AccountID { return api.AccountID(l.account.Name) }

// platforms is all that is known of a platform outside of its client.
var platforms = []platform{
	{
		Platform: config.Platform{Name: "pact", Keys: []config.Key{{Name: "company", Means: "the id of the company", Required: true}}},
		title:    "Pact (WhatsApp, Instagram, Telegram, Viber, VK, Facebook)",
		baseURL:  "https://api.pact.im/p1",
		client: func(l login) (api.Provider, error) {
			return pact.New(pact.Config{Account: l.id(), BaseURL: l.baseURL, Token: l.token, Company: l.account.Keys["company"], Pace: l.account.Pace,
				Renew: l.renew, Refused: l.refused, Log: l.log})
		},
	},
	{
		Platform: config.Platform{Name: "textus"},
		title:    "TextUs (SMS)",
		baseURL:  "https://next.textus.com",
		client: func(l login) (api.Provider, error) {
			return textus.New(textus.Config{Account: l.id(), BaseURL: l.baseURL, Token: l.token, Pace: l.account.Pace,
				Renew: l.renew, Refused: l.refused, Log: l.log})
		},
	},
	{
		Platform: config.Platform{Name: "protocol", Password: true},
		title:    "Protocol (chat)",
		baseURL:  "https://api.protocol.chat/v1",
		client: func(l login) (api.Provider, error) {
			return protocol.New(protocol.Config{Account: l.id(), BaseURL: l.baseURL, Token: l.token, User: l.account.User, Password: l.password, Pace: l.account.Pace,
				Renew: l.renew, Refused: l.refused, Log: l.log})
		},
	},
}

// needs are what a config has to say of the accounts on each platform.
func needs() []config.Platform {
	out := make([]config.Platform, len(platforms))
	for i, p := range platforms {
		out[i] = p.Platform
	}
	return out
}

// platformOf finds a platform by its name in the config.
func platformOf(name string) (platform, bool) {
	for _, p := range platforms {
		if p.Name == name {
			return p, true
		}
	}
	return platform{}, false
}

// server is where the account's platform is reached.
func server(a config.Account) string {
	p, _ := platformOf(a.Platform)
	return cmp.Or(a.BaseURL, p.baseURL)
}

// signIn makes the client of an account, asking nothing of the network but
// what a token_command may ask. The error is one sentence for a person.
func signIn(ctx context.Context, a config.Account, log *slog.Logger) (api.Provider, error) {
	p, _ := platformOf(a.Platform)
	l := login{account: a, baseURL: server(a), log: log.With("account", a.Name)}
	for _, secret := range []struct {
		from config.Source
		to   *string
	}{{a.Token, &l.token}, {a.Password, &l.password}} {
		if !secret.from.Given() {
			continue
		}
		text, err := secret.from.Read(ctx)
		if err != nil {
			return nil, err
		}
		*secret.to = text
		l.renew, l.refused = secret.from.Read, secret.from.Refused()
	}
	return p.client(l)
}
