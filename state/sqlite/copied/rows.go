package copied

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// shared are the tables that the boxes share, with the columns that name a row on every
// box. Ids that nothing outside of the table knows are a box's own, and so not among
// them.
var shared = []struct {
	name string
	key  []string
}{
	{"draft", []string{"account", "conv"}},
	{"outbox", []string{"id"}},
	{"provisional", []string{"account", "conv"}},
	{"flag", []string{"account", "conv"}},
	{"snooze", []string{"account", "conv", "agent"}},
	{"change", []string{"id"}},
	{"label", []string{"account", "conv", "key"}},
	{"note", []string{"key"}},
	{"mention", []string{"note", "who"}},
	{"note_draft", []string{"account", "conv", "writer", "note"}},
}

// Tables names the tables that the boxes share.
func Tables() (names []string) {
	for _, t := range shared {
		names = append(names, t.name)
	}
	return names
}

// table is one of them.
type table struct {
	name string
	key  []string
	// columns are those of the table, in its order; own is that of a box's own id.
	columns []string
	own     string
}

func tables(ctx context.Context, l *dbfile.Conn) (map[string]*table, error) {
	all := map[string]*table{}
	for _, s := range shared {
		t := &table{name: s.name, key: s.key}
		if !slices.Contains(s.key, "id") {
			t.own = "id"
		}
		var err error
		if t.columns, err = l.Columns(ctx, t.name); err != nil {
			return nil, err
		}
		all[t.name] = t
	}
	return all, nil
}

// numbered: its ids are the same on every box, and never given twice.
func (t *table) numbered() bool { return t.own == "" }

// value is that of a column in a row of all of them.
func (t *table) value(row []any, column string) any { return row[slices.Index(t.columns, column)] }

// keyOf names a row on every box.
func (t *table) keyOf(row []any) string {
	parts := make([]any, len(t.key))
	for i, column := range t.key {
		parts[i] = t.value(row, column)
	}
	text, err := json.Marshal(parts)
	if err != nil { // plain texts and numbers
		panic(err)
	}
	return string(text)
}

// keyOfRecord is keyOf of a row by its columns.
func (t *table) keyOfRecord(r record) string {
	row := make([]any, len(t.columns))
	for i, column := range t.columns {
		row[i] = r[column]
	}
	return t.keyOf(row)
}

func (t *table) conversation(row []any) api.ConversationID {
	account, _ := t.value(row, "account").(string)
	conv, _ := t.value(row, "conv").(string)
	return api.ConversationID{Account: api.AccountID(account), Remote: conv}
}

// where is the condition that names a row, with its arguments.
func (t *table) where(key string) (string, []any, error) {
	parts, err := decode[[]any]([]byte(key))
	if err != nil || len(parts) != len(t.key) {
		return "", nil, fmt.Errorf("the key %s of a row of %s: %w", key, t.name, err)
	}
	return " WHERE " + strings.Join(t.key, " = ? AND ") + " = ?", parts, nil
}

// read returns a row as the boxes share it, nil where it is not there.
func (t *table) read(ctx context.Context, l *dbfile.Conn, key string) (map[string]any, error) {
	where, args, err := t.where(key)
	if err != nil {
		return nil, err
	}
	row, err := l.Record(ctx, "SELECT * FROM "+t.name+where, args...)
	delete(row, t.own)
	return row, err
}

// decode reads JSON whose numbers are whole.
func decode[T any](text []byte) (v T, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return v, err
	}
	return v, whole(any(v))
}

// whole makes numbers what SQLite takes.
func whole(v any) (err error) {
	switch all := v.(type) {
	case []any:
		for i := range all {
			if all[i], err = plain(all[i]); err != nil {
				return err
			}
		}
	case map[string]any:
		for k := range all {
			if all[k], err = plain(all[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

func plain(v any) (any, error) {
	if n, ok := v.(json.Number); ok {
		return n.Int64()
	}
	return v, nil
}

// changes are the rows that a transaction changes, by table and key, with the
// conversations that they were in.
type changes struct {
	tables map[string]*table
	rows   map[rowID]api.ConversationID
	// before is how they were, nil for those that were not there.
	before map[rowID][]any
	convs  map[api.ConversationID]struct{}
}

type rowID struct{ table, key string }

func newChanges(tables map[string]*table) *changes {
	return &changes{tables, map[rowID]api.ConversationID{}, map[rowID][]any{}, map[api.ConversationID]struct{}{}}
}

func (c *changes) see(r dbfile.RowChange) {
	t := c.tables[r.Table]
	if t == nil {
		return
	}
	for _, row := range [][]any{r.Old, r.New} {
		if row == nil {
			continue
		}
		id := t.conversation(row)
		of := rowID{t.name, t.keyOf(row)}
		if _, seen := c.rows[of]; !seen {
			c.before[of] = r.Old
		}
		c.rows[of] = id
		c.convs[id] = struct{}{}
	}
}

func (c *changes) touched() []api.ConversationID { return slices.Collect(maps.Keys(c.convs)) }

// now is how the rows are at the end of the transaction.
func (c *changes) now(ctx context.Context, l *dbfile.Conn) (all []state.FleetRow, err error) {
	for id, conv := range c.rows {
		row := state.FleetRow{Kind: id.table, Key: id.key, Conversation: conv}
		columns, err := c.tables[id.table].read(ctx, l, id.key)
		if err == nil && columns != nil {
			row.Columns, err = json.Marshal(columns)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, nil
}
