package app

import (
	"context"
	"net/http"
	"time"

	"unibox/state/sqlite"
	"unibox/ui"
)

// Played is a session that is shown in memory: no other process uses its state folder, it
// belongs to nobody who is logged in here, and all that it waits for is the clock, so that
// it can be played on a fake one.
type Played struct {
	// Me is the name of the agent.
	Me string
	// Show takes the place of [ui.Run].
	Show func(context.Context, ui.Options) error
	// Files, if set, takes the place of the network that files come over.
	Files http.RoundTripper
}

// files is the network that files come over; nil is the one there is.
func (s Session) files() http.RoundTripper {
	if s.Played == nil {
		return nil
	}
	return s.Played.Files
}

// who is the name under which the session writes notes, and what it is called beside others.
func (s Session) who() (me, name, from string) {
	if s.Played != nil {
		return s.Played.Me, s.Played.Me, ""
	}
	if s.Host != nil && s.Agent != nil {
		return s.Agent.Name, s.Agent.Called(), s.From
	}
	name, from = Who()
	if s.name != "" {
		return Me(), s.name, ""
	}
	if s.Agent != nil {
		return s.Agent.Name, s.Agent.Called(), from
	}
	return Me(), name, from
}

// noticed is how the store learns what other processes write.
func (s Session) noticed() sqlite.Option {
	if s.Played != nil {
		return sqlite.PollEvery(time.Second)
	}
	return sqlite.Notified()
}

// clocked has the store go by the clock of the session in all that it does.
func (s Session) clocked(db *sqlite.DB) {
	if s.Played != nil {
		db.Presence.Clock = func() time.Duration { return time.Duration(time.Now().UnixNano()) } // and not by the machine's
	}
}

// run shows the screen until the agent leaves it.
func (s Session) run(ctx context.Context, o ui.Options) error {
	if s.Played != nil {
		return s.Played.Show(ctx, o)
	}
	return ui.Run(ctx, o)
}
