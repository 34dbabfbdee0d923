package sqlite

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// index writes a message's words, in the transaction that writes the message.
func (s *pageWrite) index(ctx context.Context, l *dbfile.Conn, m pageMessage) error {
	if m.known {
		if _, err := l.Exec(ctx, "DELETE FROM fts WHERE rowid = ?", m.pos); err != nil {
			return err
		}
	}
	text := m.msg.Body
	for _, a := range m.msg.Attachments {
		text += "\n" + a.Name
	}
	text = segment(text) + joined(text)
	if text == "" {
		return nil
	}
	ctxt := fmt.Sprintf("c%d p%s", s.conv.id, hex.EncodeToString([]byte(s.id.Account)))
	_, err := l.Exec(ctx, "INSERT INTO fts (rowid, body, ctx) VALUES (?, ?, ?)", m.pos, text, ctxt)
	return err
}

const (
	// indexBatch is how many messages are indexed in a transaction, indexPause
	// how long others may write between two.
	indexBatch = 200
	indexPause = 20 * time.Millisecond
	// indexEvery is how often it is asked whether messages are missing.
	indexEvery = 8 * time.Second
)

// onlyIndex reports whether damage is confined to the full-text index, which
// can be made again from the messages.
func (db *DB) onlyIndex(ctx context.Context, err error) bool {
	if dbfile.IndexDamaged(err) {
		return true
	}
	return db.whole(ctx, listTable) && db.whole(ctx, fetched...)
}

// onlyList reports whether damage is confined to the stored list, which can be made
// again from the rest.
func (db *DB) onlyList(ctx context.Context) bool {
	return !db.whole(ctx, listTable) && db.whole(ctx, fetched...)
}

// fetched are the tables of what can only be fetched again, listTable is that of the
// stored list.
var fetched = []string{"clock", "account", "channel", "conversation", "message", "span", "gone"}

const listTable = "list"

// whole reports whether tables and their indexes can be read entirely.
func (db *DB) whole(ctx context.Context, tables ...string) (all bool) {
	err := db.cache.Read(ctx, func(l *dbfile.Conn) error {
		all = !slices.ContainsFunc(tables, func(table string) bool { return l.CheckTable(ctx, table) != nil })
		return nil // what was found is no news to who looks after the file
	})
	return all && err == nil
}

// dropIndex begins a new index, and notes that everything is still to be
// indexed.
func (db *DB) dropIndex(ctx context.Context) error {
	return db.cache.Write(ctx, func(l *dbfile.Conn) error {
		if err := l.Script(ctx, "DROP TABLE fts; "+createIndex); err != nil {
			return err
		}
		if _, err := l.Exec(ctx, "DELETE FROM indexing"); err != nil {
			return err
		}
		_, err := l.Exec(ctx, "INSERT INTO indexing (below) SELECT COALESCE(MAX(id), 0) + 1 FROM message")
		return err
	})
}

// createIndex is that of the first schema.
const createIndex = `CREATE VIRTUAL TABLE fts USING fts5(body, ctx, content='', contentless_delete=1, ` +
	`tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co So'")`

// Indexing reports whether messages are missing from the index, so that a
// search may find less than there is.
func (db *DB) Indexing(ctx context.Context) (missing bool, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error { return l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM indexing)").Scan(&missing) })
	return missing, err
}

// reindex indexes what is missing, newest first, in small transactions, while
// ctx lasts. The holder of the lease does it.
func (db *DB) reindex(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := db.indexSome(ctx)
		wait := indexPause
		if err != nil || !more {
			wait = state.UntilBeat(indexEvery)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// indexSome indexes one batch and reports whether there was one.
func (db *DB) indexSome(ctx context.Context) (more bool, err error) {
	if missing, err := db.Indexing(ctx); err != nil || !missing {
		return false, err
	}
	err = db.cache.Write(ctx, func(l *dbfile.Conn) error {
		var below int64
		err := l.Row(ctx, "SELECT below FROM indexing").Scan(&below)
		if errors.Is(err, sql.ErrNoRows) {
			return dbfile.ErrNothing
		}
		if err != nil {
			return err
		}
		batch, err := unindexed(ctx, l, below)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			_, err := l.Exec(ctx, "DELETE FROM indexing")
			return err
		}
		more = true
		for _, m := range batch { // in rising order, as the index likes it
			if err := m.index(ctx, l); err != nil {
				return err
			}
		}
		_, err = l.Exec(ctx, "UPDATE indexing SET below = ?", batch[0].pos)
		return err
	})
	if errors.Is(err, dbfile.ErrNothing) {
		err = nil
	}
	return more, err
}

// indexed is a message as the index needs it.
type indexed struct {
	stored
	conv    int64
	account api.AccountID
}

func (m indexed) index(ctx context.Context, l *dbfile.Conn) error {
	s := pageWrite{conv: thread{id: m.conv}, id: api.ConversationID{Account: m.account}}
	return s.index(ctx, l, pageMessage{msg: m.msg, pos: m.pos, known: true})
}

// unindexed reads the newest messages below a position, in rising order.
func unindexed(ctx context.Context, l *dbfile.Conn, below int64) (batch []indexed, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var m indexed
		err := m.scan(rows, &m.conv, &m.account)
		batch = append(batch, m)
		return err
	}, "SELECT "+messageColumns+`, m.conv, c.account FROM (SELECT * FROM message WHERE id < ? ORDER BY id DESC LIMIT ? + 0) m
		JOIN conversation c ON c.id = m.conv ORDER BY m.id`, below, indexBatch)
	return batch, err
}
