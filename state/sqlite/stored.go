package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"unibox/api"
	"unibox/state"
)

// stored is a message of the cache.
type stored struct {
	msg  api.Message
	pos  state.Pos
	seen int64
}

const messageColumns = "m.id, m.remote, m.at, m.kind, m.dir, m.delivery, m.author, m.body, m.reason, m.files, m.retryable, m.edited, m.reactions, m.seen"

// scan reads messageColumns, and more columns behind them into more.
func (m *stored) scan(rows *sql.Rows, more ...any) (err error) {
	var at, edited int64
	var files, reactions string
	err = rows.Scan(append([]any{&m.pos, &m.msg.ID.Remote, &at, &m.msg.Kind, &m.msg.Direction, &m.msg.Delivery,
		&m.msg.Author, &m.msg.Body, &m.msg.Reason, &files, &m.msg.Retryable, &edited, &reactions, &m.seen}, more...)...)
	if err != nil {
		return err
	}
	m.msg.At, m.msg.Edited = moment(at), moment(edited)
	if m.msg.Reactions, err = unlist[api.Reaction](reactions); err != nil {
		return err
	}
	m.msg.Attachments, err = unlist[api.Attachment](files)
	return err
}

// of completes a message with the conversation it was read from.
func (m stored) of(id api.ConversationID) stored {
	m.msg.Conversation, m.msg.ID.Account = id, id.Account
	return m
}

func loadKnown(ctx context.Context, l *link, conv int64, items []api.Message) (map[string]stored, error) {
	if conv == 0 || len(items) == 0 {
		return nil, nil
	}
	remotes := make([]string, len(items))
	for i, m := range items {
		remotes[i] = m.ID.Remote
	}
	names, err := json.Marshal(remotes)
	if err != nil {
		return nil, err
	}
	known := make(map[string]stored, len(items))
	err = l.each(ctx, func(rows *sql.Rows) error {
		var m stored
		err := m.scan(rows)
		known[m.msg.ID.Remote] = m
		return err
	}, "SELECT "+messageColumns+" FROM message m WHERE conv = ? AND remote IN (SELECT value FROM json_each(?))", conv, string(names))
	return known, err
}

func loadCoverage(ctx context.Context, l *link, conv int64) (cov state.Coverage, err error) {
	err = l.each(ctx, func(rows *sql.Rows) error {
		var s state.Span
		err := rows.Scan(&s.Newest, &s.Oldest, &s.Older, &s.Complete)
		cov = append(cov, s)
		return err
	}, "SELECT newest, oldest, older, complete FROM span WHERE conv = ? ORDER BY newest DESC", conv)
	return cov, err
}

func saveCoverage(ctx context.Context, l *link, conv int64, cov state.Coverage) error {
	if _, err := l.exec(ctx, "DELETE FROM span WHERE conv = ?", conv); err != nil {
		return err
	}
	for _, s := range cov {
		if _, err := l.exec(ctx, "INSERT INTO span VALUES (?, ?, ?, ?, ?)", conv, s.Newest, s.Oldest, s.Older, s.Complete); err != nil {
			return err
		}
	}
	return nil
}

// Coverage returns the spans of a conversation, none of one that is unknown.
// One complete span at position 0 says that it holds no message at all.
func (db *DB) Coverage(ctx context.Context, id api.ConversationID) (cov state.Coverage, err error) {
	err = db.cache.read(ctx, func(l *link) error {
		t, err := loadThread(ctx, l, id)
		if err != nil {
			return err
		}
		cov, err = loadCoverage(ctx, l, t.id)
		return err
	})
	return cov, err
}
