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
	rows, err := c.Query(ctx, "SELECT agent, key, box, removed IS NOT NULL FROM unibox.agent_key ORDER BY agent, box, key")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[state.AgentKey])
}

// LetIn implements state.Fleet.
func (f *Fleet) LetIn(ctx context.Context, k state.AgentKey) error {
	return f.exec(ctx, `INSERT INTO unibox.agent_key (agent, key, box) VALUES ($1::text, $2::text, $3::text)
		ON CONFLICT (agent, key, box) DO UPDATE SET removed = NULL`, k.Agent, k.Key, k.Box)
}

// FoundAgentKeys implements state.Fleet.
func (f *Fleet) FoundAgentKeys(ctx context.Context, all []state.AgentKey) error {
	for _, k := range all {
		err := f.exec(ctx, `INSERT INTO unibox.agent_key (agent, key, box, removed)
			SELECT $1::text, $2::text, $3::text, CASE WHEN bool_and(removed IS NOT NULL) THEN clock_timestamp() END
			FROM unibox.agent_key WHERE agent = $1::text
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
	return f.exec(ctx, `WITH of AS (UPDATE unibox.agent_key SET removed = clock_timestamp() WHERE agent = $1::text AND removed IS NULL)
		INSERT INTO unibox.agent_key (agent, key, box, removed) VALUES ($1::text, '', $2::text, clock_timestamp())
		ON CONFLICT (agent, key, box) DO NOTHING`, agent, box)
}

func (f *Fleet) exec(ctx context.Context, statement string, args ...any) error {
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, statement, args...)
		return err
	})
}
