// Package terms holds what both versions of Pact's API have in common: the kinds of
// channel and their rules, rate limits, ids, files and phone numbers
// (api/pact/REFERENCE.md "Two versions", "From p1 to p2").
package terms

import (
	"time"

	"unibox/api"
	"unibox/api/rest"
)

// Platform is the name of the platform, whichever version is spoken.
const Platform api.Platform = "pact"

// Label is its name for people.
const Label = "Pact"

// Auth puts the token on a request, in a header only (api/pact/REFERENCE.md
// "Authentication", "p2 authentication").
func Auth() rest.Scheme { return rest.Header("X-Private-Api-Token", "its private token") }

// Budgets are the rate limits of p2. p1 publishes none, so it keeps to these
// (api/pact/REFERENCE.md "Rate limits", "p2 rate limits").
func Budgets() map[api.Class][]api.Budget {
	of := func(n int, per time.Duration) api.Budget { return api.Budget{Requests: n, Per: per} }
	return map[api.Class][]api.Budget{
		api.ClassConversations: {of(10, time.Minute)},
		api.ClassMessages:      {of(20, time.Minute)},
		api.ClassSend:          {of(30, time.Minute), of(5, time.Second)},
		api.ClassOther:         {of(60, time.Minute)},
	}
}

// Refuse is the error for a request that is not sent.
func Refuse(op, why string) error {
	return &api.Error{Kind: api.ErrInvalid, Platform: Platform, Op: op, Said: why}
}

// Phone turns what people write into the platform's form of a phone number:
// digits only, country code first (api/pact/REFERENCE.md "Phone numbers").
func Phone(op, written string) (string, error) {
	digits, ok := rest.PhoneDigits(written)
	switch {
	case !ok:
		return "", Refuse(op, "a phone number is digits only, country code first, such as 79250000001")
	case len(digits) < 8 || len(digits) > 15:
		return "", Refuse(op, "a phone number has 8 to 15 digits, country code first, such as 79250000001")
	}
	return digits, nil
}
