//go:build unix

package osfile

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Lock waits until no other open file holds the lock of the same file, and takes it.
// Closing f gives it back, and so does the end of the process. Reading and writing do
// not ask for it.
func Lock(f *os.File) error { return flock(f, unix.LOCK_EX) }

// TryLock is Lock without waiting: ErrLocked where another holds it.
func TryLock(f *os.File) error { return flock(f, unix.LOCK_EX|unix.LOCK_NB) }

// HoldFolder keeps ClaimFolder out of a folder until it is closed. Many may hold one.
func HoldFolder(dir string) (io.Closer, error) { return openFolder(dir, unix.LOCK_SH) }

// ClaimFolder lets nobody hold a folder until it is closed: ErrLocked where somebody
// does. The folder may be removed meanwhile.
func ClaimFolder(dir string) (io.Closer, error) { return openFolder(dir, unix.LOCK_EX|unix.LOCK_NB) }

func openFolder(dir string, how int) (io.Closer, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := flock(f, how); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func flock(f *os.File, how int) error {
	for {
		switch err := unix.Flock(int(f.Fd()), how); {
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EWOULDBLOCK):
			return ErrLocked
		default:
			return err
		}
	}
}
