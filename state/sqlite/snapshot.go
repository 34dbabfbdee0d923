package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// keepSnapshots is how many snapshots of state.db there are.
	keepSnapshots = 3
	// snapshotEvery is how often the owner makes one, if anything has changed.
	snapshotEvery = 5 * time.Minute
	// snapshotSpacing is how far the snapshots behind the newest are apart, so
	// that damage that nobody notices for an hour is not in all of them.
	snapshotSpacing = time.Hour
)

// snapshot is a copy of state.db as it was at a moment: state-<n>.db.
type snapshot struct {
	path string
	n    int
	made time.Time
}

// snapshots lists those in dir, newest first.
func snapshots(dir string) (all []snapshot) {
	paths, _ := filepath.Glob(filepath.Join(dir, "state-*.db"))
	for _, path := range paths {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "state-"), ".db"))
		if info, statErr := os.Stat(path); err == nil && statErr == nil {
			all = append(all, snapshot{path, n, info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b snapshot) int { return cmp.Compare(b.n, a.n) })
	return all
}

// keepSnapshot copies state.db beside it and drops the oldest copies. It reads
// over a connection of its own, so nobody waits for it.
func keepSnapshot(ctx context.Context, path string) error {
	dir := filepath.Dir(path)
	old := snapshots(dir)
	n := 1
	if len(old) > 0 {
		n = old[0].n + 1
	}
	name := filepath.Join(dir, fmt.Sprintf("state-%d.db", n))
	if err := copyDB(ctx, path, name); err != nil {
		return fmt.Errorf("copy %s: %w", path, err)
	}
	var errs []error
	for _, s := range superseded(old) {
		errs = append(errs, os.Remove(s.path))
	}
	return errors.Join(errs...)
}

// superseded lists the snapshots that a new one takes the place of: the last
// one before it if that is close to the one before, and the oldest.
func superseded(old []snapshot) (drop []snapshot) {
	if len(old) > 1 && old[0].made.Sub(old[1].made) < snapshotSpacing {
		drop, old = old[:1], old[1:]
	}
	return append(slices.Clone(drop), old[min(len(old), keepSnapshots-1):]...)
}

// copyDB writes a database under another name, whole or not at all.
func copyDB(ctx context.Context, path, name string) error {
	var c conns
	links, err := c.connect(ctx, 1, dsn(path, "NORMAL", 1024, ""))
	defer func() { closeAll(links, c) }()
	if err != nil {
		return err
	}
	return copyInto(ctx, links[0], name)
}

// copyInto writes what a connection sees under another name.
func copyInto(ctx context.Context, l *link, name string) error {
	part := fmt.Sprintf("%s.%d.part", name, os.Getpid())
	_ = os.Remove(part) // what an earlier try has left
	if err := create(part); err != nil {
		return err
	}
	_, err := l.conn.ExecContext(ctx, "VACUUM INTO ?", part)
	if err == nil {
		err = settleFile(part)
	}
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return settleFolder(filepath.Dir(name))
}

// backUp keeps snapshots while ctx lasts. It is the owner's.
func (db *DB) backUp(ctx context.Context) {
	path := db.state.path
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
		rev, err := db.state.revision(ctx)
		if err == nil && rev != copied && keepSnapshot(ctx, path) == nil { // a full or failing disk is told of elsewhere
			copied = rev
		}
	}
}

// readAlone opens a file that nobody writes, such as a snapshot, and runs fn
// on it. It leaves no trace in the folder.
func readAlone(ctx context.Context, path string, fn func(l *link) error) error {
	var c conns
	links, err := c.connect(ctx, 1, readingDSN(path))
	defer func() { closeAll(links, c) }()
	if err != nil {
		return err
	}
	return fn(links[0])
}

// newestSnapshot runs fn on the newest snapshot that can be read, and returns
// its path, empty if there is none.
func newestSnapshot(ctx context.Context, dir string, fn func(l *link) error) string {
	for _, s := range snapshots(dir) {
		whole := func(l *link) error { return l.whole(ctx) }
		if readAlone(ctx, s.path, whole) == nil && readAlone(ctx, s.path, fn) == nil {
			return s.path
		}
	}
	return ""
}

// whole reads an entire file: damage should be found before it matters.
func (l *link) whole(ctx context.Context) error {
	var verdict string
	if err := l.row(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return &damageError{verdict}
	}
	return nil
}

// columns names the columns of a table, none if there is no such table.
func (l *link) columns(ctx context.Context, table string) (names []string, err error) {
	err = l.each(ctx, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	}, "SELECT name FROM pragma_table_info(?) ORDER BY cid", table)
	return names, err
}
