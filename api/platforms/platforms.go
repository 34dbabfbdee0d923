// Package platforms lists the messaging platforms that unibox knows. The rest of
// the program makes clients with it and never imports a client itself.
package platforms

import (
	"context"
	"log/slog"

	"unibox/api"
	"unibox/api/pact"
	"unibox/api/protocol"
	"unibox/api/textus"
)

// Platform is a service that accounts can be on.
type Platform struct {
	// Name is what a config calls it, Title what people call it.
	Name, Title string
	// BaseURL is where it is served unless an account says otherwise.
	BaseURL string
	// Keys are what an account on it needs besides a token.
	Keys []Key
	// Password: a user name with a password may replace the token.
	Password bool
	// New makes a client. It asks nothing of the network.
	New func(Login) (api.Provider, error)
}

// Key is something that only the accounts of one platform need.
type Key struct {
	Name string
	// Means says to a person what belongs there: "the id of the company".
	Means    string
	Required bool
}

// Login is all that a client needs to know of its account.
type Login struct {
	Account        api.AccountID
	BaseURL        string
	Token          string
	User, Password string
	// Keys are the values of the platform's own keys, by their names.
	Keys map[string]string
	// Pace multiplies the platform's published request limits; 0 is 1.
	Pace float64
	// Renew reads the token or the password again after the platform refused it,
	// and Refused tells a person where to put a new one. Renew may be nil.
	Renew   func(context.Context) (string, error)
	Refused string
	// Log receives one line per request, without secrets and texts.
	Log *slog.Logger
}

// List is a list of platforms.
type List []Platform

// All returns every platform, in the order in which people are offered them.
func All() List {
	return List{
		{
			Name: "pact", Title: "Pact (WhatsApp, Instagram, Telegram, Viber, VK, Facebook)", BaseURL: "https://api.pact.im/p1",
			Keys: []Key{{Name: "company", Means: "the id of the company", Required: true}},
			New: func(l Login) (api.Provider, error) {
				return pact.New(pact.Config{Account: l.Account, BaseURL: l.BaseURL, Token: l.Token, Company: l.Keys["company"], Pace: l.Pace,
					Renew: l.Renew, Refused: l.Refused, Log: l.Log})
			},
		},
		{
			Name: "textus", Title: "TextUs (SMS)", BaseURL: "https://next.textus.com",
			New: func(l Login) (api.Provider, error) {
				return textus.New(textus.Config{Account: l.Account, BaseURL: l.BaseURL, Token: l.Token, Pace: l.Pace,
					Renew: l.Renew, Refused: l.Refused, Log: l.Log})
			},
		},
		{
			Name: "protocol", Title: "Protocol (chat)", BaseURL: "https://api.protocol.chat/v1", Password: true,
			New: func(l Login) (api.Provider, error) {
				return protocol.New(protocol.Config{Account: l.Account, BaseURL: l.BaseURL, Token: l.Token, User: l.User, Password: l.Password, Pace: l.Pace,
					Renew: l.Renew, Refused: l.Refused, Log: l.Log})
			},
		},
	}
}

// Find returns the platform with the name that a config uses.
func (l List) Find(name string) (Platform, bool) {
	for _, p := range l {
		if p.Name == name {
			return p, true
		}
	}
	return Platform{}, false
}

// Names are the names that a config can use.
func (l List) Names() []string {
	out := make([]string, len(l))
	for i, p := range l {
		out[i] = p.Name
	}
	return out
}
