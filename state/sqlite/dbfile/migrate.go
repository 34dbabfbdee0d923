package dbfile

import (
	"context"
	"fmt"
	"path/filepath"
)

// Schema is what a file holds and how it is written.
type Schema struct {
	// Name distinguishes the files of a store.
	Name string
	// Steps are the scripts from an empty file to today's layout. A released one
	// is never edited.
	Steps []string
	// Synchronous is SQLite's word for what a commit waits for: FULL for the disk,
	// NORMAL for nothing, so that a power cut may take the last commits back.
	Synchronous string
	// Cache is how many KB of pages the connection that writes keeps; those that read
	// keep half as much each.
	Cache int
	// Noted: the last revision is noted beside the file, so that lost commits are
	// noticed. Open then finds a file that lacks some damaged.
	Noted bool
	// Made returns the statements that all steps make, with which those of a file are
	// compared; nil for no comparison.
	Made func() ([]Statement, error)
	// Sum, if not empty, is the [Sum] of those. A file with it need not be compared with
	// them: to make them takes longer than to read them.
	Sum string
	// BeforeMigration, if set, runs before a file with an older layout is changed.
	BeforeMigration func(ctx context.Context, path string) error
}

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

// layout is the version of the file's schema, 0 of an empty one.
func (l *Conn) layout(ctx context.Context) (have int, err error) {
	err = l.Row(ctx, "PRAGMA user_version").Scan(&have)
	return have, err
}

// mostLayouts is more than there will ever be; a number above it is no version's.
const mostLayouts = 1000

// NotNewer refuses a file of a later version before anything touches it, and calls one
// damaged whose number no version can have written.
func (s Schema) NotNewer(ctx context.Context, path string, l *Conn) error {
	have, err := l.layout(ctx)
	switch {
	case err != nil:
		return err
	case have < 0, have > mostLayouts:
		return &damageError{fmt.Sprintf("its layout is %d, which no version writes", have)}
	case have > len(s.Steps):
		return &newerError{path, have, len(s.Steps)}
	}
	return nil
}

// beforeMigration runs what comes before a migration, if there is to be one.
func (f *File) beforeMigration(ctx context.Context, l *Conn) error {
	if f.schema.BeforeMigration == nil {
		return nil
	}
	if have, err := l.layout(ctx); err != nil || have == 0 || have == len(f.schema.Steps) {
		return err
	}
	return f.schema.BeforeMigration(ctx, f.Path)
}

// migrate takes the missing steps in one transaction, so that of many
// processes that start at once one does it and the others find it done.
func (f *File) migrate(ctx context.Context, w *Conn) error {
	steps := f.schema.Steps
	if have, err := w.layout(ctx); err != nil || have == len(steps) {
		return err
	}
	return w.Transact(ctx, "BEGIN IMMEDIATE", func(l *Conn) error {
		have, err := l.layout(ctx)
		if err != nil {
			return err
		}
		for i, step := range steps[min(have, len(steps)):] {
			if err := l.step(ctx, step, have+i+1); err != nil {
				return &migrationError{f.Path, err}
			}
		}
		return nil
	})
}

// step runs one script. The version cannot be a parameter.
func (l *Conn) step(ctx context.Context, script string, version int) error {
	_, err := l.conn.ExecContext(ctx, fmt.Sprintf("%s\nPRAGMA user_version = %d", script, version))
	return err
}
