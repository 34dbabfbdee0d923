//go:build unix && !linux

package tty

import (
	"os"

	"golang.org/x/sys/unix"
)

// flush drops what came in and was not read.
func flush(f *os.File) {
	const input = 1
	_ = unix.IoctlSetPointerInt(int(f.Fd()), unix.TIOCFLUSH, input)
}
