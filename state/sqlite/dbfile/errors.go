package dbfile

import (
	"context"
	"errors"
	"fmt"
	"os"

	"unibox/state/osfile"

	"unibox/state"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Explain puts the errors that a person can do something about into words.
func (f *File) Explain(err error) error {
	switch {
	case Full(err):
		return &state.StoreError{What: fmt.Sprintf("the disk is full, make room: nothing was saved in %s", f.Path), Err: &noRoomError{err}}
	case Busy(err):
		return &state.StoreError{What: f.Path + " has been locked by another program for 5 seconds", Err: err}
	case ReadOnly(err):
		return &state.StoreError{What: f.Path + " cannot be written", Err: errors.Join(state.ErrReadOnly, err)}
	}
	return err
}

// noRoomError is SQLite's error as a state.ErrNoRoom.
type noRoomError struct{ err error }

func (e *noRoomError) Error() string   { return state.ErrNoRoom.Error() }
func (e *noRoomError) Unwrap() []error { return []error{state.ErrNoRoom, e.err} }

// code is SQLite's extended result code, 0 for an error of another kind.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// Busy reports whether somebody else holds the lock.
func Busy(err error) bool { return code(err)&0xff == sqlite3.SQLITE_BUSY }

// Full reports whether a write failed because the disk took no more.
func Full(err error) bool {
	if osfile.Full(err) {
		return true
	}
	switch c := code(err); c {
	case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_SHMSIZE:
		return true
	default:
		return c&0xff == sqlite3.SQLITE_FULL
	}
}

// Failing reports whether the disk failed, or the system says so, while the file
// itself may be whole.
func Failing(err error) bool { return code(err)&0xff == sqlite3.SQLITE_IOERR && !Full(err) }

// ReadOnly reports whether the file, or its folder, cannot be written.
func ReadOnly(err error) bool {
	return code(err)&0xff == sqlite3.SQLITE_READONLY && !Moved(err)
}

// Moved reports whether the path names another file, or none, than the one
// that is open, which SQLite calls read only.
func Moved(err error) bool {
	return errors.Is(err, ErrMoved) || code(err) == sqlite3.SQLITE_READONLY_DBMOVED
}

// ofTheFile reports whether an error is one of the file itself, or of who holds it.
func ofTheFile(err error) bool {
	return err != nil && (Busy(err) || Moved(err) || Damaged(err) || Full(err) || Failing(err) || ReadOnly(err))
}

// damageError is what integrity_check found.
type damageError struct{ verdict string }

func (e *damageError) Error() string { return e.verdict }

// Damaged reports whether the content of a file is damaged.
func Damaged(err error) bool {
	var found *damageError
	c := code(err) & 0xff
	return errors.As(err, &found) || c == sqlite3.SQLITE_CORRUPT || c == sqlite3.SQLITE_NOTADB
}

// OpenError makes a failed opening one sentence for a person.
func OpenError(path string, err error) error {
	var newer *newerError
	var failed *migrationError
	switch {
	case err == nil || errors.As(err, &newer) || errors.As(err, &failed) || errors.Is(err, context.Canceled):
		return err
	case Full(err):
		return fmt.Errorf("%s cannot be opened because its disk is full: make room: %w", path, err)
	case CannotWrite(err):
		return fmt.Errorf("%s cannot be written: choose another state folder or fix its permissions: %w", path, err)
	}
	return fmt.Errorf("%s cannot be opened: %w", path, err)
}

// CannotWrite reports whether an opening failed because the folder or a file in
// it may not be written.
func CannotWrite(err error) bool {
	return ReadOnly(err) || code(err)&0xff == sqlite3.SQLITE_CANTOPEN || errors.Is(err, os.ErrPermission)
}

// IndexDamaged reports whether damage was met in a full-text index.
func IndexDamaged(err error) bool { return code(err) == sqlite3.SQLITE_CORRUPT_VTAB }

// Unusable reports whether a cache is of no use any more.
func Unusable(err error) bool {
	var failed *migrationError
	return Damaged(err) || errors.As(err, &failed) && !Full(err) && !ReadOnly(err)
}
