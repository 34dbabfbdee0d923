package recovery

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"unibox/state/sqlite/dbfile"
)

// stampFormat dates what is kept aside.
const stampFormat = "20060102-150405"

// asideMark is how a damaged file is called, before the date.
const asideMark = ".corrupt-"

// AsideName is a name for a damaged file that nothing has yet.
func AsideName(path string) string {
	base := path + asideMark + time.Now().Format(stampFormat)
	name := base
	for n := 2; exists(name); n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	return name
}

// exists reports whether a database of that name, or a part of one, is there.
func exists(name string) bool {
	for _, end := range append([]string{""}, dbfile.Suffixes...) {
		if _, err := os.Lstat(name + end); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// Quarantine moves a damaged cache aside if, under the lock, still holds.
// It returns the new name, empty if somebody else was faster.
func Quarantine(ctx context.Context, path string, still func() error) (string, error) {
	lock, err := dbfile.LockFolder(ctx, filepath.Dir(path))
	if err != nil {
		return "", err
	}
	defer lock.Unlock()
	if still() != nil {
		return "", nil
	}
	aside := AsideName(path)
	if err := dbfile.Rename(path, aside); err != nil {
		return "", err
	}
	dropCaches(path)
	return aside, nil
}

// keepCaches is how many damaged caches are kept: they are large, and all that
// they hold is fetched again.
const keepCaches = 2

// dropCaches removes the oldest of those that were put aside.
func dropCaches(path string) {
	kept, _ := filepath.Glob(path + asideMark + "*")
	kept = slices.DeleteFunc(kept, func(name string) bool {
		return slices.ContainsFunc(dbfile.Suffixes, func(end string) bool { return strings.HasSuffix(name, end) })
	})
	slices.Sort(kept) // by their dates
	for _, name := range kept[:max(0, len(kept)-keepCaches)] {
		_ = dbfile.Remove(name)
	}
}

// KeptAside reports whether the open file is the one that a rescue put aside.
func KeptAside(f *dbfile.File) bool {
	was := *f.Opened()
	kept, _ := filepath.Glob(f.Path + asideMark + "*")
	for _, path := range kept {
		if info, err := os.Stat(path); err == nil && os.SameFile(info, was) {
			return true
		}
	}
	return false
}
