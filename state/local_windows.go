package state

import "syscall"

// addressInUse is WSAEADDRINUSE.
const addressInUse = syscall.Errno(10048)
