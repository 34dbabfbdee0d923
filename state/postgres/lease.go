package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
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
	// takeEvery is how often who waits for a lease asks for it, takeNext how soon after it
	// got one: boxes that wait at the same time then get about as many each.
	takeEvery = time.Second
	takeNext  = 150 * time.Millisecond
	// yields is how many of the times at which it would ask who has yielded a lease leaves to others.
	yields = 10
)

// errLost ends the context of who has lost a lease.
var errLost = errors.New("another box may have taken over")

// holder has the leases of some accounts, and waits for those of the others. What is not
// marked otherwise belongs to the goroutine of hold.
type holder struct {
	f    *Fleet
	name string
	who  string
	// layout is that of the rows of this box.
	layout int
	// wanted are the accounts whose lease it waits for.
	wanted []string
	held   map[string]*tenure
	// yielding is how many of these times are left.
	yielding int
	ended    chan *tenure
	run      func(ctx context.Context, held state.FleetLease) error
}

// tenure is the time in which a lease is held.
type tenure struct {
	lease state.FleetLease
	// renewed is when the lease was last asked for with success, by our clock.
	renewed atomic.Int64
	end     context.CancelCauseFunc
	err     error
}

// Hold implements state.Fleet.
func (f *Fleet) Hold(ctx context.Context, accounts []api.AccountID, who string, layout int, run func(ctx context.Context, held state.FleetLease) error) error {
	h := &holder{f: f, name: rand.Text(), who: who, layout: layout, wanted: texts(accounts), held: map[string]*tenure{}, ended: make(chan *tenure), run: run}
	return h.hold(ctx)
}

func texts(accounts []api.AccountID) []string {
	all := make([]string, len(accounts))
	for i, a := range accounts {
		all[i] = string(a)
	}
	return all
}

// hold takes what is free and renews what it has, until ctx ends or a run ends by itself.
// Errors are waited out: the copy can be read meanwhile.
func (h *holder) hold(ctx context.Context) error {
	take, renew := time.NewTimer(0), time.NewTimer(h.f.lasts/renewals)
	defer take.Stop()
	defer renew.Stop()
	for {
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), h.endAll(ctx))
		case <-take.C:
			take.Reset(h.takeOne(ctx))
		case <-renew.C:
			h.renew(ctx)
			renew.Reset(h.f.lasts / renewals)
		case t := <-h.ended:
			if lost := h.gone(ctx, t); !lost {
				return errors.Join(t.err, h.endAll(ctx))
			}
		}
	}
}

// takeOne takes a lease that is free, if one is, and returns when to look again.
func (h *holder) takeOne(ctx context.Context) time.Duration {
	if h.yielding > 0 {
		h.yielding--
		return takeEvery
	}
	if len(h.wanted) == 0 {
		return takeEvery
	}
	t := &tenure{lease: state.FleetLease{Holder: h.name}}
	t.renewed.Store(int64(h.f.clock()))
	got := false
	err := h.f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		err := c.QueryRow(ctx, `SELECT account, epoch, coalesce(turned, false) FROM unibox.take_lease(
			(SELECT CASE WHEN f.layout <= $5::int THEN $1::text[] ELSE '{}' END FROM unibox.feed f), $2::text, $3::text, $4::interval)`,
			h.wanted, h.name, h.who, h.f.lasts, h.layout).Scan(&t.lease.Account, &t.lease.Epoch, &t.lease.Turned)
		got = err == nil
		if errors.Is(err, pgx.ErrNoRows) {
			err = nil
		}
		return err
	})
	if err != nil || !got {
		return takeEvery
	}
	h.begin(ctx, t)
	return takeNext
}

// begin runs run for as long as the lease is held.
func (h *holder) begin(ctx context.Context, t *tenure) {
	account := string(t.lease.Account)
	h.held[account] = t
	h.wanted = slices.DeleteFunc(h.wanted, func(a string) bool { return a == account })
	holding, end := context.WithCancelCause(ctx)
	t.end = end
	permitted := api.WithPermit(holding, func() error { return errors.Join(api.Permitted(ctx), h.confirm(t)) })
	go func() {
		t.err = state.Guarded(func() error { return h.run(permitted, t.lease) })
		if errors.Is(context.Cause(holding), errLost) {
			t.err = errLost
		}
		h.ended <- t
	}()
}

// gone gives back the lease of a run that has ended, and reports whether it was lost, or yielded: it is
// waited for again then.
func (h *holder) gone(ctx context.Context, t *tenure) (lost bool) {
	account := string(t.lease.Account)
	t.end(nil)
	delete(h.held, account)
	h.release(context.WithoutCancel(ctx), account)
	h.wanted = append(h.wanted, account)
	if errors.Is(t.err, state.ErrFleetYield) {
		h.yielding = yields
		return true
	}
	return errors.Is(t.err, errLost)
}

// endAll ends the runs, and gives their leases back.
func (h *holder) endAll(ctx context.Context) (err error) {
	for _, t := range h.held {
		t.end(nil)
	}
	for len(h.held) > 0 {
		t := <-h.ended
		if !h.gone(ctx, t) && !errors.Is(t.err, context.Canceled) {
			err = errors.Join(err, t.err)
		}
	}
	return err
}

// confirm fails once a lease may be another's within a moment. It asks nobody, and may be
// called from any goroutine.
func (h *holder) confirm(t *tenure) error {
	if h.f.clock()-time.Duration(t.renewed.Load()) > h.f.lasts-permitMargin {
		return errLost
	}
	return nil
}

// renew makes the leases last longer that have not ended meanwhile, and ends the runs of the
// others: of all where the rows are of a later version than this box.
func (h *holder) renew(ctx context.Context) {
	if len(h.held) == 0 {
		return
	}
	asked := h.f.clock()
	ours, err := h.renewed(ctx)
	for account, t := range h.held {
		switch {
		case err == nil && slices.Contains(ours, account):
			t.renewed.Store(int64(asked))
		case err == nil, h.confirm(t) != nil:
			t.end(errLost)
		}
	}
}

func (h *holder) renewed(ctx context.Context) (ours []string, err error) {
	all := make([]string, 0, len(h.held))
	for account := range h.held {
		all = append(all, account)
	}
	var turned []string
	err = h.f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		rows, err := c.Query(ctx, `UPDATE unibox.lease SET until = clock_timestamp() + $3::interval WHERE account = ANY ($1::text[]) AND holder = $2 AND until > clock_timestamp()
			AND (SELECT f.layout FROM unibox.feed f) <= $4::int RETURNING account, server IS DISTINCT FROM unibox.server()`,
			all, h.name, h.f.lasts, h.layout)
		if err != nil {
			return err
		}
		var account string
		var elsewhere bool
		_, err = pgx.ForEachRow(rows, []any{&account, &elsewhere}, func() error {
			ours = append(ours, account)
			if elsewhere {
				turned = append(turned, account)
			}
			return nil
		})
		return err
	})
	for _, account := range turned {
		if err == nil && !h.confirmed(ctx, account) {
			ours = slices.DeleteFunc(ours, func(a string) bool { return a == account })
		}
	}
	return ours, err
}

// confirmed reports whether a server that took over has all commits that were made by a
// lease of ours. It is as good there as before then. Else whoever takes it next is told, as where
// what we did about an earlier doubt may be lost.
func (h *holder) confirmed(ctx context.Context, account string) (all bool) {
	h.f.mu.Lock()
	noted := slices.Clone(h.f.noted[api.AccountID(account)])
	h.f.mu.Unlock()
	err := h.f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, `WITH kept AS (UPDATE unibox.lease SET server = unibox.server() WHERE account = $1 AND holder = $2 AND NOT doubt
			AND NOT EXISTS (SELECT FROM unnest($3::text[]) AS n WHERE NOT EXISTS (SELECT FROM unibox.written w WHERE w.id = n AND w.pos IS NOT NULL)) RETURNING 1)
			SELECT EXISTS (SELECT FROM kept)`, account, h.name, noted).Scan(&all)
	})
	return all || err != nil // else it is asked again with the next renewal, and nothing leaves until then
}

// doubted is what no server says of itself, not even one that says nothing.
const doubted = "doubted"

// Doubt implements state.Fleet.
func (f *Fleet) Doubt(ctx context.Context) error {
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, "UPDATE unibox.lease SET server = $1", doubted)
		return err
	})
}

// Trust implements state.Fleet.
func (f *Fleet) Trust(ctx context.Context, held state.FleetLease) error {
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		done, err := c.Exec(ctx, "UPDATE unibox.lease SET doubt = false WHERE account = $1 AND holder = $2 AND epoch = $3 AND server = unibox.server()",
			string(held.Account), held.Holder, held.Epoch)
		if err == nil && done.RowsAffected() == 0 {
			err = state.ErrNoLease
		}
		return err
	})
}

// release gives a lease back, so that the next holder need not wait.
func (h *holder) release(ctx context.Context, account string) {
	_ = h.f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error { // else it ends
		_, err := c.Exec(ctx, "UPDATE unibox.lease SET until = '-infinity' WHERE account = $1 AND holder = $2", account, h.name)
		return err
	})
}
