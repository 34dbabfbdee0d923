package sqlite

import (
	"context"
	"database/sql"
	"time"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Spoken hands over, conversation by conversation and oldest first, who wrote when since
// a time.
func (db *DB) Spoken(ctx context.Context, since time.Time, each func(state.Spoken) error) error {
	return db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var s state.Spoken
			var at int64
			if err := rows.Scan(&s.Conversation.Account, &s.Conversation.Remote, &s.Kind, &s.Ours, &s.Author, &at); err != nil {
				return err
			}
			s.At = moment(at)
			return each(s)
		}, "SELECT c.account, c.name, c.channel, "+answers+", m.author, m.at FROM message m JOIN (SELECT id AS row, account, remote AS name, kind AS channel FROM conversation) c ON c.row = m.conv WHERE m.id >= ? AND m.at >= ? AND ("+
			asks+" OR "+answers+") ORDER BY m.conv, m.id", positionOf(stamp(since)), stamp(since))
	})
}

// Depth says how much of the time since a moment is stored, account by account.
func (db *DB) Depth(ctx context.Context, since time.Time) (all []state.Depth, err error) {
	health, err := db.Health(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range health {
		d := state.Depth{Account: h.Account, Unlisted: h.Partial || h.Unended != ""}
		err := db.cache.Read(ctx, func(l *dbfile.Conn) error {
			var oldest int64
			err := l.Row(ctx, `SELECT COUNT(*),
					COUNT(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM span s WHERE s.conv = c.id)
						OR (SELECT COUNT(*) FROM span s WHERE s.conv = c.id AND s.newest >= ?2) > 1
						OR (SELECT s.oldest > ?2 AND NOT s.complete FROM span s WHERE s.conv = c.id ORDER BY s.newest LIMIT 1)),
					COALESCE((SELECT MIN(m.at) FROM message m JOIN conversation k ON k.id = m.conv WHERE k.account = ?1 AND m.at > 0), 0)
				FROM conversation c WHERE c.account = ?1 AND COALESCE(c.active, 0) >= ?3`, h.Account, positionOf(stamp(since)), stamp(since)).Scan(&d.Conversations, &d.Short, &oldest)
			d.Oldest = moment(oldest)
			return err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}
