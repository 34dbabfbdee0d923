//go:build unix

package download

import (
	"os"

	"golang.org/x/sys/unix"
)

// openLeft opens a half file to lock and remove it, and no link.
func openLeft(path string) (*os.File, error) { return os.OpenFile(path, os.O_RDWR|unix.O_NOFOLLOW, 0) }
