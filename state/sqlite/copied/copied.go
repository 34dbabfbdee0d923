// Package copied keeps state.db a copy of what the boxes of a fleet share.
//
// A transaction of state.db that changes shared rows is tried on the copy and rolled
// back, committed by the fleet, and then taken over from its feed (Copy.Write). What
// others commit comes the same way (Copy.Follow). Tables that are not shared, as that
// of the lease, are written here as always. See ../../postgres/README.md for the
// whole of it.
//
// Locks, outermost first: the turn to follow, the connections of the file. Nobody who
// has a connection waits for the network. Whoever writes waits for the fleet for a few seconds
// only (ask.go).
package copied

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Copy is one state.db. It is safe for concurrent use.
type Copy struct {
	file   *dbfile.File
	fleet  state.Fleet
	feed   *state.Feed
	tables map[string]*table
	layout int
	// team is the fleet that the file is a copy of.
	team string
	// report says what is wrong with the fleet, or that nothing is any more.
	report func(problem string)
	// notice says once what a person should know.
	notice func(sentence string)
	// turn is held by who follows the feed.
	turn chan struct{}
	// telling is held by who tells the fleet how far the copy is; told is when that was last done.
	telling sync.Mutex
	told    time.Time

	mu   sync.Mutex
	held map[api.AccountID]state.FleetLease
	// ends end the work by them.
	ends map[api.AccountID]context.CancelCauseFunc
	// changed is closed, and made anew, when held changes.
	changed chan struct{}
	// away: the fleet did not answer when it was last asked. looking: look runs. followed: it
	// was followed to its end once.
	away, looking, followed bool

	// box asks for the id of the box, nil for a copy that is not told of.
	box func() (string, error)
	// holdersSend: who has taken a customer answers them alone.
	holdersSend bool

	// life ends with Close, which waits for looks.
	life  context.Context
	end   context.CancelFunc
	looks sync.WaitGroup
}

// Open makes the file a copy from now on, and follows the feed. A file that is none yet
// becomes one if it holds nothing, ErrNotJoined otherwise. One that is a copy already is
// opened also while the fleet does not answer; report then says so, and later that it
// does.
func Open(ctx context.Context, file *dbfile.File, fleet state.Fleet, feed *state.Feed, report, notice func(sentence string)) (*Copy, error) {
	c := &Copy{notice: notice, file: file, fleet: fleet, feed: feed, report: report, turn: make(chan struct{}, 1), held: map[api.AccountID]state.FleetLease{}, ends: map[api.AccountID]context.CancelCauseFunc{}, changed: make(chan struct{})}
	c.life, c.end = context.WithCancel(context.WithoutCancel(ctx))
	err := file.Read(ctx, func(l *dbfile.Conn) error { return c.prepare(ctx, l) })
	if err == nil {
		err = c.belong(ctx)
	}
	if err != nil {
		c.end()
		return nil, err
	}
	file.Through = c.Write
	return c, nil
}

// On says by what the box of this copy is told from others. Call it before the copy is used.
func (c *Copy) On(box func() (string, error)) { c.box = box }

// HoldersSend has a reply that waited here become a draft again where a colleague has taken the
// customer meanwhile. Call it before the copy is used.
func (c *Copy) HoldersSend() { c.holdersSend = true }

// Close ends what the copy does by itself.
func (c *Copy) Close() {
	c.end()
	c.looks.Wait()
}

func (c *Copy) prepare(ctx context.Context, l *dbfile.Conn) (err error) {
	if c.layout, err = l.Layout(ctx); err == nil {
		c.tables, err = tables(ctx, l)
	}
	return err
}

// mostTries is how often a transaction is tried again because another box was faster.
const mostTries = 50

// Write runs fn in a transaction and has the fleet commit what it changed. It returns
// once this file has it too. fn runs again when another box was faster. While the fleet does
// not answer, or for long, what may be kept here is.
func (c *Copy) Write(ctx context.Context, fn func(l *dbfile.Conn) error) error {
	if c.isAway() {
		if err := c.whileAway(ctx, fn, nil, errNotHere, false); !errors.Is(err, errNotHere) {
			return err
		}
	}
	for range mostTries {
		w, err := c.try(ctx, fn)
		if err != nil && c.outdated(ctx, err) {
			continue
		}
		if err != nil || w == nil {
			return err
		}
		if err := c.ask(ctx, fn, w); !errors.Is(err, state.ErrFleetMoved) {
			return err
		}
	}
	return fmt.Errorf("%w, %d times in a row", state.ErrFleetMoved, mostTries)
}

// commit has the fleet commit, if it is the one of this copy. What concerns messages, and is no
// sender's, may come from an agent who sees a draft that was sent off by a commit which was lost.
func (c *Copy) commit(ctx context.Context, w state.FleetWrite) error {
	w.Settled = len(w.Leases) == 0 && slices.ContainsFunc(w.Rows, func(r state.FleetRow) bool { return r.Kind == "outbox" })
	if err := c.Same(ctx); err != nil {
		return err
	}
	return c.fleet.Write(ctx, w)
}

// keepTime is how long the disk of this box may take for what is kept here, however little is left
// of the time of whoever asked.
const keepTime = 3 * time.Second

// whileAway keeps here what may be, and else returns why it is not stored. Of a box that belongs
// to another team it is drafts alone: it is not known that the rest will ever go out. w, if set, is
// what the fleet was asked to commit.
// unsure: the team may have it all the same. An error then is state.ErrFleetUnsure, too: what the
// copy refuses may be what it has just followed of this very commit.
func (c *Copy) whileAway(ctx context.Context, fn func(l *dbfile.Conn) error, w *tried, why error, unsure bool) error {
	kept := keptHere
	if errors.Is(why, ErrOtherTeam) {
		kept = draftsHere
	}
	keeping, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	err := c.keepHere(keeping, fn, kept, w, unsure)
	switch {
	case errors.Is(err, errTaken):
		return nil
	case errors.Is(err, errNotHere):
		err = why
	}
	if err != nil && unsure {
		err = unsureError{err}
	}
	return err
}

// unsureError is an error of a commit that the team may have all the same.
type unsureError struct{ error }

func (e unsureError) Unwrap() []error { return []error{e.error, state.ErrFleetUnsure} }

// outdated reports whether a transaction that failed is to be tried again, since the copy
// had not followed all: what it refused, or had nothing to do for, may be otherwise by now.
func (c *Copy) outdated(ctx context.Context, err error) bool {
	if errors.Is(err, state.ErrNoLease) || ctx.Err() != nil || c.isAway() {
		return false
	}
	before, unknown := c.position(ctx)
	if unknown != nil || c.Follow(ctx) != nil {
		return false
	}
	after, unknown := c.position(ctx)
	return unknown == nil && after.Pos != before.Pos
}

// tried is what a transaction is to commit, with those of its rows that the team did not
// have yet. waits: something waits here that was numbered before it.
type tried struct {
	state.FleetWrite
	pending pending
	waits   bool
	// permits are the messages as they were before, where it is a permit to send.
	permits []state.FleetRow
}

// apart reports whether it is about, or behind, what the team has to have first. What the holder
// of a lease does is behind nothing: a sender does not see what waits here.
func (w *tried) apart() bool {
	return w.waits && len(w.Leases) == 0 || slices.ContainsFunc(w.Rows, func(r state.FleetRow) bool { return apart(rowID{r.Kind, r.Key}) })
}

// errTried rolls a transaction back that the fleet is to commit.
var errTried = errors.New("tried")

// try runs fn on the file. What it changed of what is shared is rolled back and returned;
// where that is nothing, it is committed here.
func (c *Copy) try(ctx context.Context, fn func(l *dbfile.Conn) error) (w *tried, err error) {
	err = c.file.Here(ctx, func(l *dbfile.Conn) error {
		changed := newChanges(c.tables)
		if err := l.Observing(changed.see, func() error { return fn(l) }); err != nil {
			return err
		}
		if len(changed.rows) == 0 {
			return nil
		}
		if w, err = c.collect(ctx, l, changed); err != nil {
			return err
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		return w, nil
	}
	return nil, err
}

// collect makes a commit of what a transaction changed.
func (c *Copy) collect(ctx context.Context, l *dbfile.Conn, changed *changes) (*tried, error) {
	at, err := position(ctx, l)
	if err != nil {
		return nil, err
	}
	w := &tried{FleetWrite: state.FleetWrite{Name: commitName(), Base: at.Pos, After: at.Commit, Layout: c.layout, Touched: changed.touched()}}
	if w.pending, err = c.pending(ctx, l); err != nil {
		return nil, err
	}
	for id := range w.pending {
		w.waits = w.waits || apart(id)
	}
	maps.DeleteFunc(w.pending, func(id rowID, _ int64) bool { _, is := changed.rows[id]; return !is })
	if w.Rows, err = changed.now(ctx, l); err == nil && !l.Fenced() {
		w.Answers, err = c.submitted(changed, w.Rows)
		return w, err
	}
	if err != nil {
		return w, err
	}
	if w.Leases, err = c.leases(w.Rows); err == nil {
		w.permits, err = c.permitsOf(changed, w.Rows)
	}
	return w, err
}

// submitted are the customers whom new replies among rows answer, if who has taken one answers alone.
func (c *Copy) submitted(changed *changes, rows []state.FleetRow) (all []state.FleetAnswer, err error) {
	for _, r := range rows {
		if !c.holdersSend || r.Kind != "outbox" || r.Columns == nil || changed.before[rowID{r.Kind, r.Key}] != nil {
			continue
		}
		row, err := recordOf(r)
		if err != nil {
			return nil, err
		}
		all = append(all, state.FleetAnswer{Conversation: r.Conversation, Agent: text(row, "writer")})
	}
	return all, nil
}

// leases are those of the accounts of rows that only their holder may change.
func (c *Copy) leases(rows []state.FleetRow) (all []state.FleetLease, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := map[api.AccountID]bool{}
	for _, r := range rows {
		account := r.Conversation.Account
		lease, held := c.held[account]
		if !held {
			return nil, state.ErrNoLease
		}
		if !seen[account] {
			seen[account] = true
			all = append(all, lease)
		}
	}
	return all, nil
}

// Hold takes the lease of each of the accounts as soon as it is free, has the copy follow,
// and runs run while it is held: it sees all that a holder before had under way.
func (c *Copy) Hold(ctx context.Context, accounts []api.AccountID, who string, run func(ctx context.Context, account api.AccountID) error) error {
	return c.fleet.Hold(ctx, accounts, who, c.layout, func(ctx context.Context, held state.FleetLease) error {
		if err := c.begin(ctx); err != nil {
			return err
		}
		for held.Turned && c.mistrust(ctx, held) != nil {
			if !pause(ctx) {
				return ctx.Err()
			}
		}
		working, end := context.WithCancelCause(ctx)
		defer end(nil)
		c.holds(held, end)
		defer c.holds(held, nil)
		err := run(working, held.Account)
		if errors.Is(context.Cause(working), state.ErrFleetYield) {
			err = state.ErrFleetYield
		}
		return err
	})
}

// mostBegins is how often a box tries to follow before it yields.
const mostBegins = 3

// begin follows, and waits for the fleet to answer. A box that cannot store what it is answered yields.
func (c *Copy) begin(ctx context.Context) error {
	for failed := 0; ; {
		err := c.catchUp(ctx)
		if err == nil {
			err = c.writable(ctx)
		}
		if err == nil {
			return nil
		}
		if !errors.Is(err, state.ErrFleetAway) {
			failed++
		}
		if failed == mostBegins {
			return state.ErrFleetYield
		}
		if !pause(ctx) {
			return ctx.Err()
		}
	}
}

// followAgain is when a copy follows again where that failed.
const followAgain = time.Second

// pause reports false once ctx ends.
func pause(ctx context.Context) bool {
	t := time.NewTimer(followAgain)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// holds notes whether a lease is held, by what ends the work by it, and says so to who waits for that.
func (c *Copy) holds(lease state.FleetLease, end context.CancelCauseFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.held, lease.Account)
	delete(c.ends, lease.Account)
	if end != nil {
		c.held[lease.Account], c.ends[lease.Account] = lease, end
	}
	close(c.changed)
	c.changed = make(chan struct{})
}

// Lease is the lease that this process has of an account, if it has it.
func (c *Copy) Lease(account api.AccountID) (lease state.FleetLease, holds bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	lease, holds = c.held[account]
	return lease, holds
}

// Holds reports whether this process has the lease of an account; changed is closed once it
// has got or lost any.
func (c *Copy) Holds(account api.AccountID) (holds bool, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, holds = c.held[account]
	return holds, c.changed
}
