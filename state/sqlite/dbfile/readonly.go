package dbfile

import (
	"context"
	"errors"
	"fmt"
	"os"

	"unibox/state"
)

// OpenReadOnly opens a file that cannot be written. SQLite then reads no log, so
// there must be none.
func OpenReadOnly(ctx context.Context, path string, schema Schema) (*File, error) {
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf("%s cannot be written, and has changes beside it that cannot be read without writing: copy the folder to where you can write, and start unibox with --state", path)
	}
	before, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be made: choose another state folder or fix its permissions: %w", path, err)
	}
	f := newFile(path, schema)
	f.Refuse(state.ErrReadOnly)
	links, err := f.pools.connect(ctx, cap(f.writer)+cap(f.readers), readingDSN(path))
	if err == nil {
		err = f.suits(ctx, links[0])
	}
	if err == nil {
		err = f.ready(links, before)
	}
	if err != nil {
		closeConns(links, f.pools)
		return nil, OpenError(path, err)
	}
	return f, nil
}

// suits refuses a file of another layout: an older one cannot be changed here.
func (f *File) suits(ctx context.Context, l *Conn) error {
	if err := f.schema.NotNewer(ctx, f.Path, l); err != nil {
		return err
	}
	if have, err := l.layout(ctx); err != nil || have != len(f.schema.Steps) {
		return errors.Join(err, fmt.Errorf("%s is of an older version and cannot be brought up to date where nothing can be written: fix the permissions of its folder", f.Path))
	}
	return f.schema.Check(ctx, l)
}
