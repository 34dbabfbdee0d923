package tty

import (
	"os"

	"golang.org/x/sys/unix"
)

// flush drops what came in and was not read.
func flush(f *os.File) { _ = unix.IoctlSetInt(int(f.Fd()), unix.TCFLSH, unix.TCIFLUSH) }
