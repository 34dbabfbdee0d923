package dbfile

import (
	"context"
	"database/sql"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// RowChange is a row that a statement inserts, changes or deletes: its columns in the
// order of the table, nil before it is there and once it is gone.
type RowChange struct {
	Table    string
	Old, New []any
}

// Observing runs fn, and tells see of each row that it changes with this connection,
// right before that. see must not use the connection.
func (l *Conn) Observing(see func(RowChange), fn func() error) error {
	var failed error
	err := l.hook(func(d sqlite.SQLitePreUpdateData) {
		c, err := rowChange(d)
		if err != nil {
			failed = err
			return
		}
		see(c)
	})
	if err != nil {
		return err
	}
	defer func() { _ = l.hook(nil) }()
	if err := fn(); err != nil {
		return err
	}
	return failed
}

func (l *Conn) hook(see sqlite.PreUpdateHookFn) error {
	return l.conn.Raw(func(c any) error {
		c.(sqlite.HookRegisterer).RegisterPreUpdateHook(see)
		return nil
	})
}

func rowChange(d sqlite.SQLitePreUpdateData) (c RowChange, err error) {
	c.Table = d.TableName
	if d.Op != sqlite3.SQLITE_INSERT {
		c.Old = make([]any, d.Count())
		err = d.Old(c.Old...)
	}
	if err == nil && d.Op != sqlite3.SQLITE_DELETE {
		c.New = make([]any, d.Count())
		err = d.New(c.New...)
	}
	return c, err
}

// Layout is the number of steps that made the file.
func (l *Conn) Layout(ctx context.Context) (int, error) { return l.layout(ctx) }

// Record reads a query of at most one row into its columns by name; nil where there is
// no such row.
func (l *Conn) Record(ctx context.Context, q string, args ...any) (map[string]any, error) {
	all, err := l.Records(ctx, q, args...)
	if len(all) == 0 {
		return nil, err
	}
	return all[0], err
}

// Records reads the rows of a query, each into its columns by name.
func (l *Conn) Records(ctx context.Context, q string, args ...any) (all []map[string]any, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		r := map[string]any{}
		for i, name := range names {
			r[name] = values[i]
		}
		all = append(all, r)
		return nil
	}, q, args...)
	return all, err
}
