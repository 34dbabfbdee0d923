package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/api"
	"unibox/state"
)

// boxLasts is how long a box counts as there after it has said so, as it does every few
// seconds, and a session that it does not name any more: so long does nobody else get the
// customers of a box that is cut off, or that is too busy to say something.
const boxLasts = 30 * time.Second

// met is what unibox.meet answers.
type met struct {
	Sessions []state.FleetSession
	Claims   []struct {
		Account, Conv, Session, Agent, Who string
		Since                              time.Time
	}
}

// Meet implements state.Fleet.
func (f *Fleet) Meet(ctx context.Context, box state.FleetBox, here []state.FleetSession) (others []state.FleetSession, claims []state.FleetClaim, err error) {
	ids, bodies := make([]string, len(here)), make([]string, len(here))
	for i, s := range here {
		ids[i], bodies[i] = s.ID, s.Body
	}
	var answer string
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, "SELECT unibox.meet($1::text, $2::text, $3::interval, $4::text[], $5::text[])::text", box.ID, box.Name, boxLasts, ids, bodies).Scan(&answer)
	})
	if err != nil {
		return nil, nil, err
	}
	var m met
	if err := json.Unmarshal([]byte(answer), &m); err != nil {
		return nil, nil, fmt.Errorf("who is on the other boxes: %w", err)
	}
	for _, c := range m.Claims {
		claims = append(claims, state.FleetClaim{Session: c.Session, Claim: state.Claim{
			Conversation: api.ConversationID{Account: api.AccountID(c.Account), Remote: c.Conv}, Agent: c.Agent, Who: c.Who, Since: c.Since}})
	}
	return m.Sessions, claims, nil
}

// Introduce implements state.Fleet.
func (f *Fleet) Introduce(ctx context.Context, id, name string, marks []string) (same bool, err error) {
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, "SELECT unibox.introduce($1::text, $2::text, $3::text[])", id, name, marks).Scan(&same)
	})
	return same, err
}

// Part implements state.Fleet.
func (f *Fleet) Part(ctx context.Context, session string) error {
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, "SELECT unibox.part($1::text)", session)
		return err
	})
}

// Claim implements state.Fleet.
func (f *Fleet) Claim(ctx context.Context, box state.FleetBox, want state.FleetClaim, most int, over bool) (has state.FleetClaim, err error) {
	has.Conversation = want.Conversation
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, `SELECT session, agent, who, since FROM unibox.take_out($1::text, $2::text, $3::interval, $4::text,
			$5::text, $6::text, $7::text, $8::text, $9::int, $10::boolean)`,
			box.ID, box.Name, boxLasts, want.Session, string(want.Conversation.Account), want.Conversation.Remote, want.Agent, want.Who, most, over).
			Scan(&has.Session, &has.Agent, &has.Who, &has.Since)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return state.FleetClaim{}, state.ErrClaims
	}
	return has, err
}

// Claims implements state.Fleet.
func (f *Fleet) Claims(ctx context.Context, ids ...api.ConversationID) (all []state.FleetClaim, err error) {
	accounts, convs := namesOf(ids)
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		rows, err := c.Query(ctx, `SELECT l.account, l.conv, l.session, l.agent, l.who, l.since FROM unibox.living l
			JOIN unnest($1::text[], $2::text[]) AS n (account, conv) ON n.account = l.account AND n.conv = l.conv`, accounts, convs)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (c state.FleetClaim, err error) {
			err = r.Scan((*string)(&c.Conversation.Account), &c.Conversation.Remote, &c.Session, &c.Agent, &c.Who, &c.Since)
			return c, err
		})
		return err
	})
	return all, err
}

// namesOf are the accounts of conversations, and how each account calls them.
func namesOf(ids []api.ConversationID) (accounts, convs []string) {
	accounts, convs = make([]string, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		accounts[i], convs[i] = string(id.Account), id.Remote
	}
	return accounts, convs
}

// Unclaim implements state.Fleet.
func (f *Fleet) Unclaim(ctx context.Context, agent string, ids ...api.ConversationID) error {
	accounts, convs := namesOf(ids)
	return f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, "SELECT unibox.give_back($1::text, $2::text[], $3::text[])", agent, accounts, convs)
		return err
	})
}
