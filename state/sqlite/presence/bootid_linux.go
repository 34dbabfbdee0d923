package presence

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// bootID names this run of the machine.
func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "unknown boot"
	}
	return strings.TrimSpace(string(b))
}

// SinceBoot is the time since the machine was started, sleep included.
func SinceBoot() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(t.Nano())
}
