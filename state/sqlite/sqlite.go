// Package sqlite keeps what this machine knows in two SQLite files, and is the
// only place that speaks SQL.
//
// state.db holds what exists nowhere else: drafts, the outbox, changes that
// wait, triage marks and the owner's lease; each of its commits is on the disk before it returns.
// cache.db holds what can be fetched again: accounts, conversations, messages,
// the spans of history and the full-text index. Nothing is ever written to
// both in one transaction, and state.db names things by the platform's ids, so
// a lost cache costs time and nothing else. The schemas are in schema/.
//
// A message's position is its row id, and follows its time (position.go). The
// list of conversations is answered from memory (inbox.go), kept fresh by
// revision numbers that every commit leaves on the rows it changed; it goes by
// the platform's word with the changes that wait on top (effective.go). Several
// processes may have the same folder open: each polls for the others' commits
// and marks what they changed on its own feed (watch.go), a lease says which of
// them runs the engine, the outbox and the changes (owner.go), and they tell each
// other who they are and what they want of that one (herald.go, hint.go).
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"unibox/state"
)

// DB is an open store. It is safe for concurrent use.
type DB struct {
	feed  *state.Feed
	state *file
	cache *file
	inbox inbox
	// epoch is that of the lease this handle holds, 0 without one.
	epoch atomic.Int64
	lease lease
	// beaten is when the lease was last seen to be ours, by its clock.
	beaten atomic.Int64
	herald *herald
	// keep is how long messages stay; readings are the conversations that are
	// spared because somebody reads in them.
	keep     atomic.Pointer[state.Keep]
	readings readings
	// setAside is where a damaged cache was moved to, if one was.
	setAside string

	stop    context.CancelFunc
	watched chan error
	closing sync.Once
	closed  error
}

// Open opens the store in dir, making what is missing (dir for its owner only),
// and begins to watch for other processes' commits, which it marks on feed
// like its own. A damaged cache is moved aside and begun anew. Errors are one
// sentence for a person.
func Open(ctx context.Context, dir string, feed *state.Feed) (*DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the state folder cannot be made: %w", err)
	}
	if kind := networkDisk(dir); kind != "" {
		return nil, fmt.Errorf("the state folder %s is on a network disk (%s), where sessions would destroy each other's data: choose a local folder", dir, kind)
	}
	db := &DB{feed: feed, inbox: newInbox(), lease: theLease}
	db.herald = newHerald(db)
	var err error
	if db.state, err = openState(ctx, filepath.Join(dir, "state.db")); err != nil {
		return nil, err
	}
	if err := db.openCache(ctx, filepath.Join(dir, "cache.db")); err != nil {
		_ = db.state.close()
		return nil, err
	}
	return db, db.watch()
}

// Close waits for calls under way, and ends the store. No other call may
// follow; a second Close does nothing.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.herald.end()
		db.stop()
		db.closed = errors.Join(<-db.watched, db.state.close(), db.cache.close())
	})
	return db.closed
}

// SetAside is the path that a damaged cache was moved to when this handle was
// opened, empty in the ordinary case.
func (db *DB) SetAside() string { return db.setAside }

func openState(ctx context.Context, path string) (*file, error) {
	f, err := openFile(ctx, path, "FULL", "state")
	if err == nil {
		err = f.whole(ctx)
	}
	if damaged(err) {
		return nil, fmt.Errorf("%s, which holds drafts and unsent messages, is damaged: copy the folder away before anything else: %w", path, err)
	}
	return f, trouble(path, err)
}

// whole reads the entire file, which is small: damage should be found at a
// start, not in the middle of a send.
func (f *file) whole(ctx context.Context) error {
	return f.read(ctx, func(l *link) error {
		var verdict string
		if err := l.row(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			return &damageError{verdict}
		}
		return nil
	})
}

func (db *DB) openCache(ctx context.Context, path string) (err error) {
	db.cache, err = openFile(ctx, path, "NORMAL", "cache")
	if damaged(err) {
		db.setAside = path + ".corrupt-" + time.Now().Format("20060102-150405")
		if err := setAside(path, db.setAside); err != nil {
			return fmt.Errorf("%s is damaged and cannot be moved aside: %w", path, err)
		}
		db.cache, err = openFile(ctx, path, "NORMAL", "cache")
	}
	return trouble(path, err)
}

// setAside renames a database with its log; what is left of an old log would
// be applied to the new file.
func setAside(path, to string) error {
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+suffix, to+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return os.Rename(path, to)
}

// damageError is what integrity_check found.
type damageError struct{ verdict string }

func (e *damageError) Error() string { return e.verdict }

func damaged(err error) bool {
	var found *damageError
	c := code(err) & 0xff
	return errors.As(err, &found) || c == sqlite3.SQLITE_CORRUPT || c == sqlite3.SQLITE_NOTADB
}

// trouble makes a failed opening one sentence for a person.
func trouble(path string, err error) error {
	var newer *newerError
	switch {
	case err == nil || errors.As(err, &newer) || errors.Is(err, context.Canceled):
		return err
	case code(err)&0xff == sqlite3.SQLITE_READONLY || code(err)&0xff == sqlite3.SQLITE_CANTOPEN || errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%s cannot be written: choose another state folder or mend its permissions: %w", path, err)
	}
	return fmt.Errorf("%s cannot be opened: %w", path, err)
}
