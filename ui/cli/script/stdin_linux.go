package script

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// piped reports whether something can be read of a pipe or a socket. It waits so long at most for
// that, or for the end.
func piped(f *os.File, limit time.Duration) (comes bool) {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	failed := conn.Control(func(fd uintptr) {
		awaitInput(int(fd), limit)
		n, err := unix.IoctlGetInt(int(fd), unix.TIOCINQ)
		comes = err == nil && n > 0
	})
	return failed == nil && comes
}

// awaitInput waits until something can be read, the end included.
func awaitInput(fd int, limit time.Duration) {
	for end := time.Now().Add(limit); ; {
		left := max(time.Until(end), 0)
		_, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(left.Milliseconds()))
		if err != unix.EINTR || left == 0 {
			return
		}
	}
}
