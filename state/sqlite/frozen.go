package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	sqlite3 "modernc.org/sqlite/lib"

	"unibox/state"
)

// cannotWrite reports whether an opening failed because the folder or a file in
// it may not be written.
func cannotWrite(err error) bool {
	return readOnly(err) || code(err)&0xff == sqlite3.SQLITE_CANTOPEN || errors.Is(err, os.ErrPermission)
}

// openFrozen opens the store of a folder that cannot be written, as it is: what
// others write there meanwhile is not seen.
func (db *DB) openFrozen(ctx context.Context, dir string) (err error) {
	if db.state, err = openReading(ctx, filepath.Join(dir, "state.db"), "state"); err != nil {
		return err
	}
	if db.cache, err = openReading(ctx, filepath.Join(dir, "cache.db"), "cache"); err != nil {
		return errors.Join(err, db.state.close())
	}
	db.frozen = true
	db.health.suffer(unwritable, fmt.Sprintf("reading only: the folder %s cannot be written, so nothing is fetched, saved or sent; mend its permissions, then start unibox again", dir))
	return nil
}

// openReading opens a file that cannot be written. SQLite then reads no log, so
// there must be none.
func openReading(ctx context.Context, path, schema string) (*file, error) {
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf("%s cannot be written, and has changes beside it that cannot be read without writing: copy the folder to where you can write, and start unibox with --state", path)
	}
	before, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be made: choose another state folder or mend its permissions: %w", path, err)
	}
	f := newFile(path, "", schema)
	f.refuse(state.ErrReadOnly)
	links, err := f.conns.connect(ctx, cap(f.writer)+cap(f.readers), readingDSN(path))
	if err == nil {
		err = f.suits(ctx, links[0])
	}
	if err == nil {
		err = f.ready(links, before)
	}
	if err != nil {
		closeAll(links, f.conns)
		return nil, trouble(path, err)
	}
	return f, nil
}

// suits refuses a file of another layout: an older one cannot be changed here.
func (f *file) suits(ctx context.Context, l *link) error {
	if err := f.notNewer(ctx, l); err != nil {
		return err
	}
	steps, err := f.steps()
	if err != nil {
		return err
	}
	if have, err := l.layout(ctx); err != nil || have != len(steps) {
		return errors.Join(err, fmt.Errorf("%s is of an older version and cannot be brought up to date where nothing can be written: mend the permissions of its folder", f.path))
	}
	return l.whole(ctx)
}
