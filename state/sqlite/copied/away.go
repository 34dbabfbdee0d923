package copied

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// While the fleet does not answer, or not as it should, what a person is writing is kept on this box: drafts,
// and notes that are not done. They go to the team once it answers again. What another
// box wrote meanwhile in the same place is not replaced: both become one text.

// keptHere are the tables whose rows may be ahead of the team's.
var keptHere = []string{"draft", "note_draft"}

// errNotHere: the transaction changes what only the fleet may.
var errNotHere = errors.New("not kept here")

// keepHere commits a transaction on this box alone, if all that it changes is kept here.
func (c *Copy) keepHere(ctx context.Context, fn func(l *dbfile.Conn) error) error {
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		changed := newChanges(c.tables)
		if err := l.Observing(changed.see, func() error { return fn(l) }); err != nil {
			return err
		}
		for id := range changed.rows {
			if !slices.Contains(keptHere, id.table) {
				return errNotHere
			}
			if _, err := l.Exec(ctx, "INSERT INTO unshared (kind, key, times) VALUES (?, ?, 1) ON CONFLICT (kind, key) DO UPDATE SET times = times + 1", id.table, id.key); err != nil {
				return err
			}
		}
		return nil
	})
}

// pending are rows that the team does not have yet, and how often each was changed.
type pending map[rowID]int64

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

// pending are all of them.
func (c *Copy) pending(ctx context.Context, l *dbfile.Conn) (pending, error) {
	all, err := l.Records(ctx, "SELECT kind, key, times FROM unshared")
	rows := pending{}
	for _, r := range all {
		if id := (rowID{text(r, "kind"), text(r, "key")}); c.tables[id.table] != nil {
			rows[id] = number(r, "times")
		}
	}
	return rows, err
}

// unshared reads the rows that the team does not have yet; nil for one that is gone.
func (c *Copy) unshared(ctx context.Context, l *dbfile.Conn) (map[rowID]record, error) {
	all, err := c.pending(ctx, l)
	if err != nil {
		return nil, err
	}
	rows := map[rowID]record{}
	for id := range all {
		if rows[id], err = c.tables[id.table].read(ctx, l, id.key); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// restore puts back what the team does not have into a copy that is made anew.
func (c *Copy) restore(ctx context.Context, l *dbfile.Conn, rows map[rowID]record, at place) error {
	if !at.anew {
		return nil
	}
	for id, r := range rows {
		if r == nil {
			continue
		}
		row, err := shareable(id, r)
		if err != nil {
			return err
		}
		if err := c.tables[id.table].store(ctx, l, row); err != nil {
			return err
		}
	}
	return nil
}

// shareable is a row as the team has it. Both kinds begin their key with the conversation.
func shareable(id rowID, r record) (row state.FleetRow, err error) {
	parts, err := decode[[]any]([]byte(id.key))
	if err != nil || len(parts) < 2 {
		return row, fmt.Errorf("the key %s of a row of %s: %w", id.key, id.table, err)
	}
	account, _ := parts[0].(string)
	conv, _ := parts[1].(string)
	row = state.FleetRow{Kind: id.table, Key: id.key, Conversation: api.ConversationID{Account: api.AccountID(account), Remote: conv}}
	if r != nil {
		row.Columns, err = json.Marshal(r)
	}
	return row, err
}

// ahead is a row of the team with what this box has beyond it.
func (c *Copy) ahead(r state.FleetRow, mine record) (state.FleetRow, error) {
	if mine == nil || r.Columns == nil {
		return r, nil
	}
	theirs, err := decode[record](r.Columns)
	if err != nil {
		return r, err
	}
	m := newMerger()
	m.theirs[rowID{r.Kind, r.Key}] = theirs
	if both := m.merge(c.tables[r.Kind], mine); both != nil {
		r.Columns, err = json.Marshal(both)
	}
	return r, err
}

// share commits to the team what it does not have yet, and reports whether there was any.
func (c *Copy) share(ctx context.Context) (some bool, err error) {
	var w state.FleetWrite
	var rows pending
	err = c.file.Read(ctx, func(l *dbfile.Conn) (err error) { w, rows, err = c.toShare(ctx, l); return err })
	if err != nil || len(w.Rows) == 0 {
		return false, err
	}
	if err := c.commit(ctx, w); err != nil {
		return true, err
	}
	return true, c.shared(ctx, rows)
}

func (c *Copy) toShare(ctx context.Context, l *dbfile.Conn) (w state.FleetWrite, rows pending, err error) {
	at, err := position(ctx, l)
	if err != nil {
		return w, nil, err
	}
	w = state.FleetWrite{Base: at.Pos, After: at.Commit, Layout: c.layout}
	if rows, err = c.pending(ctx, l); err != nil {
		return w, nil, err
	}
	for id := range rows {
		r, err := c.tables[id.table].read(ctx, l, id.key)
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
