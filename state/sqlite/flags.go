package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// flag is a row of the table of that name.
type flag struct {
	starred, pinned, muted bool
	doneAt                 sql.Null[state.Pos]
	snoozed                int64
	snoozedAt              state.Pos
	readUpTo               sql.Null[state.Pos]
	readWhen               int64
	comeback
}

// comeback is how a snooze ends and when it was noted that it had, and when the
// conversation was skipped, how often, and at which newest position. The stored list has
// none of it: entries that have some are read at a start.
type comeback struct {
	kind      state.SnoozeKind
	noted     int64
	skipped   int64
	skippedAt state.Pos
	skips     int
}

const flagColumns = "starred, pinned, muted, done_at, snoozed, snoozed_at, read_upto, read_when, snooze_kind, noted, skipped, skipped_at, skips"

func (f *flag) fields() []any {
	return []any{&f.starred, &f.pinned, &f.muted, &f.doneAt, &f.snoozed, &f.snoozedAt, &f.readUpTo, &f.readWhen, &f.kind, &f.noted, &f.skipped, &f.skippedAt, &f.skips}
}

// apply makes the changes, as of what the agent had seen of the conversation.
func (f flag) apply(c state.FlagChange, newest state.Pos) flag {
	newest = c.Seen.Or(newest)
	f.starred, f.pinned, f.muted = c.Starred.Or(f.starred), c.Pinned.Or(f.pinned), c.Muted.Or(f.muted)
	if c.Handled || c.Done.Or(false) || c.Muted.Or(false) {
		f.handle(time.Now())
	}
	if done, ok := c.Done.Get(); ok {
		f.doneAt = sql.Null[state.Pos]{V: newest, Valid: done}
	}
	if until, ok := c.Snoozed.Get(); ok && c.For == "" {
		f.snoozed, f.snoozedAt, f.kind, f.noted = stamp(until), newest, c.SnoozeKind, stamp(c.Noted)
	}
	if skipped, ok := c.Skipped.Get(); ok {
		f.skip(skipped, newest, time.Now())
	}
	if upTo, ok := c.ReadUpTo.Get(); ok {
		f.readUpTo, f.readWhen = sql.Null[state.Pos]{V: upTo, Valid: true}, stamp(time.Now())
	}
	return f
}

// awake ends the snooze.
func (f *flag) awake() { f.snoozed, f.snoozedAt, f.kind, f.noted = 0, 0, 0, 0 }

// handle ends what came back, and a snooze that waits for nothing but its time. A promise
// and a follow-up go on until then: whoever answers meanwhile has not kept them.
func (f *flag) handle(now time.Time) {
	if f.kind <= state.SnoozeFirm || f.snoozed <= stamp(now) {
		f.awake()
	}
}

// skip puts it at the end of the queue, or takes the last time back. How often counts
// since the customer wrote last.
func (f *flag) skip(on bool, newest state.Pos, now time.Time) {
	switch {
	case !on && f.skips <= 1:
		f.skipped, f.skippedAt, f.skips = 0, 0, 0
	case !on:
		f.skips--
	case newest != f.skippedAt:
		f.skipped, f.skippedAt, f.skips = stamp(now), newest, 1
	default:
		f.skipped, f.skips = stamp(now), f.skips+1
	}
}

// equals reports whether nothing is different but when it was read, which
// counts where the platform called it unread since.
func (f flag) equals(old flag, unreadWhen int64) bool {
	if old.readWhen > unreadWhen {
		f.readWhen = old.readWhen
	}
	return f == old
}

// SetFlags changes the flags of a conversation. They are kept on this machine
// only, and outlive the cache.
func (db *DB) SetFlags(ctx context.Context, id api.ConversationID, change state.FlagChange) error {
	t, err := db.thread(ctx, id)
	if err != nil {
		return err
	}
	if err := db.setFlag(ctx, id, change, t.newest, t.unreadWhen); err != nil {
		return fmt.Errorf("set flags: %w", err)
	}
	upTo, ok := change.ReadUpTo.Get()
	if !ok || t.id == 0 {
		return nil
	}
	return db.mirror(ctx, id, upTo)
}

// setFlag changes the flags of a conversation whose newest position is known, and
// when the platform began to call it unread.
func (df *durableFile) setFlag(ctx context.Context, id api.ConversationID, change state.FlagChange, newest state.Pos, unreadWhen int64) error {
	return df.change(ctx, id, func(l *dbfile.Conn, _ int64) error {
		old, err := loadFlag(ctx, l, id)
		if err != nil {
			return err
		}
		f := old.apply(change, newest)
		own, err := snoozeFor(ctx, l, id, change, newest)
		if err != nil {
			return err
		}
		if f.readWhen != old.readWhen { // it is read after it was unread, also if the date was set back between
			f.readWhen = max(f.readWhen, unreadWhen+1)
		}
		if f.equals(old, unreadWhen) && !own {
			return dbfile.ErrNothing
		}
		return saveFlag(ctx, l, id, f)
	})
}

// mirror carries a read position over to cache.db, second because it can be
// made up for: the list recounts where the two differ.
func (db *DB) mirror(ctx context.Context, id api.ConversationID, upTo state.Pos) error {
	err := db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		t, err := loadThread(ctx, l, id)
		if err != nil {
			return err
		}
		if t.id == 0 || t.readUpTo.Valid && t.readUpTo.V == upTo {
			return dbfile.ErrNothing
		}
		t.readUpTo = sql.Null[state.Pos]{V: upTo, Valid: true}
		if err := t.count(ctx, l); err != nil {
			return err
		}
		return t.save(ctx, l, rev)
	})
	if err != nil && !errors.Is(err, state.ErrNoRoom) { // without room it is made up for later
		return fmt.Errorf("count unread messages: %w", err)
	}
	db.feed.Mark(state.Inbox, state.Thread(id))
	return nil
}

func (db *DB) thread(ctx context.Context, id api.ConversationID) (t thread, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		t, err = loadThread(ctx, l, id)
		return err
	})
	return t, err
}

func (df *durableFile) readFlag(ctx context.Context, id api.ConversationID) (f flag, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		f, err = loadFlag(ctx, l, id)
		return err
	})
	return f, err
}

func loadFlag(ctx context.Context, l *dbfile.Conn, id api.ConversationID) (f flag, err error) {
	err = l.Row(ctx, "SELECT "+flagColumns+" FROM flag WHERE account = ? AND conv = ?", id.Account, id.Remote).Scan(f.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return f, err
}

func saveFlag(ctx context.Context, l *dbfile.Conn, id api.ConversationID, f flag) error {
	_, err := l.Exec(ctx, "INSERT INTO flag (account, conv, "+flagColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, conv) DO UPDATE SET starred = excluded.starred, pinned = excluded.pinned, muted = excluded.muted,
		done_at = excluded.done_at, snoozed = excluded.snoozed, snoozed_at = excluded.snoozed_at,
		read_upto = excluded.read_upto, read_when = excluded.read_when, snooze_kind = excluded.snooze_kind, noted = excluded.noted,
		skipped = excluded.skipped, skipped_at = excluded.skipped_at, skips = excluded.skips`,
		id.Account, id.Remote, f.starred, f.pinned, f.muted, f.doneAt, f.snoozed, f.snoozedAt, f.readUpTo, f.readWhen,
		f.kind, f.noted, f.skipped, f.skippedAt, f.skips)
	return err
}
