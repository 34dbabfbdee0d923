//go:build !linux

package dbfile

import "os"

// allocate gives f real room, not a promise of it.
func allocate(f *os.File, size int64) error { return fillIncompressible(f, size) }

// NetworkDisk: elsewhere nobody can be asked.
func NetworkDisk(string) string { return "" }
