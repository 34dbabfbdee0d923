package recovery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"unibox/state/osfile"

	"unibox/state/sqlite/dbfile"
)

const (
	// keepSnapshots is how many snapshots of state.db there are.
	keepSnapshots = 3
	// snapshotEvery is how often one is made, if anything has changed.
	snapshotEvery = 5 * time.Minute
	// snapshotSpacing is how far the snapshots behind the newest are apart, so
	// that damage that nobody notices for an hour is not in all of them.
	snapshotSpacing = time.Hour
)

// snapshotFile is a copy of state.db as it was at a moment: state-<n>.db.
type snapshotFile struct {
	path string
	n    int
	made time.Time
}

// snapshots lists those in dir, newest first.
func snapshots(dir string) (all []snapshotFile) {
	paths, _ := filepath.Glob(filepath.Join(dir, "state-*.db"))
	for _, path := range paths {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "state-"), ".db"))
		if info, statErr := os.Stat(path); err == nil && statErr == nil {
			all = append(all, snapshotFile{path, n, info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b snapshotFile) int { return cmp.Compare(b.n, a.n) })
	return all
}

// Snapshot copies state.db beside it and drops the oldest copies. It reads
// over a separate connection, so nobody waits for it.
func Snapshot(ctx context.Context, path string) error {
	dir := filepath.Dir(path)
	old := snapshots(dir)
	n := 1
	if len(old) > 0 {
		n = old[0].n + 1
	}
	name := filepath.Join(dir, fmt.Sprintf("state-%d.db", n))
	if err := copyDB(ctx, path, name); err != nil {
		return fmt.Errorf("%s cannot be copied: %w", path, err)
	}
	var errs []error
	for _, s := range supersededBy(old) {
		errs = append(errs, os.Remove(s.path))
	}
	return errors.Join(errs...)
}

// supersededBy lists the snapshots that a new one replaces: the last
// one before it if that is close to the one before, and the oldest.
func supersededBy(old []snapshotFile) (drop []snapshotFile) {
	if len(old) > 1 && old[0].made.Sub(old[1].made) < snapshotSpacing {
		drop, old = old[:1], old[1:]
	}
	return append(slices.Clone(drop), old[min(len(old), keepSnapshots-1):]...)
}

// copyDB writes a database under another name, whole or not at all.
func copyDB(ctx context.Context, path, name string) error {
	l, end, err := dbfile.Connect(ctx, path, "NORMAL")
	defer end()
	if err != nil {
		return err
	}
	return CopyInto(ctx, l, name)
}

// CopyInto writes what a connection sees under another name.
func CopyInto(ctx context.Context, l *dbfile.Conn, name string) error {
	part := fmt.Sprintf("%s.%d.part", name, os.Getpid())
	_ = os.Remove(part) // what an earlier try has left
	if err := dbfile.Create(part); err != nil {
		return err
	}
	err := l.Script(ctx, "VACUUM INTO ?", part)
	if err == nil {
		err = dbfile.SyncFile(part)
	}
	if err == nil {
		err = osfile.Replace(part, name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return osfile.SyncFolder(filepath.Dir(name))
}

// BackUp keeps snapshots of an open file while ctx lasts. One session does it.
func BackUp(ctx context.Context, f *dbfile.File) {
	path := f.Path
	var last time.Time
	if all := snapshots(filepath.Dir(path)); len(all) > 0 {
		last = all[0].made
	}
	wait := snapshotEvery - min(max(time.Since(last), 0), snapshotEvery)
	copied := int64(-1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = snapshotEvery
		rev, err := f.Revision(ctx)
		if err == nil && rev != copied && Snapshot(ctx, path) == nil { // a full or failing disk is reported elsewhere
			copied = rev
		}
	}
}

// newestSnapshot runs fn on the newest snapshot that can be read, and returns
// its path, empty if there is none.
func newestSnapshot(ctx context.Context, path string, fn func(l *dbfile.Conn) error) string {
	for _, s := range snapshots(filepath.Dir(path)) {
		whole := func(l *dbfile.Conn) error { return l.Check(ctx) }
		if dbfile.ReadClosed(ctx, s.path, whole) == nil && dbfile.ReadClosed(ctx, s.path, fn) == nil {
			return s.path
		}
	}
	return ""
}
