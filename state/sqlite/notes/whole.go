package notes

import (
	"context"
	"database/sql"
	"time"

	"unibox/api"
	"unibox/state/note"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/recovery"
)

// Tables are those of this package. Each has the columns account and conv.
var tables = [...]string{"note", "mention", "note_draft"}

// Tables names them.
func Tables() []string { return append([]string{}, tables[:]...) }

// Move moves the notes of a conversation, in a transaction that touches both. A draft
// that the other one has of the same note stays behind it.
func Move(ctx context.Context, l *dbfile.Conn, from, to api.ConversationID) error {
	for _, q := range []string{
		"UPDATE note SET account = ?1, conv = ?2 WHERE account = ?3 AND conv = ?4",
		"UPDATE mention SET account = ?1, conv = ?2 WHERE account = ?3 AND conv = ?4",
		`INSERT INTO note_draft (account, conv, writer, note, body) SELECT ?1, ?2, writer, note, body FROM note_draft WHERE account = ?3 AND conv = ?4
			ON CONFLICT (account, conv, writer, note) DO UPDATE SET body = excluded.body || char(10) || note_draft.body`,
	} {
		if _, err := l.Exec(ctx, q, to.Account, to.Remote, from.Account, from.Remote); err != nil {
			return err
		}
	}
	_, err := l.Exec(ctx, "DELETE FROM note_draft WHERE account = ? AND conv = ?", from.Account, from.Remote)
	return err
}

// Remove forgets the notes of a conversation, in a transaction that touches it.
func Remove(ctx context.Context, l *dbfile.Conn, id api.ConversationID) error {
	for _, table := range tables {
		if _, err := l.Exec(ctx, "DELETE FROM "+table+" WHERE account = ? AND conv = ?", id.Account, id.Remote); err != nil {
			return err
		}
	}
	return nil
}

// Expire removes the notes of an account that were written, and last changed, before a
// time. One that somebody is changing stays until that is done.
func (s *Store) Expire(ctx context.Context, account api.AccountID, before time.Time) error {
	old, err := s.olderThan(ctx, account, before)
	if err != nil {
		return err
	}
	for _, n := range old {
		if err := s.remove(ctx, n, ""); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) olderThan(ctx context.Context, account api.AccountID, before time.Time) (old []note.Note, err error) {
	err = s.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			n, err := scan(rows)
			old = append(old, n)
			return err
		}, "SELECT "+columns+` FROM note n WHERE n.account = ? AND max(n.made, n.edited) < ?
			AND NOT EXISTS (SELECT 1 FROM note_draft d WHERE d.note = n.key)`, account, stamp(before))
	})
	return old, err
}

// Recovery are the tables as they are rescued from a damaged file. A note of a snapshot
// that was deleted since may come back; none is lost for that.
func Recovery() []recovery.Table {
	count := func(_ recovery.Record, n *recovery.Rescued) { n.Notes++ }
	none := func(recovery.Record, *recovery.Rescued) {}
	return []recovery.Table{
		{Name: "note", Conflict: "DO NOTHING", Check: checkNote, Count: count},
		{Name: "mention", Conflict: "DO NOTHING", Count: none},
		{Name: "note_draft", Conflict: "DO NOTHING", Count: none},
	}
}

func checkNote(ctx context.Context, l *dbfile.Conn, r recovery.Record) error {
	return l.Each(ctx, func(rows *sql.Rows) error { _, err := scan(rows); return err },
		"SELECT "+columns+" FROM note n WHERE n.key = ?", r["key"])
}
