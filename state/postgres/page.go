package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/api"
	"unibox/state"
)

// Publish implements state.Fleet.
func (f *Fleet) Publish(ctx context.Context, box state.FleetBox, lease state.FleetLease, pages []state.FleetPage) error {
	convs, bodies := make([]string, len(pages)), make([]string, len(pages))
	for i, p := range pages {
		convs[i], bodies[i] = p.Conversation.Remote, p.Body
	}
	var ours bool
	err := f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, "SELECT unibox.publish($1::text, $2::text, $3::text, $4::bigint, $5::text[], $6::text[])",
			box.ID, string(lease.Account), lease.Holder, lease.Epoch, convs, bodies).Scan(&ours)
	})
	if err == nil && !ours {
		err = state.ErrNoLease
	}
	return err
}

// pagesSince answers with the next pages, with the position of the last publication, and with the
// server, in one statement and so of one moment.
const pagesSince = `SELECT g.pos, unibox.server(), p.account, p.conv, p.pos, p.body FROM unibox.pages g LEFT JOIN (
		SELECT p.account, p.conv, p.pos, p.body FROM unnest($2::text[], $3::bigint[]) AS mine (account, pos)
		JOIN unibox.page p ON p.account = mine.account AND p.pos > mine.pos
		WHERE p.box <> $1::text ORDER BY p.pos LIMIT $4::int
	) p ON true ORDER BY p.pos`

// Pages implements state.Fleet.
func (f *Fleet) Pages(ctx context.Context, box state.FleetBox, from map[api.AccountID]int64, most int, take func(state.FleetPage) error) (upTo int64, server string, err error) {
	accounts, positions := []string{}, []int64{}
	for account, pos := range from {
		accounts, positions = append(accounts, string(account)), append(positions, pos)
	}
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		rows, err := c.Query(ctx, pagesSince, box.ID, accounts, positions, most)
		if err != nil {
			return err
		}
		defer rows.Close()
		n := 0
		for rows.Next() {
			var account, conv, body *string
			var pos *int64
			var last int64
			if err := rows.Scan(&last, &server, &account, &conv, &pos, &body); err != nil {
				return err
			}
			if upTo = last; account == nil {
				continue
			}
			p := state.FleetPage{Conversation: api.ConversationID{Account: api.AccountID(*account), Remote: *conv}, Pos: *pos, Body: *body}
			if err := take(p); err != nil {
				return err
			}
			if n++; n == most {
				upTo = *pos
			}
		}
		return rows.Err()
	})
	return upTo, server, err
}

// askEvery is how often an answer is looked for.
const askEvery = 100 * time.Millisecond

// Ask implements state.Fleet.
func (f *Fleet) Ask(ctx context.Context, account api.AccountID, body string) (answer string, err error) {
	id := rand.Text()
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		_, err := c.Exec(ctx, "SELECT unibox.wonder($1::text, $2::text, $3::text)", id, string(account), body)
		return err
	})
	for err == nil && answer == "" {
		if pause(ctx, askEvery); ctx.Err() != nil {
			return "", ctx.Err()
		}
		answer, err = f.answer(ctx, id)
	}
	return answer, err
}

// answer takes an answer, if there is one.
func (f *Fleet) answer(ctx context.Context, id string) (answer string, err error) {
	err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		err := c.QueryRow(ctx, "DELETE FROM unibox.ask WHERE id = $1::text AND answer IS NOT NULL RETURNING answer", id).Scan(&answer)
		if errors.Is(err, pgx.ErrNoRows) {
			err = nil
		}
		return err
	})
	return answer, err
}

// asked is something that waits for an answer.
type asked struct{ ID, Account, Body string }

// Asked implements state.Fleet.
func (f *Fleet) Asked(ctx context.Context, accounts []api.AccountID, answer func(account api.AccountID, body string) string) error {
	var all []asked
	err := f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		rows, err := c.Query(ctx, "SELECT id, account, body FROM unibox.ask WHERE answer IS NULL AND account = ANY ($1::text[]) ORDER BY at", texts(accounts))
		if err == nil {
			all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[asked])
		}
		return err
	})
	for _, a := range all {
		if err != nil {
			return err
		}
		said := answer(api.AccountID(a.Account), a.Body)
		err = f.call(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
			_, err := c.Exec(ctx, "UPDATE unibox.ask SET answer = $2::text WHERE id = $1::text", a.ID, said)
			return err
		})
	}
	return err
}
