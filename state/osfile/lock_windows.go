package osfile

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// Lock waits until no other open file holds the lock of the same file, and takes it.
// Closing f gives it back, and so does the end of the process. Reading and writing do
// not ask for it.
func Lock(f *os.File) error { return lock(f, windows.LOCKFILE_EXCLUSIVE_LOCK) }

// TryLock is Lock without waiting: ErrLocked where another holds it.
func TryLock(f *os.File) error {
	return lock(f, windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY)
}

// lock locks one byte far behind the end of any file: nobody could read a byte that
// another has locked.
func lock(f *os.File, how uint32) error {
	at := &windows.Overlapped{Offset: ^uint32(0) - 1, OffsetHigh: 1<<31 - 1}
	err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return ErrLocked
	}
	return err
}

// HoldFolder keeps ClaimFolder out of a folder until it is closed. Many may hold one.
func HoldFolder(dir string) (io.Closer, error) {
	return openFolder(dir, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE)
}

// ClaimFolder lets nobody else hold or claim a folder until it is closed: ErrLocked where
// somebody does. The folder may be removed meanwhile. A folder has no bytes to lock, so the
// claim is what it does not share: that it is opened for writing, as both do.
func ClaimFolder(dir string) (io.Closer, error) {
	return openFolder(dir, windows.FILE_SHARE_READ|windows.FILE_SHARE_DELETE)
}

func openFolder(dir string, shared uint32) (io.Closer, error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, windows.FILE_LIST_DIRECTORY|windows.FILE_WRITE_DATA, shared, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	switch {
	case errors.Is(err, windows.ERROR_SHARING_VIOLATION):
		return nil, ErrLocked
	case err != nil:
		return nil, &os.PathError{Op: "open", Path: dir, Err: err}
	}
	return os.NewFile(uintptr(h), dir), nil
}
