//go:build unix

package storetest

import "syscall"

// ended reports whether there is no such process.
func ended(pid int) bool { return syscall.Kill(pid, 0) == syscall.ESRCH }
