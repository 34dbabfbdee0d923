package copied

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"unibox/state/sqlite/dbfile"
)

// Of a draft that is kept here it is remembered what the team may have of it: how it was before, and
// what the team was asked to commit without an answer.

// forgetBase notes that the team may have seen more of a draft than its base.
func forgetBase(ctx context.Context, l *dbfile.Conn, id rowID) error {
	if id.table != "draft" {
		return nil
	}
	_, err := l.Exec(ctx, "UPDATE unshared SET base = '' WHERE kind = ? AND key = ?", id.table, id.key)
	return err
}

// mostVersions is how many versions of a draft are remembered that the team may have.
const mostVersions = 8

// mayBeThere notes that the team may have a draft as it is here now. What it held before is not
// known any more, but that version is nobody else's.
func (c *Copy) mayBeThere(ctx context.Context, l *dbfile.Conn, id rowID) error {
	if id.table != "draft" {
		return nil
	}
	mine, err := c.tables[id.table].read(ctx, l, id.key)
	if err != nil || mine == nil {
		return errors.Join(err, forgetBase(ctx, l, id))
	}
	all, err := versions(ctx, l, id)
	if err != nil {
		return err
	}
	all = append(all, versionOf(mine))
	columns, err := json.Marshal(map[string]any{"versions": all[max(0, len(all)-mostVersions):]})
	if err == nil {
		_, err = l.Exec(ctx, "UPDATE unshared SET base = ? WHERE kind = ? AND key = ?", string(columns), id.table, id.key)
	}
	return err
}

// version is what a draft said here when the team was asked to commit it.
type version struct {
	Body  string `json:"body"`
	Files string `json:"files"`
	Sent  string `json:"sent"`
	Quote string `json:"quote"`
	At    int64  `json:"at"`
}

func versionOf(draft record) version {
	return version{text(draft, "body"), text(draft, "files"), text(draft, "sent"), text(draft, "quote"), number(draft, "at")}
}

// versions are those of a draft of which it is not known whether the team has them.
func versions(ctx context.Context, l *dbfile.Conn, id rowID) ([]version, error) {
	r, err := l.Record(ctx, "SELECT base FROM unshared WHERE kind = ? AND key = ?", id.table, id.key)
	if err != nil || text(r, "base") == "" {
		return nil, err
	}
	said, err := decode[struct{ Versions []version }]([]byte(text(r, "base")))
	return said.Versions, err
}

// isOurs reports whether a draft of the team is one that this box wrote, without an answer, before
// what it has now.
func isOurs(ctx context.Context, l *dbfile.Conn, id rowID, theirs record) (bool, error) {
	all, err := versions(ctx, l, id)
	return slices.Contains(all, versionOf(theirs)), err
}
