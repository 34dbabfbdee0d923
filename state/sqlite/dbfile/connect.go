package dbfile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Locks that a stray close of the file cannot strip exist on Linux only;
// elsewhere the ordinary ones have to do. It must be asked for before the
// first open of the process.
func init() { _, _ = sqlite.OFDLocking(true) }

// pools are the handles that connections are taken from.
type pools []*sql.DB

const (
	// openTries is how often a file is opened that others replace meanwhile.
	openTries = 5
	// logTries is how often a file is opened whose log was removed while others use
	// it, and logPause how long they get to put it right (ErrLogRemoved).
	logTries, logPause = 50, 50 * time.Millisecond
)

// open connects to the file, which it makes if need be, and brings its schema
// up to date. Nobody uses the file meanwhile.
func (f *File) open(ctx context.Context) (err error) {
	moved, short := 0, 0
	for {
		switch err = f.openOnce(ctx); {
		case errors.Is(err, ErrMoved) && moved < openTries:
			moved++
		case code(err) == sqlite3.SQLITE_IOERR_SHORT_READ && short < logTries && ctx.Err() == nil:
			short++
			time.Sleep(logPause)
		default:
			return err
		}
	}
}

func (f *File) openOnce(ctx context.Context) (err error) {
	if err := Create(f.Path); err != nil {
		return err
	}
	before, err := os.Stat(f.Path)
	if err != nil {
		return ErrMoved
	}
	noted, _ := NotedRevision(f.Path) // before the file is read, which others may write
	var links []*Conn
	f.pools = nil
	defer func() {
		if err != nil {
			closeConns(links, f.pools)
		}
	}()
	links, err = f.pools.connect(ctx, 1, dsn(f.Path, f.schema.Synchronous, f.schema.Cache, ""))
	if err != nil {
		return err
	}
	if err := f.prepare(ctx, links[0]); err != nil {
		return err
	}
	if err := f.complete(ctx, links[0], noted); err != nil {
		return err
	}
	readers, err := f.pools.connect(ctx, cap(f.readers), dsn(f.Path, f.schema.Synchronous, f.schema.Cache/4, "&_pragma=query_only(1)"))
	links = append(links, readers...)
	if err != nil {
		return err
	}
	return f.ready(links, before)
}

// prepare makes the file one that several processes can work on.
func (f *File) prepare(ctx context.Context, w *Conn) error {
	if err := f.schema.NotNewer(ctx, f.Path, w); err != nil {
		return err
	}
	if err := wal(ctx, f.Path, w); err != nil {
		return err
	}
	if err := f.beforeMigration(ctx, w); err != nil {
		return err
	}
	return f.migrate(ctx, w)
}

// ready hands the connections out: the first one writes. before is what the
// path named before they were made: only if it still names that, it is the file
// that they opened.
func (f *File) ready(links []*Conn, before fs.FileInfo) error {
	now, err := os.Stat(f.Path)
	if err != nil || !os.SameFile(now, before) {
		return ErrMoved
	}
	f.opened.Store(&now)
	f.log.Store(nil)
	if log, err := os.Stat(f.Path + "-wal"); err == nil {
		f.log.Store(&log)
	}
	f.own.Store(0)
	f.writer <- links[0]
	for _, l := range links[1:] {
		f.readers <- l
	}
	return nil
}

// connect opens n connections.
func (c *pools) connect(ctx context.Context, n int, dsn string) (links []*Conn, err error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	*c = append(*c, db)
	for range n {
		one, err := db.Conn(ctx)
		if err != nil {
			return links, err
		}
		links = append(links, &Conn{conn: one, stmts: map[string]*sql.Stmt{}})
	}
	return links, nil
}

// Connect opens one connection to a file that is there, beside those that
// others use. end closes it, also where err is not nil.
func Connect(ctx context.Context, path, synchronous string) (l *Conn, end func(), err error) {
	return connectOne(ctx, dsn(path, synchronous, 1024, ""))
}

func connectOne(ctx context.Context, dsn string) (l *Conn, end func(), err error) {
	var c pools
	links, err := c.connect(ctx, 1, dsn)
	if err == nil {
		l = links[0]
	}
	return l, func() { closeConns(links, c) }, err
}

func (c *pools) close() error {
	var errs []error
	for _, db := range *c {
		errs = append(errs, db.Close())
	}
	*c = nil
	return errors.Join(errs...)
}

// closeConns closes what a failed opening has opened so far.
func closeConns(links []*Conn, c pools) {
	for _, l := range links {
		_ = l.close()
	}
	_ = c.close()
}

// dsn names a file that is there: one that is not is never made by opening it.
func dsn(path, synchronous string, cacheKB int, more string) string {
	return dataSource(path, "rw", synchronous, cacheKB, more)
}

// readingDSN names a file that nobody writes.
func readingDSN(path string) string { return dataSource(path, "ro&immutable=1", "NORMAL", 4096, "") }

func dataSource(path, mode, synchronous string, cacheKB int, more string) string {
	name := url.URL{Path: path}
	return fmt.Sprintf("file:%s?mode=%s&_dqs=0&_defensive=1&_pragma=busy_timeout(5000)&_pragma=synchronous(%s)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)"+
		"&_pragma=cache_size(-%d)&_pragma=temp_store(MEMORY)&_pragma=journal_size_limit(8388608)&_pragma=wal_autocheckpoint(1000)%s",
		name.EscapedPath(), mode, synchronous, cacheKB, more)
}

// wal switches to write-ahead logging and believes only the answer: another
// process may be doing the same at this moment.
func wal(ctx context.Context, path string, w *Conn) error {
	for try := 0; ; try++ {
		var mode string
		err := w.Row(ctx, "PRAGMA journal_mode=WAL").Scan(&mode)
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
