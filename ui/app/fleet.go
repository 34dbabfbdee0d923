package app

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/outbox"
	"unibox/state/postgres"
	"unibox/state/sqlite"
	lease "unibox/state/sqlite/presence"
	"unibox/state/supervise"
	"unibox/state/syncer"
	"unibox/ui/catalog"
)

// Fleet is the database that several boxes share by the config, which the caller closes;
// nil for a box of its own. Nobody is connected to yet. heard, if set, is called with what nobody
// else may know of how it is reached.
func Fleet(ctx context.Context, c config.Config, heard func(secret string)) (*postgres.Fleet, error) {
	if c.Fleet.Wrong {
		return nil, catalog.Errorf("the config does not say which database the boxes share: give database_command or database_env in [fleet], or take that table away")
	}
	if !c.Shared() {
		return nil, nil
	}
	database, err := c.Fleet.Database.Read(ctx)
	if err != nil {
		return nil, catalog.Errorf("the team's database: %w", err)
	}
	for _, secret := range postgres.Secrets(database) {
		if heard != nil {
			heard(secret)
		}
	}
	return postgres.Open(ctx, postgres.Options{Database: database, Clock: lease.SinceBoot})
}

// openStore opens the store of a session: its own, or a copy of what boxes share.
func (s Session) openStore(ctx context.Context, feed *state.Feed, options ...sqlite.Option) (db *sqlite.DB, err error) {
	fleet, err := Fleet(ctx, s.Config, s.Platforms.Heard)
	if err != nil {
		return nil, err
	}
	if fleet != nil {
		options = append(options, sqlite.Fleet(fleet), sqlite.HoldersSend(s.Config.UI.OnlyAssigneeSends))
	}
	db, err = sqlite.Open(ctx, s.Dir, feed, options...)
	if err != nil && fleet != nil {
		fleet.Close()
	}
	return db, err
}

// alone runs for each account what only one box at a time may do for it: sending, and
// carrying out changes.
func alone(db *sqlite.DB, accounts []api.AccountID, who string, parts ...func(ctx context.Context, account api.AccountID) error) func(context.Context) error {
	return func(ctx context.Context) error {
		return db.HoldFleet(ctx, accounts, who, func(ctx context.Context, account api.AccountID) error {
			var all []func(context.Context) error
			for _, part := range parts {
				all = append(all, func(ctx context.Context) error { return part(ctx, account) })
			}
			return supervise.Together(ctx, all...)
		})
	}
}

// boxes are the other boxes of the team, nil where there are none.
func boxes(db *sqlite.DB) syncer.Boxes {
	if !db.Shared() {
		return nil
	}
	return db
}

// planNow is the time of day by which messages wait, nil where that is this box's.
func planNow(db *sqlite.DB) func() time.Time {
	if !db.Shared() {
		return nil
	}
	return db.Now
}

// readTogether has the boxes of a team tell each other what they read.
func readTogether(db *sqlite.DB, engine *syncer.Engine, accounts []api.AccountID) {
	db.AnswerOthers(engine.ReadFor)
	db.TakePagesOf(accounts)
}

// files carry files to the box that sends them, nil where there is one box.
func files(db *sqlite.DB) outbox.Files {
	if f := db.TeamFiles(); f != nil {
		return f
	}
	return nil
}

// Bring brings the files of messages of the store in dir to the other boxes of a team.
func Bring(dir string, team state.Fleet) sqlite.Bringing {
	return func(ctx context.Context, all []state.Outbound) (int, error) {
		return outbox.Bring(ctx, team, outboxIn(dir), all)
	}
}
