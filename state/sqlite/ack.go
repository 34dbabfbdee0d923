package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// SaveAck keeps how far a message of ours has come, by the word of its platform. It
// only moves on: a message that was delivered is never less again, and one that failed
// stays failed. It reports false for a message that is not stored.
func (db *DB) SaveAck(ctx context.Context, ack api.Ack) (known bool, err error) {
	if ack.Delivery != api.DeliveryDelivered && ack.Delivery != api.DeliveryRead {
		return false, fmt.Errorf("no acknowledgement: %d", ack.Delivery)
	}
	at, err := db.ackable(ctx, ack)
	if err != nil || !at.known {
		return false, wrapAck(err)
	}
	if at.dir == api.Outbound && at.delivery < ack.Delivery {
		err = db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
			if _, err := l.Exec(ctx, "UPDATE message SET delivery = ? WHERE conv = ? AND id = ? AND delivery < ?", ack.Delivery, at.conv, at.pos, ack.Delivery); err != nil {
				return err
			}
			_, err := l.Exec(ctx, "UPDATE conversation SET rev = ? WHERE id = ?", rev, at.conv)
			return err
		})
		if err != nil {
			return true, wrapAck(err)
		}
		db.feed.Mark(state.Thread(ack.Conversation))
	}
	return true, wrapAck(db.ackSent(ctx, ack))
}

// ackable is where a message is, and how far it has come.
type ackable struct {
	known    bool
	conv     int64
	pos      state.Pos
	delivery api.Delivery
	dir      api.Direction
}

func (db *DB) ackable(ctx context.Context, ack api.Ack) (at ackable, err error) {
	c := ack.Conversation
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Row(ctx, `SELECT c.id, m.id, m.delivery, m.dir FROM conversation c JOIN message m ON m.conv = c.id
			WHERE c.account = ? AND c.remote = ? AND m.remote = ?`, c.Account, c.Remote, ack.Message.Remote).Scan(&at.conv, &at.pos, &at.delivery, &at.dir)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return ackable{}, nil
	}
	at.known = err == nil
	return at, err
}

// ackSent keeps it in the outbox too, which outlives what can be read again: no list
// of such a platform says it.
func (df *durableFile) ackSent(ctx context.Context, ack api.Ack) error {
	const where = " WHERE account = ? AND conv = ? AND r_message = ? AND r_delivery < ?"
	args := []any{ack.Conversation.Account, ack.Conversation.Remote, ack.Message.Remote, ack.Delivery}
	var open bool
	err := df.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM outbox"+where+" AND "+done+")", args...).Scan(&open)
	})
	if err != nil || !open {
		return err
	}
	return df.file.Write(ctx, func(l *dbfile.Conn) error {
		_, err := l.Exec(ctx, "UPDATE outbox SET r_delivery = ?"+where+" AND "+done, append([]any{ack.Delivery}, args...)...)
		return err
	})
}

func wrapAck(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("keep how far a message has come: %w", err)
}
