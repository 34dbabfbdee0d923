package kit

import (
	"fmt"
	"strings"
	"time"
)

// Options describe the data that is served. Every zero value has a default.
type Options struct {
	// Seed decides everything: two servers with one seed, made at the same
	// time, serve the same data.
	Seed uint64
	// Conversations is the size of the data: each platform says how many
	// conversations it has for it. 0 means 60.
	Conversations int
	// Messages is the length of the longest history; 0 means 10,000.
	Messages int
	// Quiet means that no customer writes, except through the control side.
	Quiet bool
	// Plain leaves out the customers who are hard to show ([HardCase]).
	Plain bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// JobTime is about how long a delivery takes; 0 means 2.5 s.
	JobTime time.Duration
}

// maxMessages is the longest history that ids have room for.
const maxMessages = 10_000_000

// WithDefaults returns the options with every default filled in.
func (o Options) WithDefaults() Options {
	if o.Conversations <= 0 {
		o.Conversations = 60
	}
	if o.Messages <= 0 {
		o.Messages = 10_000
	}
	o.Messages = min(o.Messages, maxMessages)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.JobTime <= 0 {
		o.JobTime = 2500 * time.Millisecond
	}
	return o
}

// Account is what a client's config needs to use a served account.
type Account struct {
	Name, Platform, BaseURL, Token, Company string
	// API is the version of the platform's API to speak, empty for the client's own
	// choice.
	API string
	// Pace is how many times as fast as the published rate limits the client
	// may be.
	Pace float64
}

// Accounts lists the accounts of all platforms, for a server that is reached at
// origin ("http://127.0.0.1:4010").
func (s *Server) Accounts(origin string) []Account {
	var all []Account
	for _, p := range s.platforms {
		all = append(all, p.Accounts(strings.TrimSuffix(origin, "/"))...)
	}
	return all
}

// Config writes accounts as TOML, ready to be a client's config file.
func Config(accounts []Account) string {
	var b strings.Builder
	for i, a := range accounts {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "[[account]]\nname = %q\nplatform = %q\nbase_url = %q\ntoken = %q\npace = %.1f\n",
			a.Name, a.Platform, a.BaseURL, a.Token, a.Pace)
		if a.Company != "" {
			fmt.Fprintf(&b, "company = %q\n", a.Company)
		}
		if a.API != "" {
			fmt.Fprintf(&b, "api = %q\n", a.API)
		}
	}
	return b.String()
}
