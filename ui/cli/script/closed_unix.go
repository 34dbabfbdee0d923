//go:build unix

package script

import (
	"context"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// closedAgain is how often it is looked whether the work has ended.
const closedAgain = 200 * time.Millisecond

// whenClosed calls closed once nobody can read any more what is written to a pipe or a socket,
// as when a connection ends, though there may be nothing to write for hours. It returns when
// ctx ends, and at once where out is no file.
func whenClosed(ctx context.Context, out io.Writer, closed func(error)) {
	f, is := out.(*os.File)
	if !is {
		return
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	for ctx.Err() == nil {
		at := []unix.PollFd{{}}
		n := 0
		if err := conn.Control(func(fd uintptr) {
			at[0].Fd = int32(fd)
			n, _ = unix.Poll(at, int(closedAgain.Milliseconds())) // what interrupted it is looked at again
		}); err != nil {
			return
		}
		if n > 0 {
			if at[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0 {
				closed(&fs.PathError{Op: "write", Path: f.Name(), Err: syscall.EPIPE})
			}
			return
		}
	}
}
