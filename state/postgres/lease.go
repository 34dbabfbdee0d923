package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/api"
	"unibox/state"
)

const (
	// leaseLasts is how long a lease is given for: so long is an account without a
	// sender after its box has died.
	leaseLasts = 10 * time.Second
	// permitMargin is how long a lease must still last where something is to be sent
	// by it.
	permitMargin = 2 * time.Second
	// renewals is how often a lease is renewed in the time that it lasts.
	renewals = 5
	// takeEvery is how often who waits for a lease asks for it.
	takeEvery = time.Second
)

// errLost ends the context of who has lost a lease.
var errLost = errors.New("another box may have taken over")

// holder has the leases of some accounts.
type holder struct {
	f        *Fleet
	name     string
	accounts []string
	leases   []state.FleetLease
	// renewed is when the leases were last asked for with success, by our clock.
	renewed atomic.Int64
}

// Hold implements state.Fleet.
func (f *Fleet) Hold(ctx context.Context, accounts []api.AccountID, who string, run func(ctx context.Context, held []state.FleetLease) error) error {
	for {
		h := &holder{f: f, name: rand.Text(), accounts: texts(accounts)}
		if err := h.acquire(ctx, who); err != nil {
			return err
		}
		lost, err := h.hold(ctx, run)
		if !lost {
			return err
		}
	}
}

func texts(accounts []api.AccountID) []string {
	all := make([]string, len(accounts))
	for i, a := range accounts {
		all[i] = string(a)
	}
	return all
}

// acquire waits for the leases. Errors are waited out: the copy can be read meanwhile.
func (h *holder) acquire(ctx context.Context, who string) error {
	for {
		if got, err := h.take(ctx, who); err == nil && got {
			return nil
		}
		if pause(ctx, takeEvery); ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func (h *holder) take(ctx context.Context, who string) (got bool, err error) {
	asked := h.f.clock()
	h.leases = nil
	err = h.f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		rows, err := c.Query(ctx, "SELECT account, epoch FROM unibox.take($1::text[], $2::text, $3::text, $4::interval)", h.accounts, h.name, who, h.f.lasts)
		if err != nil {
			return err
		}
		h.leases, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (le state.FleetLease, err error) {
			le.Holder = h.name
			err = r.Scan(&le.Account, &le.Epoch)
			return le, err
		})
		return err
	})
	h.renewed.Store(int64(asked))
	return len(h.leases) > 0, err
}

// hold runs run while the leases are renewed, and reports whether they were lost.
func (h *holder) hold(ctx context.Context, run func(ctx context.Context, held []state.FleetLease) error) (lost bool, err error) {
	holding, end := context.WithCancelCause(ctx)
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		if state.Guarded(func() error { return h.keep(holding) }) != nil && holding.Err() == nil {
			end(errLost)
		}
	}()
	err = run(api.WithPermit(holding, func() error { return errors.Join(api.Permitted(ctx), h.confirm()) }), h.leases)
	lost = errors.Is(context.Cause(holding), errLost)
	end(nil)
	<-renewing
	h.release(context.WithoutCancel(ctx))
	return lost && ctx.Err() == nil, err
}

// confirm fails once the leases may be another's within a moment. It asks nobody.
func (h *holder) confirm() error {
	if h.f.clock()-time.Duration(h.renewed.Load()) > h.f.lasts-permitMargin {
		return errLost
	}
	return nil
}

// keep renews the leases until ctx ends or they are lost.
func (h *holder) keep(ctx context.Context) error {
	for {
		if pause(ctx, h.f.lasts/renewals); ctx.Err() != nil {
			return nil
		}
		asked := h.f.clock()
		ours, err := h.renew(ctx)
		switch {
		case err == nil && ours:
			h.renewed.Store(int64(asked))
		case err == nil, h.confirm() != nil:
			return errLost
		}
	}
}

// renew makes the leases last longer, if they have not ended meanwhile.
func (h *holder) renew(ctx context.Context) (ours bool, err error) {
	err = h.f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		done, err := c.Exec(ctx, "UPDATE unibox.lease SET until = clock_timestamp() + $3::interval WHERE account = ANY ($1::text[]) AND holder = $2 AND until > clock_timestamp()",
			h.accounts, h.name, h.f.lasts)
		ours = err == nil && done.RowsAffected() == int64(len(h.leases))
		return err
	})
	return ours, err
}

// release gives the leases back, so that the next holder need not wait.
func (h *holder) release(ctx context.Context) {
	_ = h.f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error { // else they end
		_, err := c.Exec(ctx, "UPDATE unibox.lease SET until = '-infinity' WHERE account = ANY ($1::text[]) AND holder = $2", h.accounts, h.name)
		return err
	})
}
