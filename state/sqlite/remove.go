package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/notes"
)

// SaveMessage stores what the platform now says of a message. One that is not
// stored here is left for its page.
func (db *DB) SaveMessage(ctx context.Context, m api.Message) error {
	s := pageWrite{id: m.Conversation}
	_, err := db.file(ctx, &s, []api.Message{m}, func(*dbfile.Conn) error {
		if !s.messages[0].known {
			return dbfile.ErrNothing
		}
		return nil
	})
	return err
}

// DeleteMessage forgets a message, after the platform has.
func (db *DB) DeleteMessage(ctx context.Context, id api.ConversationID, message api.MessageID) error {
	gone := false
	err := db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		t, err := loadThread(ctx, l, id)
		if err != nil {
			return err
		}
		var pos state.Pos
		err = l.Row(ctx, "DELETE FROM message WHERE conv = ? AND remote = ? RETURNING id", t.id, message.Remote).Scan(&pos)
		if errors.Is(err, sql.ErrNoRows) {
			return dbfile.ErrNothing
		}
		if err != nil {
			return err
		}
		gone = true
		if err := db.dropTexts(ctx, l, rev); err != nil {
			return err
		}
		return t.without(ctx, l, pos, rev)
	})
	if err != nil {
		return fmt.Errorf("delete a message: %w", err)
	}
	if gone {
		db.inbox.bare.Add(1)
		db.feed.Mark(state.Inbox, state.Thread(id))
	}
	return nil
}

// without brings everything that was derived from the message at pos up to
// date with what is left.
func (t *thread) without(ctx context.Context, l *dbfile.Conn, pos state.Pos, rev int64) error {
	if _, err := l.Exec(ctx, "DELETE FROM fts WHERE rowid = ?", pos); err != nil {
		return err
	}
	if err := t.shrink(ctx, l); err != nil {
		return err
	}
	if err := t.summarise(ctx, l); err != nil {
		return err
	}
	return t.save(ctx, l, rev)
}

// shrink moves the ends of spans to messages that are stored. One that has
// none left is dropped; where it was all there is, that nothing is there stays
// known.
func (t *thread) shrink(ctx context.Context, l *dbfile.Conn) error {
	cov, err := loadCoverage(ctx, l, t.id)
	if err != nil {
		return err
	}
	var left state.Coverage
	for _, span := range cov {
		err := l.Row(ctx, "SELECT COALESCE(MAX(id), 0), COALESCE(MIN(id), 0) FROM message WHERE conv = ? AND id BETWEEN ? AND ?",
			t.id, span.Oldest, span.Newest).Scan(&span.Newest, &span.Oldest)
		if err != nil {
			return err
		}
		if span.Newest != 0 || span.Complete && len(cov) == 1 {
			left = append(left, span)
		}
	}
	return saveCoverage(ctx, l, t.id, left)
}

// lastOf is the newest message of a conversation for which the condition behind it
// holds.
const lastOf = "SELECT COALESCE(MAX(id), 0) FROM message WHERE conv = ? AND "

// summarise sums up the stored messages again.
func (t *thread) summarise(ctx context.Context, l *dbfile.Conn) error {
	t.preview, t.newest, t.waiting = preview{}, 0, 0
	err := l.Each(ctx, func(rows *sql.Rows) error {
		var m stored
		err := m.scan(rows)
		t.newest, t.preview = m.pos, previewOf(m.msg)
		return err
	}, "SELECT "+messageColumns+" FROM message m WHERE conv = ? ORDER BY id DESC LIMIT 1", t.id)
	if err != nil {
		return err
	}
	if err := l.Row(ctx, lastOf+asks, t.id).Scan(&t.lastIn); err != nil {
		return err
	}
	if err := l.Row(ctx, lastOf+answers, t.id).Scan(&t.lastOut); err != nil {
		return err
	}
	return t.count(ctx, l)
}

// RemoveConversation forgets a conversation after the platform has: its
// messages, draft and flags. Messages of ours that have not gone out stay, for
// the agent to see. Only the holder of the lease may: state.ErrNoLease.
func (db *DB) RemoveConversation(ctx context.Context, id api.ConversationID) error {
	err := db.removeLocal(ctx, id)
	if db.copy != nil && errors.Is(err, state.ErrNoLease) {
		err = nil // the box that works for the account does it
	}
	if err == nil {
		err = db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
			if err := db.dropTexts(ctx, l, rev); err != nil {
				return err
			}
			return removeCached(ctx, l, id, rev)
		})
	}
	if err != nil {
		return fmt.Errorf("forget conversation %s: %w", id.Remote, err)
	}
	db.inbox.bare.Add(1)
	db.feed.Mark(state.Inbox, state.Thread(id))
	return nil
}

func (df *durableFile) removeLocal(ctx context.Context, id api.ConversationID) error {
	return df.change(ctx, id, func(l *dbfile.Conn, _ int64) error {
		if err := df.lease.Owns(ctx, l); err != nil {
			return err
		}
		return removeLocal(ctx, l, id)
	}, state.Changes)
}

func removeLocal(ctx context.Context, l *dbfile.Conn, id api.ConversationID) error {
	if err := clearDraft(ctx, l, id); err != nil {
		return err
	}
	for _, q := range []string{
		"DELETE FROM flag WHERE account = ? AND conv = ?",
		"DELETE FROM snooze WHERE account = ? AND conv = ?",
		"DELETE FROM label WHERE account = ? AND conv = ?",
		"DELETE FROM outbox WHERE account = ? AND conv = ? AND " + done,
		"DELETE FROM change WHERE account = ? AND conv = ? AND ability <> 'remove'",
	} {
		if _, err := l.Exec(ctx, q, id.Account, id.Remote); err != nil {
			return err
		}
	}
	return notes.Remove(ctx, l, id)
}

func removeCached(ctx context.Context, l *dbfile.Conn, id api.ConversationID, rev int64) error {
	t, err := loadThread(ctx, l, id)
	if err != nil {
		return err
	}
	for _, q := range []string{
		"DELETE FROM fts WHERE rowid IN (SELECT id FROM message WHERE conv = ?)",
		"DELETE FROM message WHERE conv = ?",
		"DELETE FROM span WHERE conv = ?",
		"DELETE FROM conversation WHERE id = ?",
	} {
		if _, err := l.Exec(ctx, q, t.id); err != nil {
			return err
		}
	}
	_, err = l.Exec(ctx, "INSERT OR REPLACE INTO gone (account, remote, rev) VALUES (?, ?, ?)", id.Account, id.Remote, rev)
	return err
}
