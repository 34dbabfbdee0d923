package api

import (
	"context"
	"time"
)

// What a client may tell of its line and its credential. These are no
// abilities of the platform: they are never offered to a person.
type (
	// Renewer reads the account's credential again from where the config says
	// it is. The engine calls it when a person asks to go on after the
	// credential was refused. Its error is of kind ErrAuth, with a sentence.
	Renewer interface {
		Renew(ctx context.Context) error
	}
	// Clock tells how far the platform's clock is ahead of this machine's, by
	// its last answer; 0 if it has not said. It asks nothing.
	Clock interface {
		Ahead() time.Duration
	}
)
