package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"unibox/state"
	"unibox/state/sqlite"
	"unibox/ui/text"
)

// roomLow and roomNone are the free bytes below which a disk is short of room,
// or too full to work on.
const (
	roomLow  = 500 << 20
	roomNone = 20 << 20
)

// examineState looks at the state folder, and opens the store as a start would.
func examineState(ctx context.Context, dir string) []finding {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []finding{unmade(dir)}
	case err != nil:
		return []finding{{wrong, dir + " cannot be looked into", "mend its permissions, or choose another folder with --state"}}
	case !info.IsDir():
		return []finding{{wrong, dir + " is no folder", "choose another with --state"}}
	}
	return []finding{owned(dir, info), room(dir), opens(ctx, dir)}
}

// unmade looks whether a folder can be made.
func unmade(dir string) finding {
	above := dir
	for above != filepath.Dir(above) {
		above = filepath.Dir(above)
		if _, err := os.Stat(above); err == nil {
			break
		}
	}
	if unix.Access(above, unix.W_OK) != nil {
		return finding{wrong, dir + " cannot be made in " + above, "choose another folder with --state"}
	}
	return good("%s will be made at the first start", dir)
}

func owned(dir string, info fs.FileInfo) finding {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return finding{wrong, dir + " belongs to another user", "choose a folder of your own with --state"}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return finding{wrong, dir + " is open to others", "chmod 700 " + dir}
	}
	return good("%s is yours alone", dir)
}

func room(dir string) finding {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return finding{doubtful, "the free room of " + dir + " is not known", ""}
	}
	free := int64(disk.Bavail) * int64(disk.Bsize)
	says, todo := cmp.Or(text.Size(free), "nothing")+" free on its disk", "make room: without it nothing can be written or sent"
	switch {
	case free < roomNone:
		return finding{wrong, says, todo}
	case free < roomLow:
		return finding{doubtful, says, todo}
	}
	return good("%s", says)
}

// opens reads what must not be lost from end to end. The store refuses a
// network disk, and puts a damaged cache aside.
func opens(ctx context.Context, dir string) finding {
	if _, err := os.Stat(filepath.Join(dir, "state.db")); errors.Is(err, fs.ErrNotExist) {
		return good("nothing is stored yet")
	}
	db, err := sqlite.Open(ctx, dir, state.NewFeed())
	if err != nil {
		return finding{wrong, err.Error(), ""}
	}
	aside := db.SetAside()
	if err := db.Close(); err != nil {
		return finding{wrong, err.Error(), ""}
	}
	if aside != "" {
		return finding{doubtful, "the cache was damaged and will be fetched again", "look at the disk; the old cache is " + aside}
	}
	return good("the store is whole")
}
