package copied

import (
	"context"
	"encoding/json"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// A permit to send is a message that is InFlight: at the team first, and on this disk before the first
// byte. Where this disk does not take it, as when it is full, nothing is sent by it. So it is taken
// back at the team, and this box gives the lease up: another one may send.

// permitsOf are the messages of a permit as they were before, none where a transaction gave none, or did
// more than that.
func (c *Copy) permitsOf(changed *changes, rows []state.FleetRow) (before []state.FleetRow, err error) {
	for _, r := range rows {
		old := changed.before[rowID{r.Kind, r.Key}]
		now, err := recordOf(r)
		if err != nil || r.Kind != "outbox" || old == nil || state.Status(number(now, "status")) != state.InFlight {
			return nil, err
		}
		was := record{}
		for i, column := range c.tables[r.Kind].columns {
			was[column] = old[i]
		}
		if state.Status(number(was, "status")) == state.InFlight {
			return nil, nil
		}
		if r.Columns, err = json.Marshal(was); err != nil {
			return nil, err
		}
		before = append(before, r)
	}
	return before, nil
}

// revoke has the team have the messages of a permit as they were before it. It fails where anybody has
// changed one since.
func (c *Copy) revoke(ctx context.Context, w *tried) error {
	same := 0
	upTo, err := c.fleet.Since(ctx, state.FleetPos{Pos: w.Base, Commit: w.After}, c.layout, func(r state.FleetRow) error {
		for _, given := range w.Rows {
			if given.Kind == r.Kind && given.Key == r.Key && sameRow(given.Columns, r.Columns) {
				same++
			}
		}
		return nil
	})
	if err == nil && same != len(w.Rows) {
		err = state.ErrFleetMoved
	}
	if err == nil {
		err = c.commit(ctx, state.FleetWrite{Base: upTo.Pos, After: upTo.Commit, Layout: c.layout, Rows: w.permits, Leases: w.Leases})
	}
	if err == nil {
		c.yield(w.Leases)
	}
	return err
}

// yield ends the work by leases.
func (c *Copy) yield(leases []state.FleetLease) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, le := range leases {
		if end := c.ends[le.Account]; end != nil {
			end(state.ErrFleetYield)
		}
	}
}

// writable makes sure that this disk takes what is to be stored before a message is sent.
func (c *Copy) writable(ctx context.Context) error {
	return c.file.Here(api.WithPermit(ctx, nothingLess), func(l *dbfile.Conn) error {
		_, err := l.Exec(ctx, "UPDATE fleet SET pos = pos")
		return err
	})
}
