package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"unibox/state"
	"unibox/state/supervise"
	"unibox/ui"
	"unibox/ui/readonly"
)

// aloneEvery is how often a session that only looks asks whether another one is there.
const aloneEvery = 2 * time.Second

// errCompany: a session that can send came.
var errCompany = errors.New("a session that can send came")

// presence is what whileAlone needs of the store.
type presence interface {
	Sessions(ctx context.Context) ([]state.Session, error)
	WithLease(ctx context.Context, who string, run func(ctx context.Context) error) error
}

// whileAlone runs fetch under the lease as long as no session is there that can send: a
// session that only looks must not have the lease where another one could send with
// it. Of several that only look, the lease lets one fetch.
func whileAlone(ctx context.Context, db presence, name string, fetch func(context.Context) error) error {
	for {
		if err := untilCompany(ctx, db, false); err != nil {
			return err
		}
		err := supervise.Together(ctx,
			func(ctx context.Context) error {
				return db.WithLease(ctx, name, func(ctx context.Context) error { return supervise.Together(ctx, fetch) })
			},
			func(ctx context.Context) error {
				return cmp.Or(untilCompany(ctx, db, true), errCompany)
			})
		if !errors.Is(err, errCompany) {
			return err
		}
	}
}

// untilCompany returns when a session that can send is there, or with false as soon as
// none is. Sessions that cannot be read count as one that is.
func untilCompany(ctx context.Context, db presence, there bool) error {
	again := time.NewTicker(aloneEvery)
	defer again.Stop()
	for {
		all, err := db.Sessions(ctx)
		if company := err != nil || slices.ContainsFunc(all, func(s state.Session) bool { return !s.Self && !s.Looks }); company == there {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
		}
	}
}

// onlyLook takes from the screen what writes.
func onlyLook(o ui.Options) ui.Options {
	o.Store, o.Outbox, o.Changes, o.Notes, o.Shift, o.Commands, o.Spelling = readonly.Store{Store: o.Store}, readonly.Outbox{}, readonly.Changes{}, readonly.Notes{Store: o.Notes}, nil, nil, nil
	o.Settings.ReadOnly = true
	return o
}
