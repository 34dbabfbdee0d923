//go:build unix

package place

import (
	"os"
	"syscall"
)

// runs reports whether a process is another one that lives.
func runs(pid int) bool { return pid > 0 && pid != os.Getpid() && syscall.Kill(pid, 0) == nil }
