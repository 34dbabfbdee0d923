package osfile

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/windows"
)

const (
	// HomeVariable names the user's folder, as os.UserHomeDir reads it.
	HomeVariable = "USERPROFILE"
	// Separators divide the names of a path.
	Separators = `/\`
)

// patience is how long a file that another program reads is waited for, such as the
// search index or a virus scanner.
const patience = 2 * time.Second

// Replace renames a file to a name in the same folder that another file may have, in
// one step: who opens it gets the old one or the new one. Who has the old one open from
// OpenShared keeps it; it waits a moment for everybody else, and fails where they hold
// it longer.
func Replace(from, to string) error {
	folder, err := os.OpenRoot(filepath.Dir(to))
	if err != nil {
		return err
	}
	defer folder.Close()
	for pause, began := time.Millisecond, time.Now(); ; pause *= 2 {
		err = folder.Rename(filepath.Base(from), filepath.Base(to))
		if !inUse(err) || time.Since(began) > patience {
			return err
		}
		time.Sleep(pause)
	}
}

func inUse(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}

// OpenShared opens a file that may be renamed, replaced and removed while it is open;
// os.OpenFile does not allow that here, and os.Root does.
func OpenShared(path string, flag int, mode fs.FileMode) (*os.File, error) {
	folder, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return folder.OpenFile(filepath.Base(path), flag, mode)
}

// CreateTemp is os.CreateTemp for a file that may be renamed and removed while it is open.
func CreateTemp(dir, pattern string) (*os.File, error) {
	before, after, _ := strings.Cut(pattern, "*")
	for {
		path := filepath.Join(dir, before+strconv.FormatUint(rand.Uint64(), 36)+after)
		f, err := OpenShared(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// SyncFolder does nothing: Windows has no call for it, and NTFS keeps names in its journal.
func SyncFolder(string) error { return nil }

// Free is the free room for us and the whole room, in bytes, of the disk that a folder
// is on.
func Free(dir string) (free, whole int64, err error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, err
	}
	var ours, all uint64
	err = windows.GetDiskFreeSpaceEx(name, &ours, &all, nil)
	return int64(ours), int64(all), err
}

// Full reports whether a write failed because the disk, or our part of it, is full.
func Full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) || errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

// Private is false: a file in a profile is for its owner alone, secret or not.
func Private(fs.FileInfo) bool { return false }

// Foreign is false: a file's owner says nothing of who may read it.
func Foreign(fs.FileInfo) bool { return false }

// KeepOwner does nothing: who may read a file comes from its folder.
func KeepOwner(*os.File, fs.FileInfo) error { return nil }

// Writable reports whether files can be made in a folder, by making one.
func Writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".unibox-*")
	if err != nil {
		return false
	}
	return errors.Join(f.Close(), os.Remove(f.Name())) == nil
}
