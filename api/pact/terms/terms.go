// Package terms holds what both versions of Pact's API have in common: the kinds of
// channel and their rules, rate limits, ids, files and phone numbers
// (api/pact/REFERENCE.md "Two versions", "From p1 to p2").
package terms

import (
	"strings"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

// Platform is the name of the platform, whichever version is spoken.
const Platform api.Platform = "pact"

// Label is its name for people.
const Label = "Pact"

// Addresses divides the address of an account, which may be that of either version
// (api/pact/REFERENCE.md "Two versions"), into what both have in common and their paths
// below it. An address that is neither's is not divided.
func Addresses(base string) (root string, p1, p2 []string, ok bool) {
	trimmed := strings.TrimRight(base, "/")
	for _, end := range []string{"/api/p2", "/p1"} {
		if root, ok = strings.CutSuffix(trimmed, end); ok {
			return root, []string{"p1"}, []string{"api", "p2"}, true
		}
	}
	return base, nil, nil, false
}

// Auth puts the token on a request, in a header only (api/pact/REFERENCE.md
// "Authentication", "p2 authentication").
func Auth() rest.Scheme { return rest.Header("X-Private-Api-Token", "its private token") }

// Classes of requests that p2 limits apart from those that every platform has
// (api/pact/REFERENCE.md "p2 rate limits").
const (
	ClassConversation api.Class = "one conversation"
	ClassMessage      api.Class = "one message"
	ClassFirst        api.Class = "first messages"
	ClassUpload       api.Class = "uploads"
	ClassTemplates    api.Class = "templates"
)

// Budgets are the rate limits of p2. p1 publishes none, so it keeps to these
// (api/pact/REFERENCE.md "Rate limits", "p2 rate limits").
func Budgets() map[api.Class][]api.Budget {
	of := func(n int) []api.Budget { return []api.Budget{{Requests: n, Per: time.Minute}} }
	sends := append(of(30), api.Budget{Requests: 5, Per: time.Second})
	return map[api.Class][]api.Budget{
		api.ClassConversations: of(10),
		ClassConversation:      of(10),
		api.ClassMessages:      of(20),
		ClassMessage:           of(20),
		ClassTemplates:         of(20),
		api.ClassSend:          sends,
		ClassFirst:             sends,
		ClassUpload:            sends,
		api.ClassOther:         of(60),
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
