package app

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/sqlite"
	"unibox/ui/env"
)

// claims are the customers whom an agent takes out of the queue.
type claims struct {
	db    *sqlite.DB
	agent config.Agent
}

// Claims implements env.Claims.
func (c claims) Claims(ctx context.Context) ([]state.Claim, error) { return c.db.Claims(ctx) }

// Take implements env.Claims.
func (c claims) Take(ctx context.Context, id api.ConversationID, over bool) (state.Claim, error) {
	return c.db.Claim(ctx, state.Claim{Conversation: id, Agent: c.agent.Name, Who: c.agent.Called(), Since: time.Now()}, c.agent.Claims, over)
}

// GiveBack implements env.Claims.
func (c claims) GiveBack(ctx context.Context, ids ...api.ConversationID) error {
	return c.db.Unclaim(ctx, c.agent.Name, ids...)
}

// team is what the agent of the session has of colleagues. Who may not answer takes nobody
// out of the queue.
func (s Session) team(db *sqlite.DB) (t env.Team) {
	t.Away = db.Away
	for _, a := range s.Config.Agents {
		t.Colleagues = append(t.Colleagues, a.Name)
	}
	t.Called = func(name string) string {
		if a, ok := s.Config.Agent(name); ok {
			return a.Called()
		}
		return name
	}
	if s.Agent != nil && s.sends() {
		t.Claims = claims{db, *s.Agent}
	}
	return t
}
