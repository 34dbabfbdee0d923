package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// besides are the endings of the files that belong to a database.
var besides = []string{"-wal", "-shm"}

// quarantine is held by the one session that replaces files of a folder.
type quarantine struct{ file *os.File }

// lockFolder waits until no other session is replacing files in dir. Whoever
// gets the lock looks at the file again: it may be mended.
func lockFolder(ctx context.Context, dir string) (*quarantine, error) {
	path := filepath.Join(dir, "rescue.lock")
	for {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, err
		}
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil && stillThere(f, path) {
			return &quarantine{f}, nil
		}
		_ = f.Close()
		if err != nil && !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
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

func (q *quarantine) unlock() { _ = q.file.Close() }

// stampFormat dates what is kept aside.
const stampFormat = "20060102-150405"

// asideMark is how a damaged file is called, before the date.
const asideMark = ".corrupt-"

// asideName is a name for a damaged file that nothing has yet.
func asideName(path, stamp string) string {
	base := path + asideMark + stamp
	name := base
	for n := 2; taken(name); n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	return name
}

// taken reports whether a database of that name, or a part of one, is there.
func taken(name string) bool {
	for _, end := range append([]string{""}, besides...) {
		if _, err := os.Lstat(name + end); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// setAside renames a database with its log, what there is of them; what is left
// of an old log would be applied to the new file.
func setAside(path, to string) error {
	for _, end := range append([]string{""}, besides...) {
		if err := os.Rename(path+end, to+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// remove deletes a database with its log.
func remove(path string) error {
	var errs []error
	for _, end := range append([]string{""}, besides...) {
		if err := os.Remove(path + end); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// settleFile makes a file that SQLite has closed durable.
func settleFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// settleFolder makes renames in a folder durable.
func settleFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
