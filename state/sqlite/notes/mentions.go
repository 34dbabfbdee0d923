package notes

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/sqlite/dbfile"
)

// Mentions implements note.Store.
func (s *Store) Mentions(ctx context.Context, who string, limit int) (all []note.Mention, err error) {
	err = s.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var seen bool
			n, err := scan(rows, &seen)
			all = append(all, note.Mention{Note: n, Seen: seen})
			return err
		}, "SELECT "+columns+", m.seen FROM mention m JOIN note n ON n.key = m.note WHERE m.who = ? ORDER BY m.seen, n.made DESC, n.id DESC LIMIT ? + 0", note.Fold(who), limit)
	})
	return all, err
}

// SeeMentions implements note.Store.
func (s *Store) SeeMentions(ctx context.Context, id api.ConversationID, who string) error {
	return s.change(ctx, id, "read", func(l *dbfile.Conn) error {
		changed, err := l.Change(ctx, "UPDATE mention SET seen = 1 WHERE account = ? AND conv = ? AND who = ? AND seen = 0", id.Account, id.Remote, note.Fold(who))
		if err == nil && !changed {
			err = dbfile.ErrNothing
		}
		return err
	})
}

// Mark notes on rows of the list which have notes, and which have one that names who
// reads here and was not seen by them. It reads what is said of these rows alone.
func (s *Store) Mark(ctx context.Context, rows []state.Row) error {
	if len(rows) == 0 {
		return nil
	}
	at := make(map[api.ConversationID]*state.Row, len(rows))
	pairs := make([][2]string, len(rows))
	for i := range rows {
		id := rows[i].Conversation.ID
		at[id], pairs[i] = &rows[i], [2]string{string(id.Account), id.Remote}
	}
	wanted, err := json.Marshal(pairs)
	if err != nil { // plain texts
		panic(err)
	}
	return s.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(found *sql.Rows) error {
			var id api.ConversationID
			var count int
			var named bool
			err := found.Scan(&id.Account, &id.Remote, &count, &named)
			if row := at[id]; row != nil {
				row.Notes, row.NamesYou = count, named
			}
			return err
		}, `SELECT n.account, n.conv, COUNT(*), EXISTS (SELECT 1 FROM mention m WHERE m.account = n.account AND m.conv = n.conv AND m.who = ?1 AND m.seen = 0)
			FROM (SELECT value ->> 0 AS account, value ->> 1 AS conv FROM json_each(?2)) t
			JOIN note n ON n.account = t.account AND n.conv = t.conv GROUP BY n.account, n.conv`, s.reader(), string(wanted))
	})
}

// Noted names the conversations with notes that were written, or changed, since a time.
func (s *Store) Noted(ctx context.Context, since time.Time) (ids []api.ConversationID, err error) {
	err = s.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id api.ConversationID
			err := rows.Scan(&id.Account, &id.Remote)
			ids = append(ids, id)
			return err
		}, "SELECT account, conv FROM note WHERE max(made, edited) >= ? GROUP BY account, conv ORDER BY max(made)", stamp(since))
	})
	return ids, err
}
