package dbfile

import (
	"context"
	"database/sql"
	"time"
)

// Conn is one connection and the statements prepared on it. One goroutine uses
// it at a time.
//
// Contexts are asked before each statement and between the rows of an answer,
// not during a step: the driver starts a goroutine for each statement whose
// context can end, which is a third of the cost of most of ours.
type Conn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	// unopened, where set, is why there is no connection.
	unopened error
	// fenced: the transaction needs the lease.
	fenced bool
	// apart: the numbers that the transaction gives count here only.
	apart bool
	// whole: no context cuts the transaction short.
	whole bool
}

// SetWhole says that the transaction under way is not cut short, though the contexts of those who
// began it end.
func (l *Conn) SetWhole() { l.whole = true }

// cut is why the transaction under way is cut short, if it is.
func (l *Conn) cut(ctx context.Context) error {
	if l.whole {
		return nil
	}
	return ctx.Err()
}

// SetApart says that what the transaction under way numbers is known here only: it gets
// numbers that nobody else gives, below zero.
func (l *Conn) SetApart() { l.apart = true }

// Apart reports whether somebody said so.
func (l *Conn) Apart() bool { return l.apart }

// lowest is below any number that is given apart, which rise with the time of day.
const lowest = -1 << 53

// NewID is the number for a new row of a table: nil for the next one. One that is given apart is above
// those of all that wait, whatever the date of this machine is by now: they go out in that order.
func (l *Conn) NewID(ctx context.Context, table string) (any, error) {
	if !l.apart {
		return nil, nil
	}
	var last int64
	err := l.Row(ctx, "SELECT COALESCE(MAX(id), 0) FROM "+table+" WHERE id < 0").Scan(&last)
	now := lowest + time.Now().UnixMicro()
	if last != 0 {
		now = max(now, last+1)
	}
	return now, err
}

// Fence says that the transaction under way must not be committed without the lease.
func (l *Conn) Fence() { l.fenced = true }

// Fenced reports whether somebody said so.
func (l *Conn) Fenced() bool { return l.fenced }

// Transact runs fn between begin and a commit, and rolls back if anything
// fails. Only fn is cut short by ctx: the frame around it has to be whole.
func (l *Conn) Transact(ctx context.Context, begin string, fn func(l *Conn) error) error {
	frame := context.WithoutCancel(ctx)
	l.fenced, l.apart, l.whole = false, false, false
	if _, err := l.Exec(frame, begin); err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			_, _ = l.Exec(frame, "ROLLBACK")
		}
	}()
	if err := fn(l); err != nil {
		return err
	}
	_, err := l.Exec(frame, "COMMIT")
	committed = err == nil
	return err
}

func (l *Conn) stmt(ctx context.Context, q string) (*sql.Stmt, error) {
	if s, ok := l.stmts[q]; ok {
		return s, nil
	}
	s, err := l.conn.PrepareContext(context.WithoutCancel(ctx), q)
	if err == nil {
		l.stmts[q] = s
	}
	return s, err
}

// Each runs a query and hands every row to scan.
func (l *Conn) Each(ctx context.Context, scan func(rows *sql.Rows) error, q string, args ...any) error {
	s, err := l.stmt(ctx, q)
	if err != nil {
		return err
	}
	if err := l.cut(ctx); err != nil {
		return err
	}
	rows, err := s.QueryContext(context.WithoutCancel(ctx), args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := l.cut(ctx); err != nil {
			return err
		}
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Row runs a query of at most one row.
func (l *Conn) Row(ctx context.Context, q string, args ...any) *sql.Row {
	s, err := l.stmt(ctx, q)
	if err != nil || l.cut(ctx) != nil { // the same error again, in the form of a row
		return l.conn.QueryRowContext(ctx, q, args...)
	}
	return s.QueryRowContext(context.WithoutCancel(ctx), args...)
}

// Exec runs a statement that returns no rows.
func (l *Conn) Exec(ctx context.Context, q string, args ...any) (sql.Result, error) {
	s, err := l.stmt(ctx, q)
	if err != nil {
		return nil, err
	}
	if err := l.cut(ctx); err != nil {
		return nil, err
	}
	return s.ExecContext(context.WithoutCancel(ctx), args...)
}

// Script runs statements that are not kept prepared: several at once, or such
// as act while they are compiled.
func (l *Conn) Script(ctx context.Context, q string, args ...any) error {
	_, err := l.conn.ExecContext(ctx, q, args...)
	return err
}

// Change runs a statement and reports whether it changed a row.
func (l *Conn) Change(ctx context.Context, q string, args ...any) (bool, error) {
	res, err := l.Exec(ctx, q, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// nextRevision begins a new revision of a file, the number that the rows changed in
// this transaction carry.
func (l *Conn) nextRevision(ctx context.Context) (rev int64, err error) {
	err = l.Row(ctx, "UPDATE clock SET rev = rev + 1 RETURNING rev").Scan(&rev)
	return rev, err
}

func (l *Conn) close() error {
	if l.unopened != nil {
		return nil
	}
	for _, s := range l.stmts {
		_ = s.Close()
	}
	return l.conn.Close()
}

// Values reads a query of one column.
func Values[T any](ctx context.Context, l *Conn, q string, args ...any) (all []T, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var v T
		err := rows.Scan(&v)
		all = append(all, v)
		return err
	}, q, args...)
	return all, err
}
