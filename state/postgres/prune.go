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

// pruneAtOnce is how many rows, and how many names, one call removes.
const pruneAtOnce = 1000

// Followed implements state.Fleet. Who finds that it is time to prune does it, in short calls:
// each holds up the commits of all boxes.
func (f *Fleet) Followed(ctx context.Context, reader string, at state.FleetPos) error {
	var due bool
	err := f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, "SELECT unibox.followed($1::text, $2::bigint)", reader, at.Pos).Scan(&due)
	})
	for removed := int64(1); err == nil && due && removed > 0; {
		removed, err = f.prune(ctx)
	}
	return err
}

func (f *Fleet) prune(ctx context.Context) (removed int64, err error) {
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, "SELECT unibox.prune($1::interval, $2::interval, $3::int) + unibox.prune_pages($2::interval, $3::int)", keptFor, silentFor, pruneAtOnce).Scan(&removed)
	})
	return removed, err
}
