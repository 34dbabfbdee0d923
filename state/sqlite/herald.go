package sqlite

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
)

// herald tells the other sessions of this one, and takes in what they tell. Who
// has news for it touches memory only; its goroutine writes what has gathered,
// at once the first time and then no more often than every gather.
type herald struct {
	db   *DB
	id   string
	wake chan struct{}
	stop context.CancelFunc
	done chan struct{}

	resting atomic.Bool

	mu sync.Mutex
	self
	// told is what the others know of.
	told self
	// asks wait to be written; asked are those written and not yet answered.
	asks  map[api.ConversationID]state.Ask
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
	look      string
}

// gather is how long news gather before they are written.
const gather = 50 * time.Millisecond

func newHerald(db *DB) *herald {
	return &herald{db: db, id: rand.Text(), wake: make(chan struct{}, 1), stop: func() {},
		asks: map[api.ConversationID]state.Ask{}, asked: map[api.ConversationID]*asked{}}
}

// Join makes this session known to the others until Close: who is there, and
// from where. Call it once.
func (db *DB) Join(who, from string) {
	h := db.herald
	h.mu.Lock()
	h.who, h.from, h.started = who, from, time.Now()
	h.mu.Unlock()
	ctx, stop := context.WithCancel(context.Background())
	h.stop, h.done = stop, make(chan struct{})
	go func() {
		defer close(h.done)
		_ = state.Guarded(func() error { h.run(ctx); return nil }) // the others go on without it
	}()
}

// Replying tells the others which conversation a reply is being written to,
// empty if none. It never blocks.
func (db *DB) Replying(id api.ConversationID) {
	db.herald.change(func(h *herald) {
		if h.replying != id {
			h.replying, h.since = id, time.Now()
		}
	})
}

// Look tells what this session shows, for the engine of another. It never blocks.
func (db *DB) Look(l state.Look) {
	text, err := json.Marshal(l)
	if err != nil { // plain texts
		panic(err)
	}
	db.herald.change(func(h *herald) { h.look = string(text) })
}

func (h *herald) change(f func(*herald)) {
	h.mu.Lock()
	f(h)
	h.mu.Unlock()
	h.stir()
}

func (h *herald) stir() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

func (h *herald) end() {
	h.stop()
	if h.done != nil {
		<-h.done
	}
}

func (h *herald) run(ctx context.Context) {
	beat := time.NewTicker(h.db.lease.beat)
	defer beat.Stop()
	h.tell(ctx, true)
	for {
		alive := false
		select {
		case <-ctx.Done():
			h.leave()
			return
		case <-h.wake:
		case <-beat.C:
			alive = true
			h.expire()
		}
		h.tell(ctx, alive)
		select {
		case <-ctx.Done():
		case <-time.After(gather):
		}
	}
}

// tell writes what is new, and the beat if alive. What cannot be written is
// news still. While this session works nobody needs to know where it looks.
func (h *herald) tell(ctx context.Context, alive bool) {
	h.mu.Lock()
	now, asks, over := h.self, h.asks, h.over
	if now.epoch = h.db.epoch.Load(); now.epoch != 0 {
		now.look = h.told.look
	}
	news := now != h.told
	if !news && !alive && len(asks)+len(over) == 0 {
		h.mu.Unlock()
		return
	}
	told := h.told
	h.asks, h.over = map[api.ConversationID]state.Ask{}, nil
	h.mu.Unlock()

	var seen bool
	err := h.db.cache.commit(ctx, func(l *link, rev int64) (err error) {
		if h.resting.Load() {
			return errResting
		}
		there, err := h.there(ctx, l)
		if err != nil {
			return err
		}
		if !there {
			h.askAgain(asks)
		}
		if seen, err = h.write(ctx, l, rev, now, told, there); err != nil {
			return err
		}
		return h.writeHints(ctx, l, rev, asks, over)
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.over = append(over, h.over...)
		for id, a := range asks {
			if _, newer := h.asks[id]; !newer {
				h.asks[id] = a
			}
		}
		return
	}
	h.told = now
	if seen {
		h.db.feed.Mark(state.Sessions)
	}
}

// there reports whether the others know of this session: not at first, and not
// any more after it, or the box, stood still.
func (h *herald) there(ctx context.Context, l *link) (there bool, err error) {
	err = l.row(ctx, "SELECT EXISTS (SELECT 1 FROM session WHERE id = ? AND boot = ?)", h.id, h.db.lease.boot).Scan(&there)
	return there, err
}

// write keeps this session's row, and marks those of the dead as ended. It
// reports whether anybody's presence changed.
func (h *herald) write(ctx context.Context, l *link, rev int64, now, told self, there bool) (seen bool, err error) {
	seen, err = h.bury(ctx, l, rev)
	if err != nil {
		return false, err
	}
	clock := h.db.lease.clock().Microseconds()
	if now == told && there {
		_, err := l.exec(ctx, "UPDATE session SET beat = ? WHERE id = ?", clock, h.id)
		return seen, err
	}
	shown, shownBefore := now, told
	shown.look, shownBefore.look = "", ""
	_, err = l.exec(ctx, `INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)
		ON CONFLICT (id) DO UPDATE SET boot = excluded.boot, beat = excluded.beat, epoch = excluded.epoch,
		account = excluded.account, conv = excluded.conv, since = excluded.since,
		look_rev = CASE WHEN look = excluded.look AND session.boot <> '' THEN look_rev ELSE excluded.rev END, look = excluded.look,
		rev = CASE WHEN ?14 AND session.boot <> '' THEN session.rev ELSE excluded.rev END`,
		h.id, now.who, now.from, os.Getpid(), stamp(now.started), h.db.lease.boot, clock, now.epoch,
		now.replying.Account, now.replying.Remote, stamp(now.since), now.look, rev, shown == shownBefore)
	return seen || !there || shown != shownBefore, err
}

// longDead is how long the row of an ended session stays, for who was stopped
// meanwhile and has still to hear of the end.
const longDead = time.Minute

// bury marks the sessions that stopped beating as ended.
func (h *herald) bury(ctx context.Context, l *link, rev int64) (bool, error) {
	clock := h.db.lease.clock()
	found, err := l.change(ctx, "UPDATE session SET boot = '', rev = ?, look_rev = ? WHERE boot <> '' AND id <> ? AND (boot <> ? OR beat < ?)",
		rev, rev, h.id, h.db.lease.boot, (clock - h.db.lease.expiry).Microseconds())
	if err == nil {
		_, err = l.exec(ctx, "DELETE FROM session WHERE boot = '' AND (beat < ?1 OR beat > ?2)", (clock - longDead).Microseconds(), clock.Microseconds())
	}
	if err == nil {
		_, err = l.exec(ctx, "DELETE FROM hint WHERE session NOT IN (SELECT id FROM session WHERE boot <> '') AND session <> ?", h.id)
	}
	return found, err
}

// errResting: what is new is told afterwards, or it would take back the goodbye.
var errResting = errors.New("this session rests")

// rest keeps from telling anything, until it is over.
func (h *herald) rest(on bool) {
	h.resting.Store(on)
	if !on {
		h.stir()
	}
}

// leave says goodbye.
func (h *herald) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = h.db.cache.commit(ctx, func(l *link, rev int64) error { // else it expires
		_, err := l.exec(ctx, "UPDATE session SET boot = '', rev = ?, look_rev = ? WHERE id = ?", rev, rev, h.id)
		return err
	})
}
