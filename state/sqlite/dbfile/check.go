package dbfile

import (
	"context"
	"database/sql"
	"fmt"
)

// Check reads the entire file, which is small, so that damage is found at a
// start and not in the middle of a send. Damaged reports true of its error.
func (f *File) Check(ctx context.Context) error {
	return f.Read(ctx, func(l *Conn) error { return f.schema.Check(ctx, l) })
}

// CheckSome reads some tables entirely, with their indexes. Damaged reports true of its
// error.
func (f *File) CheckSome(ctx context.Context, tables ...string) error {
	return f.Read(ctx, func(l *Conn) error {
		for _, table := range tables {
			if err := l.verdict(ctx, fmt.Sprintf("PRAGMA integrity_check(%s)", table)); err != nil {
				return err
			}
		}
		return f.schema.CheckStatements(ctx, l)
	})
}

// Check is File.Check on a connection.
func (s Schema) Check(ctx context.Context, l *Conn) error {
	if err := l.Check(ctx); err != nil {
		return err
	}
	return s.CheckStatements(ctx, l)
}

// CheckStatements is Schema.CheckStatements of the file.
func (f *File) CheckStatements(ctx context.Context) error {
	return f.Read(ctx, func(l *Conn) error { return f.schema.CheckStatements(ctx, l) })
}

// Check reads an entire file.
func (l *Conn) Check(ctx context.Context) error { return l.verdict(ctx, "PRAGMA integrity_check(1)") }

// CheckTable reads a table and its indexes.
func (l *Conn) CheckTable(ctx context.Context, table string) error {
	return l.verdict(ctx, fmt.Sprintf("PRAGMA quick_check(%s)", table))
}

func (l *Conn) verdict(ctx context.Context, check string) error {
	var found string
	if err := l.Row(ctx, check).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return &damageError{found}
	}
	return nil
}

// ErrEmptied: there is nothing where a file was.
var ErrEmptied error = &damageError{"it has lost its tables"}

// Columns names the columns of a table, none if there is no such table.
func (l *Conn) Columns(ctx context.Context, table string) (names []string, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	}, "SELECT name FROM pragma_table_info(?) ORDER BY cid", table)
	return names, err
}

// ReadClosed opens a file that nobody writes, such as a snapshot, and runs fn
// on it. It leaves no trace in the folder.
func ReadClosed(ctx context.Context, path string, fn func(l *Conn) error) error {
	l, end, err := connectOne(ctx, readingDSN(path))
	defer end()
	if err != nil {
		return err
	}
	return fn(l)
}
