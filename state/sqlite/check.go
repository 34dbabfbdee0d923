package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/recovery"
)

// CheckFolder looks at the store in dir without changing anything in it, also while
// sessions use it. damagedCache: cache.db is of no use and will be
// fetched again; the error, that a start would fail, or would have to rescue
// what must not be lost. fs.ErrNotExist: nothing is stored yet.
func CheckFolder(ctx context.Context, dir string) (damagedCache bool, err error) {
	path := filepath.Join(dir, "state.db")
	switch _, err := os.Stat(path); {
	case recovery.Emptied(path) || recovery.Unfinished(path):
		return false, errors.New("state.db is damaged, it has lost its tables: the next start rescues what it can from the snapshots beside it")
	case err != nil:
		return false, err
	}
	if err := checkState(ctx, path); dbfile.Damaged(err) {
		return false, fmt.Errorf("state.db is damaged: copy the folder away, then start unibox, which rescues what it can: %w", err)
	} else if err != nil {
		return false, dbfile.OpenError(path, err)
	}
	cache := filepath.Join(dir, "cache.db")
	if _, err := os.Stat(cache); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	err = dbfile.ReadClosed(ctx, cache, func(l *dbfile.Conn) error { return cacheSchema().NotNewer(ctx, cache, l) })
	if dbfile.Damaged(err) {
		return true, nil
	}
	return false, dbfile.OpenError(cache, err)
}

// checkState reads a copy from end to end: the file with its log as a start
// would, which would change both. A copy taken while a session writes may be
// torn, and is taken again.
func checkState(ctx context.Context, path string) (err error) {
	dir, err := os.MkdirTemp("", "unibox-look-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	to := filepath.Join(dir, "state.db")
	for range 3 {
		if err = errors.Join(dbfile.Remove(to), dbfile.CopyFile(path, to), dbfile.CopyFile(path+"-wal", to+"-wal")); err != nil {
			return err
		}
		if err = checkCopy(ctx, to); !dbfile.Damaged(err) {
			return err
		}
	}
	return err
}

// checkCopy opens a copy that may be changed.
func checkCopy(ctx context.Context, path string) error {
	l, end, err := dbfile.Connect(ctx, path, "OFF")
	defer end()
	if err != nil {
		return err
	}
	if err := stateSchema().NotNewer(ctx, path, l); err != nil {
		return err
	}
	return l.Check(ctx)
}
