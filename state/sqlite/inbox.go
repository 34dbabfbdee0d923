package sqlite

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
	rules "unibox/state/inbox"
	"unibox/state/sqlite/dbfile"
)

// inbox is the list of conversations in memory: of each what the rules go by and
// what it is sorted and found by, from both files, merged. What a row shows is read
// when it is shown (shown.go). Each use first reads the rows that changed since the
// one before, whichever process wrote them; the first one begins with the list that
// a session stored (listfile.go).
type inbox struct {
	mu sync.Mutex
	// codes are what rows call channels, nil where nobody said.
	codes func(api.AccountID, api.ChannelKind) string
	// cache and state are the revisions up to which the files were taken over.
	cache, state revision
	// entries are all by their numbers, nil where one is still packed (entryOf); byID
	// are those that the stored list does not have.
	entries []*entry
	byID    map[api.ConversationID]*entry
	sorted  sorted
	// changed are the entries that have to be worked out again.
	changed []*entry
	// clock is as of when the views are, 0 where there are none yet. The clock alone may
	// change those of timed entries, and those of others at deadlines, which are sorted.
	clock     int64
	timed     map[*entry]struct{}
	deadlines []deadline
	// loaded are the entries that hold what is shown, in the order in which it was read.
	loaded []*entry
	// peeked is what peek unpacked last.
	peeked entry
	// bits is what peekBits unpacked last.
	bits entry
	// names holds one copy of each name of an account or a channel.
	names map[string]string
	stock stock
	// ahead is the stored list as a start reads it, until it was used.
	ahead *ahead
	storing
	// labels are read at the first use.
	labels labels
	saved  savedViews
	// bare counts how often the stored list lost its texts, or some, since it was stored.
	bare atomic.Int64
	// unstorable: the table of the stored list is damaged, so it is neither read nor
	// written.
	unstorable atomic.Bool
	// windows says how long after the customer's last message free text may be sent; nil
	// where nobody has said it. lengths are what counts on the channels of the entries.
	windows state.Windows
	lengths map[windowKey]time.Duration
	// service says by when an answer is due, print which service that is; thanks whether
	// a message is nothing but a thanks.
	service state.Service
	print   string
	thanks  func(body string) bool
	// agent is for whom the list is as it is, empty for nobody's own; personal are the entries
	// that somebody put off for themselves alone.
	agent    string
	personal map[*entry]struct{}
	// served: somebody has said which. borrowed: nobody has, and the list began with one
	// that was worked out by another, which is left as it is stored.
	served, borrowed bool
	// texts are what entries of the stored list are found by that hold no text.
	texts  []*textPage
	filter filterSpace
	// asked are the conversations of the last search of messages.
	asked askedRows
	// checks holds when heads of conversations were last read with nothing
	// new, as far as that is not on disk yet.
	checks map[api.ConversationID]int64
}

// entry is one conversation of the inbox.
type entry struct {
	id api.ConversationID
	n  no
	summary
	flag flag
	// local is what else state.db says of it, nil if nothing.
	local *local
	shown *shown // nil: to be read
	// text is what it is found by (people.go); empty where that is among the stored
	// texts, or not known yet.
	text string
	// lastActive is what the list is sorted by: the newest of all that is known.
	lastActive, since int64
	// place is where it stands in the queue, or did when it was last in it.
	place rules.Place
	// thanked: up to there the customer has written nothing but thanks since it was
	// snoozed, where that is asked.
	thanked state.Pos
	// freeUntil is when only templates may be sent any more, 0 without such a limit.
	freeUntil int64
	// views are those that it is in, pinned whether it comes first in them: as the
	// rules said when it was last worked out.
	views  viewSet
	pinned bool
	// dirty: it is among the changed, and in no sorted list until that was done.
	dirty bool
}

// summary is what the rules and the order of the lists take from cache.db.
type summary struct {
	// cached: cache.db has a row of it. Without one there is only something of
	// ours in a conversation that is not known yet.
	cached              bool
	row                 int64
	channel, kind       string
	bits                flagBits
	newest, lastIn      state.Pos
	waiting, previewAt  int64
	created, active     int64
	unreadWhen, checked int64
	readUpTo            sql.Null[state.Pos]
	unread              int
}

func (b *inbox) init() {
	b.checks = map[api.ConversationID]int64{}
	b.every = storeEvery
	b.print = plainService
	b.clear()
}

// windowKey is what the length of a window depends on.
type windowKey struct {
	account api.AccountID
	kind    api.ChannelKind
}

// SetCodes says what the screen calls a kind of channel of an account in a few letters:
// channel: takes those too. It is to be called before the list is read.
func (db *DB) SetCodes(codes func(api.AccountID, api.ChannelKind) string) {
	b := &db.inbox
	b.mu.Lock()
	defer b.mu.Unlock()
	b.codes = codes
}

// SetWindows says on which channels free text may be sent for some time only. Until
// then it is as the stored list says.
func (db *DB) SetWindows(w state.Windows) {
	b := &db.inbox
	b.mu.Lock()
	defer b.mu.Unlock()
	b.windows = w
	for key, length := range b.lengths {
		if w(key.account, key.kind) != length {
			b.unsettle()
			return
		}
	}
}

// Due says by when answers are due. Without it, it is as the stored list says, and at once
// of what changed since. Like Thanks it is known from the first look at the list on, which
// waits for nothing else to be said.
func Due(s state.Service) Option {
	return func(db *DB) { db.inbox.service, db.inbox.print, db.inbox.served = s, s.Print(), true }
}

// Thanks says what is nothing but a thanks, which some snoozes outlive. Without it nothing
// is. only must not block.
func Thanks(only func(body string) bool) Option {
	return func(db *DB) { db.inbox.thanks = only }
}

// due is until when an answer to an entry is due that waits since a moment.
func (b *inbox) due(e *entry, since int64) int64 {
	if b.print == plainService || since == 0 {
		return since
	}
	kind := e.kind
	if !e.cached {
		kind = e.ours().provisional.kind
	}
	return stamp(b.service.Due(e.id.Account, api.ChannelKind(kind), moment(since)))
}

// plainService is the service without targets and hours.
var plainService = state.Service{}.Print()

// clear forgets what was read.
func (b *inbox) clear() {
	b.cache, b.state = revision{}, revision{}
	b.byID, b.names, b.timed = map[api.ConversationID]*entry{}, map[string]string{}, map[*entry]struct{}{}
	b.personal = map[*entry]struct{}{}
	b.entries, b.changed, b.loaded, b.sorted = nil, nil, nil, newSorted(b.entryOf)
	b.clock, b.deadlines, b.stock, b.texts, b.labels = 0, nil, stock{}, nil, labels{}
	b.saved.uncount()
	b.borrowed = false
	b.lengths = map[windowKey]time.Duration{}
	b.storing = storing{every: b.every}
}

// storesAfter is how many changes have the list stored again.
func (b *inbox) storesAfter() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.every
}

// forget drops the list; the next use reads it again.
func (b *inbox) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}

// withList runs fn on the list as it is now. fn must not keep it.
func (db *DB) withList(ctx context.Context, fn func(b *inbox, now time.Time) error) error {
	b := &db.inbox
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil { // nobody waits for the answer any more
		return err
	}
	b.dropShown()
	b.readFor(db.reader())
	if err := db.refresh(ctx); err != nil {
		return err
	}
	return fn(b, b.tick(time.Now()))
}

// refresh takes over what was committed since the last use.
func (db *DB) refresh(ctx context.Context) error {
	b := &db.inbox
	cache, state, err := db.revisions(ctx) // what is committed from here on is read again the next time
	if err != nil {
		return err
	}
	if !b.cache.reaches(cache) || !b.state.reaches(state) { // one of the files is another one
		b.clear()
	}
	if b.cache.id == "" {
		db.readStored(ctx, cache, state)
	}
	if err := db.refreshCache(ctx, cache); err != nil {
		return err
	}
	if err := db.readLabels(ctx); err != nil {
		return err
	}
	if err := db.refreshLocal(ctx, state); err != nil || len(b.changed) == 0 {
		return err
	}
	if err := db.recount(ctx); err != nil {
		return err
	}
	if err := db.judge(ctx); err != nil {
		return err
	}
	b.settle(time.Now())
	return nil
}

// entryOf returns an entry by its number.
func (b *inbox) entryOf(n no) *entry {
	if e := b.entries[n]; e != nil {
		return e
	}
	e := new(entry)
	b.stock.unpack(n, e)
	b.limit(e)
	e.settle(moment(b.clock), b.due)
	b.entries[n] = e
	return e
}

// peek returns an entry without what follows from its facts, to be read before the
// next call.
func (b *inbox) peek(n no) *entry {
	if e := b.entries[n]; e != nil {
		return e
	}
	b.stock.unpack(n, &b.peeked)
	return &b.peeked
}

// peekBits is peek with nothing but bits and truth values: all entries are asked for them
// at a start, for the counts of views.
func (b *inbox) peekBits(n no) *entry {
	if e := b.entries[n]; e != nil {
		return e
	}
	b.stock.unpackBits(n, &b.bits)
	return &b.bits
}

// find returns the entry of a conversation.
func (b *inbox) find(id api.ConversationID) (*entry, bool) {
	if e, ok := b.byID[id]; ok {
		return e, true
	}
	if n, ok := b.stock.find(id); ok {
		return b.entryOf(n), true
	}
	return nil, false
}

// idOf is the conversation of an entry.
func (b *inbox) idOf(n no) api.ConversationID {
	if e := b.entries[n]; e != nil {
		return e.id
	}
	return b.stock.idOf(n)
}

// settle works out the changed entries and sorts them in.
func (b *inbox) settle(now time.Time) {
	now = b.notBack(now)
	if b.clock == 0 {
		b.clock = stamp(now)
	}
	inHalves(b.changed, func(e *entry) { e.settle(now, b.due) })
	for _, e := range b.changed {
		delete(b.timed, e)
		if e.isTimed() {
			b.timed[e] = struct{}{}
		}
		e.dirty = false
	}
	b.addDeadlines(b.changed)
	b.sorted.add(b.changed)
	b.saved.move(b.changed)
	b.changed = b.changed[:0]
	if cap(b.changed) > 1024 {
		b.changed = nil
	}
}

// inHalves calls fn for every entry; of many it works on two halves at once. fn may
// touch nothing but the entry.
func inHalves(all []*entry, fn func(*entry)) {
	each := func(some []*entry) {
		for _, e := range some {
			fn(e)
		}
	}
	if len(all) <= perPart {
		each(all)
		return
	}
	half := len(all) / 2
	atOnce(func() { each(all[:half]) }, func() { each(all[half:]) })
}

// atOnce runs two functions at the same time. A panic of the first is the caller's too.
func atOnce(one, other func()) {
	first := make(chan error, 1)
	go func() { first <- state.Guarded(func() error { one(); return nil }) }()
	defer func() {
		if err := <-first; err != nil {
			panic(err)
		}
	}()
	other()
}

// name returns the one copy of a name.
func (b *inbox) name(s string) string {
	if one, ok := b.names[s]; ok {
		return one
	}
	b.names[s] = s
	return s
}

// refreshCache reads the rows of cache.db that changed since the last time.
func (db *DB) refreshCache(ctx context.Context, now revision) error {
	b := &db.inbox
	if now == b.cache {
		return nil
	}
	gone, err := db.readGone(ctx, b.cache.rev)
	if err != nil {
		return err
	}
	fresh, err := db.readRows(ctx, b.cache.rev)
	if err != nil {
		return err
	}
	b.cache = now
	for _, id := range gone {
		b.remove(id)
	}
	for i := range fresh {
		b.put(&fresh[i])
	}
	return nil
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
	if old, ok := b.find(id); ok {
		b.change(old)
		*old = entry{id: old.id, n: old.n, flag: old.flag, local: old.local, dirty: true}
	}
	delete(b.checks, id)
}

// put takes over a row of cache.db.
func (b *inbox) put(r *cachedRow) {
	e := b.at(r.id)
	before := e.checked
	e.summary, e.text = r.summary, r.text
	e.channel, e.kind = b.name(r.channel), b.name(r.kind)
	b.limit(e)
	e.checked = latest(time.Now(), e.checked, b.checks[e.id], before)
	e.shown = nil
	if r.shown != nil {
		b.show(e, r.shown)
	}
}

// limit works out until when free text may be sent: of the window of its channel, by when
// the customer wrote last.
func (b *inbox) limit(e *entry) {
	if e.freeUntil = 0; e.lastIn <= lowest {
		return // never, or nobody knows when
	}
	key := windowKey{e.id.Account, api.ChannelKind(e.kind)}
	length, known := b.lengths[key]
	if !known {
		if b.windows != nil {
			length = b.windows(key.account, key.kind)
		}
		b.lengths[key] = length
	}
	if length > 0 {
		e.freeUntil = (int64(e.lastIn)+epoch)*1000 + length.Microseconds()
	}
}

// at returns the entry of a conversation to be changed, a new one if need be.
func (b *inbox) at(id api.ConversationID) *entry {
	e, ok := b.find(id)
	if !ok {
		id.Account = api.AccountID(b.name(string(id.Account)))
		e = &entry{id: id, n: no(len(b.entries))}
		b.byID[id], b.entries = e, append(b.entries, e)
	}
	b.change(e)
	return e
}

// change takes an entry out of the sorted lists until it was worked out again. It
// comes before anything of it changes.
func (b *inbox) change(e *entry) {
	if b.takeOut(e) {
		b.unstored++
	}
}

// takeOut is change where what is stored of the list stays as it is.
func (b *inbox) takeOut(e *entry) bool {
	if e.dirty {
		return false
	}
	b.sorted.remove(e)
	e.dirty = true
	b.changed = append(b.changed, e)
	return true
}

// activity is the newest of all that is known.
func (e *entry) activity() int64 {
	last := e.previewAt
	if last == 0 {
		last = e.created
	}
	return max(last, e.active, e.ours().provisional.created)
}

// settle works out what depends on both files.
func (e *entry) settle(now time.Time, due func(*entry, int64) int64) {
	e.lastActive = e.activity()
	f := e.facts(e.bits, now)
	e.since, e.place = f.Since(), e.placed(f, now, due)
	e.views, e.pinned = e.classify(now), e.pinnedNow(now)
}

// isTimed reports whether the clock alone may change the entry's views, its deadlines
// apart.
func (e *entry) isTimed() bool {
	return e.local != nil && (len(e.local.changes) > 0 || e.local.sent != 0)
}

// recount counts the unread messages of conversations that were read further,
// in a commit of state.db, than their row in cache.db says yet.
func (db *DB) recount(ctx context.Context) error {
	for _, e := range db.inbox.changed {
		upTo := e.flag.readUpTo
		if !e.cached || !upTo.Valid || !e.readUpTo.Valid || upTo.V == e.readUpTo.V {
			continue
		}
		t := thread{id: e.row, readUpTo: upTo, lastIn: e.lastIn}
		if err := db.cache.Read(ctx, func(l *dbfile.Conn) error { return t.countUnread(ctx, l) }); err != nil {
			return err
		}
		e.readUpTo, e.unread = upTo, int(t.unread)
	}
	return nil
}

// listed: the conversation is known, or something of ours waits in it. The
// flags of others are kept for when they become known.
func (e *entry) listed(now time.Time) bool { return e.cached || e.ours().holds(now) }

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
