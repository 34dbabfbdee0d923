package state

import (
	"time"

	"unibox/api"
)

// Retention says how long messages stay on this machine once they were read
// from a platform. The zero value keeps everything for ever. Drafts, messages of
// ours that have not gone out, and marks do not age.
type Retention struct {
	// For is how long for every account but those of Accounts; 0 is for ever.
	For time.Duration
	// Accounts holds what is different; 0 is for ever here too.
	Accounts map[api.AccountID]time.Duration
}

// Of is how long the messages of an account stay, 0 for ever.
func (r Retention) Of(account api.AccountID) time.Duration {
	if d, ok := r.Accounts[account]; ok {
		return d
	}
	return r.For
}
