package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/notes"
)

// Adopt replaces the provisional conversation by the platform's: its messages
// of the outbox, its flags, labels and notes move over, its draft goes before what the other
// one holds, and nothing is known by the old name any more. It may be repeated.
func (df *durableFile) Adopt(ctx context.Context, from, to api.ConversationID) error {
	if from == to {
		return nil
	}
	err := df.change(ctx, to, func(l *dbfile.Conn, rev int64) error {
		for _, move := range []func(context.Context, *dbfile.Conn, api.ConversationID, api.ConversationID) error{moveDraft, moveFlags, moveLabels, moveRest, notes.Move} {
			if err := move(ctx, l, from, to); err != nil {
				return err
			}
		}
		return touch(ctx, l, from, rev)
	}, state.Outbox, state.Thread(from))
	if err != nil {
		return fmt.Errorf("adopt conversation %s: %w", to.Remote, err)
	}
	return nil
}

func moveDraft(ctx context.Context, l *dbfile.Conn, from, to api.ConversationID) error {
	old, err := loadDraft(ctx, l, from)
	if err != nil || old.Empty() {
		return err
	}
	d, err := loadDraft(ctx, l, to)
	if err != nil {
		return err
	}
	d = inFront(d, old.Body, old.Files, old.At, old.Quote)
	d.Edited = old.Edited
	if _, err := putDraft(ctx, l, d); err != nil {
		return err
	}
	return clearDraft(ctx, l, from)
}

// moveFlags adds the flags of from to those of to. Positions do not move: they
// belong to the conversation they were taken in.
func moveFlags(ctx context.Context, l *dbfile.Conn, from, to api.ConversationID) error {
	if _, err := l.Exec(ctx, "DELETE FROM snooze WHERE account = ? AND conv = ?", from.Account, from.Remote); err != nil {
		return err
	}
	old, err := loadFlag(ctx, l, from)
	if err != nil || old == (flag{}) {
		return err
	}
	f, err := loadFlag(ctx, l, to)
	if err != nil {
		return err
	}
	f.starred, f.pinned, f.muted = f.starred || old.starred, f.pinned || old.pinned, f.muted || old.muted
	if err := saveFlag(ctx, l, to, f); err != nil {
		return err
	}
	_, err = l.Exec(ctx, "DELETE FROM flag WHERE account = ? AND conv = ?", from.Account, from.Remote)
	return err
}

func moveRest(ctx context.Context, l *dbfile.Conn, from, to api.ConversationID) error {
	if _, err := l.Exec(ctx, "UPDATE outbox SET account = ?, conv = ? WHERE account = ? AND conv = ?",
		to.Account, to.Remote, from.Account, from.Remote); err != nil {
		return err
	}
	_, err := l.Exec(ctx, "DELETE FROM provisional WHERE account = ? AND conv = ?", from.Account, from.Remote)
	return err
}

// SeenSince lists, oldest first, our side's messages in a conversation that
// this machine first saw at or after a moment, by Now, and that no row of the
// outbox is linked to.
func (db *DB) SeenSince(ctx context.Context, id api.ConversationID, since time.Time) (msgs []api.Message, err error) {
	linked, err := db.linked(ctx, id)
	if err != nil {
		return nil, err
	}
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var m stored
			err := m.scan(rows)
			if !linked[m.msg.ID.Remote] {
				msgs = append(msgs, m.of(id).msg)
			}
			return err
		}, "SELECT "+messageColumns+` FROM message m
			WHERE m.conv = (SELECT id FROM conversation WHERE account = ? AND remote = ?) AND `+ours+` AND m.seen >= ? ORDER BY m.id`, id.Account, id.Remote, stamp(db.here(since)))
	})
	return msgs, err
}

// lateArrival is how far below the newest message a platform may list what comes
// in, because it was written before and arrived after.
const lateArrival = state.Pos(time.Minute / time.Millisecond)

// CameSince counts the customer's messages of a conversation that an agent had not
// seen who saw what is stored up to a position, and submitted a reply at a time:
// those above it, and those a little below that were stored since, unless all that
// is stored is newer than the reply: then the cache was made anew, and when something
// was stored says nothing.
func (db *DB) CameSince(ctx context.Context, id api.ConversationID, above state.Pos, submitted time.Time) (n int, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		t, err := loadThread(ctx, l, id)
		if err != nil || t.id == 0 {
			return err
		}
		return l.Row(ctx, `SELECT COUNT(*) FROM message WHERE conv = ?1 AND id > ?2 AND (id > ?3 OR
				seen > ?4 AND EXISTS (SELECT 1 FROM message WHERE conv = ?1 AND id <= ?3 AND seen <= ?4)) AND `+asks,
			t.id, above-lateArrival, above, stamp(db.here(submitted))).Scan(&n)
	})
	return n, err
}

// linked names the platform's messages that rows of the outbox became.
func (df *durableFile) linked(ctx context.Context, id api.ConversationID) (map[string]bool, error) {
	names := map[string]bool{}
	err := df.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			names[name] = true
			return err
		}, "SELECT r_message FROM outbox WHERE account = ? AND conv = ? AND r_message <> ''", id.Account, id.Remote)
	})
	return names, err
}
