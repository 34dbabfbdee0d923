package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"unibox/state/osfile"

	"unibox/state/config"
	"unibox/state/sqlite"
	"unibox/ui/catalog"
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
		return []finding{{wrong, catalog.Say("%s", err), catalog.Say("choose another folder with --state")}}
	case err != nil:
		return []finding{{wrong, catalog.Say("%s cannot be read", dir), catalog.Say("fix its permissions, or choose another folder with --state")}}
	case !info.IsDir():
		return []finding{{wrong, catalog.Say("%s is not a folder", dir), catalog.Say("choose another with --state")}}
	}
	return []finding{owned(dir, info), room(dir), store(ctx, dir)}
}

// unmade looks whether a folder can be made.
func unmade(dir string) finding {
	if to := config.Dangling(dir); to != "" {
		return finding{wrong, catalog.Say("%s is a link to %s, which does not exist", dir, to), catalog.Say("make that folder, or remove the link")}
	}
	above := dir
	for above != filepath.Dir(above) {
		above = filepath.Dir(above)
		if _, err := os.Stat(above); err == nil {
			break
		}
	}
	if !osfile.Writable(above) {
		return finding{wrong, catalog.Say("%s cannot be made in %s", dir, above), catalog.Say("choose another folder with --state")}
	}
	return good("%s will be made at the first start", dir)
}

func owned(dir string, info fs.FileInfo) finding {
	if osfile.Foreign(info) {
		return finding{wrong, catalog.Say("%s belongs to another user", dir), catalog.Say("choose a folder of your own with --state")}
	}
	switch exposed, err := osfile.Exposed(dir, info); {
	case err != nil:
		return finding{doubtful, catalog.Say("nobody knows who may read %s: %s", dir, err), catalog.Verbatim(osfile.Protect(dir, info))}
	case exposed:
		return finding{wrong, catalog.Say("%s is open to others", dir), catalog.Verbatim(osfile.Protect(dir, info))}
	}
	return good("%s is yours alone", dir)
}

func room(dir string) finding {
	free, _, err := osfile.Free(dir)
	if err != nil {
		return finding{doubtful, catalog.Say("the free room of %s is not known", dir), catalog.Message{}}
	}
	says, todo := catalog.Say("%s free on its disk", catalog.Below(text.Size(nil, free))), catalog.Say("make room: without it nothing can be written or sent")
	if free == 0 {
		says = catalog.Say("nothing free on its disk")
	}
	switch {
	case free < roomNone:
		return finding{wrong, says, todo}
	case free < roomLow:
		return finding{doubtful, says, todo}
	}
	return finding{says: says}
}

// store looks at what a start would open, and changes nothing of it.
func store(ctx context.Context, dir string) finding {
	damagedCache, err := sqlite.CheckFolder(ctx, dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return good("nothing is stored yet")
	case err != nil:
		return finding{wrong, catalog.Say("%s", err), catalog.Message{}}
	case damagedCache:
		return finding{doubtful, catalog.Say("the cache is damaged; the next start puts it aside and fetches everything again"), catalog.Say("look at the disk")}
	}
	return good("the store is whole")
}
