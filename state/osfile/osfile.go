// Package osfile does with files what each system does in its own way: locks, replacing a
// file that others have open, how much room is free, and who may read a file. All else
// about files is package os. What a system lacks is said at the function.
package osfile

import "errors"

// ErrLocked says that another process, or another file of this one, holds the lock.
var ErrLocked = errors.New("it is locked by another process")
