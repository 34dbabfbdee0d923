package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// stored is a message of the cache.
type stored struct {
	msg  api.Message
	pos  state.Pos
	seen int64
}

// Conditions on rows of message, as package inbox has them in Go; a test compares
// the two.
var (
	// there: somebody wrote it, and it was not deleted.
	there = fmt.Sprintf("kind NOT IN (%d, %d)", api.KindEvent, api.KindDeleted)
	// asks: the customer's, and wants an answer.
	asks = fmt.Sprintf("dir = %d AND %s", api.Inbound, there)
	// ours: written by our side.
	ours = fmt.Sprintf("dir = %d AND %s", api.Outbound, there)
	// answers: ours, not yet to go out, and not failed.
	answers = ours + fmt.Sprintf(" AND delivery NOT IN (%d, %d)", api.DeliveryScheduled, api.DeliveryFailed)
)

const messageColumns = "m.id, m.remote, m.at, m.kind, m.dir, m.delivery, m.author, m.mine, m.body, m.reason, m.files, m.retryable, m.edited, m.reactions, m.quotes, m.seen"

// scan reads messageColumns, and more columns behind them into more.
func (m *stored) scan(rows *sql.Rows, more ...any) (err error) {
	var at, edited int64
	var files, reactions, quotes string
	var mine sql.Null[bool]
	err = rows.Scan(append([]any{&m.pos, &m.msg.ID.Remote, &at, &m.msg.Kind, &m.msg.Direction, &m.msg.Delivery,
		&m.msg.Author, &mine, &m.msg.Body, &m.msg.Reason, &files, &m.msg.Retryable, &edited, &reactions, &quotes, &m.seen}, more...)...)
	if err != nil {
		return err
	}
	m.msg.Quotes.Remote = quotes
	m.msg.At, m.msg.Edited, m.msg.Mine = moment(at), moment(edited), said(mine, same)
	if m.msg.Reactions, err = unlist[api.Reaction](reactions); err != nil {
		return err
	}
	m.msg.Attachments, err = unlist[api.Attachment](files)
	return err
}

// of completes a message with the conversation it was read from.
func (m stored) of(id api.ConversationID) stored {
	m.msg.Conversation, m.msg.ID.Account = id, id.Account
	if m.msg.Quotes.Remote != "" {
		m.msg.Quotes.Account = id.Account
	}
	return m
}

func loadKnown(ctx context.Context, l *dbfile.Conn, conv int64, items []api.Message) (map[string]stored, error) {
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
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var m stored
		err := m.scan(rows)
		known[m.msg.ID.Remote] = m
		return err
	}, "SELECT "+messageColumns+" FROM message m WHERE conv = ? AND remote IN (SELECT value FROM json_each(?))", conv, string(names))
	return known, err
}

func loadCoverage(ctx context.Context, l *dbfile.Conn, conv int64) (cov state.Coverage, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var s state.Span
		err := rows.Scan(&s.Newest, &s.Oldest, &s.Older, &s.Complete)
		cov = append(cov, s)
		return err
	}, "SELECT newest, oldest, older, complete FROM span WHERE conv = ? ORDER BY newest DESC", conv)
	return cov, err
}

func saveCoverage(ctx context.Context, l *dbfile.Conn, conv int64, cov state.Coverage) error {
	if _, err := l.Exec(ctx, "DELETE FROM span WHERE conv = ?", conv); err != nil {
		return err
	}
	for _, s := range cov {
		if _, err := l.Exec(ctx, "INSERT INTO span (conv, newest, oldest, older, complete) VALUES (?, ?, ?, ?, ?)", conv, s.Newest, s.Oldest, s.Older, s.Complete); err != nil {
			return err
		}
	}
	return nil
}

// Coverage returns the spans of a conversation, none of one that is unknown.
// One complete span at position 0 says that it holds no message at all.
func (db *DB) Coverage(ctx context.Context, id api.ConversationID) (cov state.Coverage, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		t, err := loadThread(ctx, l, id)
		if err != nil {
			return err
		}
		cov, err = loadCoverage(ctx, l, t.id)
		return err
	})
	return cov, err
}

// column turns what the platform said into a value, or NULL.
func column[T, V any](o api.Opt[T], as func(T) V) sql.Null[V] {
	v, ok := o.Get()
	if !ok {
		return sql.Null[V]{}
	}
	return sql.Null[V]{V: as(v), Valid: true}
}

func said[T, V any](n sql.Null[V], as func(V) T) api.Opt[T] {
	if !n.Valid {
		return api.Opt[T]{}
	}
	return api.Known(as(n.V))
}

// same is the way of a value that is stored as it is.
func same[T any](v T) T { return v }

// list is a slice as it is stored: JSON, or nothing.
func list[T any](items []T) string {
	if len(items) == 0 {
		return ""
	}
	b, err := json.Marshal(items)
	if err != nil { // plain structs of text and numbers
		panic(err)
	}
	return string(b)
}

func unlist[T any](s string) (items []T, err error) {
	if s == "" {
		return nil, nil
	}
	return items, json.Unmarshal([]byte(s), &items)
}

// toJSON is a value as it is stored: JSON, or nothing for the zero value.
func toJSON[T comparable](v T) string {
	var zero T
	if v == zero {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil { // plain structs of text and numbers
		panic(err)
	}
	return string(b)
}

func fromJSON[T any](s string) (v T, err error) {
	if s == "" {
		return v, nil
	}
	return v, json.Unmarshal([]byte(s), &v)
}

// stamp is a time as it is stored: microseconds since 1970, 0 for none.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time that a stamp says.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us)
}
