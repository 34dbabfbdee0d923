package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// inbox is the list of conversations in memory: what cache.db and state.db
// say of each, merged. Each use first reads the rows that changed since the one
// before, whichever process wrote them.
type inbox struct {
	mu                 sync.Mutex
	cacheRev, stateRev int64
	byID               map[api.ConversationID]*entry
	// all is byID sorted by activity, newest first.
	all []*entry
	// stale: entries changed and the list is not in order yet.
	stale bool
	// checks holds when heads of conversations were last read with nothing
	// new, as far as that is not on disk yet.
	checks map[api.ConversationID]int64
}

// entry is one conversation of the inbox.
type entry struct {
	id api.ConversationID
	// cached: cache.db has a row of it. Without one there is only something of
	// ours in a conversation that is not known yet.
	cached bool
	row    int64
	profile
	newest, lastIn state.Pos
	preview        preview
	waiting        int64
	readUpTo       sql.Null[state.Pos]
	unread         int
	checked        int64
	local          local
	// lastActive is what the list is sorted by: the newest of all that is known.
	lastActive, since int64
	lastWait          int64    // the last time that it was waiting since
	found             findable // by what was typed; empty until it is asked for
	// settled holds while the entry is not timed: then the clock alone may
	// change its views. dirty: they have to be computed again.
	settled      viewSet
	timed, dirty bool
}

func newInbox() inbox {
	return inbox{byID: map[api.ConversationID]*entry{}, checks: map[api.ConversationID]int64{}}
}

// forget drops the list; the next use reads it again.
func (b *inbox) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cacheRev, b.stateRev = 0, 0
	b.byID, b.all, b.stale = map[api.ConversationID]*entry{}, nil, false
}

// withList runs fn on the list as it is now, sorted by activity. fn must not keep it.
func (db *DB) withList(ctx context.Context, fn func(all []*entry, now time.Time) error) error {
	b := &db.inbox
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := db.refresh(ctx); err != nil {
		return err
	}
	return fn(b.all, time.Now())
}

// refresh takes over what was committed since the last use.
func (db *DB) refresh(ctx context.Context) error {
	b := &db.inbox
	if err := db.refreshCache(ctx); err != nil {
		return err
	}
	if err := db.refreshLocal(ctx); err != nil || !b.stale {
		return err
	}
	if err := db.recount(ctx); err != nil {
		return err
	}
	now := time.Now()
	for _, e := range b.all {
		if e.dirty {
			e.settle(now)
		}
	}
	b.sort()
	b.stale = false
	return nil
}

const entryColumns = "id, account, remote, " + profileColumns + `, newest, last_in, p_dir, p_kind, p_body, p_files, p_at,
	waiting, read_upto, unread, checked`

// refreshCache reads the rows of cache.db that changed since the last time. The
// first time that is all of them, which both readers share.
func (db *DB) refreshCache(ctx context.Context) error {
	b := &db.inbox
	var now int64 // what is committed from here on is read again the next time
	err := db.cache.Read(ctx, func(l *dbfile.Conn) error { return l.Row(ctx, "SELECT rev FROM clock").Scan(&now) })
	if err != nil || now == b.cacheRev {
		return err
	}
	gone, err := db.readGone(ctx, b.cacheRev)
	if err != nil {
		return err
	}
	fresh, err := db.readEntries(ctx, b.cacheRev)
	if err != nil {
		return err
	}
	b.cacheRev = now
	for _, id := range gone {
		b.remove(id)
	}
	for _, e := range fresh {
		b.put(e)
	}
	return nil
}

func (db *DB) readEntries(ctx context.Context, since int64) ([]*entry, error) {
	if since > 0 {
		return db.readPart(ctx, "rev > ?", since)
	}
	var parts [2][]*entry
	var errs [2]error
	var both sync.WaitGroup
	for i := range parts {
		both.Go(func() {
			errs[i] = state.Guarded(func() (err error) {
				parts[i], err = db.readPart(ctx, "id % 2 = ?", int64(i))
				return err
			})
		})
	}
	both.Wait()
	return append(parts[0], parts[1]...), errors.Join(errs[:]...)
}

func (db *DB) readPart(ctx context.Context, where string, arg int64) (fresh []*entry, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		var e entry // scanned into again and again, with the pointers made once
		into := append(append([]any{&e.row, &e.id.Account, &e.id.Remote}, e.profile.fields()...),
			&e.newest, &e.lastIn, &e.preview.dir, &e.preview.kind, &e.preview.body, &e.preview.files, &e.preview.at,
			&e.waiting, &e.readUpTo, &e.unread, &e.checked)
		return l.Each(ctx, func(rows *sql.Rows) error {
			err := rows.Scan(into...)
			one := e
			fresh = append(fresh, &one)
			return err
		}, "SELECT "+entryColumns+" FROM conversation WHERE "+where, arg)
	})
	return fresh, err
}

// readGone lists the conversations that were deleted at the platform.
func (db *DB) readGone(ctx context.Context, since int64) (gone []api.ConversationID, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var id api.ConversationID
			err := rows.Scan(&id.Account, &id.Remote)
			gone = append(gone, id)
			return err
		}, "SELECT account, remote FROM gone WHERE rev > ?", since)
	})
	return gone, err
}

// remove forgets what cache.db said of a conversation.
func (b *inbox) remove(id api.ConversationID) {
	if old, ok := b.byID[id]; ok {
		*old = entry{id: id, local: old.local, dirty: true}
		b.stale = true
	}
	delete(b.checks, id)
}

// put takes over a row of cache.db.
func (b *inbox) put(e *entry) {
	old := b.at(e.id)
	e.cached, e.local, e.lastWait = true, old.local, old.lastWait
	e.checked = latest(time.Now(), e.checked, b.checks[e.id], old.checked)
	e.dirty = true
	*old = *e
}

// at returns the entry of a conversation to be changed, a new one if need be.
func (b *inbox) at(id api.ConversationID) *entry {
	b.stale = true
	e, ok := b.byID[id]
	if !ok {
		e = &entry{id: id}
		b.byID[id] = e
		b.all = append(b.all, e)
	}
	e.dirty = true
	return e
}

// settle works out what depends on both files.
func (e *entry) settle(now time.Time) {
	e.lastActive = e.preview.at
	if e.lastActive == 0 {
		e.lastActive = e.created.V
	}
	e.lastActive = max(e.lastActive, e.active.V, e.local.provisional.created)
	if e.since = e.facts(e.bits, now).Since(); e.since != 0 {
		e.lastWait = e.since
	}
	e.timed = len(e.local.changes) > 0 || e.local.flag.snoozed != 0
	e.settled, e.dirty = e.classify(now), false
}

// recount counts the unread messages of conversations that were read further,
// in a commit of state.db, than their row in cache.db says yet.
func (db *DB) recount(ctx context.Context) error {
	for _, e := range db.inbox.all {
		upTo := e.local.flag.readUpTo
		if !e.cached || !upTo.Valid || !e.readUpTo.Valid || upTo.V == e.readUpTo.V {
			continue
		}
		t := thread{id: e.row, readUpTo: upTo, lastIn: e.lastIn}
		if err := db.cache.Read(ctx, func(l *dbfile.Conn) error { return t.countUnread(ctx, l) }); err != nil {
			return err
		}
		e.readUpTo, e.unread, e.dirty = upTo, int(t.unread), true
	}
	return nil
}

// sort orders by activity.
func (b *inbox) sort() {
	slices.SortFunc(b.all, func(x, y *entry) int {
		return cmp.Or(cmp.Compare(y.lastActive, x.lastActive), cmp.Compare(y.row, x.row), strings.Compare(x.id.Remote, y.id.Remote))
	})
}

// listed: the conversation is known, or something of ours waits in it. The
// flags of others are kept for when they become known.
func (e *entry) listed() bool { return e.cached || e.local.holds() }

// stateRow is the entry as the list shows it.
func (e *entry) stateRow(now time.Time) state.Row {
	l, facts := &e.local, e.facts(e.shownBits(now), now)
	row := state.Row{
		Conversation: e.conversationNow(now), Flags: e.flags(now),
		Newest: e.newest, Unread: facts.UnreadNow(), Active: moment(e.lastActive), Checked: moment(e.checked),
		Draft: l.drafted, DraftText: l.draft,
		Pending: l.pending, Failed: l.failed, Uncertain: l.uncertain, Held: l.held, WhenSent: l.whenSent,
		Changes:     openChanges(l.changes),
		Provisional: !e.cached && state.Provisional(e.id),
	}
	if facts.Waits() {
		row.WaitingSince = moment(e.since)
	}
	if e.newest != 0 {
		p := e.preview
		row.Preview = api.Known(state.Preview{Direction: p.dir, Kind: p.kind, Body: p.body, Attachments: max(p.files, 0), Expired: p.files < 0, At: moment(p.at)})
	}
	return row
}

// Most checks of a conversation's head bring nothing new. Their times are kept in
// memory and written together now and then: one by one they would be most of
// what is written.

// noteCheck notes a check of a conversation's head that brought nothing new.
func (b *inbox) noteCheck(id api.ConversationID, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.checks[id] = stamp(at)
	if e, ok := b.byID[id]; ok {
		e.checked = latest(at, e.checked, stamp(at))
	}
}

// latest returns the newest of some stored moments. A moment in the future was
// stored before the date was set back, and does not count.
func latest(now time.Time, moments ...int64) (last int64) {
	for _, us := range moments {
		if us <= stamp(now) {
			last = max(last, us)
		}
	}
	return last
}

// flushChecks writes the checks to disk, for the other sessions and the next start.
func (db *DB) flushChecks(ctx context.Context) error {
	b := &db.inbox
	b.mu.Lock()
	checked := b.checks
	b.checks = map[api.ConversationID]int64{}
	b.mu.Unlock()
	if len(checked) == 0 {
		return nil
	}
	return db.cache.Write(ctx, func(l *dbfile.Conn) error {
		for id, at := range checked {
			if _, err := l.Exec(ctx, "UPDATE conversation SET checked = MAX(iif(checked > ?1, 0, checked), ?2) WHERE account = ?3 AND remote = ?4", stamp(time.Now()), at, id.Account, id.Remote); err != nil {
				return err
			}
		}
		return nil
	})
}
