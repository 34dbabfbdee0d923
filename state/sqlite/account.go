package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// SaveIdentity keeps an account's label and channels, in their order. Channels
// that are no longer listed are dropped.
func (db *DB) SaveIdentity(ctx context.Context, account api.AccountID, id api.Identity) error {
	err := db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		if _, err := l.Exec(ctx, `INSERT INTO account (name, label, state, last_ok, next_try, reason, known, listed, partial, unended, rev) VALUES (?, ?, ?, 0, 0, '', 0, 0, 1, '', ?)
			ON CONFLICT (name) DO UPDATE SET label = iif(excluded.label = '', label, excluded.label), rev = excluded.rev`, account, id.Label, state.HealthStarting, rev); err != nil {
			return err
		}
		if _, err := l.Exec(ctx, "DELETE FROM channel WHERE account = ?", account); err != nil {
			return err
		}
		for i, c := range id.Channels {
			if _, err := l.Exec(ctx, "INSERT OR REPLACE INTO channel (account, remote, place, kind, name) VALUES (?, ?, ?, ?, ?)", account, c.ID.Remote, i, c.Kind, c.Name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save identity: %w", err)
	}
	db.feed.Mark(state.Accounts, state.Inbox)
	return nil
}

// SaveHealth keeps an account's health for every session to see. An empty
// label leaves the one that is known.
func (db *DB) SaveHealth(ctx context.Context, h state.Health) error {
	changed := false
	err := db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) (err error) {
		changed, err = l.Change(ctx, `INSERT INTO account (name, label, state, last_ok, next_try, reason, known, listed, partial, unended, total, left, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET label = iif(excluded.label = '', label, excluded.label), state = excluded.state, last_ok = excluded.last_ok,
			next_try = excluded.next_try, reason = excluded.reason, known = excluded.known, listed = excluded.listed,
			partial = excluded.partial, unended = excluded.unended, total = excluded.total, left = excluded.left, rev = excluded.rev
			WHERE (label, state, last_ok, next_try, reason, known, listed, partial, unended, total, left)
			<> (iif(excluded.label = '', label, excluded.label), excluded.state, excluded.last_ok, excluded.next_try, excluded.reason, excluded.known, excluded.listed, excluded.partial, excluded.unended, excluded.total, excluded.left)`,
			h.Account, h.Label, h.State, stamp(h.LastOK), stamp(h.NextTry), h.Reason, h.Known, h.Listed, h.Partial, h.Unended, h.Total, int(h.Left/time.Second), rev)
		if err == nil && !changed {
			err = dbfile.ErrNothing
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("save health: %w", err)
	}
	if changed {
		db.feed.Mark(state.Accounts)
	}
	return nil
}

// Health lists the accounts in the order in which they were first seen.
func (db *DB) Health(ctx context.Context) (all []state.Health, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var h state.Health
			var ok, next, left int64
			err := rows.Scan(&h.Account, &h.Label, &h.State, &ok, &next, &h.Reason, &h.Known, &h.Listed, &h.Partial, &h.Unended, &h.Total, &left)
			h.Label = cmp.Or(h.Label, string(h.Account)) // until the platform says who we are
			h.LastOK, h.NextTry, h.Left = moment(ok), moment(next), time.Duration(left)*time.Second
			all = append(all, h)
			return err
		}, "SELECT name, label, state, last_ok, next_try, reason, known, listed, partial, unended, total, left FROM account ORDER BY id")
	})
	return all, err
}

// Listing returns where the reading of an account's whole list goes on, and since
// when that is known; an empty cursor means at its head.
func (db *DB) Listing(ctx context.Context, account api.AccountID) (below api.Cursor, at time.Time, err error) {
	var since int64
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Row(ctx, "SELECT below, below_at FROM account WHERE name = ?", account).Scan(&below, &since)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", time.Time{}, nil
	}
	return below, moment(since), err
}
