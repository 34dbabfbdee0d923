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

// asked is a request of this session and the newest answer to it.
type asked struct {
	state.EngineRequest
	at time.Duration
	state.Fetching
	// taken: a session that works has answered.
	taken bool
}

// answerTimeout is how long a request may go without any answer: twice what it
// takes until another session has the lease.
const answerTimeout = 10 * time.Second

const answerTimeoutReason = "no other session answers; ctrl+r asks again"

// Ask sends a request to the session that runs the engine. It never blocks. The
// feed marks the conversation when there is an answer; Fetching returns it.
func (p *Presence) Ask(a state.EngineRequest) {
	id := a.Conversation
	p.update(func() {
		if old, waits := p.asks[id]; waits {
			a.Refresh = a.Refresh || old.Refresh
			if a.Older == 0 {
				a.Older = old.Older
			}
		}
		p.asks[id] = a
		p.asked[id] = &asked{EngineRequest: a, at: p.Clock(), Fetching: state.Fetching{Head: a.Refresh, Older: a.Older != 0}}
	})
	p.feed.Mark(state.Thread(id))
}

// Fetching returns the newest answer to a request about a conversation.
func (p *Presence) Fetching(id api.ConversationID) state.Fetching {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.asked[id]; a != nil {
		return a.Fetching
	}
	return state.Fetching{}
}

// expireRequests gives up on what nobody has answered. An answer still counts if one
// comes after all.
func (p *Presence) expireRequests() {
	now := p.Clock()
	p.mu.Lock()
	var topics []state.Topic
	for id, a := range p.asked {
		if !a.taken && (a.Head || a.Fetching.Older) && now-a.at > answerTimeout {
			a.Fetching = state.Fetching{Err: answerTimeoutReason}
			topics = append(topics, state.Thread(id))
		}
	}
	p.mu.Unlock()
	p.feed.Mark(topics...)
}

// requestAgain adds the requests without a last answer: the others deleted them
// when they took this session for dead.
func (p *Presence) requestAgain(asks map[api.ConversationID]state.EngineRequest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, a := range p.asked {
		if _, newer := asks[id]; !newer && (a.Head || a.Fetching.Older) {
			asks[id] = a.EngineRequest
			a.at, a.taken = p.Clock(), false
		}
	}
}

// ForgetRequests drops all requests: they were about a cache that is gone, and this
// session's row with it.
func (p *Presence) ForgetRequests() {
	p.forgetRequests()
	p.beside.each((*Presence).forgetRequests)
}

func (p *Presence) forgetRequests() {
	p.mu.Lock()
	var topics []state.Topic
	for id := range p.asked {
		topics = append(topics, state.Thread(id))
	}
	clear(p.asked)
	p.asks, p.over = map[api.ConversationID]state.EngineRequest{}, nil
	p.mu.Unlock()
	p.expectCompany()
	p.feed.Mark(topics...)
}

func (p *Presence) writeRequests(ctx context.Context, l *dbfile.Conn, rev int64, asks map[api.ConversationID]state.EngineRequest, over []api.ConversationID) error {
	for _, id := range over {
		if _, err := l.Exec(ctx, "DELETE FROM hint WHERE session = ? AND account = ? AND conv = ? AND open = 0", p.id, id.Account, id.Remote); err != nil {
			return err
		}
	}
	for id, a := range asks {
		if _, err := l.Exec(ctx, `INSERT OR REPLACE INTO hint (session, account, conv, seq, older, refresh, open, head, fetch_older, err, rev)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 0, 0, '', ?4)`,
			p.id, id.Account, id.Remote, rev, a.Older, a.Refresh); err != nil {
			return err
		}
	}
	return nil
}

// Topics takes in the answers to the requests of this session, and of those beside it, and
// returns what others changed since a revision.
func (p *Presence) Topics(ctx context.Context, l *dbfile.Conn, since int64) (topics []state.Topic, err error) {
	var seen, requested bool
	err = l.Row(ctx, `SELECT EXISTS (SELECT 1 FROM session WHERE rev > ?1),
		EXISTS (SELECT 1 FROM session WHERE look_rev > ?1) OR EXISTS (SELECT 1 FROM hint WHERE seq > ?1)`, since).Scan(&seen, &requested)
	if seen {
		p.expectCompany()
		topics = append(topics, state.Sessions)
	}
	if requested {
		topics = append(topics, state.Requests)
	}
	if err != nil {
		return nil, err
	}
	answers, err := p.answers(ctx, l, since)
	topics = append(topics, answers...)
	p.beside.each(func(q *Presence) {
		if seen {
			q.expectCompany()
		}
		if err == nil {
			answers, err = q.answers(ctx, l, since)
			topics = append(topics, answers...)
		}
	})
	return topics, err
}

// answers takes in the answers to this session's requests since a revision.
func (p *Presence) answers(ctx context.Context, l *dbfile.Conn, since int64) (topics []state.Topic, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) == 0 {
		return nil, nil
	}
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var id api.ConversationID
		var f state.Fetching
		var open bool
		if err := rows.Scan(&id.Account, &id.Remote, &f.Head, &f.Older, &f.Err, &open); err != nil {
			return err
		}
		if _, again := p.asks[id]; again || p.asked[id] == nil { // an answer to what was asked before
			return nil
		}
		p.asked[id].Fetching, p.asked[id].taken = f, true
		if !open {
			p.over = append(p.over, id)
		}
		topics = append(topics, state.Thread(id))
		return nil
	}, "SELECT account, conv, head, fetch_older, err, open FROM hint WHERE session = ? AND rev > ? AND rev > seq", p.id, since)
	return topics, err
}

// Requests lists the screens and requests of the other sessions, for the session
// that runs the engine. Of other boxes it lists the screens alone.
func (p *Presence) Requests(ctx context.Context) (requests state.EngineRequests, err error) {
	if p.fleet != nil {
		err = p.eachAway(ctx, func(_, _ string, a about) { requests.Screens = append(requests.Screens, a.Screen) })
	}
	if err != nil {
		return requests, err
	}
	err = p.cache.Read(ctx, func(l *dbfile.Conn) error {
		alive := map[string]bool{p.id: true}
		err := l.Each(ctx, func(rows *sql.Rows) error {
			var r row
			var text string
			var screen state.Screen
			err := rows.Scan(append(r.fields(), &text)...)
			if err != nil || r.id == p.id || !p.lives(r, nobodys) {
				return err
			}
			alive[r.id] = true
			if json.Unmarshal([]byte(text), &screen) == nil {
				requests.Screens = append(requests.Screens, screen)
			}
			return nil
		}, "SELECT "+rowColumns+", look FROM session WHERE boot = ?", p.bootID)
		if err != nil {
			return err
		}
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id string
			var a state.EngineRequest
			err := rows.Scan(&id, &a.Conversation.Account, &a.Conversation.Remote, &a.Older, &a.Refresh, &a.Seq)
			if alive[id] {
				requests.Requests = append(requests.Requests, a)
			}
			return err
		}, "SELECT session, account, conv, older, refresh, seq FROM hint WHERE open = 1 ORDER BY seq")
	})
	return requests, err
}

// Answer publishes the state of fetching a conversation to all who asked for it.
// With nothing under way it is the last answer.
func (p *Presence) Answer(ctx context.Context, id api.ConversationID, f state.Fetching) error {
	p.takeAnswer(id, f)
	p.beside.each(func(q *Presence) { q.hear(id, f) })
	return p.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		there, err := l.Change(ctx, `UPDATE hint SET head = ?, fetch_older = ?, err = ?, open = ?, rev = ? WHERE account = ? AND conv = ? AND open = 1`,
			f.Head, f.Older, f.Err, f.Head || f.Older, rev, id.Account, id.Remote)
		if err == nil && !there {
			err = dbfile.ErrNothing
		}
		return err
	})
}

// takeAnswer records an answer to a request of this session itself, made before it
// had the lease.
func (p *Presence) takeAnswer(id api.ConversationID, f state.Fetching) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.asked[id]; a != nil {
		a.Fetching, a.taken = f, true
	}
}
