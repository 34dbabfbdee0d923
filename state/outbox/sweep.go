package outbox

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// sweepEvery is how often orphans are looked for; untouched is how long
	// nothing may have happened in a folder that is taken for one.
	sweepEvery = time.Hour
	untouched  = time.Hour
)

// ours is the name of a folder that keep makes: a message's key.
var ours = regexp.MustCompile(`^[A-Z2-7]{26}-[0-9]+$`)

// hold makes the folder of a message's copies. Until it is closed no sweep
// takes the folder for an orphan: the message is not in the store yet. A killed
// process holds nothing.
func (b *Outbox) hold(key string) (*os.File, error) {
	dir := b.folder(key)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_SH); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// sweeps looks for orphans now and then until ctx ends.
func (b *Outbox) sweeps(ctx context.Context) error {
	for {
		if err := b.sweep(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("look for copies that no message needs", "err", err)
		}
		if !sleep(ctx, sweepEvery) {
			return ctx.Err()
		}
	}
}

// sweep removes copies that nothing needs: a process was killed between
// copying and the store, or between the store and removing them. What a message
// or a draft names stays, what a submit under way holds in any session, what
// was touched lately, and everything that has not the name of a message.
func (b *Outbox) sweep(ctx context.Context) error {
	entries, err := os.ReadDir(b.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if err == nil && e.IsDir() && ours.MatchString(e.Name()) {
			err = b.sweepFolder(ctx, e.Name())
		}
	}
	return err
}

func (b *Outbox) sweepFolder(ctx context.Context, name string) error {
	dir := filepath.Join(b.dir, name)
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	// First the lock, then the question: whoever held it is in the store now.
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil // held
	}
	if recent, err := touched(dir); recent || err != nil {
		return err
	}
	files, err := b.store.FilesInUse(ctx)
	if err != nil {
		return err
	}
	for _, f := range files {
		if filepath.Base(filepath.Dir(f.Path)) == name {
			return nil
		}
	}
	b.log.Info("remove copies that no message needs", "folder", name)
	return os.RemoveAll(dir)
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
