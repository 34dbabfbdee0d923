package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// What was put off comes back by the clock alone, in each session for itself. That it
// did, and when, is noted once, by the session with the lease.

// longestNap is how long NoteComebacks sleeps at most, so that a clock that is set is
// noticed.
const longestNap = time.Minute

// NoteComebacks notes when what was snoozed comes back, until ctx ends. Only the holder
// of the lease runs it. What came back while nobody ran it is noted now, and so is late.
func (db *DB) NoteComebacks(ctx context.Context) error {
	news := db.feed.Subscribe()
	defer news.Close()
	for ctx.Err() == nil {
		own := db.state.OwnRevision()
		next, err := db.noteBack(ctx, time.Now())
		if err != nil { // the disk is full, or locked
			next = time.Now().Add(longestNap)
		}
		db.awaitBack(ctx, news, next, own)
	}
	return ctx.Err()
}

// awaitBack waits until a moment, for ever with none, or until something in state.db
// changed after its revision was own: perhaps something was snoozed.
func (db *DB) awaitBack(ctx context.Context, news *state.Sub, next time.Time, own int64) {
	var late <-chan time.Time
	for next.IsZero() || time.Now().Before(next) {
		if !next.IsZero() {
			late = time.After(min(longestNap, time.Until(next)))
		}
		select {
		case <-ctx.Done():
			return
		case <-late:
		case <-news.Wake():
			if db.snoozedPerhaps(news.Take(), own) {
				return
			}
		}
	}
}

// snoozedPerhaps reports whether state.db changed: this session committed to it, or
// another did, of which the watcher marks the changes with all else.
func (db *DB) snoozedPerhaps(topics []state.Topic, own int64) bool {
	return db.state.OwnRevision() != own || slices.Contains(topics, state.Changes) || slices.Contains(topics, state.Disk)
}

// noteBack notes what came back up to now, and returns when the next one does, zero if
// nothing is snoozed.
func (df *durableFile) noteBack(ctx context.Context, now time.Time) (next time.Time, err error) {
	var first sql.Null[int64]
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Row(ctx, `SELECT MIN(at) FROM (SELECT MIN(snoozed) AS at FROM flag WHERE snoozed <> 0 AND noted = 0
			UNION ALL SELECT MIN(until) FROM snooze WHERE noted = 0)`).Scan(&first)
	})
	if err != nil || !first.Valid || first.V > stamp(now) {
		return moment(first.V), err
	}
	var back []api.ConversationID
	err = df.file.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		back = nil
		note := func(rows *sql.Rows) error {
			var id api.ConversationID
			err := rows.Scan(&id.Account, &id.Remote)
			back = append(back, id)
			return err
		}
		err := errors.Join(
			l.Each(ctx, note, "UPDATE flag SET noted = ?1 WHERE snoozed <> 0 AND noted = 0 AND snoozed <= ?1 RETURNING account, conv", stamp(now)),
			l.Each(ctx, note, "UPDATE snooze SET noted = ?1 WHERE noted = 0 AND until <= ?1 RETURNING account, conv", stamp(now)))
		for _, id := range back {
			err = errors.Join(err, touch(ctx, l, id, rev))
		}
		return err
	})
	if err != nil {
		return next, fmt.Errorf("note what came back: %w", err)
	}
	for _, id := range back {
		df.feed.Mark(state.Inbox, state.Thread(id))
	}
	return df.noteBack(ctx, now)
}

// PutOff names the conversations that were snoozed, and those that have come back, until
// somebody acts on that ([state.Row].PutOff says whether it still holds).
func (db *DB) PutOff(ctx context.Context) (ids []api.ConversationID, err error) {
	err = db.state.Read(ctx, func(l *dbfile.Conn) error {
		ids = nil
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id api.ConversationID
			err := rows.Scan(&id.Account, &id.Remote)
			ids = append(ids, id)
			return err
		}, `SELECT account, conv FROM (SELECT account, conv, snoozed AS at FROM flag WHERE snoozed <> 0 UNION ALL SELECT account, conv, until FROM snooze)
			GROUP BY account, conv ORDER BY MIN(at), account, conv`)
	})
	return ids, err
}

// endBack ends what had come back, and that it was skipped, when a reply was submitted all
// of which is sent now. row is what changed of it, in the same transaction. Before that a
// reply may be undone, or fail, and its promise is still to be kept.
func endBack(ctx context.Context, l *dbfile.Conn, row int64) error {
	o, err := loadOutbound(ctx, l, row)
	if errors.Is(err, state.ErrNoSuch) || err == nil && !went(o) {
		return nil
	}
	if err != nil {
		return err
	}
	at := stamp(o.Submitted)
	parts, err := outbounds(ctx, l, "WHERE account = ? AND conv = ? AND submitted = ?", o.Conversation.Account, o.Conversation.Remote, at)
	if err != nil || slices.ContainsFunc(parts, func(o state.Outbound) bool { return !went(o) }) {
		return err
	}
	if _, err := l.Exec(ctx, "DELETE FROM snooze WHERE account = ? AND conv = ? AND until <= ?", o.Conversation.Account, o.Conversation.Remote, at); err != nil {
		return err
	}
	f, err := loadFlag(ctx, l, o.Conversation)
	if err != nil {
		return err
	}
	was := f
	if f.snoozed <= at {
		f.awake()
	}
	if f.skipped <= at {
		f.skipped, f.skippedAt, f.skips = 0, 0, 0
	}
	if f == was {
		return nil
	}
	return saveFlag(ctx, l, o.Conversation, f)
}

// went reports whether a message is sent, or is called that: where a platform says no more
// than that it took it, somebody has acted all the same.
func went(o state.Outbound) bool {
	return o.Fate() == state.FateSent || o.Status == state.Done && o.Receipt.Delivery < api.DeliveryFailed
}

// mostThanks is how many messages a customer may write who writes nothing but thanks.
const mostThanks = 8

// judge finds out of the changed entries whose snooze outlives a bare thanks whether the
// customer has written anything else since.
func (db *DB) judge(ctx context.Context) error {
	b := &db.inbox
	for _, e := range b.changed {
		off, firm := e.firm()
		if e.thanked = 0; !firm || e.lastIn <= off.seen || b.thanks == nil || !e.cached {
			continue
		}
		only, err := db.onlyThanks(ctx, e.row, off.seen)
		if err != nil {
			return err
		}
		if only {
			e.thanked = e.lastIn
		}
	}
	return nil
}

// onlyThanks reports whether all that a customer wrote after a position is thanks.
func (db *DB) onlyThanks(ctx context.Context, conv int64, after state.Pos) (bool, error) {
	n, only := 0, true
	err := db.cache.Read(ctx, func(l *dbfile.Conn) error {
		n, only = 0, true
		return l.Each(ctx, func(rows *sql.Rows) error {
			var body, files string
			var kind api.MessageKind
			err := rows.Scan(&body, &kind, &files)
			n, only = n+1, only && kind == api.KindText && files == "" && db.inbox.thanks(body)
			return err
		}, "SELECT body, kind, files FROM message WHERE conv = ? AND id > ? AND "+asks+" ORDER BY id LIMIT ? + 0", conv, after, mostThanks+1)
	})
	return n > 0 && n <= mostThanks && only, err
}
