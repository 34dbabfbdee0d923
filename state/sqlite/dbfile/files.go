package dbfile

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"unibox/state/osfile"
)

// Suffixes are the endings of the files that belong to a database.
var Suffixes = []string{"-wal", "-shm", noteSuffix}

// Create makes an empty file that only its owner can read before SQLite would
// make one that everybody can; -wal and -shm copy its mode. A file that exists
// is not opened: closing it again would strip the process of its locks. What
// others can read of it is taken from them, where that is ours to do.
func Create(path string) error {
	made, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		for _, part := range append([]string{""}, Suffixes...) {
			_ = os.Chmod(path+part, 0o600)
		}
		return nil
	}
	if err != nil {
		return err
	}
	return made.Close()
}

// Remove deletes a database with its log.
func Remove(path string) error {
	var errs []error
	for _, end := range append([]string{""}, Suffixes...) {
		if err := os.Remove(path + end); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// SyncFile makes a file that SQLite has closed durable.
func SyncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// CopyFile copies what there is. Nothing of this process may have it open.
func CopyFile(from, to string) error {
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// Rename renames a database with its log, what there is of them; what is left
// of an old log would be applied to the new file.
func Rename(path, to string) error {
	for _, end := range append([]string{""}, Suffixes...) {
		if err := osfile.Replace(path+end, to+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
