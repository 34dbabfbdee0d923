// Package dbfile is one SQLite file that several processes share: opening,
// migrating, locking and reading it, and the problems that last.
//
// A File has one connection that writes and two that read; whoever wants one
// waits for it. Write holds SQLite's write lock from the start of a transaction
// and makes sure that the file at the path is still the one that is open
// (ErrMoved), so that nothing is written to a file that another session replaced.
// Commit is a Write with a new revision, by which other processes see what
// changed. Reopen closes all connections and makes new ones, for a file that was
// repaired or replaced.
//
// Errors are sorted by what can be done about them (Damaged, Full, Failing,
// ReadOnly, Moved); those that a person can do something about come as a
// sentence. Health gathers lasting problems for the screen. Room keeps a file of
// 8 MB, the ballast, whose deletion makes room for drafts on a full disk.
//
// Locks, outermost first: the folder's (LockFolder, held by who replaces files),
// the turn for a connection, SQLite's own. Nobody who has a
// connection asks for the folder's.
package dbfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"

	"unibox/api"
	"unibox/state"
)

// File is one database file: one connection that writes, two that read. It
// stays the same when the connections, or the file under the path, are
// replaced (Reopen).
type File struct {
	Path            string
	schema          Schema
	writer, readers chan *Conn
	pools           pools
	// own is the last revision that this handle committed.
	own atomic.Int64
	// opened is what the path named when the connections were made.
	opened atomic.Pointer[fs.FileInfo]
	// log is what the path of the log named then, unset where there was none.
	log atomic.Pointer[fs.FileInfo]
	// shut, where set, is why nothing is written.
	shut atomic.Pointer[error]
	// OnError is called for errors of the file itself, OnFull makes room for one more
	// try after the disk was full. Both may be nil.
	OnError func(f *File, err error)
	OnFull  func()
	// Through, where set, carries out every Write: this file is a copy of what is
	// committed elsewhere first. It runs fn on the file by Here.
	Through func(ctx context.Context, fn func(l *Conn) error) error
}

func newFile(path string, schema Schema) *File {
	return &File{Path: path, schema: schema, writer: make(chan *Conn, 1), readers: make(chan *Conn, 2)}
}

// Open opens or makes the file and brings its schema up to date.
func Open(ctx context.Context, path string, schema Schema) (*File, error) {
	f := newFile(path, schema)
	if err := f.open(ctx); err != nil {
		return nil, err
	}
	return f, nil
}

// Reopen closes all connections once nobody uses them, runs between, and
// connects again. Where that fails, every use of the file does, with the same
// error, until a later Reopen succeeds.
func (f *File) Reopen(ctx context.Context, between func() error) error {
	f.drain()
	err := between()
	if err == nil {
		err = f.open(ctx)
	}
	if err != nil {
		f.fill(func() *Conn { return &Conn{unopened: err} })
	}
	return err
}

// drain takes all connections back and closes them. Closing a damaged or a
// removed file fails; what matters is that it is closed.
func (f *File) drain() error {
	var errs []error
	for _, pool := range []chan *Conn{f.readers, f.writer} {
		for range cap(pool) {
			errs = append(errs, (<-pool).close())
		}
	}
	return errors.Join(append(errs, f.pools.close())...)
}

// fill puts a connection into each free slot of both pools.
func (f *File) fill(next func() *Conn) {
	for _, pool := range []chan *Conn{f.readers, f.writer} {
		for range cap(pool) {
			pool <- next()
		}
	}
}

var errClosed = errors.New("the store is closed")

// Close waits for those who are using a connection. Later uses fail.
func (f *File) Close() error {
	err := f.drain()
	f.fill(func() *Conn { return &Conn{unopened: errClosed} })
	return err
}

// Write runs fn in a transaction that holds the write lock from its start, so
// that what fn read is still true when it writes. fn must be short and ask
// nobody but its connection. A cancelled ctx rolls back, and so does one whose permit
// has ended: what a former holder of the lease knows is old. fn may run more than once,
// and only its last run counts.
func (f *File) Write(ctx context.Context, fn func(l *Conn) error) error {
	if f.Through != nil {
		return f.Through(ctx, fn)
	}
	return f.Here(ctx, fn)
}

// Here is Write for what concerns this file alone, also where it is a copy.
func (f *File) Here(ctx context.Context, fn func(l *Conn) error) error {
	if why := f.shut.Load(); why != nil {
		return *why
	}
	err := f.Transact(ctx, fn)
	if Full(err) && f.OnFull != nil {
		f.OnFull() // or somebody else did, just now
		err = f.Transact(ctx, fn)
	}
	return f.Explain(err)
}

// Refuse lets nothing be written from now on, for a reason.
func (f *File) Refuse(why error) {
	why = &state.StoreError{What: fmt.Sprintf("nothing is saved in %s: %v", f.Path, why), Err: why}
	f.shut.Store(&why)
}

// Allow lets it be written again.
func (f *File) Allow() { f.shut.Store(nil) }

// Transact is Write without a second attempt after the disk was full, and also while
// Refuse holds. Its errors are as SQLite gives them.
func (f *File) Transact(ctx context.Context, fn func(l *Conn) error) error {
	return f.OnWriter(ctx, func(l *Conn) error {
		err := l.Transact(ctx, "BEGIN IMMEDIATE", func(l *Conn) error {
			if err := errors.Join(api.Permitted(ctx), f.InPlace()); err != nil {
				return err
			}
			return fn(l)
		})
		if err == nil && f.replaced() { // by one who could not have the lock
			err = ErrMoved
		}
		return err
	})
}

// ErrMoved: the path names another file than the one that is open. What would
// be written there would be lost.
var ErrMoved = errors.New("the file was replaced by another session; try again")

// InPlace makes sure that the open file is the one at its path. Asked for
// under the write lock it cannot be overtaken: whoever replaces a file holds
// that lock (rescue.go).
func (f *File) InPlace() error {
	now, err := os.Stat(f.Path)
	if was := f.opened.Load(); err != nil || was == nil || !os.SameFile(now, *was) {
		return ErrMoved
	}
	if f.logRemoved() {
		return ErrLogRemoved
	}
	return nil
}

// ErrLogRemoved: what would be committed now would only be in a log that has no
// name any more, and be gone with this process. The file itself is in place.
var ErrLogRemoved = fmt.Errorf("its log was removed: %w", ErrMoved)

// logRemoved reports whether the path of the log names another file than the open
// one, or none. The open connections still see all that is in it: Checkpoint
// moves that into the database, and Reopen begins another log.
func (f *File) logRemoved() bool {
	was := f.log.Load()
	if was == nil {
		return false
	}
	now, err := os.Stat(f.Path + "-wal")
	return err != nil && errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(now, *was)
}

// replaced reports whether the path names another file than the open one. One
// that was only removed is written again from what is open (sqlite/watch.go).
func (f *File) replaced() bool {
	now, err := os.Stat(f.Path)
	return err == nil && !os.SameFile(now, *f.opened.Load())
}

// Commit is a write that begins a new revision, unless fn finds nothing to
// change and returns ErrNothing.
func (f *File) Commit(ctx context.Context, fn func(l *Conn, rev int64) error) error {
	return f.commit(ctx, f.Write, fn)
}

// CommitHere is Commit for what concerns this file alone, also where it is a copy.
func (f *File) CommitHere(ctx context.Context, fn func(l *Conn, rev int64) error) error {
	return f.commit(ctx, f.Here, fn)
}

func (f *File) commit(ctx context.Context, write func(context.Context, func(l *Conn) error) error, fn func(l *Conn, rev int64) error) error {
	var rev int64
	err := write(ctx, func(l *Conn) (err error) {
		if rev, err = l.nextRevision(ctx); err != nil {
			return err
		}
		return fn(l, rev)
	})
	if errors.Is(err, ErrNothing) {
		return nil
	}
	if err == nil && rev > f.own.Load() { // what another brought here meanwhile is newer
		f.own.Store(rev)
		if f.schema.Noted {
			noteRevision(f.Path, rev)
		}
	}
	return err
}

// ErrNothing ends a transaction without a trace.
var ErrNothing = errors.New("nothing to change")

// Read runs fn on one unmoving state of the file.
func (f *File) Read(ctx context.Context, fn func(l *Conn) error) error {
	return f.inTurn(ctx, f.readers, func(l *Conn) error { return l.Transact(ctx, "BEGIN", fn) })
}

// Revision is the last one that anybody committed.
func (f *File) Revision(ctx context.Context) (rev int64, err error) {
	err = f.Read(ctx, func(l *Conn) error { return l.Row(ctx, "SELECT rev FROM clock").Scan(&rev) })
	return rev, err
}

// Version changes when another process commits, never by our own writes.
func (f *File) Version(ctx context.Context) (v int64, err error) {
	err = f.OnWriter(ctx, func(l *Conn) error { return l.Row(ctx, "PRAGMA data_version").Scan(&v) })
	return v, err
}

// HoldWriter keeps everybody from writing until release.
func (f *File) HoldWriter() (release func()) {
	l := <-f.writer
	return func() { f.writer <- l }
}

// OwnRevision is the last one that this handle committed.
func (f *File) OwnRevision() int64 { return f.own.Load() }

// Locked reports whether another process keeps everybody from writing. It does not
// wait, and reports so too while this process is writing or waiting to.
func (f *File) Locked(ctx context.Context) (locked bool) {
	select {
	case l := <-f.writer:
		defer func() { f.writer <- l }()
		return l.unopened == nil && l.locked(ctx)
	default:
		return true
	}
}

func (l *Conn) locked(ctx context.Context) bool {
	return Busy(l.withoutWaiting(ctx, func() error {
		return l.Transact(ctx, "BEGIN IMMEDIATE", func(*Conn) error { return ErrNothing })
	}))
}

// Opened is what the path named when the connections were made.
func (f *File) Opened() *fs.FileInfo { return f.opened.Load() }

// OnWriter runs fn on the connection that writes, outside of a transaction.
func (f *File) OnWriter(ctx context.Context, fn func(l *Conn) error) error {
	return f.inTurn(ctx, f.writer, fn)
}

// inTurn runs fn on a connection of a pool, once one is free.
func (f *File) inTurn(ctx context.Context, pool chan *Conn, fn func(l *Conn) error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case l := <-pool:
		defer func() { pool <- l }()
		if l.unopened != nil {
			return l.unopened
		}
		err := fn(l)
		if f.OnError != nil && ofTheFile(err) {
			f.OnError(f, err)
		}
		return err
	}
}

// Checkpoint moves the log into the file and empties it, or reports that
// somebody is using it.
func (f *File) Checkpoint(ctx context.Context) (busy bool, err error) {
	err = f.OnWriter(ctx, func(l *Conn) error { busy, err = l.checkpoint(ctx); return err })
	return busy, err
}

func (l *Conn) checkpoint(ctx context.Context) (busy bool, err error) {
	err = l.withoutWaiting(ctx, func() error {
		var log, moved int64
		return l.Row(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	})
	return busy, err
}

// withoutWaiting runs fn, in which a lock that somebody else holds is an error at once.
func (l *Conn) withoutWaiting(ctx context.Context, fn func() error) error {
	var waits int64
	// Not as prepared statements: this pragma acts when it is compiled.
	if err := l.conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&waits); err != nil {
		return err
	}
	if err := l.Script(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return err
	}
	defer func() { _ = l.Script(context.WithoutCancel(ctx), fmt.Sprint("PRAGMA busy_timeout = ", waits)) }()
	return fn()
}

// Settle moves the commits that are in the log out of it, unless somebody is in the
// way: damage to the log then takes nothing back. Where the disk is full it only
// waits, and nobody gives up the ballast for it.
func (f *File) Settle(ctx context.Context) {
	if f.Settled() {
		return
	}
	_ = f.OnWriter(ctx, func(l *Conn) error { // what is in the way now is not at the next try
		if _, err := l.checkpoint(ctx); !Full(err) {
			return err
		}
		return nil
	})
}

// Settled reports whether no commit is in the log alone.
func (f *File) Settled() bool {
	log, err := os.Stat(f.Path + "-wal")
	return err != nil || log.Size() == 0
}

// Unopened reports whether there are no connections, because the last try to make
// them failed.
func (f *File) Unopened() bool {
	l := <-f.writer
	defer func() { f.writer <- l }()
	return l.unopened != nil
}
