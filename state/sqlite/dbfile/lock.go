package dbfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"unibox/state/osfile"
)

// FolderLock is held by the one session that replaces files of a folder.
type FolderLock struct{ file *os.File }

// LockFolder waits until no other session is replacing files in dir. Whoever
// gets the lock looks at the file again: it may be repaired.
func LockFolder(ctx context.Context, dir string) (*FolderLock, error) {
	path := filepath.Join(dir, "rescue.lock")
	for {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, err
		}
		err = osfile.TryLock(f)
		if err == nil && stillThere(f, path) {
			return &FolderLock{f}, nil
		}
		_ = f.Close()
		if err != nil && !errors.Is(err, osfile.ErrLocked) {
			return nil, fmt.Errorf("%s cannot be locked: %w", path, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stillThere reports whether f is still the file at path: somebody may have removed
// the folder meanwhile.
func stillThere(f *os.File, path string) bool {
	ours, err := f.Stat()
	there, err2 := os.Stat(path)
	return err == nil && err2 == nil && os.SameFile(ours, there)
}

// Unlock lets the next session replace files.
func (q *FolderLock) Unlock() { _ = q.file.Close() }
