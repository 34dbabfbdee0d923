package api

import (
	"context"
	"log/slog"
	"net/http"
)

// Login is all that a client has to know of its account. It is the same for
// every platform; what only one of them needs is in Keys.
type Login struct {
	// Account is the user's name for it; it is part of every id given out.
	Account AccountID
	// BaseURL is where the platform is served, with the path that every
	// request begins with: "https://api.pact.im/p1".
	BaseURL string
	// Token is the secret. On a platform that takes a password, User and
	// Password are sent instead of it if User is set.
	Token          string
	User, Password string
	// Keys are the values of the platform's own keys, by their names.
	Keys map[string]string
	// Pace multiplies the platform's published request limits; 0 is 1.
	Pace float64
	// Renew reads the token, or the password, again after the platform refused
	// it; nil if it cannot be read again.
	Renew func(context.Context) (string, error)
	// Refused tells a person where to put a new one; empty for what
	// [Explain] says by itself.
	Refused string
	// Log receives one debug record per request, without secrets and texts;
	// nil for none.
	Log *slog.Logger
	// Transport replaces the network, for tests; nil for the real one.
	Transport http.RoundTripper
}
