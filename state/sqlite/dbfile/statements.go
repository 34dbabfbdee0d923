package dbfile

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// A flipped byte in the text of a schema is no damage to SQLite: a column simply
// has another name then, and statements that name it fail. So the text is compared
// with what the steps make of an empty file.

// Statement is a row of a file's schema.
type Statement struct{ Kind, Name, Table, SQL string }

// Statements are those of an empty file after some of the steps. What the
// full-text index makes by itself is left out.
func (s Schema) Statements(ctx context.Context, steps int) (all []Statement, err error) {
	l, end, err := connectOne(ctx, "file::memory:?_dqs=0")
	defer end()
	if err != nil {
		return nil, err
	}
	for _, step := range s.Steps[:steps] {
		if err := l.Script(ctx, step); err != nil {
			return nil, err
		}
	}
	rows, err := l.statements(ctx)
	return slices.Collect(maps.Values(rows)), err
}

// statements are those of the file by their row ids.
func (l *Conn) statements(ctx context.Context) (map[int64]Statement, error) {
	all := map[int64]Statement{}
	err := l.Each(ctx, func(rows *sql.Rows) error {
		var id int64
		var s Statement
		err := rows.Scan(&id, &s.Kind, &s.Name, &s.Table, &s.SQL)
		if !strings.HasPrefix(s.Name, "fts") {
			all[id] = s
		}
		return err
	}, "SELECT rowid, CAST(type AS TEXT), CAST(name AS TEXT), CAST(tbl_name AS TEXT), CAST(sql AS TEXT) FROM sqlite_schema WHERE sql IS NOT NULL")
	return all, err
}

// CheckStatements compares the schema of a file with what its steps make. Damaged
// reports true of its error.
func (s Schema) CheckStatements(ctx context.Context, l *Conn) error {
	if s.Made == nil {
		return nil
	}
	have, err := l.statements(ctx)
	if err != nil || s.Sum != "" && Sum(slices.Collect(maps.Values(have))) == s.Sum {
		return err
	}
	want, err := s.Made()
	if err != nil {
		return err
	}
	found := map[Statement]bool{}
	for _, h := range have {
		found[h.plain()] = true
	}
	for _, w := range want {
		if !found[w.plain()] {
			return &damageError{fmt.Sprintf("its %s %s is not as it was made", w.Kind, w.Name)}
		}
	}
	return nil
}

// Sum is a checksum of statements in any order, without their comments.
func Sum(all []Statement) string {
	lines := make([]string, len(all))
	for i, s := range all {
		lines[i] = fmt.Sprintf("%q", s.plain())
	}
	slices.Sort(lines)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(lines, "\n"))))
}

// plain is a statement without its comments, in which a flipped byte does no harm.
func (s Statement) plain() Statement {
	var words []string
	for line := range strings.Lines(s.SQL) {
		code, _, _ := strings.Cut(line, "--")
		words = append(words, strings.Fields(code)...)
	}
	s.SQL = strings.Join(words, " ")
	return s
}

// ConnectDamaged opens one connection to a file that is damaged: one that is
// shorter than it should be, or whose schema cannot be read as a whole. Until end
// it holds the write lock; one that is writing and does not end is an error. The
// connection sees the schema as the steps of s make it, as far as it can be
// told; nothing of that is written.
func ConnectDamaged(ctx context.Context, path string, s Schema) (l *Conn, end func(), err error) {
	// Nothing else is set: most settings read the schema, and those of a name come in
	// the order of the alphabet.
	name := url.URL{Path: path}
	l, end, err = connectOne(ctx, "file:"+name.EscapedPath()+"?mode=rw&_dqs=0&_pragma=busy_timeout(5000)&_pragma=writable_schema(1)")
	if err != nil {
		return nil, end, err
	}
	if _, err = l.Exec(ctx, "BEGIN IMMEDIATE"); err == nil {
		_ = l.repairSchema(ctx, s) // else it is read as it is
	}
	return l, end, err
}

// repairSchema puts the statements of the schema right in a transaction that is not
// committed.
func (l *Conn) repairSchema(ctx context.Context, s Schema) error {
	steps, err := l.layout(ctx)
	if err != nil || steps < 1 || steps > len(s.Steps) {
		steps = len(s.Steps)
	}
	want, err := s.Statements(ctx, steps)
	if err != nil {
		return err
	}
	have, err := l.statements(ctx)
	if err != nil {
		return err
	}
	for id, h := range have {
		w, found := likest(want, h)
		if !found || w == h {
			continue
		}
		if err := l.Script(ctx, "UPDATE sqlite_schema SET type = ?, name = ?, tbl_name = ?, sql = ? WHERE rowid = ?", w.Kind, w.Name, w.Table, w.SQL, id); err != nil {
			return err
		}
	}
	return l.Script(ctx, "PRAGMA writable_schema = RESET; PRAGMA writable_schema = ON")
}

// likest finds the statement that h was before a few of its bytes were changed.
func likest(want []Statement, h Statement) (best Statement, found bool) {
	most := 0
	for _, w := range want {
		if same := sameBytes(w.SQL, h.SQL); same > most {
			best, most = w, same
		}
	}
	return best, len(best.SQL) == len(h.SQL) && most*10 >= len(h.SQL)*8
}

func sameBytes(a, b string) (n int) {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}
