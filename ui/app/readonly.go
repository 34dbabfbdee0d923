package app

import (
	"context"
	"time"

	"unibox/state/sqlite"
	"unibox/ui"
	"unibox/ui/readonly"
)

// aloneEvery is how often a session that only looks asks whether another one is there.
const aloneEvery = 2 * time.Second

// whileAlone runs fetch under the lease as long as no other session has the store open: a
// session that only looks sends nothing, so that it must not have the lease where
// another one could.
func whileAlone(ctx context.Context, db *sqlite.DB, name string, fetch func(context.Context) error) error {
	for ctx.Err() == nil {
		if !alone(ctx, db) {
			pause(ctx)
			continue
		}
		with, cancel := context.WithCancel(ctx)
		go func() {
			for with.Err() == nil && alone(with, db) {
				pause(with)
			}
			cancel()
		}()
		err := db.WithLease(with, name, fetch)
		cancel()
		if err != nil && ctx.Err() == nil && with.Err() == nil {
			return err
		}
	}
	return ctx.Err()
}

func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(aloneEvery):
	}
}

func alone(ctx context.Context, db *sqlite.DB) bool {
	sessions, err := db.Sessions(ctx)
	if err != nil {
		return false
	}
	for _, s := range sessions {
		if !s.Self {
			return false
		}
	}
	return true
}

// onlyLook takes from the screen what writes.
func onlyLook(o ui.Options) ui.Options {
	o.Store, o.Outbox, o.Changes, o.Notes, o.Shift, o.Commands, o.Spelling = readonly.Store{Store: o.Store}, readonly.Outbox{}, readonly.Changes{}, readonly.Notes{Store: o.Notes}, nil, nil, nil
	o.Settings.ReadOnly, o.Settings.MarkRead = true, "reply"
	return o
}
