package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"unibox/api"
)

// Locks that a stray close of the file cannot strip exist on Linux only;
// elsewhere the ordinary ones have to do. It must be asked for before the
// first open of the process.
func init() { _, _ = sqlite.OFDLocking(true) }

// file is one database file: one connection that writes, two that read.
type file struct {
	path    string
	dbs     []*sql.DB
	writer  chan *link
	readers chan *link
	// own is the last revision that this handle committed.
	own atomic.Int64
}

// openFile opens or makes the file and brings its schema up to date.
func openFile(ctx context.Context, path, synchronous, schema string) (_ *file, err error) {
	if err := create(path); err != nil {
		return nil, err
	}
	f := &file{path: path, writer: make(chan *link, 1), readers: make(chan *link, 2)}
	defer func() {
		if err != nil {
			f.abandon()
		}
	}()
	if err := f.connect(ctx, f.writer, dsn(path, synchronous, 8192, "")); err != nil {
		return nil, err
	}
	if err := f.inTurn(ctx, f.writer, func(w *link) error { return wal(ctx, path, w) }); err != nil {
		return nil, err
	}
	if err := f.migrate(ctx, schema); err != nil {
		return nil, err
	}
	return f, f.connect(ctx, f.readers, dsn(path, synchronous, 4096, "&_pragma=query_only(1)"))
}

// connect fills pool with connections.
func (f *file) connect(ctx context.Context, pool chan *link, dsn string) error {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	f.dbs = append(f.dbs, db)
	for range cap(pool) {
		c, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		pool <- &link{conn: c, stmts: map[string]*sql.Stmt{}}
	}
	return nil
}

// create makes an empty file that only its owner can read before SQLite would
// make one that everybody can; -wal and -shm copy its mode. A file that exists
// is not opened: closing it again would strip the process of its locks.
func create(path string) error {
	made, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return made.Close()
}

func dsn(path, synchronous string, cacheKB int, more string) string {
	name := url.URL{Path: path}
	return fmt.Sprintf("file:%s?_dqs=0&_defensive=1&_pragma=busy_timeout(5000)&_pragma=synchronous(%s)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)"+
		"&_pragma=cache_size(-%d)&_pragma=temp_store(MEMORY)&_pragma=journal_size_limit(8388608)&_pragma=wal_autocheckpoint(1000)%s",
		name.EscapedPath(), synchronous, cacheKB, more)
}

// wal switches to write-ahead logging and believes only the answer: another
// process may be doing the same at this moment.
func wal(ctx context.Context, path string, w *link) error {
	for try := 0; ; try++ {
		var mode string
		err := w.row(ctx, "PRAGMA journal_mode=WAL").Scan(&mode)
		switch {
		case err == nil && mode == "wal":
			return nil
		case err == nil:
			return fmt.Errorf("%s cannot be shared between sessions (journal mode %s): keep it on a local disk", path, mode)
		case code(err)&0xff != sqlite3.SQLITE_BUSY || try == 50:
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// close waits for those who are using a connection.
func (f *file) close() error {
	var errs []error
	for _, pool := range []chan *link{f.readers, f.writer} {
		for range cap(pool) {
			errs = append(errs, (<-pool).close())
		}
	}
	for _, db := range f.dbs {
		errs = append(errs, db.Close())
	}
	return errors.Join(errs...)
}

// abandon closes what a failed opening has opened so far.
func (f *file) abandon() {
	for _, pool := range []chan *link{f.readers, f.writer} {
		for len(pool) > 0 {
			_ = (<-pool).close()
		}
	}
	for _, db := range f.dbs {
		_ = db.Close()
	}
}

// write runs fn in a transaction that holds the write lock from its start, so
// that what fn read is still true when it writes. fn must be short and ask
// nobody but its link. A cancelled ctx rolls back, and so does one whose permit
// has ended: what a former owner knows is old.
func (f *file) write(ctx context.Context, fn func(l *link) error) error {
	permitted := func(l *link) error {
		if err := api.Permitted(ctx); err != nil {
			return err
		}
		return fn(l)
	}
	return f.inTurn(ctx, f.writer, func(l *link) error { return f.explain(l.transact(ctx, "BEGIN IMMEDIATE", permitted)) })
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
		return fn(l)
	}
}

// explain puts the errors that a person can do something about into words.
func (f *file) explain(err error) error {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full, nothing was saved in %s: make room: %w", f.path, err)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("%s has been locked by another program for 5 seconds: %w", f.path, err)
	}
	return err
}

// code is SQLite's extended result code, 0 for an error of another kind.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}
