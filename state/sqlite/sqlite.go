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
//
// The files themselves are looked after while they are open (care.go): damage,
// a full disk (room.go) and a failing one are mended or waited out (probe.go), a
// removed or replaced file is followed (place.go), and the screen is told of it
// (condition.go). What exists nowhere else is copied every five minutes (snapshot.go) and
// rescued row by row (rescue.go, takeover.go); whoever replaces a file holds a
// lock (quarantine.go), and no other session writes to what was replaced
// (file.go). What is old leaves by itself (keep.go, thin.go), all of an account
// on request (wipe.go).
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
	// retention says how long messages stay; readings are the conversations that
	// are spared because somebody reads in them.
	retention state.Retention
	readings  readings
	// poll is how often other processes' commits are looked for.
	poll time.Duration

	health *health
	alarms chan alarm
	room   room
	// frozen: the folder cannot be written, so that nothing in it changes.
	frozen bool

	watcher *watcher
	stop    context.CancelFunc
	watched chan error
	closing sync.Once
	closed  error
}

// Option changes how a store is opened.
type Option func(*DB)

// Retention drops messages that are older than r says. Without it they stay for
// ever.
func Retention(r state.Retention) Option { return func(db *DB) { db.retention = r } }

// PollEvery looks for other processes' commits every d instead of ten times a
// second. A test that lets days pass on a fake clock polls a million times in
// each, and is to say how often it needs it.
func PollEvery(d time.Duration) Option { return func(db *DB) { db.poll = d } }

// Open opens the store in dir, making what is missing (dir for its owner only),
// and begins to watch for other processes' commits, which it marks on feed
// like its own, and over the files themselves. A damaged cache is moved aside
// and begun anew, a damaged state.db is rescued; Condition tells of it. A folder
// that cannot be written is opened for reading. Errors are one sentence for a
// person.
func Open(ctx context.Context, dir string, feed *state.Feed, options ...Option) (*DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the state folder cannot be made: %w", err)
	}
	if kind := networkDisk(dir); kind != "" {
		return nil, fmt.Errorf("the state folder %s is on a network disk (%s), where sessions would destroy each other's data: choose a local folder", dir, kind)
	}
	db := &DB{feed: feed, inbox: newInbox(), lease: theLease, health: newHealth(feed), alarms: make(chan alarm, 16), room: theRoom, poll: pollEvery}
	for _, option := range options {
		option(db)
	}
	db.herald = newHerald(db)
	err := db.openFiles(ctx, dir)
	if full(err) && db.room.dropBallast(dir) {
		err = db.openFiles(ctx, dir)
	}
	if cannotWrite(err) {
		err = db.openFrozen(ctx, dir)
	}
	if err != nil {
		return nil, err
	}
	return db, db.watch()
}

func (db *DB) openFiles(ctx context.Context, dir string) (err error) {
	if db.state, err = db.openState(ctx, filepath.Join(dir, "state.db")); err != nil {
		return err
	}
	if db.cache, err = db.openCache(ctx, filepath.Join(dir, "cache.db")); err != nil {
		_ = db.state.close()
		return err
	}
	db.state.alarm, db.cache.alarm = db.alert, db.alert
	db.state.relief = func() { db.room.dropBallast(dir) }
	return nil
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

// openState opens state.db, and rescues it if it is damaged.
func (db *DB) openState(ctx context.Context, path string) (*file, error) {
	f, err := openWhole(ctx, path)
	if damaged(err) {
		saved, failed := rescue(ctx, path)
		if failed != nil {
			return nil, fmt.Errorf("%s, which holds drafts and unsent messages, is damaged and could not be rescued: copy the folder away before anything else: %w", path, failed)
		}
		if saved != nil {
			db.health.tell(saved.String())
		}
		f, err = openWhole(ctx, path)
	}
	return f, trouble(path, err)
}

// openWhole opens state.db if all of it can be read.
func openWhole(ctx context.Context, path string) (*file, error) {
	if unfinished(path) || emptied(path) {
		return nil, &damageError{"it has lost its tables"}
	}
	f, err := openFile(ctx, path, "FULL", "state")
	if err != nil {
		return nil, err
	}
	if err := f.whole(ctx); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// whole reads the entire file, which is small: damage should be found at a
// start, not in the middle of a send.
func (f *file) whole(ctx context.Context) error {
	return f.read(ctx, func(l *link) error { return l.whole(ctx) })
}

// openCache opens cache.db; one that is damaged, or that no migration can
// bring up to date, is put aside.
func (db *DB) openCache(ctx context.Context, path string) (*file, error) {
	f, err := openFile(ctx, path, "NORMAL", "cache")
	if spoilt(err) {
		again := func() error { // another session may have been faster
			f, err = openFile(ctx, path, "NORMAL", "cache")
			if !spoilt(err) {
				return errMoved
			}
			return nil
		}
		aside, failed := quarantineCache(ctx, path, again)
		if failed != nil {
			return nil, fmt.Errorf("%s is damaged and cannot be moved aside: %w", path, failed)
		}
		if aside != "" {
			db.health.tell(cacheNews(aside))
			f, err = openFile(ctx, path, "NORMAL", "cache")
		}
	}
	return f, trouble(path, err)
}

// spoilt reports whether a cache is of no use any more.
func spoilt(err error) bool {
	var failed *migrationError
	return damaged(err) || errors.As(err, &failed) && !full(err) && !readOnly(err)
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
	var failed *migrationError
	switch {
	case err == nil || errors.As(err, &newer) || errors.As(err, &failed) || errors.Is(err, context.Canceled):
		return err
	case full(err):
		return fmt.Errorf("%s cannot be opened because its disk is full: make room: %w", path, err)
	case cannotWrite(err):
		return fmt.Errorf("%s cannot be written: choose another state folder or mend its permissions: %w", path, err)
	}
	return fmt.Errorf("%s cannot be opened: %w", path, err)
}
