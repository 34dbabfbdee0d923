package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// FailedLate lists, oldest first, the messages of an account's outbox that count as
// sent, are not known to be delivered, and are failed or unknown in the stored
// history; with conversations, those of these alone.
func (db *DB) FailedLate(ctx context.Context, account api.AccountID, in []api.ConversationID) (late []state.LateFailure, err error) {
	rows, err := db.sentTo(ctx, account, in)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		late, err = failedOf(ctx, l, rows)
		for i := range late {
			if err == nil {
				late[i].Later, err = answersAfter(ctx, l, late[i].Message)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for messages that failed after they were sent: %w", err)
	}
	return late, nil
}

// sentTo lists the messages that count as sent, are tied to one of the history, and
// are not known to be delivered.
func (df *durableFile) sentTo(ctx context.Context, account api.AccountID, in []api.ConversationID) (rows []state.Outbound, err error) {
	where, args := "account = ?", []any{account}
	if in != nil {
		names := make([]string, len(in))
		for i, id := range in {
			names[i] = id.Remote
		}
		chosen, err := json.Marshal(names)
		if err != nil {
			return nil, err
		}
		where, args = where+" AND conv IN (SELECT value FROM json_each(?))", append(args, string(chosen))
	}
	err = df.file.Read(ctx, func(l *dbfile.Conn) (err error) {
		rows, err = outbounds(ctx, l, "WHERE "+where+" AND "+done+" AND r_message <> '' AND r_delivery < ? ORDER BY id", append(args, api.DeliveryDelivered)...)
		return err
	})
	return rows, err
}

// failedOf picks the messages that the history holds as failed or unknown.
func failedOf(ctx context.Context, l *dbfile.Conn, rows []state.Outbound) (late []state.LateFailure, err error) {
	type name struct{ Account, Conv, Message string }
	names := make([]name, len(rows))
	for i, o := range rows {
		names[i] = name{string(o.Conversation.Account), o.Conversation.Remote, o.Receipt.Message.Remote}
	}
	list, err := json.Marshal(names)
	if err != nil {
		return nil, err
	}
	err = l.Each(ctx, func(r *sql.Rows) error {
		var m stored
		var i int
		err := m.scan(r, &i)
		if err == nil {
			o := rows[i]
			late = append(late, state.LateFailure{Outbound: o, Message: m.of(o.Conversation).msg})
		}
		return err
	}, "SELECT "+messageColumns+`, j.key FROM json_each(?) j
		CROSS JOIN conversation c ON c.account = j.value->>'Account' AND c.remote = j.value->>'Conv'
		CROSS JOIN message m ON m.conv = c.id AND m.remote = j.value->>'Message'
		WHERE m.delivery >= ? ORDER BY j.key`, string(list), api.DeliveryFailed)
	return late, err
}

// laterAnswers is how many of the answers after a message are looked at.
const laterAnswers = 50

// answersAfter lists our side's messages after one that answer, oldest first.
func answersAfter(ctx context.Context, l *dbfile.Conn, after api.Message) (later []api.Message, err error) {
	id := after.Conversation
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var m stored
		err := m.scan(rows)
		later = append(later, m.of(id).msg)
		return err
	}, "SELECT "+messageColumns+` FROM message m JOIN message f ON f.conv = m.conv
		WHERE f.conv = (SELECT id FROM conversation WHERE account = ? AND remote = ?) AND f.remote = ?
		AND m.id > f.id AND m.id IN (SELECT id FROM message WHERE conv = f.conv AND id > f.id AND `+answers+` ORDER BY id LIMIT ? + 0) ORDER BY m.id`,
		id.Account, id.Remote, after.ID.Remote, laterAnswers)
	return later, err
}
