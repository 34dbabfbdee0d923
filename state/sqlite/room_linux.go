package sqlite

import (
	"os"

	"golang.org/x/sys/unix"
)

// allocate gives f real room, not a promise of it.
func allocate(f *os.File, size int64) error {
	if unix.Fallocate(int(f.Fd()), 0, 0, size) == nil {
		return nil
	}
	return scribble(f, size) // not every file system can
}
