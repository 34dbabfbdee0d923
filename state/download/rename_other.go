//go:build !linux

package download

import "os"

// renameNew renames a file unless the new name is taken: the name is taken
// first, with an empty file that nobody else can have made.
func renameNew(from, to string) error {
	place, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := place.Close(); err != nil {
		return err
	}
	return os.Rename(from, to)
}
