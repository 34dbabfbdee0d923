//go:build unix

package rest

import "syscall"

// What the system says of a connection, by number.
var (
	refusedNumbers     = []syscall.Errno{syscall.ECONNREFUSED}
	unreachableNumbers = []syscall.Errno{syscall.ENETUNREACH, syscall.EHOSTUNREACH}
	brokenNumbers      = []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE}
)
