package script

import (
	"os"

	"golang.org/x/sys/unix"
)

// piped is how many bytes can be read of a pipe or a socket at once.
func piped(f *os.File) (n int) {
	conn, err := f.SyscallConn()
	if err != nil {
		return 0
	}
	if failed := conn.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ) }); failed != nil || err != nil {
		return 0
	}
	return n
}
