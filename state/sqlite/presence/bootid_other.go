//go:build !linux

package presence

import "time"

// bootID: without one, the clock below distinguishes an old lease from a living one.
func bootID() string { return "any boot" }

// SinceBoot is the time of day where the system has no better clock for all its
// processes.
func SinceBoot() time.Duration { return time.Duration(time.Now().UnixNano()) }
