package copied

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"unibox/state/sqlite/dbfile"
)

// Errors of a file that is not a copy of the fleet it is opened for.
var (
	// ErrNotJoined: the file is a store of its own, and holds something.
	ErrNotJoined = errors.New("this box has drafts, messages or marks of its own: unibox fleet join takes them into the team")
	// ErrOtherTeam: it is the copy of another fleet.
	ErrOtherTeam = errors.New("this box belongs to another team: unibox fleet leave takes it out of that one")
)

// belong makes sure that the file is a copy of this fleet; one that holds nothing
// becomes one.
func (c *Copy) belong(ctx context.Context) error {
	team, unknown := c.fleet.Team(ctx)
	var mine string
	var holds bool
	err := c.file.Read(ctx, func(l *dbfile.Conn) (err error) {
		if err = l.Row(ctx, "SELECT team FROM fleet").Scan(&mine); errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		if err == nil {
			holds, err = c.holdsRows(ctx, l)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case mine != "" && unknown != nil:
		_ = c.said(unknown)
		return nil
	case unknown != nil:
		return unknown
	case mine == "" && holds:
		return ErrNotJoined
	case mine == "":
		return c.become(ctx, team)
	case mine != team:
		return ErrOtherTeam
	}
	return nil
}

func (c *Copy) holdsRows(ctx context.Context, l *dbfile.Conn) (holds bool, err error) {
	for _, name := range Tables() {
		if err := l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM "+name+")").Scan(&holds); err != nil || holds {
			return holds, err
		}
	}
	return false, nil
}

// become makes an empty file a copy that has followed nothing yet.
func (c *Copy) become(ctx context.Context, team string) error {
	err := c.file.Here(ctx, func(l *dbfile.Conn) error {
		return become(ctx, l, team)
	})
	if err != nil {
		return fmt.Errorf("join the team: %w", err)
	}
	return nil
}

func become(ctx context.Context, l *dbfile.Conn, team string) error {
	_, err := l.Exec(ctx, "INSERT INTO fleet (one, team, pos, last, file) SELECT 1, ?, 0, '', id FROM clock WHERE true ON CONFLICT (one) DO NOTHING", team)
	return err
}
