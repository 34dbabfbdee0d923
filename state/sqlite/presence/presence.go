// Package presence is what the sessions of one store know of each other: which
// of them runs the engine and the outbox (Lease, a row of state.db), who is there
// and what each shows (a row per session in cache.db, renewed every second), and
// what they ask of the one that runs the engine (Ask, Answer).
//
// A session is dead when it has not renewed its row for four seconds by the machine's
// clock since boot, which is the same for all processes and deaf to changes of the
// date. Nothing here blocks who calls it: news is kept in memory and published by
// one goroutine.
package presence

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Presence publishes this session's status in cache.db and reads the others'.
// Its methods that have news touch memory only; its goroutine publishes what has
// gathered, at once the first time and then no more often than every gather.
type Presence struct {
	*Lease
	cache *dbfile.File
	feed  *state.Feed
	id    string
	news  chan struct{}
	stop  context.CancelFunc
	done  chan struct{}

	paused atomic.Bool
	// company: others are here, or may be.
	company atomic.Bool

	mu   sync.Mutex
	self self
	// published is what the others know of.
	published self
	// asks wait to be written; asked are those written and not yet answered.
	asks  map[api.ConversationID]state.EngineRequest
	asked map[api.ConversationID]*asked
	// over were answered to the end, and can be deleted.
	over []api.ConversationID
}

// self is what the others see of this session.
type self struct {
	who, from string
	started   time.Time
	epoch     int64
	replying  api.ConversationID
	since     time.Time
	screen    string
}

// publishEvery is how long news gather before they are written.
const publishEvery = 50 * time.Millisecond

// New is the presence of a session in a store, which is known to no other before
// Join, and the lease of that store; prepare and chores are the lease's.
func New(durable, cache *dbfile.File, feed *state.Feed, prepare func(ctx context.Context), chores ...func(ctx context.Context)) *Presence {
	p := &Presence{cache: cache, feed: feed, id: rand.Text(), news: make(chan struct{}, 1), stop: func() {},
		asks: map[api.ConversationID]state.EngineRequest{}, asked: map[api.ConversationID]*asked{}}
	p.company.Store(true)
	p.Lease = newLease(durable, p.wake, prepare, chores...)
	return p
}

// Join makes this session known to the others until Close: who is there, and
// from where. Call it once.
func (p *Presence) Join(who, from string) {
	p.mu.Lock()
	p.self.who, p.self.from, p.self.started = who, from, time.Now()
	p.mu.Unlock()
	ctx, stop := context.WithCancel(context.Background())
	p.stop, p.done = stop, make(chan struct{})
	go func() {
		defer close(p.done)
		_ = state.Guarded(func() error { p.run(ctx); return nil }) // the others go on without it
	}()
}

// Replying publishes which conversation a reply is being written to,
// empty if none. It never blocks.
func (p *Presence) Replying(id api.ConversationID) {
	p.update(func() {
		if p.self.replying != id {
			p.self.replying, p.self.since = id, time.Now()
		}
	})
}

// Show publishes what this session shows, for the engine of another. It never blocks.
func (p *Presence) Show(l state.Screen) {
	text, err := json.Marshal(l)
	if err != nil { // plain texts
		panic(err)
	}
	p.update(func() { p.self.screen = string(text) })
}

func (p *Presence) update(f func()) {
	p.mu.Lock()
	f()
	p.mu.Unlock()
	p.wake()
}

func (p *Presence) wake() {
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// EndPresence removes this session, so that the others see it leave.
func (p *Presence) EndPresence() {
	p.stop()
	if p.done != nil {
		<-p.done
	}
}

func (p *Presence) run(ctx context.Context) {
	beat := time.NewTimer(0)
	defer beat.Stop()
	for {
		alive := false
		select {
		case <-ctx.Done():
			p.leave()
			return
		case <-p.news:
		case <-beat.C:
			alive = true
			p.expireRequests()
		}
		p.publish(ctx, alive)
		beat.Reset(p.rest())
		if alive {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(publishEvery):
		}
	}
}

// aloneEvery is how often the holder of the lease looks for others where there are
// none. Who comes says so (Topics).
const aloneEvery = 8 * time.Second

// rest is how long it is until the next heartbeat. Who holds the lease shows by that
// alone that it lives, and has nobody's death to see where nobody else is.
func (p *Presence) rest() time.Duration {
	if p.epoch.Load() != 0 && !p.company.Load() {
		return state.UntilBeat(aloneEvery)
	}
	return state.UntilBeat(p.every)
}

// expectCompany has the others looked for soon: somebody else has changed a row, or
// the rows are gone.
func (p *Presence) expectCompany() {
	if !p.company.Swap(true) {
		p.wake()
	}
}

// outgoing is what a publication takes from memory, and puts back if it fails.
type outgoing struct {
	now, before self
	asks        map[api.ConversationID]state.EngineRequest
	over        []api.ConversationID
}

// news reports whether there is more than a heartbeat.
func (o outgoing) news() bool { return o.now != o.before || len(o.asks)+len(o.over) > 0 }

// take takes what has gathered. Nobody needs the screen of the session that has the
// lease, so that is not published.
func (p *Presence) take() outgoing {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := outgoing{p.self, p.published, p.asks, p.over}
	if o.now.epoch = p.epoch.Load(); o.now.epoch != 0 {
		o.now.screen = o.before.screen
	}
	p.asks, p.over = map[api.ConversationID]state.EngineRequest{}, nil
	return o
}

// putBack keeps what could not be published for the next time, unless there is newer.
func (p *Presence) putBack(o outgoing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = append(o.over, p.over...)
	for id, a := range o.asks {
		if _, newer := p.asks[id]; !newer {
			p.asks[id] = a
		}
	}
}

// publish writes what changed, and the heartbeat if alive. What cannot be written
// is tried again next time.
func (p *Presence) publish(ctx context.Context, alive bool) {
	holds, err := p.holds(ctx)
	if err != nil { // or who holds the lease might be taken for dead
		return
	}
	o := p.take()
	if !o.news() && (!alive || p.shown(ctx, holds)) {
		return
	}
	var seen bool
	err = p.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) (err error) {
		seen, err = p.writeAll(ctx, l, rev, o, holds)
		return err
	})
	if err != nil {
		p.putBack(o)
		p.feed.Mark(state.Sessions) // who has died is seen without a write too (Sessions)
		return
	}
	p.mu.Lock()
	p.published = o.now
	p.mu.Unlock()
	if seen {
		p.feed.Mark(state.Sessions)
	}
}

// writeAll writes all that goes out, and reports whether anybody's presence changed.
func (p *Presence) writeAll(ctx context.Context, l *dbfile.Conn, rev int64, o outgoing, holds int64) (seen bool, err error) {
	if p.paused.Load() {
		return false, errPaused
	}
	there, err := p.known(ctx, l)
	if err != nil {
		return false, err
	}
	if !there {
		p.requestAgain(o.asks)
	}
	if seen, err = p.write(ctx, l, rev, o.now, o.before, there, holds); err != nil {
		return false, err
	}
	return seen, p.writeRequests(ctx, l, rev, o.asks, o.over)
}

// known reports whether the others know of this session: not at first, and not
// any more after it, or the machine, was stopped.
func (p *Presence) known(ctx context.Context, l *dbfile.Conn) (there bool, err error) {
	err = l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM session WHERE id = ? AND boot = ?)", p.id, p.bootID).Scan(&there)
	return there, err
}

// write writes this session's row, and records the end of dead sessions. It
// reports whether anybody's presence changed.
func (p *Presence) write(ctx context.Context, l *dbfile.Conn, rev int64, now, before self, there bool, holds int64) (seen bool, err error) {
	seen, err = p.expireDead(ctx, l, rev, holds)
	if err != nil {
		return false, err
	}
	clock := p.Clock().Microseconds()
	if now == before && there {
		_, err := l.Exec(ctx, "UPDATE session SET beat = ? WHERE id = ?", clock, p.id)
		return seen, err
	}
	shown, shownBefore := now, before
	shown.screen, shownBefore.screen = "", ""
	_, err = l.Exec(ctx, `INSERT INTO session (id, who, origin, pid, started, boot, beat, epoch, account, conv, since, look, rev, look_rev)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)
		ON CONFLICT (id) DO UPDATE SET boot = excluded.boot, beat = excluded.beat, epoch = excluded.epoch,
		account = excluded.account, conv = excluded.conv, since = excluded.since,
		look_rev = CASE WHEN look = excluded.look AND session.boot <> '' THEN look_rev ELSE excluded.rev END, look = excluded.look,
		rev = CASE WHEN ?14 AND session.boot <> '' THEN session.rev ELSE excluded.rev END`,
		p.id, now.who, now.from, os.Getpid(), stamp(now.started), p.bootID, clock, now.epoch,
		now.replying.Account, now.replying.Remote, stamp(now.since), now.screen, rev, shown == shownBefore)
	return seen || !there || shown != shownBefore, err
}

// deadRowTimeout is how long the row of an ended session stays, for who was stopped
// meanwhile and has still to learn of the end.
const deadRowTimeout = time.Minute

// dead is true of the sessions whose heartbeat stopped.
const dead = "boot <> '' AND id <> ? AND (boot <> ? OR beat NOT BETWEEN ? AND ? AND epoch <> ?)"

// shown reports whether a heartbeat of this session, which has no news, need not be
// written: it shows by the lease that it lives, its row is there, and nobody has died.
func (p *Presence) shown(ctx context.Context, holds int64) (shown bool) {
	if p.epoch.Load() == 0 {
		return false
	}
	clock := p.Clock()
	var company bool
	p.company.Store(false) // or it would undo what Topics says meanwhile
	err := p.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM session WHERE id = ? AND boot = ?) AND NOT EXISTS (SELECT 1 FROM session WHERE "+dead+`),
			EXISTS (SELECT 1 FROM session WHERE boot <> '' AND id <> ?)`,
			p.id, p.bootID, p.id, p.bootID, (clock-p.expiry).Microseconds(), (clock+p.expiry).Microseconds(), holds, p.id).Scan(&shown, &company)
	})
	if err != nil || company || !shown {
		p.company.Store(true)
	}
	return err == nil && shown
}

// expireDead records the end of the sessions whose heartbeat stopped.
func (p *Presence) expireDead(ctx context.Context, l *dbfile.Conn, rev, holds int64) (bool, error) {
	clock := p.Clock()
	found, err := l.Change(ctx, "UPDATE session SET boot = '', beat = ?, rev = ?, look_rev = ? WHERE "+dead,
		clock.Microseconds(), rev, rev, p.id, p.bootID, (clock - p.expiry).Microseconds(), (clock + p.expiry).Microseconds(), holds)
	if err == nil {
		_, err = l.Exec(ctx, "DELETE FROM session WHERE boot = '' AND (beat < ?1 OR beat > ?2)", (clock - deadRowTimeout).Microseconds(), clock.Microseconds())
	}
	if err == nil {
		_, err = l.Exec(ctx, "DELETE FROM hint WHERE session NOT IN (SELECT id FROM session WHERE boot <> '') AND session <> ?", p.id)
	}
	return found, err
}

// errPaused: nothing is published while the session is paused, since it would look
// alive again.
var errPaused = errors.New("this session is paused")

// Pause removes this session and publishes nothing more, until Resume.
func (p *Presence) Pause() {
	p.paused.Store(true)
	p.leave()
}

// Resume publishes again after Pause.
func (p *Presence) Resume() {
	p.paused.Store(false)
	p.wake()
}

// leave says goodbye.
func (p *Presence) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = p.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error { // else it expires
		_, err := l.Exec(ctx, "UPDATE session SET boot = '', beat = ?, rev = ?, look_rev = ? WHERE id = ?", p.Clock().Microseconds(), rev, rev, p.id)
		return err
	})
}
