package api

import (
	"context"
	"log/slog"
	"net/http"
)

// WhyReadOnly is what who may only look is told of everything that is refused.
const WhyReadOnly = "unibox runs read-only: nothing is sent and nothing is changed"

// Login is what a client is made from: an account of the config with its secret.
// It is the same for every platform; what only one of them needs is in Keys.
type Login struct {
	// Account is the user's name for the account. It is part of every id that
	// the client returns.
	Account AccountID
	// BaseURL is where the platform is served, with the path that every
	// request begins with: "https://api.pact.im/p1".
	BaseURL string
	// Token is the secret. If User is set, User and Password are sent instead
	// of it, on a platform that accepts a password.
	Token          string
	User, Password string
	// Keys are the values of the platform's own keys, by their names.
	Keys map[string]string
	// ReadOnly refuses every request but those that change nothing, before it is sent, with
	// WhyReadOnly.
	ReadOnly bool
	// Pace multiplies the platform's published request limits; 0 means 1.
	Pace float64
	// Credentials, if set, lets accounts with the same secret keep to the limits
	// of one; those of a process have the same.
	Credentials *Credentials
	// Renew reads the token, or the password, again after the platform refused
	// it; nil if it cannot be read again.
	Renew func(context.Context) (string, error)
	// Refused is a sentence for a person that says where to put a new secret;
	// empty for what [Explain] says by itself.
	Refused string
	// Log receives one debug record per request, without secrets and texts;
	// nil for none.
	Log *slog.Logger
	// Transport replaces the network, for tests; nil for the real one.
	Transport http.RoundTripper
}
