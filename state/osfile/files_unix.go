//go:build unix

package osfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	// HomeVariable names the user's folder, as os.UserHomeDir reads it.
	HomeVariable = "HOME"
	// Separators divide the names of a path.
	Separators = "/"
)

// Replace renames a file to a name in the same folder that another file may have, in
// one step: who opens it gets the old one or the new one.
func Replace(from, to string) error { return os.Rename(from, to) }

// OpenShared is os.OpenFile. The file may be renamed, replaced and removed while it is open.
func OpenShared(path string, flag int, mode fs.FileMode) (*os.File, error) {
	return os.OpenFile(path, flag, mode)
}

// CreateTemp is os.CreateTemp. The file may be renamed and removed while it is open.
func CreateTemp(dir, pattern string) (*os.File, error) { return os.CreateTemp(dir, pattern) }

// SyncFolder makes the names in a folder durable.
func SyncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Free is the free room for us and the whole room, in bytes, of the disk that a folder
// is on.
func Free(dir string) (free, whole int64, err error) {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return 0, 0, err
	}
	return int64(disk.Bavail) * int64(disk.Bsize), int64(disk.Blocks) * int64(disk.Bsize), nil
}

// Full reports whether a write failed because the disk, or our part of it, is full.
func Full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// Exposed reports whether others may do anything with a file or folder at path, by its
// mode. The error says that this cannot be known, which it always can here.
func Exposed(_ string, info fs.FileInfo) (bool, error) { return info.Mode().Perm()&0o077 != 0, nil }

// Protect is the shell command that leaves a file or folder to its owner alone.
func Protect(path string, info fs.FileInfo) string {
	if info.IsDir() {
		return "chmod 700 " + path
	}
	return "chmod 600 " + path
}

// Private reports whether a file is for its owner alone, which is unusual for what is
// no secret.
func Private(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }

// Foreign reports whether a file or folder belongs to another user.
func Foreign(info fs.FileInfo) bool {
	owner, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(owner.Uid) != os.Geteuid()
}

// KeepOwner gives a new file to whom the one belongs that it replaces.
func KeepOwner(f *os.File, old fs.FileInfo) error {
	if !Foreign(old) {
		return nil
	}
	stat, ok := old.Sys().(*syscall.Stat_t)
	if !ok {
		return fs.ErrInvalid
	}
	return f.Chown(int(stat.Uid), int(stat.Gid))
}

// Writable reports whether files can be made in a folder.
func Writable(dir string) bool { return unix.Access(dir, unix.W_OK) == nil }

// MakeFolder makes a folder, with what is missing above it, for this user alone. One that
// is there keeps the rights it has.
func MakeFolder(path string) error { return os.MkdirAll(path, 0o700) }

// MakeTempFolder is os.MkdirTemp: the folder is for this user alone.
func MakeTempFolder(dir, pattern string) (string, error) { return os.MkdirTemp(dir, pattern) }
