package copied

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// What was kept here goes to the team once it answers, all of it in one commit, and replies and
// wishes get the team's numbers by that.

// shared notes that the team has rows, but for those that were changed since.
func (c *Copy) shared(ctx context.Context, rows pending) error {
	if len(rows) == 0 {
		return nil
	}
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		for id, times := range rows {
			if _, err := l.Exec(ctx, "DELETE FROM unshared WHERE kind = ? AND key = ? AND times = ?", id.table, id.key, times); err != nil {
				return err
			}
		}
		return nil
	})
}

// shareable is a row as the team has it. One that is gone says its conversation by its key,
// if that begins with it.
func shareable(id rowID, r record) (row state.FleetRow, err error) {
	row = state.FleetRow{Kind: id.table, Key: id.key, Conversation: conversationOf(r)}
	if r != nil {
		row.Columns, err = json.Marshal(r)
		return row, err
	}
	parts, err := decode[[]any]([]byte(id.key))
	if err == nil && len(parts) > 1 {
		account, _ := parts[0].(string)
		conv, _ := parts[1].(string)
		row.Conversation = api.ConversationID{Account: api.AccountID(account), Remote: conv}
	}
	return row, err
}

// share commits to the team what it does not have yet, and reports whether there was any. That it
// has them is noted when they come back (putAll).
func (c *Copy) share(ctx context.Context) (some bool, err error) {
	var waits pending
	err = c.file.Read(ctx, func(l *dbfile.Conn) (err error) { waits, err = c.pending(ctx, l); return err })
	if err != nil || len(waits) == 0 {
		return false, err
	}
	if err := c.resolve(ctx); err != nil {
		return true, err
	}
	if err := c.giveWay(ctx); err != nil {
		return true, err
	}
	w, rows, all, err := c.beginsToShare(ctx)
	if err != nil || len(w.Rows) == 0 {
		return false, err
	}
	if err := c.commit(ctx, w); err != nil {
		if !errors.Is(err, state.ErrFleetUnsure) {
			err = errors.Join(err, c.refused(ctx, all))
		}
		if errors.Is(err, state.ErrFleetTaken) { // since it was asked who has whom
			err = state.ErrFleetMoved
		}
		return true, err
	}
	return true, c.acknowledged(ctx, rows)
}

// beginsToShare makes the commit of what waits here, and notes that the team may have it by that: nobody
// takes a reply of it back from then on while the team does not answer.
func (c *Copy) beginsToShare(ctx context.Context) (w state.FleetWrite, rows pending, all []asked, err error) {
	err = c.file.Here(ctx, func(l *dbfile.Conn) (err error) {
		if w, rows, err = c.toShare(ctx, l); err != nil {
			return err
		}
		if all, err = askedOf(ctx, l, w.Rows); err != nil {
			return err
		}
		for id := range rows {
			if !apart(id) {
				continue
			}
			a, err := ask(ctx, l, id, func() error { return askedBy(ctx, l, id, w.Name) })
			if err != nil {
				return err
			}
			all = append(all, a)
		}
		return nil
	})
	return w, rows, all, err
}

// acknowledged notes of replies and wishes that the team has said that it has them. They wait on,
// until they have been read back, since it may yet lose them; but nobody takes them back while it
// does not answer.
func (c *Copy) acknowledged(ctx context.Context, rows pending) error {
	maps.DeleteFunc(rows, func(id rowID, _ int64) bool { return !apart(id) })
	if len(rows) == 0 {
		return nil
	}
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		for id, times := range rows {
			a, err := asksOf(ctx, l, id)
			if err != nil {
				return err
			}
			a.said = true
			if _, err := l.Exec(ctx, "UPDATE unshared SET base = ? WHERE kind = ? AND key = ? AND times = ?", a.format(), id.table, id.key, times); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Copy) toShare(ctx context.Context, l *dbfile.Conn) (w state.FleetWrite, rows pending, err error) {
	at, err := position(ctx, l)
	if err != nil {
		return w, nil, err
	}
	w = state.FleetWrite{Name: commitName(), Base: at.Pos, After: at.Commit, Layout: c.layout}
	if rows, err = c.pending(ctx, l); err != nil {
		return w, nil, err
	}
	for _, id := range inOrder(rows) {
		r, err := c.tables[id.table].read(ctx, l, id.key)
		if err == nil && apart(id) {
			if r == nil {
				continue
			}
			if err := c.answers(ctx, l, id, r, &w); err != nil {
				return w, nil, err
			}
			id, err = c.number(ctx, l, id, r, &w)
		}
		if err != nil {
			return w, nil, err
		}
		row, err := shareable(id, r)
		if err != nil {
			return w, nil, err
		}
		w.Rows = append(w.Rows, row)
	}
	return w, rows, nil
}

// answers says of a reply that waits whom it answers, if who has taken a customer answers alone; but for
// one that the team may have: that is going to be sent.
func (c *Copy) answers(ctx context.Context, l *dbfile.Conn, id rowID, r record, w *state.FleetWrite) error {
	if !c.holdersSend || id.table != "outbox" || state.Status(number(r, "status")) != state.Queued {
		return nil
	}
	a, err := asksOf(ctx, l, id)
	if err == nil && !a.mayBeThere() {
		w.Answers = append(w.Answers, state.FleetAnswer{Conversation: conversationOf(r), Agent: text(r, "writer")})
	}
	return err
}

// inOrder are rows in the order in which they go to the team: those with numbers as they were
// made.
func inOrder(rows pending) []rowID {
	return slices.SortedFunc(maps.Keys(rows), func(a, b rowID) int {
		return cmp.Or(cmp.Compare(slices.Index(keptHere, a.table), slices.Index(keptHere, b.table)), cmp.Compare(len(b.key), len(a.key)), -cmp.Compare(a.key, b.key))
	})
}

// number gives a row the next number of the team's.
func (c *Copy) number(ctx context.Context, l *dbfile.Conn, id rowID, r record, w *state.FleetWrite) (rowID, error) {
	var last int64
	err := l.Row(ctx, "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)", id.table).Scan(&last)
	for _, row := range w.Rows {
		if row.Kind == id.table {
			last++
		}
	}
	if err != nil {
		return id, err
	}
	r["id"] = last + 1
	switch {
	case id.table == "outbox" && state.Status(number(r, "status")) == state.Queued: // it waits no more
		r["reason"] = ""
	case id.table == "change":
		var base string
		if base, err = storedBase(ctx, l, id); base != "" { // it may have been carried out before that was lost
			doubtfulRetry(r)
		}
	}
	return rowID{id.table, c.tables[id.table].keyOfRecord(r)}, err
}
