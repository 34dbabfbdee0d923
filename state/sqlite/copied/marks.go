package copied

import (
	"context"
	"encoding/json"
	"maps"

	"unibox/state/sqlite/dbfile"
)

// marks are the columns of a flag and of a snooze that mean something together. What was
// changed here while the fleet did not answer is kept; all else is as the team has it.
var marks = map[string][][]string{
	"flag": {{"starred"}, {"pinned"}, {"muted"}, {"done_at"}, {"read_upto", "read_when"},
		{"snoozed", "snoozed_at", "snooze_kind", "noted"}, {"skipped", "skipped_at", "skips"}},
	"snooze": {{"until", "seen", "kind", "noted"}},
}

// orNone are the columns of them that may hold nothing.
var orNone = map[string]bool{"done_at": true, "read_upto": true}

// removable are the tables from which somebody removes a row as a whole, and means it.
var removable = map[string]bool{"label": true, "snooze": true}

// baseOf is how a row was before a transaction, as it is stored; empty where nobody asks for
// it. old is nil for a row that was not there.
func (t *table) baseOf(old []any) (string, error) {
	row := record{}
	if t.name == "draft" {
		for i, column := range t.columns {
			if old != nil {
				row[column] = old[i]
			}
		}
		columns, err := json.Marshal(baseOfDraft(row))
		return string(columns), err
	}
	if marks[t.name] == nil {
		return "", nil
	}
	for i, column := range t.columns {
		switch {
		case old != nil:
			row[column] = old[i]
		case !orNone[column]:
			row[column] = int64(0)
		}
	}
	columns, err := json.Marshal(row)
	return string(columns), err
}

// base reads how a row was before it was changed here; nil where that is not known.
func base(ctx context.Context, l *dbfile.Conn, id rowID) (record, error) {
	r, err := l.Record(ctx, "SELECT base FROM unshared WHERE kind = ? AND key = ?", id.table, id.key)
	if err != nil || text(r, "base") == "" {
		return nil, err
	}
	return decode[record]([]byte(text(r, "base")))
}

// marked is a row of the team with the marks that were changed here since base.
func marked(table string, theirs, mine, base record) record {
	both := maps.Clone(theirs)
	for _, group := range marks[table] {
		for _, column := range group {
			if mine[column] != base[column] {
				copyColumns(both, mine, group)
				break
			}
		}
	}
	return both
}

func copyColumns(to, from record, columns []string) {
	for _, column := range columns {
		to[column] = from[column]
	}
}
