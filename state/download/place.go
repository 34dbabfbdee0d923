package download

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"unibox/state/osfile"
)

const (
	halfPattern = ".unibox-*.part"
	// mostNumbers is how many files of one name a folder takes.
	mostNumbers = 999
)

// begin makes a partial file in the folder, which nobody else may read. It is
// locked while it is written to, so that another session does not take it for a
// leftover.
func (d *Downloads) begin() (*os.File, error) {
	if err := osfile.MakeFolder(d.dir); err != nil {
		return nil, err
	}
	d.disk.Lock()
	defer d.disk.Unlock()
	half, err := osfile.CreateTemp(d.dir, halfPattern)
	if err != nil {
		return nil, err
	}
	// Where locks do not work, nobody can take the file for a leftover either:
	// that needs a lock too.
	_ = osfile.TryLock(half)
	return half, nil
}

// discard removes a partial file; one that was renamed is not there any more.
func discard(half *os.File) {
	half.Close()
	os.Remove(half.Name())
}

// settle renames a complete file to its name, or a numbered one where that is
// taken, and returns its path. It is on disk then.
func (d *Downloads) settle(half *os.File, name string) (string, error) {
	if err := half.Sync(); err != nil {
		return "", err
	}
	for n := 1; n <= mostNumbers; n++ {
		path := filepath.Join(d.dir, numbered(name, n))
		err := put(half.Name(), path)
		if err == nil {
			d.syncFolder()
			return path, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
	}
	return "", Refusal(fmt.Sprintf("%s holds %d files of that name already", d.dir, mostNumbers))
}

// put renames a file to a name that nobody has, and fails with fs.ErrExist if
// somebody has, even a link to nowhere. It is one step.
func put(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	return renameNew(from, to) // file systems without hard links, such as exFAT
}

// syncFolder puts the new name on disk, where the file system can.
func (d *Downloads) syncFolder() {
	if err := osfile.SyncFolder(d.dir); err != nil {
		d.log.Warn("sync the folder of downloads", "err", err)
	}
}

// sweep removes the partial files of sessions that were killed.
func (d *Downloads) sweep() {
	d.disk.Lock()
	defer d.disk.Unlock()
	entries, _ := os.ReadDir(d.dir)
	for _, e := range entries {
		if half, _ := filepath.Match(halfPattern, e.Name()); !half || !e.Type().IsRegular() {
			continue
		}
		if err := removeLeft(filepath.Join(d.dir, e.Name())); err != nil && !errors.Is(err, osfile.ErrLocked) {
			d.log.Warn("remove a half file", "err", err)
		}
	}
}

func removeLeft(path string) error {
	file, err := openLeft(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := osfile.TryLock(file); err != nil {
		return err
	}
	return os.Remove(path)
}
