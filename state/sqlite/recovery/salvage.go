package recovery

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"unibox/state/sqlite/dbfile"
)

// Record is a row by its columns, with the values as SQLite gives them.
type Record map[string]any

// salvage reads what can be read of a table in a damaged file: from its
// beginning up to the first row that cannot be read, and from its end down to
// the last one. Records come in the order of their keys.
func salvage(ctx context.Context, l *dbfile.Conn, table string, columns []string) []Record {
	found := map[int64]Record{}
	query := fmt.Sprintf("SELECT rowid, %s FROM %s NOT INDEXED", strings.Join(columns, ", "), table)
	read := func(order string) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			id, r, err := scanRecord(rows, columns)
			if err == nil {
				found[id] = r
			}
			return err
		}, query+order)
	}
	if read(" ORDER BY rowid") != nil {
		_ = read(" ORDER BY rowid DESC")
	}
	return byKey(found)
}

func scanRecord(rows *sql.Rows, columns []string) (id int64, r Record, err error) {
	values := make([]any, len(columns))
	into := []any{&id}
	for i := range values {
		into = append(into, &values[i])
	}
	if err := rows.Scan(into...); err != nil {
		return 0, nil, err
	}
	r = Record{}
	for i, name := range columns {
		r[name] = values[i]
	}
	return id, r, nil
}

func byKey(found map[int64]Record) (all []Record) {
	for _, id := range slices.Sorted(maps.Keys(found)) {
		all = append(all, found[id])
	}
	return all
}

// insert adds a record unless a row of the table has its key. Columns that the
// record lacks get their defaults.
func insert(ctx context.Context, l *dbfile.Conn, table string, r Record, conflict string) (added bool, err error) {
	columns := slices.Sorted(maps.Keys(r))
	values := make([]any, len(columns))
	for i, name := range columns {
		values[i] = r[name]
	}
	return l.Change(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s) ON CONFLICT %s",
		table, strings.Join(columns, ", "), strings.Repeat(", ?", len(columns)-1), conflict), values...)
}

// Number is a column's value, 0 where it is no number.
func (r Record) Number(name string) int64 { n, _ := r[name].(int64); return n }

// Text is a column's value, empty where it is no text.
func (r Record) Text(name string) string {
	s, _ := r[name].(string)
	return strings.ToValidUTF8(s, "\uFFFD")
}
