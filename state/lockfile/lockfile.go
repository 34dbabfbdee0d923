// Package lockfile opens files that several sessions add lines to and now and then write
// anew: each holds the file alone while it does, so nothing of another one is lost.
package lockfile

import (
	"errors"
	"io/fs"
	"os"

	"unibox/state/osfile"
)

// Open opens a file, 0600 if it makes it, that no other session adds to or writes anew
// until it is closed. It waits for the others. Where the folder's disk has no locks, it
// does without.
func Open(path string, flag int) (*os.File, error) {
	for {
		f, err := osfile.OpenShared(path, flag, 0o600)
		if err != nil {
			return nil, err
		}
		_ = osfile.Lock(f)
		ours, err := f.Stat()
		there, failed := os.Stat(path)
		if err == nil && failed == nil && os.SameFile(ours, there) {
			return f, nil
		}
		_ = f.Close() // it was written anew, or removed, while this one waited
		if err != nil || failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			return nil, errors.Join(err, failed)
		}
	}
}
