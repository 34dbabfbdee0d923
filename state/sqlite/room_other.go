//go:build !linux

package sqlite

import "os"

// allocate gives f real room, not a promise of it.
func allocate(f *os.File, size int64) error { return scribble(f, size) }
