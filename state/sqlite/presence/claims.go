package presence

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// A claim is in cache.db beside the sessions: like them it is nothing that has to outlive a
// crash, and it is decided in a transaction of that file, which has one writer at a time. A
// claim of a session that is dead is nobody's: of one that has left at once, and of one that
// fell silent after claimTimeout. Between these it may only be busy, as when fifty write at
// once, and two agents would have the same customer.
const claimTimeout = 30 * time.Second

// Claims lists who has whom, of the sessions that live.
func (p *Presence) Claims(ctx context.Context) (all []state.Claim, err error) {
	read := p.readClaims
	if p.fleet != nil {
		read = p.taken
	}
	all, err = p.beside.claims.get(ctx, read)
	return slices.Clone(all), err
}

func (p *Presence) readClaims(ctx context.Context) (all []state.Claim, err error) {
	holds, err := p.holds(ctx)
	if err != nil {
		return nil, err
	}
	err = p.cache.Read(ctx, func(l *dbfile.Conn) error {
		all, err = p.claims(ctx, l, holds)
		return err
	})
	return all, err
}

func (p *Presence) claims(ctx context.Context, l *dbfile.Conn, holds int64) (all []state.Claim, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var c state.Claim
		var r row
		var at int64
		err := rows.Scan(append(r.fields(), &c.Conversation.Account, &c.Conversation.Remote, &c.Agent, &c.Who, &at)...)
		if c.Since = moment(at); err != nil || !p.claiming(r, holds, c.Since) {
			return err
		}
		all = append(all, c)
		return nil
	}, `SELECT claim.session, IFNULL(boot, ''), IFNULL(beat, 0), IFNULL(epoch, 0), claim.account, claim.conv, agent, claim.who, at
		FROM claim LEFT JOIN session ON session.id = claim.session ORDER BY at`)
	return all, err
}

// claiming reports whether what a session took counts, by its row, or by when it took it where
// the session has none yet.
func (p *Presence) claiming(r row, holds int64, since time.Time) bool {
	switch {
	case r.id == p.id, p.lives(r, holds):
		return true
	case r.boot == "" && r.beat == 0:
		return time.Since(since).Abs() < claimTimeout
	case r.boot == "" || r.boot == p.bootID:
		return (p.Clock() - time.Duration(p.lastBeat(r))*time.Microsecond).Abs() < claimTimeout
	}
	return false
}

// Claim takes a conversation out of the queue for an agent of this session. It returns who
// has it: where that is another agent, nothing was taken, unless over says to take it over.
// An agent who has as many as most is refused with state.ErrClaims.
func (p *Presence) Claim(ctx context.Context, want state.Claim, most int, over bool) (has state.Claim, err error) {
	if p.fleet != nil {
		return p.claimFromTeam(ctx, want, most, over)
	}
	holds, err := p.holds(ctx)
	if err != nil {
		return has, err
	}
	// Most often somebody has them already where many press at once, and nobody waits for that.
	err = p.cache.Read(ctx, func(l *dbfile.Conn) error {
		has, _, err = p.held(ctx, l, holds, want, over)
		return err
	})
	switch {
	case err == nil && has.Agent != "":
		return has, nil
	case err == nil:
		has, err = p.claimNow(ctx, holds, want, most, over)
	}
	switch {
	case errors.Is(err, state.ErrClaims):
		return state.Claim{}, state.ErrClaims
	case err != nil:
		return state.Claim{}, fmt.Errorf("take a customer out of the queue: %w", err)
	}
	p.feed.Mark(state.Sessions)
	return has, nil
}

// claimNow is Claim in a transaction.
func (p *Presence) claimNow(ctx context.Context, holds int64, want state.Claim, most int, over bool) (has state.Claim, err error) {
	err = p.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		var own int
		has, own, err = p.held(ctx, l, holds, want, over)
		switch {
		case err != nil || has.Agent != "":
			return err
		case own >= most && !over:
			return state.ErrClaims
		}
		has = want
		return p.writeClaim(ctx, l, rev, want)
	})
	return has, err
}

// held is who has a customer whom an agent wants, with nobody's name where the agent can have
// them, and how many others the agent has.
func (p *Presence) held(ctx context.Context, l *dbfile.Conn, holds int64, want state.Claim, over bool) (has state.Claim, own int, err error) {
	all, err := p.claims(ctx, l, holds)
	for _, c := range all {
		switch {
		case c.Conversation == want.Conversation && (c.Agent == want.Agent || !over):
			has = c
		case c.Agent == want.Agent:
			own++
		}
	}
	return has, own, err
}

// writeClaim writes a claim of this session, and forgets those of sessions that are gone.
func (p *Presence) writeClaim(ctx context.Context, l *dbfile.Conn, rev int64, c state.Claim) error {
	if _, err := l.Exec(ctx, "DELETE FROM claim WHERE session NOT IN (SELECT id FROM session) AND at < ?", stamp(c.Since.Add(-claimTimeout))); err != nil {
		return err
	}
	if _, err := l.Exec(ctx, `INSERT INTO claim (account, conv, session, agent, who, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, conv) DO UPDATE SET session = excluded.session, agent = excluded.agent, who = excluded.who, at = excluded.at`,
		c.Conversation.Account, c.Conversation.Remote, p.id, c.Agent, c.Who, stamp(c.Since)); err != nil {
		return err
	}
	return p.tellClaims(ctx, l, rev)
}

// tellClaims lets the other sessions read the claims again.
func (p *Presence) tellClaims(ctx context.Context, l *dbfile.Conn, rev int64) error {
	_, err := l.Exec(ctx, "UPDATE session SET rev = ? WHERE id = ?", rev, p.id)
	return err
}

// Unclaim gives conversations of an agent back to the queue.
func (p *Presence) Unclaim(ctx context.Context, agent string, ids ...api.ConversationID) error {
	switch {
	case len(ids) == 0:
		return nil
	case p.fleet != nil:
		return p.giveBackToTeam(ctx, agent, ids)
	}
	err := p.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		for _, id := range ids {
			if _, err := l.Exec(ctx, "DELETE FROM claim WHERE account = ? AND conv = ? AND agent = ?", id.Account, id.Remote, agent); err != nil {
				return err
			}
		}
		return p.tellClaims(ctx, l, rev)
	})
	if err == nil {
		p.feed.Mark(state.Sessions)
	}
	return err
}
