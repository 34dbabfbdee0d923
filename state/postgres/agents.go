package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/state"
)

// AgentKeys implements state.Fleet.
func (f *Fleet) AgentKeys(ctx context.Context) (all state.AgentKeys, err error) {
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		all, err = agentKeys(ctx, c.Conn())
		return err
	})
	return all, err
}

func agentKeys(ctx context.Context, c *pgx.Conn) ([]state.AgentKey, error) {
	rows, err := c.Query(ctx, "SELECT agent, key, box, removed IS NOT NULL, (extract(epoch FROM changed) * 1000000)::bigint FROM unibox.agent_key ORDER BY agent, box, key")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[state.AgentKey])
}

// LetIn implements state.Fleet. It is newer than a removal also where the clock of the server went back.
func (f *Fleet) LetIn(ctx context.Context, k state.AgentKey) error {
	return f.exec(ctx, `INSERT INTO unibox.agent_key AS k (agent, key, box, changed) VALUES ($1::text, $2::text, $3::text, clock_timestamp())
		ON CONFLICT (agent, key, box) DO UPDATE SET removed = NULL, changed = greatest(excluded.changed, k.changed + interval '1 microsecond')`, k.Agent, k.Key, k.Box)
}

// FoundAgentKeys implements state.Fleet.
func (f *Fleet) FoundAgentKeys(ctx context.Context, all []state.AgentKey) error {
	for _, k := range all {
		err := f.exec(ctx, `WITH before AS (SELECT CASE WHEN bool_and(removed IS NOT NULL) THEN max(removed) END AS removed FROM unibox.agent_key WHERE agent = $1::text)
			INSERT INTO unibox.agent_key (agent, key, box, removed, changed)
			SELECT $1::text, $2::text, $3::text, removed, coalesce(removed, 'epoch') FROM before
			ON CONFLICT (agent, key, box) DO NOTHING`, k.Agent, k.Key, k.Box)
		if err != nil {
			return err
		}
	}
	return nil
}

// RemoveAgent implements state.Fleet. The key without a fingerprint is there for those that no box
// has told of.
func (f *Fleet) RemoveAgent(ctx context.Context, agent, box string) error {
	return f.exec(ctx, `WITH gone AS (SELECT greatest(clock_timestamp(), max(changed) + interval '1 microsecond') AS at FROM unibox.agent_key WHERE agent = $1::text),
		of AS (UPDATE unibox.agent_key SET removed = gone.at, changed = gone.at FROM gone WHERE agent = $1::text AND removed IS NULL)
		INSERT INTO unibox.agent_key (agent, key, box, removed, changed) SELECT $1::text, '', $2::text, at, at FROM gone
		ON CONFLICT (agent, key, box) DO NOTHING`, agent, box)
}

// KnownAgentKeys implements state.Fleet. It does what [state.AgentKeys.With] does.
func (f *Fleet) KnownAgentKeys(ctx context.Context, all []state.AgentKey) error {
	for _, k := range all {
		err := f.exec(ctx, `WITH known AS (SELECT 'epoch'::timestamptz + $5::bigint * interval '1 microsecond' AS at),
			of AS (UPDATE unibox.agent_key SET removed = at, changed = at FROM known
				WHERE $4::boolean AND agent = $1::text AND (key, box) <> ($2::text, $3::text) AND changed < at)
			INSERT INTO unibox.agent_key AS k (agent, key, box, removed, changed)
			SELECT $1::text, $2::text, $3::text, CASE WHEN $4::boolean THEN at END, at FROM known
			ON CONFLICT (agent, key, box) DO UPDATE SET removed = excluded.removed, changed = excluded.changed WHERE k.changed < excluded.changed`,
			k.Agent, k.Key, k.Box, k.Removed, k.Changed)
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *Fleet) exec(ctx context.Context, statement string, args ...any) error {
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, statement, args...)
		return err
	})
}
