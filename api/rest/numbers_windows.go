package rest

import "syscall"

// What the system says of a connection, by number: those of Winsock. Those that package
// syscall names as on Unix never come.
var (
	refusedNumbers     = []syscall.Errno{10061}
	unreachableNumbers = []syscall.Errno{10051, 10065}
	brokenNumbers      = []syscall.Errno{syscall.WSAECONNRESET, syscall.WSAECONNABORTED, syscall.ERROR_BROKEN_PIPE}
)
