package postgres

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/state"
)

// Retentions implements state.Fleet.
func (f *Fleet) Retentions(ctx context.Context, reader string, own state.Retention) (all []state.Retention, err error) {
	text, err := json.Marshal(own)
	if err != nil {
		return nil, err
	}
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, `INSERT INTO unibox.keep (reader, keeps) VALUES ($1::text, $2::text)
			ON CONFLICT (reader) DO UPDATE SET keeps = excluded.keeps WHERE keep.keeps <> excluded.keeps`, reader, string(text))
		if err != nil {
			return err
		}
		rows, err := c.Query(ctx, `SELECT COALESCE(k.keeps, '{}') FROM (SELECT id FROM unibox.reader UNION SELECT $1::text) r
			LEFT JOIN unibox.keep k ON k.reader = r.id`, reader)
		if err != nil {
			return err
		}
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		all = nil
		for _, text := range texts {
			var r state.Retention
			if err := json.Unmarshal([]byte(text), &r); err != nil {
				return err
			}
			all = append(all, r)
		}
		return err
	})
	return all, err
}
