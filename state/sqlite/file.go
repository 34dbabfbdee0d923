package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"unibox/api"
	"unibox/state"
)

// file is one database file: one connection that writes, two that read. It
// stays the same when the connections, or the file under the path, are
// replaced (renew).
type file struct {
	path, synchronous, schema string
	writer, readers           chan *link
	conns                     conns
	// own is the last revision that this handle committed.
	own atomic.Int64
	// opened is what the path named when the connections were made.
	opened atomic.Pointer[fs.FileInfo]
	// shut, where set, is why nothing is written.
	shut atomic.Pointer[error]
	// alarm hears of errors of the file itself, relief makes room for one more
	// try after the disk was full. Both may be nil.
	alarm  func(f *file, err error)
	relief func()
}

func newFile(path, synchronous, schema string) *file {
	return &file{path: path, synchronous: synchronous, schema: schema, writer: make(chan *link, 1), readers: make(chan *link, 2)}
}

// openFile opens or makes the file and brings its schema up to date.
func openFile(ctx context.Context, path, synchronous, schema string) (*file, error) {
	f := newFile(path, synchronous, schema)
	if err := f.open(ctx); err != nil {
		return nil, err
	}
	return f, nil
}

// renew closes all connections once nobody uses them, runs between, and
// connects again. Where that fails, every use of the file does, with the same
// error, until renew succeeds.
func (f *file) renew(ctx context.Context, between func() error) error {
	f.drain()
	err := between()
	if err == nil {
		err = f.open(ctx)
	}
	if err != nil {
		f.fill(func() *link { return &link{dead: err} })
	}
	return err
}

// drain takes all connections back and closes them. Closing a damaged or a
// removed file fails; what matters is that it is closed.
func (f *file) drain() error {
	var errs []error
	for _, pool := range []chan *link{f.readers, f.writer} {
		for range cap(pool) {
			errs = append(errs, (<-pool).close())
		}
	}
	return errors.Join(append(errs, f.conns.close())...)
}

// fill puts a link in each place.
func (f *file) fill(next func() *link) {
	for _, pool := range []chan *link{f.readers, f.writer} {
		for range cap(pool) {
			pool <- next()
		}
	}
}

var errClosed = errors.New("the store is closed")

// close waits for those who are using a connection. Later uses fail.
func (f *file) close() error {
	err := f.drain()
	f.fill(func() *link { return &link{dead: errClosed} })
	return err
}

// write runs fn in a transaction that holds the write lock from its start, so
// that what fn read is still true when it writes. fn must be short and ask
// nobody but its link. A cancelled ctx rolls back, and so does one whose permit
// has ended: what a former owner knows is old.
func (f *file) write(ctx context.Context, fn func(l *link) error) error {
	if why := f.shut.Load(); why != nil {
		return *why
	}
	err := f.transact(ctx, fn)
	if full(err) && f.relief != nil {
		f.relief() // or somebody else did, just now
		err = f.transact(ctx, fn)
	}
	return f.explain(err)
}

// refuse lets nothing be written from now on, for a reason.
func (f *file) refuse(why error) {
	why = fmt.Errorf("nothing is saved in %s: %w", f.path, why)
	f.shut.Store(&why)
}

func (f *file) transact(ctx context.Context, fn func(l *link) error) error {
	return f.inTurn(ctx, f.writer, func(l *link) error {
		err := l.transact(ctx, "BEGIN IMMEDIATE", func(l *link) error {
			if err := errors.Join(api.Permitted(ctx), f.inPlace()); err != nil {
				return err
			}
			return fn(l)
		})
		if err == nil && f.replaced() { // by one who could not have the lock
			err = errMoved
		}
		return err
	})
}

// errMoved: the path names another file than the one that is open. What would
// be written there would be lost.
var errMoved = errors.New("the file was replaced by another session; try again")

// inPlace makes sure that the open file is the one at its path. Asked for
// under the write lock it cannot be overtaken: whoever replaces a file holds
// that lock (rescue.go).
func (f *file) inPlace() error {
	now, err := os.Stat(f.path)
	if was := f.opened.Load(); err != nil || was == nil || !os.SameFile(now, *was) {
		return errMoved
	}
	return nil
}

// replaced reports whether the path names another file than the open one. One
// that was only removed is written again from what is open (place.go).
func (f *file) replaced() bool {
	now, err := os.Stat(f.path)
	return err == nil && !os.SameFile(now, *f.opened.Load())
}

// commit is a write that begins a new revision, unless fn finds nothing to
// change and returns errNothing.
func (f *file) commit(ctx context.Context, fn func(l *link, rev int64) error) error {
	var rev int64
	err := f.write(ctx, func(l *link) (err error) {
		if rev, err = l.tick(ctx); err != nil {
			return err
		}
		return fn(l, rev)
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	if err == nil {
		f.own.Store(rev)
	}
	return err
}

// errNothing ends a transaction without a trace.
var errNothing = errors.New("nothing to change")

// read runs fn on one unmoving state of the file.
func (f *file) read(ctx context.Context, fn func(l *link) error) error {
	return f.inTurn(ctx, f.readers, func(l *link) error { return l.transact(ctx, "BEGIN", fn) })
}

// revision is the last one that anybody committed.
func (f *file) revision(ctx context.Context) (rev int64, err error) {
	err = f.read(ctx, func(l *link) error { return l.row(ctx, "SELECT rev FROM clock").Scan(&rev) })
	return rev, err
}

// version changes when another process commits, never by our own writes.
func (f *file) version(ctx context.Context) (v int64, err error) {
	err = f.inTurn(ctx, f.writer, func(l *link) error { return l.row(ctx, "PRAGMA data_version").Scan(&v) })
	return v, err
}

// inTurn lends fn a connection of a pool.
func (f *file) inTurn(ctx context.Context, pool chan *link, fn func(l *link) error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case l := <-pool:
		defer func() { pool <- l }()
		if l.dead != nil {
			return l.dead
		}
		err := fn(l)
		if f.alarm != nil && alarming(err) {
			f.alarm(f, err)
		}
		return err
	}
}

// explain puts the errors that a person can do something about into words.
func (f *file) explain(err error) error {
	switch {
	case full(err):
		return fmt.Errorf("nothing was saved in %s, make room: %w", f.path, &noRoomError{err})
	case code(err)&0xff == sqlite3.SQLITE_BUSY:
		return fmt.Errorf("%s has been locked by another program for 5 seconds: %w", f.path, err)
	case readOnly(err):
		return fmt.Errorf("%s cannot be written: %w", f.path, errors.Join(state.ErrReadOnly, err))
	}
	return err
}

// noRoomError is SQLite's error as a state.ErrNoRoom.
type noRoomError struct{ err error }

func (e *noRoomError) Error() string   { return state.ErrNoRoom.Error() }
func (e *noRoomError) Unwrap() []error { return []error{state.ErrNoRoom, e.err} }

// code is SQLite's extended result code, 0 for an error of another kind.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// full reports whether a write failed because the disk took no more.
func full(err error) bool {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	switch c := code(err); c {
	case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_SHMSIZE:
		return true
	default:
		return c&0xff == sqlite3.SQLITE_FULL
	}
}

// failing reports whether the disk, or what the system tells of it, failed
// beneath a file that may well be whole.
func failing(err error) bool { return code(err)&0xff == sqlite3.SQLITE_IOERR && !full(err) }

func readOnly(err error) bool {
	return code(err)&0xff == sqlite3.SQLITE_READONLY && !moved(err)
}

// moved reports whether the path names another file, or none, than the one
// that is open, which SQLite calls read only.
func moved(err error) bool {
	return errors.Is(err, errMoved) || code(err) == sqlite3.SQLITE_READONLY_DBMOVED
}

// alarming reports whether an error is one of the file itself.
func alarming(err error) bool {
	return err != nil && (moved(err) || damaged(err) || full(err) || failing(err) || readOnly(err))
}
