package sqlite

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path/filepath"
)

// The steps from an empty file to today's schema, one file each. A released
// one is never edited.
//
//go:embed schema/*.sql
var schemas embed.FS

// newerError: the file was written by a later version of the program.
type newerError struct {
	path       string
	have, know int
}

func (e *newerError) Error() string {
	return fmt.Sprintf("%s belongs to a newer version of unibox (its layout is %d, this version knows %d): update unibox or use another state folder",
		filepath.Base(e.path), e.have, e.know)
}

// migrationError: a step failed, and the file is as it was.
type migrationError struct {
	path string
	err  error
}

func (e *migrationError) Error() string {
	return fmt.Sprintf("%s could not be brought up to date and is as it was: use the version of unibox that wrote it, and report this: %v", filepath.Base(e.path), e.err)
}

func (e *migrationError) Unwrap() error { return e.err }

func (f *file) steps() ([]string, error) { return fs.Glob(schemas, "schema/"+f.schema+"-*.sql") }

// layout is the version of the file's schema, 0 of an empty one.
func (l *link) layout(ctx context.Context) (have int, err error) {
	err = l.row(ctx, "PRAGMA user_version").Scan(&have)
	return have, err
}

// notNewer refuses a file of a later version before anything touches it.
func (f *file) notNewer(ctx context.Context, l *link) error {
	steps, err := f.steps()
	if err != nil {
		return err
	}
	have, err := l.layout(ctx)
	if err == nil && have > len(steps) {
		err = &newerError{f.path, have, len(steps)}
	}
	return err
}

// snapshotFirst keeps state.db as it is before a migration.
func (f *file) snapshotFirst(ctx context.Context, l *link) error {
	steps, err := f.steps()
	if err != nil || f.schema != "state" {
		return err
	}
	if have, err := l.layout(ctx); err != nil || have == 0 || have == len(steps) {
		return err
	}
	return keepSnapshot(ctx, f.path)
}

// migrate takes the missing steps in one transaction, so that of many
// processes that start at once one does it and the others find it done.
func (f *file) migrate(ctx context.Context, w *link) error {
	steps, err := f.steps()
	if err != nil {
		return err
	}
	if have, err := w.layout(ctx); err != nil || have == len(steps) {
		return err
	}
	return w.transact(ctx, "BEGIN IMMEDIATE", func(l *link) error {
		have, err := l.layout(ctx)
		if err != nil {
			return err
		}
		for i, step := range steps[min(have, len(steps)):] {
			if err := l.step(ctx, step, have+i+1); err != nil {
				return &migrationError{f.path, err}
			}
		}
		return nil
	})
}

// step runs one script. The version cannot be a parameter.
func (l *link) step(ctx context.Context, name string, version int) error {
	script, err := schemas.ReadFile(name)
	if err != nil {
		return err
	}
	_, err = l.conn.ExecContext(ctx, fmt.Sprintf("%s\nPRAGMA user_version = %d", script, version))
	return err
}
