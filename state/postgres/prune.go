package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/state"
)

const (
	// keptFor is how long rows that are gone, and names of commits, stay at least.
	keptFor = 7 * 24 * time.Hour
	// silentFor is how long a box may say nothing before what it needs is pruned: its copy
	// is made anew then.
	silentFor = 30 * 24 * time.Hour
)

// Followed implements state.Fleet.
func (f *Fleet) Followed(ctx context.Context, reader string, at state.FleetPos) error {
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, "SELECT unibox.followed($1::text, $2::bigint, $3::interval, $4::interval)", reader, at.Pos, keptFor, silentFor)
		return err
	})
}
