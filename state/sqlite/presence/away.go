package presence

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Where several boxes share a database, the session that has the lease of its box says there
// who is on it, and keeps in cache.db who is on the others and who has which customer. Claims
// are decided at the database alone.

// Share has the sessions of this store meet those of other boxes; box is what people call this
// one, and id asks for the id that is on its disk. Call it before Join.
func (p *Presence) Share(fleet state.Fleet, box string, id func() (string, error)) {
	p.fleet, p.box, p.boxID = fleet, box, id
}

// about is what other boxes know of a session.
type about struct {
	Who      string             `json:"who"`
	From     string             `json:"from,omitempty"`
	Started  time.Time          `json:"started"`
	Looks    bool               `json:"looks,omitempty"`
	Replying api.ConversationID `json:"replying,omitzero"`
	Since    time.Time          `json:"since,omitzero"`
	Screen   state.Screen       `json:"screen"`
}

// Away lists the sessions on other boxes, none where there are no others.
func (p *Presence) Away(ctx context.Context) (all []state.Session, err error) {
	if p.fleet == nil {
		return nil, nil
	}
	err = p.eachAway(ctx, func(id, box string, a about) {
		all = append(all, state.Session{ID: id, Box: box, Who: a.Who, From: a.From, Started: a.Started, Looks: a.Looks, Unattended: isUnattended(id),
			Open: a.Screen.Open, Replying: a.Replying, Since: a.Since})
	})
	return all, err
}

func (p *Presence) eachAway(ctx context.Context, see func(id, box string, a about)) error {
	return p.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id, box, body string
			var a about
			err := rows.Scan(&id, &box, &body)
			if err == nil && json.Unmarshal([]byte(body), &a) == nil { // one of another version is not seen
				see(id, box, a)
			}
			return err
		}, "SELECT id, box, body FROM away ORDER BY id")
	})
}

// Box names this box for as long as its cache is. A copy of that on another machine is another box.
func (p *Presence) Box(ctx context.Context) (box state.FleetBox, err error) {
	box.Name = p.box
	id, err := p.boxID()
	if err != nil {
		return box, err
	}
	err = p.cache.Read(ctx, func(l *dbfile.Conn) error { return l.Row(ctx, "SELECT id FROM clock").Scan(&box.ID) })
	box.ID += "-" + id
	return box, err
}

// Meet says to the other boxes who is here, and takes in who is there. It is for the session
// that has the lease of its box.
func (p *Presence) Meet(ctx context.Context) error {
	box, err := p.Box(ctx)
	if err != nil {
		return err
	}
	here, err := p.here(ctx)
	if err != nil {
		return err
	}
	p.met.Store(true)
	others, claims, err := p.fleet.Meet(ctx, box, here)
	if err != nil {
		return err
	}
	return p.keep(ctx, others, claims)
}

// Part says to the other boxes that this session ends.
func (p *Presence) Part(ctx context.Context) error { return p.fleet.Part(ctx, p.id) }

// here are the sessions of this box.
func (p *Presence) here(ctx context.Context) (here []state.FleetSession, err error) {
	all, err := p.Sessions(ctx)
	if err != nil {
		return nil, err
	}
	screens, err := p.screens(ctx)
	for _, s := range all {
		a := about{Who: s.Who, From: s.From, Started: s.Started, Looks: s.Looks, Replying: s.Replying, Since: s.Since, Screen: screens[s.ID]}
		if s.Self { // the row does not say all of it while this session has the lease
			a.Screen = p.shownHere()
		}
		body, failed := json.Marshal(a)
		if failed != nil { // plain texts
			panic(failed)
		}
		here = append(here, state.FleetSession{ID: s.ID, Body: string(body)})
	}
	return here, err
}

// screens are those of the sessions of this box, by their ids.
func (p *Presence) screens(ctx context.Context) (map[string]state.Screen, error) {
	all := map[string]state.Screen{}
	err := p.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id, text string
			var s state.Screen
			err := rows.Scan(&id, &text)
			_ = json.Unmarshal([]byte(text), &s) // of a session that shows nothing it is empty
			all[id] = s
			return err
		}, "SELECT id, look FROM session")
	})
	return all, err
}

func (p *Presence) shownHere() (s state.Screen) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = json.Unmarshal([]byte(p.self.screen), &s)
	return s
}

// keep stores who is on other boxes, and who has which customer, if that is new.
func (p *Presence) keep(ctx context.Context, others []state.FleetSession, claims []state.FleetClaim) error {
	var requests bool
	err := p.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		sessions, err := p.keepAway(ctx, l, others)
		if err != nil {
			return err
		}
		taken, err := p.keepClaims(ctx, l, claims)
		if requests = sessions; err != nil {
			return err
		}
		if !sessions && !taken {
			return dbfile.ErrNothing
		}
		p.feed.Mark(state.Sessions)
		return p.tellClaims(ctx, l, rev)
	})
	if requests && err == nil {
		p.feed.Mark(state.Requests)
	}
	return err
}

func (p *Presence) keepAway(ctx context.Context, l *dbfile.Conn, others []state.FleetSession) (changed bool, err error) {
	ids := make([]string, len(others))
	for i, s := range others {
		ids[i] = s.ID
		news, err := l.Change(ctx, `INSERT INTO away (id, box, body) VALUES (?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET box = excluded.box, body = excluded.body WHERE body <> excluded.body`, s.ID, s.Box, s.Body)
		if err != nil {
			return false, err
		}
		changed = changed || news
	}
	gone, err := l.Change(ctx, "DELETE FROM away WHERE id NOT IN (SELECT value FROM json_each(?))", texts(ids))
	return changed || gone, err
}

func (p *Presence) keepClaims(ctx context.Context, l *dbfile.Conn, claims []state.FleetClaim) (changed bool, err error) {
	ids := make([]string, len(claims))
	for i, c := range claims {
		ids[i] = claimKey(c.Conversation)
		news, err := p.keepClaim(ctx, l, c)
		if err != nil {
			return false, err
		}
		changed = changed || news
	}
	gone, err := l.Change(ctx, "DELETE FROM taken WHERE account || char(10) || conv NOT IN (SELECT value FROM json_each(?))", texts(ids))
	return changed || gone, err
}

func claimKey(id api.ConversationID) string { return string(id.Account) + "\n" + id.Remote }

func (p *Presence) keepClaim(ctx context.Context, l *dbfile.Conn, c state.FleetClaim) (changed bool, err error) {
	return l.Change(ctx, `INSERT INTO taken (account, conv, session, agent, who, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, conv) DO UPDATE SET session = excluded.session, agent = excluded.agent, who = excluded.who, at = excluded.at
		WHERE (session, agent, at) <> (excluded.session, excluded.agent, excluded.at)`,
		c.Conversation.Account, c.Conversation.Remote, c.Session, c.Agent, c.Who, stamp(c.Since))
}

// texts is a list as SQLite takes it.
func texts(all []string) string {
	b, err := json.Marshal(all)
	if err != nil { // plain texts
		panic(err)
	}
	return string(b)
}

// taken lists who has whom on all boxes, as far as this one knows.
func (p *Presence) taken(ctx context.Context) (all []state.Claim, err error) {
	err = p.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var c state.Claim
			var at int64
			err := rows.Scan(&c.Conversation.Account, &c.Conversation.Remote, &c.Agent, &c.Who, &at)
			c.Since = moment(at)
			all = append(all, c)
			return err
		}, "SELECT account, conv, agent, who, at FROM taken ORDER BY at, account, conv")
	})
	return all, err
}

// partingTime is how long a session that ends waits for the other boxes to learn of it.
const partingTime = time.Second

// partFromTeam says at the end of a session that it has ended, which gives back whom it has taken.
func (p *Presence) partFromTeam() {
	if p.fleet == nil || !p.met.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), partingTime)
	defer cancel()
	_ = p.Part(ctx) // else it counts as there for some seconds more
}

// claimFromTeam is Claim at the database of the boxes.
func (p *Presence) claimFromTeam(ctx context.Context, want state.Claim, most int, over bool) (state.Claim, error) {
	box, err := p.Box(ctx)
	if err != nil {
		return state.Claim{}, err
	}
	p.met.Store(true)
	has, err := p.fleet.Claim(ctx, box, state.FleetClaim{Claim: want, Session: p.id}, most, over)
	if err != nil {
		return state.Claim{}, err
	}
	return has.Claim, p.told(ctx, func(l *dbfile.Conn) error { _, err := p.keepClaim(ctx, l, has); return err })
}

// giveBackToTeam is Unclaim at the database of the boxes.
func (p *Presence) giveBackToTeam(ctx context.Context, agent string, ids []api.ConversationID) error {
	if err := p.fleet.Unclaim(ctx, agent, ids...); err != nil {
		return err
	}
	return p.told(ctx, func(l *dbfile.Conn) error {
		for _, id := range ids {
			if _, err := l.Exec(ctx, "DELETE FROM taken WHERE account = ? AND conv = ? AND agent = ?", id.Account, id.Remote, agent); err != nil {
				return err
			}
		}
		return nil
	})
}

// told commits what a session of this box has done, for the others here to see at once.
func (p *Presence) told(ctx context.Context, do func(l *dbfile.Conn) error) error {
	err := p.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		if err := do(l); err != nil {
			return err
		}
		return p.tellClaims(ctx, l, rev)
	})
	if err == nil {
		p.feed.Mark(state.Sessions)
	}
	return err
}
