package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Look looks at the store in dir without changing anything in it, also while
// sessions use it. damagedCache tells that cache.db is of no use and will be
// fetched again; the error, that a start would fail, or would have to rescue
// what must not be lost. fs.ErrNotExist: nothing is stored yet.
func Look(ctx context.Context, dir string) (damagedCache bool, err error) {
	path := filepath.Join(dir, "state.db")
	switch _, err := os.Stat(path); {
	case emptied(path) || unfinished(path):
		return false, errors.New("state.db is damaged, it has lost its tables: the next start rescues what it can from the snapshots beside it")
	case err != nil:
		return false, err
	}
	if err := lookState(ctx, path); damaged(err) {
		return false, fmt.Errorf("state.db is damaged: copy the folder away, then start unibox, which rescues what it can: %w", err)
	} else if err != nil {
		return false, trouble(path, err)
	}
	cache := filepath.Join(dir, "cache.db")
	if _, err := os.Stat(cache); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	err = readAlone(ctx, cache, func(l *link) error { return newFile(cache, "", "cache").notNewer(ctx, l) })
	if damaged(err) {
		return true, nil
	}
	return false, trouble(cache, err)
}

// lookState reads a copy from end to end: the file with its log as a start
// would, which would change both. A copy taken while a session writes may be
// torn, and is taken again.
func lookState(ctx context.Context, path string) (err error) {
	dir, err := os.MkdirTemp("", "unibox-look-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	to := filepath.Join(dir, "state.db")
	for range 3 {
		if err = errors.Join(remove(to), copyFile(path, to), copyFile(path+"-wal", to+"-wal")); err != nil {
			return err
		}
		if err = lookAt(ctx, to); !damaged(err) {
			return err
		}
	}
	return err
}

// lookAt opens a copy that may be changed.
func lookAt(ctx context.Context, path string) error {
	var c conns
	links, err := c.connect(ctx, 1, dsn(path, "OFF", 1024, ""))
	defer func() { closeAll(links, c) }()
	if err != nil {
		return err
	}
	if err := newFile(path, "", "state").notNewer(ctx, links[0]); err != nil {
		return err
	}
	return links[0].whole(ctx)
}

// copyFile copies what there is. Nothing of this process may have it open.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
