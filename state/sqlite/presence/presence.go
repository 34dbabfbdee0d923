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
	"database/sql"
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
	// fleet is what several boxes share, nil for none; box is what people call this one.
	// boxID asks for the id that is on the disk of this one.
	fleet state.Fleet
	box   string
	boxID func() (string, error)
	// met: the database of the boxes knows this session, which led its box or has taken a customer.
	met  atomic.Bool
	news chan struct{}
	stop context.CancelFunc
	done chan struct{}

	// beside are the sessions of this process on the same open store, this one too. guest: it
	// is one of those that others opened the store for.
	beside *beside
	guest  bool

	paused atomic.Bool
	// company: others are here, or may be.
	company atomic.Bool
	// changed: a row is another one than when the others were last read. The others, and
	// until when that is believed, are the goroutine's.
	changed    atomic.Bool
	others     []row
	knownUntil time.Duration

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
	open      api.ConversationID
	screen    string
}

// publishEvery is how long news gather before they are written.
const publishEvery = 50 * time.Millisecond

// New is the presence of a session in a store, which is known to no other before
// Join, and the lease of that store; prepare and chores are the lease's.
func New(durable, cache *dbfile.File, feed *state.Feed, prepare func(ctx context.Context), chores ...func(ctx context.Context)) *Presence {
	p := &Presence{cache: cache, feed: feed, id: rand.Text(), news: make(chan struct{}, 1), stop: func() {}, beside: &beside{},
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
		p.dropDead()
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
	p.update(func() { p.self.open, p.self.screen = l.Open, string(text) })
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
	p.partFromTeam()
	p.beside.remove(p)
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
// alone that it lives, and has nobody's death to see where nobody else is. While nothing
// is to be done, there is one every two seconds, or when the first of the others would
// be dead.
func (p *Presence) rest() time.Duration {
	switch {
	case p.epoch.Load() != 0 && !p.company.Load():
		return state.UntilBeat(aloneEvery)
	case p.changed.Load() || p.knownUntil == 0:
		return state.UntilBeat(p.every)
	}
	pause := state.UntilBeat(renewEvery)
	for _, r := range p.others {
		pause = min(pause, max(p.left(r.beat), p.every/10))
	}
	return pause
}

// expectCompany has the others looked for soon: somebody else has changed a row, or
// the rows are gone.
func (p *Presence) expectCompany() {
	p.changed.Store(true)
	p.look()
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
// lease, so of that only the open conversation is published, and only where others are.
func (p *Presence) take() outgoing {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := outgoing{p.self, p.published, p.asks, p.over}
	if o.now.epoch = p.epoch.Load(); o.now.epoch != 0 {
		o.now.screen, o.now.open = o.before.screen, o.before.open
		if p.company.Load() || p.fleet != nil {
			o.now.open, o.now.screen = p.self.open, openAlone(p.self.open)
		}
	}
	p.asks, p.over = map[api.ConversationID]state.EngineRequest{}, nil
	return o
}

// openAlone is what is published of a screen of which only the open conversation matters.
func openAlone(id api.ConversationID) string {
	if id == (api.ConversationID{}) {
		return ""
	}
	text, err := json.Marshal(state.Screen{Open: id})
	if err != nil { // plain texts
		panic(err)
	}
	return string(text)
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
	o := p.take()
	if !o.news() && (!alive || p.quiet(ctx)) {
		return
	}
	holds, err := p.holds(ctx)
	if err != nil { // or who holds the lease might be taken for dead
		p.putBack(o)
		return
	}
	if !o.news() && p.shown(ctx, holds) {
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
	if len(o.asks) > 0 || p.guest && o.now.screen != o.before.screen { // the engine may run here by now, and has looked before they were there
		p.feed.Mark(state.Requests)
	}
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

// row is what shows whether a session lives.
type row struct {
	id, boot    string
	beat, epoch int64
}

const rowColumns = "id, boot, beat, epoch"

func (r *row) fields() []any { return []any{&r.id, &r.boot, &r.beat, &r.epoch} }

// lives reports whether a session does, by its own heartbeat or by that of the lease, if
// its epoch is that of who holds it.
func (p *Presence) lives(r row, holds int64) bool {
	return r.boot == p.bootID && (r.epoch == holds || p.beside.has(r.id) || p.recent(p.lastBeat(r)))
}

// lastBeat is the time of the last heartbeat of a session that is known by its row.
func (p *Presence) lastBeat(r row) int64 {
	last := max(r.beat, readBeat(p.presencePath(r.id)))
	if r.epoch != 0 {
		last = max(last, readBeat(p.heartbeatPath(r.epoch)))
	}
	return last
}

// rows are those of all sessions that have not ended.
func (p *Presence) rows(ctx context.Context, l *dbfile.Conn) (all []row, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var r row
		err := rows.Scan(r.fields()...)
		all = append(all, r)
		return err
	}, "SELECT "+rowColumns+" FROM session WHERE boot <> ''")
	return all, err
}

// beat shows that this session lives, and reports whether the others see it: the lease
// shows it too. A session that cannot write to the cache does not count as one.
func (p *Presence) beat(ctx context.Context) bool {
	if p.epoch.Load() != 0 {
		return true
	}
	return !p.paused.Load() && p.cache.OnWriter(ctx, func(*dbfile.Conn) error {
		return writeBeat(p.presencePath(p.id), p.Clock())
	}) == nil
}

// quiet shows that this session lives, and reports whether that was all there is to do:
// the others are as they were when their rows were last read, and all have a heartbeat.
func (p *Presence) quiet(ctx context.Context) bool {
	if p.changed.Load() || p.Clock() >= p.knownUntil || !p.beat(ctx) {
		return false
	}
	for i, r := range p.others {
		if p.others[i].beat = p.lastBeat(r); !p.recent(p.others[i].beat) {
			return false
		}
	}
	return true
}

// shown reports whether nothing need be written of a heartbeat: the others see it, the
// row of this session is there, and nobody has died.
func (p *Presence) shown(ctx context.Context, holds int64) (shown bool) {
	beats := p.beat(ctx)
	p.company.Store(false) // or it would undo what Topics says meanwhile
	p.changed.Store(false)
	var all []row
	err := p.cache.Read(ctx, func(l *dbfile.Conn) (err error) { all, err = p.rows(ctx, l); return err })
	p.others = p.others[:0]
	lives := true
	for _, r := range all {
		if r.id == p.id {
			shown = r.boot == p.bootID
			continue
		}
		lives = lives && p.lives(r, holds)
		r.beat = p.lastBeat(r)
		p.others = append(p.others, r)
	}
	shown = shown && lives && beats && err == nil
	if p.knownUntil = 0; shown {
		p.knownUntil = p.Clock() + aloneEvery
	}
	if !shown || len(p.others) > 0 {
		p.company.Store(true)
	}
	return shown
}

// expireDead records the end of the sessions whose heartbeat stopped.
func (p *Presence) expireDead(ctx context.Context, l *dbfile.Conn, rev, holds int64) (found bool, err error) {
	clock := p.Clock()
	all, err := p.rows(ctx, l)
	if err != nil {
		return false, err
	}
	for _, r := range all {
		if r.id == p.id || p.lives(r, holds) {
			continue
		}
		found = true
		if err := p.expire(ctx, l, rev, r.id); err != nil {
			return false, err
		}
	}
	_, err = l.Exec(ctx, "DELETE FROM session WHERE boot = '' AND (beat < ?1 OR beat > ?2)", (clock - deadRowTimeout).Microseconds(), clock.Microseconds())
	if err == nil {
		_, err = l.Exec(ctx, "DELETE FROM hint WHERE session NOT IN (SELECT id FROM session WHERE boot <> '') AND session <> ?", p.id)
	}
	return found, err
}

// expire records the end of a session.
func (p *Presence) expire(ctx context.Context, l *dbfile.Conn, rev int64, id string) error {
	_ = os.Remove(p.presencePath(id))
	_, err := l.Exec(ctx, "UPDATE session SET boot = '', beat = ?, rev = ?, look_rev = ? WHERE id = ?", p.Clock().Microseconds(), rev, rev, id)
	return err
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
		if _, err := l.Exec(ctx, "DELETE FROM claim WHERE session = ?", p.id); err != nil {
			return err
		}
		return p.expire(ctx, l, rev, p.id)
	})
	p.changed.Store(true)
	_ = os.Remove(p.presencePath(p.id))
	p.feed.Mark(state.Sessions) // of those that share it
}
