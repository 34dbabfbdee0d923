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

// migrate takes the missing steps in one transaction, so that of many
// processes that start at once one does it and the others find it done.
func (f *file) migrate(ctx context.Context, schema string) error {
	steps, err := fs.Glob(schemas, "schema/"+schema+"-*.sql")
	if err != nil {
		return err
	}
	return f.write(ctx, func(l *link) error {
		var have int
		if err := l.row(ctx, "PRAGMA user_version").Scan(&have); err != nil {
			return err
		}
		if have > len(steps) {
			return &newerError{f.path, have, len(steps)}
		}
		for i, step := range steps[have:] {
			if err := l.step(ctx, step, have+i+1); err != nil {
				return fmt.Errorf("bring %s up to date: %w", filepath.Base(f.path), err)
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
