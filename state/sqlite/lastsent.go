package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// sentLater reports whether a message went out after the newest one that the history holds.
func (e *entry) sentLater(now time.Time) bool {
	l := e.ours()
	return l.sent > e.previewAt && l.sent >= stamp(now.Add(-recent))
}

// sentLater names those of some entries of which a message went out after what their rows show.
func (db *DB) sentLater(some []*entry, now time.Time) (ids []api.ConversationID) {
	for _, e := range some {
		// where messages are kept for a time only, the history says what is kept
		if e.sentLater(now) && db.retentionOf(e.id.Account) == 0 {
			ids = append(ids, e.id)
		}
	}
	return ids
}

// showSent shows in the rows of some conversations the message that went out last, as far as the
// history does not hold it yet: whoever has just answered reads that they spoke last.
func (db *DB) showSent(ctx context.Context, rows []state.Row, of []api.ConversationID) error {
	if len(of) == 0 {
		return nil
	}
	last, err := db.lastSent(ctx, of)
	if err != nil {
		return err
	}
	known, err := db.known(ctx, last)
	if err != nil {
		return err
	}
	for i := range rows {
		if o, ok := last[rows[i].Conversation.ID]; ok && !known[o.Receipt.Message] {
			rows[i].Preview = api.Known(state.Preview{Direction: api.Outbound, Kind: api.KindText, Body: clip(o.Body, previewLength), Attachments: len(o.Files), At: o.Submitted})
		}
	}
	return nil
}

// lastSent finds the message of each conversation that was sent off last of those that went out.
func (db *DB) lastSent(ctx context.Context, of []api.ConversationID) (last map[api.ConversationID]state.Outbound, err error) {
	last = map[api.ConversationID]state.Outbound{}
	err = db.state.Read(ctx, func(l *dbfile.Conn) error {
		rows, err := outbounds(ctx, l, "WHERE "+done+" AND submitted >= ? AND (account, conv) IN "+namedOnes+" ORDER BY submitted, id", stamp(time.Now().Add(-recent)), pairs(of))
		for _, o := range rows {
			last[o.Conversation] = o
		}
		return err
	})
	return last, err
}

// known says which of some messages the history holds.
func (db *DB) known(ctx context.Context, some map[api.ConversationID]state.Outbound) (known map[api.MessageID]bool, err error) {
	var names [][3]string
	for id, o := range some {
		if m := o.Receipt.Message; m != (api.MessageID{}) {
			names = append(names, [3]string{string(id.Account), id.Remote, m.Remote})
		}
	}
	text, err := json.Marshal(names)
	if err != nil { // plain text
		panic(err)
	}
	known = map[api.MessageID]bool{}
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id api.MessageID
			err := rows.Scan(&id.Account, &id.Remote)
			known[id] = true
			return err
		}, `SELECT c.account, m.remote FROM json_each(?) t JOIN conversation c ON c.account = t.value ->> 0 AND c.remote = t.value ->> 1
			JOIN message m ON m.conv = c.id AND m.remote = t.value ->> 2`, string(text))
	})
	return known, err
}
