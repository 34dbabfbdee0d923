package cli

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"unibox/state/osfile"

	"unibox/state"
	"unibox/state/config"
	"unibox/state/sqlite"
	"unibox/ui/text"
)

// roomLow and roomNone are the free bytes below which a disk is short of room,
// or too full to work on.
const (
	roomLow  = 500 << 20
	roomNone = 20 << 20
)

// examineState looks at the state folder and at the store in it.
func examineState(ctx context.Context, dir string) []finding {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []finding{unmade(dir)}
	case errors.Is(err, syscall.ENOTDIR):
		return []finding{{wrong, state.PlainError(err), "choose another folder with --state"}}
	case err != nil:
		return []finding{{wrong, dir + " cannot be read", "fix its permissions, or choose another folder with --state"}}
	case !info.IsDir():
		return []finding{{wrong, dir + " is not a folder", "choose another with --state"}}
	}
	return []finding{owned(dir, info), room(dir), store(ctx, dir)}
}

// unmade looks whether a folder can be made.
func unmade(dir string) finding {
	if to := config.Dangling(dir); to != "" {
		return finding{wrong, dir + " is a link to " + to + ", which does not exist", "make that folder, or remove the link"}
	}
	above := dir
	for above != filepath.Dir(above) {
		above = filepath.Dir(above)
		if _, err := os.Stat(above); err == nil {
			break
		}
	}
	if !osfile.Writable(above) {
		return finding{wrong, dir + " cannot be made in " + above, "choose another folder with --state"}
	}
	return good("%s will be made at the first start", dir)
}

func owned(dir string, info fs.FileInfo) finding {
	if osfile.Foreign(info) {
		return finding{wrong, dir + " belongs to another user", "choose a folder of your own with --state"}
	}
	switch exposed, err := osfile.Exposed(dir, info); {
	case err != nil:
		return finding{doubtful, "nobody knows who may read " + dir + ": " + err.Error(), osfile.Protect(dir, info)}
	case exposed:
		return finding{wrong, dir + " is open to others", osfile.Protect(dir, info)}
	}
	return good("%s is yours alone", dir)
}

func room(dir string) finding {
	free, _, err := osfile.Free(dir)
	if err != nil {
		return finding{doubtful, "the free room of " + dir + " is not known", ""}
	}
	says, todo := cmp.Or(text.Size(nil, free), "nothing")+" free on its disk", "make room: without it nothing can be written or sent"
	switch {
	case free < roomNone:
		return finding{wrong, says, todo}
	case free < roomLow:
		return finding{doubtful, says, todo}
	}
	return good("%s", says)
}

// store looks at what a start would open, and changes nothing of it.
func store(ctx context.Context, dir string) finding {
	damagedCache, err := sqlite.CheckFolder(ctx, dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return good("nothing is stored yet")
	case err != nil:
		return finding{wrong, err.Error(), ""}
	case damagedCache:
		return finding{doubtful, "the cache is damaged; the next start puts it aside and fetches everything again", "look at the disk"}
	}
	return good("the store is whole")
}
