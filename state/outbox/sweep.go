package outbox

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"unibox/state/osfile"

	"unibox/state"
	"unibox/state/work"
)

const (
	// sweepEvery is how often orphans are looked for; untouched is how long
	// nothing may have happened in a folder that is taken for one.
	sweepEvery = time.Hour
	untouched  = time.Hour
)

// ours is the name of a folder that lockFolder makes: a message's key.
var ours = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z2-7]{26}-[0-9]+$`) })

// lockFolder makes the folder of a message's copies. Until it is closed no sweep
// takes the folder for an orphan: the message is not in the store yet. A killed
// process holds nothing.
func (b *Outbox) lockFolder(key string) (io.Closer, error) {
	dir := b.folder(key)
	if err := osfile.MakeFolder(dir); err != nil {
		return nil, err
	}
	return osfile.HoldFolder(dir)
}

// Sweep looks now and then, until ctx ends, for copies of files that nothing needs.
func (b *Outbox) Sweep(ctx context.Context) error {
	for !b.followed() { // which messages there are is not known yet
		if !work.Sleep(ctx, carryAgain) {
			return ctx.Err()
		}
	}
	for {
		if err := b.sweep(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("look for copies that no message needs", "err", err)
		}
		if !work.Sleep(ctx, sweepEvery) {
			return ctx.Err()
		}
	}
}

// sweep removes copies that nothing needs: a process was killed between
// copying and the store, or between the store and removing them. What a message
// or a draft names stays, what a submit under way holds in any session, what
// was touched lately, and everything that has not the name of a message.
func (b *Outbox) sweep(ctx context.Context) error {
	_, err := Clear(b.dir, func(key string) (bool, error) {
		if recent, err := touched(b.folder(key)); recent || err != nil {
			return true, err
		}
		files, err := b.store.FilesInUse(ctx)
		needed := slices.Contains(Keys(files), key)
		if !needed && err == nil {
			b.log.Info("remove copies that no message needs", "key", key)
		}
		return needed, err
	})
	return err
}

// Keys names the messages whose copies are among files, as far as they are
// copies.
func Keys(files []state.File) (keys []string) {
	for _, f := range files {
		if key := filepath.Base(filepath.Dir(f.Path)); ours().MatchString(key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Copies names the messages of which there are copies in the folder dir.
func Copies(dir string) (keys []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if e.IsDir() && ours().MatchString(e.Name()) {
			keys = append(keys, e.Name())
		}
	}
	return keys, err
}

// Clear removes the copies in the folder dir of messages that are not needed,
// and reports how many there were. What a submit under way holds in any session
// is left alone; needed is asked while no submit can begin to hold the copies.
func Clear(dir string, needed func(key string) (bool, error)) (cleared int, err error) {
	keys, err := Copies(dir)
	for _, key := range keys {
		gone, bad := clearOne(filepath.Join(dir, key), func() (bool, error) { return needed(key) })
		err = errors.Join(err, bad)
		if gone {
			cleared++
		}
	}
	return cleared, err
}

func clearOne(dir string, needed func() (bool, error)) (gone bool, err error) {
	// First the lock, then the question: whoever held it is in the store now.
	claim, err := osfile.ClaimFolder(dir)
	switch {
	case errors.Is(err, osfile.ErrLocked):
		return false, nil
	case err != nil:
		return false, err
	}
	defer claim.Close()
	if stays, err := needed(); stays || err != nil {
		return false, err
	}
	return true, os.RemoveAll(dir)
}

// touched reports whether something happened in a folder lately, or will have.
func touched(dir string) (recent bool, err error) {
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		recent = recent || err == nil && time.Since(info.ModTime()) < untouched
		return err
	})
	return recent, err
}
