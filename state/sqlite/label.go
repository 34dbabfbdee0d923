package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// SetLabels puts labels on a conversation and takes others off it. They are kept on this
// machine only, and outlive the cache. A label is written as it is where it is in use.
func (db *DB) SetLabels(ctx context.Context, id api.ConversationID, add, remove []string) error {
	if err := db.setLabels(ctx, id, add, remove); err != nil {
		return fmt.Errorf("label a conversation: %w", err)
	}
	return nil
}

func (df *durableFile) setLabels(ctx context.Context, id api.ConversationID, add, remove []string) error {
	return df.change(ctx, id, func(l *dbfile.Conn, _ int64) error {
		changed := false
		for _, name := range remove {
			done, err := affected(l.Exec(ctx, "DELETE FROM label WHERE account = ? AND conv = ? AND key = ?", id.Account, id.Remote, state.LabelKey(name)))
			if err != nil {
				return err
			}
			changed = changed || done
		}
		for _, name := range add {
			done, err := addLabel(ctx, l, id, name)
			if err != nil {
				return err
			}
			changed = changed || done
		}
		if !changed {
			return dbfile.ErrNothing
		}
		return tooManyLabels(ctx, l, id)
	})
}

// tooManyLabels refuses more labels than a conversation may have.
func tooManyLabels(ctx context.Context, l *dbfile.Conn, id api.ConversationID) error {
	var n int
	err := l.Row(ctx, "SELECT COUNT(*) FROM label WHERE account = ? AND conv = ?", id.Account, id.Remote).Scan(&n)
	if err == nil && n > state.MostLabels {
		err = fmt.Errorf("it has %d labels already: take one off first", state.MostLabels)
	}
	return err
}

// addLabel reports whether the conversation had not had the label.
func addLabel(ctx context.Context, l *dbfile.Conn, id api.ConversationID, name string) (bool, error) {
	name, err := state.CleanLabel(name)
	if err != nil {
		return false, err
	}
	key := state.LabelKey(name)
	err = l.Row(ctx, "SELECT name FROM label WHERE key = ? ORDER BY id LIMIT 1", key).Scan(&name)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	return affected(l.Exec(ctx, "INSERT INTO label (account, conv, name, key) VALUES (?, ?, ?, ?) ON CONFLICT (account, conv, key) DO NOTHING",
		id.Account, id.Remote, name, key))
}

// affected reports whether a statement changed a row.
func affected(done sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// moveLabels adds the labels of from to those of to.
func moveLabels(ctx context.Context, l *dbfile.Conn, from, to api.ConversationID) error {
	if _, err := l.Exec(ctx, "UPDATE OR IGNORE label SET account = ?, conv = ? WHERE account = ? AND conv = ?",
		to.Account, to.Remote, from.Account, from.Remote); err != nil {
		return err
	}
	_, err := l.Exec(ctx, "DELETE FROM label WHERE account = ? AND conv = ?", from.Account, from.Remote)
	return err
}

// Labels lists the labels that are in use, those on most conversations first.
func (db *DB) Labels(ctx context.Context) ([]state.LabelCount, error) {
	all, err := db.labelCounts(ctx)
	slices.SortFunc(all, func(x, y state.LabelCount) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), strings.Compare(x.Name, y.Name))
	})
	return all, err
}

func (df *durableFile) labelCounts(ctx context.Context) (all []state.LabelCount, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var c state.LabelCount
			err := rows.Scan(&c.Name, &c.Count)
			all = append(all, c)
			return err
		}, "SELECT name, COUNT(*) FROM label GROUP BY key")
	})
	return all, err
}

// labels are those of the conversations in the list, by their numbers, in their order.
// They are no part of the stored list: that would be another one for each of them.
type labels struct {
	of map[no][]string
	// read: all that were there have been read.
	read bool
}

// set replaces the labels of an entry.
func (s *labels) set(n no, names []string) {
	if len(names) == 0 {
		delete(s.of, n)
		return
	}
	if s.of == nil {
		s.of = map[no][]string{}
	}
	s.of[n] = names
}

// readLabels reads the labels of all conversations, once.
func (db *DB) readLabels(ctx context.Context) error {
	b := &db.inbox
	if b.labels.read {
		return nil
	}
	all, err := db.allLabels(ctx)
	if err != nil {
		return err
	}
	b.labels.read = true
	for id, names := range all {
		for i, name := range names {
			names[i] = b.name(name)
		}
		n, ok := b.stock.find(id)
		if e, known := b.byID[id]; known {
			n, ok = e.n, true
		}
		if !ok {
			n = b.at(id).n
		}
		b.labels.set(n, names)
	}
	return nil
}

func (df *durableFile) allLabels(ctx context.Context) (all map[api.ConversationID][]string, err error) {
	all = map[api.ConversationID][]string{}
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id api.ConversationID
			var name string
			err := rows.Scan(&id.Account, &id.Remote, &name)
			all[id] = append(all[id], name)
			return err
		}, "SELECT account, conv, name FROM label ORDER BY key")
	})
	return all, err
}
