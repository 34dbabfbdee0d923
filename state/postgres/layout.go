package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
)

// The steps from an empty database to today's schema, one file each. A released one is
// never edited.
//
//go:embed schema/*.sql
var scripts embed.FS

// migrating is the advisory lock under which the schema is changed.
const migrating = 0x756e69626f78 // "unibox"

// layoutError: the database is used by another version of the program.
type layoutError struct{ have, know int }

func (e *layoutError) Error() string {
	return fmt.Sprintf("the team's database belongs to a newer version of unibox (its layout is %d, this version knows %d): update unibox on this box", e.have, e.know)
}

func steps() (all []string, err error) {
	names, err := fs.Glob(scripts, "schema/*.sql")
	for _, name := range names {
		text, err := scripts.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, string(text))
	}
	return all, err
}

// prepare brings the schema up to date and returns the name of the database.
func (f *Fleet) prepare(ctx context.Context) (team string, err error) {
	steps, err := steps()
	if err != nil {
		return "", err
	}
	have, err := f.layout(ctx)
	if err != nil {
		return "", err
	}
	if have > len(steps) {
		return "", &layoutError{have, len(steps)}
	}
	if have < len(steps) {
		if err := f.migrate(ctx, steps); err != nil {
			return "", err
		}
	}
	err = f.pool.QueryRow(ctx, "SELECT team FROM unibox.feed").Scan(&team)
	return team, err
}

// layout is the number of steps that the database has, 0 of an empty one.
func (f *Fleet) layout(ctx context.Context) (have int, err error) {
	var there bool
	err = f.pool.QueryRow(ctx, "SELECT to_regclass('unibox.layout') IS NOT NULL").Scan(&there)
	if err != nil || !there {
		return 0, err
	}
	err = f.pool.QueryRow(ctx, "SELECT steps FROM unibox.layout").Scan(&have)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return have, err
}

// migrate takes the missing steps in one transaction. Of several boxes that start at once
// one does it, and the others find it done.
func (f *Fleet) migrate(ctx context.Context, steps []string) error {
	return pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrating)); err != nil {
			return err
		}
		const begin = `CREATE SCHEMA IF NOT EXISTS unibox;
			CREATE TABLE IF NOT EXISTS unibox.layout (one boolean PRIMARY KEY DEFAULT true CHECK (one), steps int NOT NULL);
			INSERT INTO unibox.layout (steps) VALUES (0) ON CONFLICT DO NOTHING`
		if _, err := tx.Exec(ctx, begin, pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
		var have int
		if err := tx.QueryRow(ctx, "SELECT steps FROM unibox.layout FOR UPDATE").Scan(&have); err != nil {
			return err
		}
		for _, step := range steps[min(have, len(steps)):] {
			if _, err := tx.Exec(ctx, step, pgx.QueryExecModeSimpleProtocol); err != nil {
				return fmt.Errorf("the team's database could not be brought up to date and is as it was: %w", err)
			}
		}
		_, err := tx.Exec(ctx, "UPDATE unibox.layout SET steps = $1", max(have, len(steps)))
		return err
	})
}
