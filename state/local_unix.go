//go:build unix

package state

import "syscall"

const addressInUse = syscall.EADDRINUSE
