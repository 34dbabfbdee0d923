package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"time"

	"unibox/api"
	rules "unibox/state/inbox"
	"unibox/state/sqlite/dbfile"
)

// The list in memory is stored in cache.db from time to time, so that a start need
// not read every conversation: it takes what was stored and reads what changed
// since. What is stored are facts, of both files, up to a revision of each, and what
// the rules made of them (views, order, counts) as of a moment. Entries stay packed
// until somebody asks for them (inbox.entryOf).
//
// It is used if it is whole, was packed by this layout, and belongs to these very
// files at revisions that they have reached. Otherwise every conversation is read.

const (
	// storeEvery is how many entries change until the list is stored again.
	storeEvery = 1000
	// storeAtEnd is how many changed entries make it worth storing at the end.
	storeAtEnd = 50
	// storeAgain is how long after a failure it is tried again.
	storeAgain = 10 * time.Second
	// bareFor is how long the list stays stored without its texts where it was stored
	// just now: what drops text drops more.
	bareFor = time.Minute
)

// storing is what the list in memory has to do with the stored one.
type storing struct {
	// every is storeEvery, or fewer in a test. unstored counts the entries that
	// changed since the list was stored; useless: the stored list is of no use.
	every, unstored int
	useless         bool
	storedAt        time.Time
	// partly are conversations of which the stored list does not hold all: what
	// state.db says of them besides flags is read.
	partly []api.ConversationID
	// stored: the list began with the stored one; textless: the texts are in that only;
	// whole: what was missing of them was read from the rows.
	stored, textless, whole bool
}

// stamps say what a stored list is of, and which one it is: two of the same may have
// their entries in different places.
type stamps struct {
	cache, state revision
	list         uint64
}

// reach reports whether what was stored goes on to what is now.
func (s stamps) reach(cache, state revision) bool {
	return s.cache.id != "" && s.cache.reaches(cache) && s.state.reaches(state)
}

// The parts of the stored list in their table: the index, facts, what entries are found
// by, and in which revision text of these was last dropped.
const (
	indexPart   = 0
	factsFrom   = 1
	textsFrom   = 1 << 20
	droppedPart = 1 << 21
)

// readStored begins the list with the stored one, if that is of use now. What cannot
// be read is of none.
func (db *DB) readStored(ctx context.Context, cache, state revision) {
	b := &db.inbox
	if b.unstorable.Load() {
		return
	}
	s, err := db.storedStock(ctx)
	if err == nil && s.whole() && s.of.reach(cache, state) {
		b.take(s)
		return
	}
	if ctx.Err() == nil { // else nobody knows
		b.useless = err != nil || s.of != stamps{}
	}
}

// storedStock is the stored list, as it was read ahead if it was.
func (db *DB) storedStock(ctx context.Context) (s stock, err error) {
	if ahead := db.inbox.ahead; ahead != nil {
		select {
		case <-ctx.Done():
			return s, ctx.Err()
		case <-ahead.done:
		}
		if ctx.Err() != nil {
			return s, ctx.Err()
		}
		db.inbox.ahead = nil
		if ahead.err == nil {
			return ahead.stock, nil
		}
	}
	err = db.eachPart(ctx, indexPart, textsFrom, s.add)
	return s, err
}

// ahead is the stored list as it is read before anybody uses the list: what that is worked
// out by is not said yet, and to say it waits for no disk.
type ahead struct {
	stock
	err error
	// done is closed when it was read.
	done chan struct{}
}

func (db *DB) readAhead(ctx context.Context) {
	a := db.inbox.ahead
	defer close(a.done)
	a.err = errors.New("not read") // where this panics
	a.err = db.eachPart(ctx, indexPart, textsFrom, a.add)
}

// errUseless: a part of the stored list is damaged, of other files, or of another
// program.
var errUseless = errors.New("the stored list is of no use")

// eachPart hands fn the parts of the stored list in their order. It may keep them.
func (db *DB) eachPart(ctx context.Context, from, end int, fn func(body []byte) error) error {
	return db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var body sql.RawBytes
			if err := rows.Scan(&body); err != nil {
				return err
			}
			return fn(body) // the driver makes another one for the next row
		}, "SELECT body FROM list WHERE part >= ? AND part < ? ORDER BY part", from, end)
	})
}

// take begins the list with a stored one, whatever a use that failed has left. Entries
// of which that does not hold all are worked out with what changed.
func (b *inbox) take(s stock) {
	b.clear()
	b.cache, b.state = s.of.cache, s.of.state
	x := s.index
	s.index = index{table: x.table}
	b.entries, b.stock, b.clock = make([]*entry, s.total), s, x.clock
	b.stored, b.textless = true, true
	for key, length := range x.windows {
		if b.windows != nil && b.windows(key.account, key.kind) != length {
			b.unsettle()
			break
		}
		b.lengths[key] = length
	}
	if b.borrowed = x.print != b.print && !b.served; x.print != b.print && b.served && !b.unsettled() {
		b.unsettle()
	}
	if !b.unsettled() {
		b.sorted.views, b.sorted.channels, b.deadlines = x.views, x.channels, x.deadlines
	}
	for _, n := range x.partly {
		e := b.entryOf(n)
		b.partly = append(b.partly, e.id)
		if !e.dirty {
			e.views, e.since, e.place, e.dirty = 0, 0, rules.Place{}, true
			b.changed = append(b.changed, e)
		}
	}
}

// unsettle has all entries worked out again: what they were worked out by does not hold.
// What is stored is of no use to the next start either.
func (b *inbox) unsettle() {
	b.lengths, b.deadlines = map[windowKey]time.Duration{}, nil
	b.sorted, b.timed, b.changed = newSorted(b.entryOf), map[*entry]struct{}{}, b.changed[:0]
	for n := range b.entries {
		e := b.entryOf(no(n))
		b.limit(e)
		e.views, e.dirty = 0, true
		b.changed = append(b.changed, e)
	}
	b.clock, b.useless = 0, true
}

// unsettled reports whether all entries are to be worked out again.
func (b *inbox) unsettled() bool { return b.clock == 0 }

// readTexts makes sure that all that entries are found by is there.
func (db *DB) readTexts(ctx context.Context) error {
	b := &db.inbox
	for part := textsFrom; b.textless; part++ {
		texts, err := db.readTextsPart(ctx, part, b.stock.of.list)
		if err != nil {
			return err
		}
		if texts == nil {
			b.noMoreTexts(part - textsFrom)
			break
		}
		b.takeTexts(part-textsFrom, texts)
	}
	if b.lacksTexts() {
		return db.readAllTexts(ctx)
	}
	return nil
}

// lacksTexts reports whether a text is missing that could be had.
func (b *inbox) lacksTexts() bool {
	if b.whole || len(b.texts) == len(b.stock.pages) {
		return false
	}
	for n := range b.entries {
		if b.text(no(n)) == "" && b.peek(no(n)).cached {
			return true
		}
	}
	return false
}

// warmTexts reads the stored texts before anybody filters, in steps that hold nobody up.
func (db *DB) warmTexts(ctx context.Context) {
	b := &db.inbox
	b.mu.Lock()
	textless, list := b.textless, b.stock.of.list
	b.mu.Unlock()
	for part := textsFrom; textless; part++ {
		texts, err := db.readTextsPart(ctx, part, list)
		b.mu.Lock()
		textless = b.textless && err == nil
		if textless && texts != nil {
			b.takeTexts(part-textsFrom, texts)
		} else if textless {
			b.noMoreTexts(part - textsFrom)
			textless = false
		}
		b.mu.Unlock()
	}
}

// noMoreTexts: only so many parts of the texts could be read.
func (b *inbox) noMoreTexts(parts int) {
	b.textless = false
	if parts < len(b.stock.pages) {
		b.bare.Add(1)
	}
}

// takeTexts takes the stored texts of a part. If another session has stored another
// list meanwhile, they go to the entries that have none: of one that did not change it
// says the same.
func (b *inbox) takeTexts(part int, t *storedTexts) {
	switch {
	case t.of.cache.id != b.cache.id || t.of.state.id != b.state.id:
	case t.of.list != b.stock.of.list:
		for i, id := range t.ids {
			if e, ok := b.find(id); ok && e.text == "" && e.cached {
				e.text = t.nth(i)
			}
		}
	case part == len(b.texts) && len(t.end) == min(perPart, b.stock.total-part*perPart):
		b.texts = append(b.texts, &t.textPage)
	}
}

// readTextsPart reads a part of the stored texts, nil behind the last one and where it
// is damaged: what is missing then is read from the rows.
func (db *DB) readTextsPart(ctx context.Context, part int, list uint64) (texts *storedTexts, err error) {
	if db.inbox.unstorable.Load() {
		return nil, nil
	}
	err = db.eachPart(ctx, part, part+1, func(body []byte) error {
		texts = unpackTexts(body, list)
		return nil
	})
	return texts, err
}

// readAllTexts makes the texts again from the rows.
func (db *DB) readAllTexts(ctx context.Context) error {
	rows, err := db.readRows(ctx, 0)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if e, ok := db.inbox.find(r.id); ok && e.text == "" && e.cached {
			e.text = r.text
		}
	}
	db.inbox.whole = true
	return nil
}

// text is what an entry is found by.
func (b *inbox) text(n no) string {
	e := b.entries[n]
	if e != nil && (e.text != "" || !e.cached) {
		return e.text
	}
	if at := int(n / perPart); at < len(b.texts) {
		return b.texts[at].nth(int(n % perPart))
	}
	return ""
}

// toStore reports whether so many entries changed, the stored list is of no use, or it
// has been without its texts for a time.
func (b *inbox) toStore(changed int, bareFor time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.unstorable.Load() || b.borrowed {
		return false
	}
	return b.unstored >= changed || b.useless || b.bare.Load() > 0 && time.Since(b.storedAt) >= bareFor
}

// dropTexts takes the stored texts away, in a transaction that takes text out of the
// rows that they may hold. No list that was packed before is stored after it.
func (db *DB) dropTexts(ctx context.Context, l *dbfile.Conn, rev int64) error {
	if db.inbox.unstorable.Load() {
		return nil
	}
	if _, err := l.Exec(ctx, "DELETE FROM list WHERE part >= ?", textsFrom); err != nil {
		return err
	}
	_, err := l.Exec(ctx, "INSERT INTO list (part, body) VALUES (?, ?)", droppedPart, binary.AppendVarint(nil, rev))
	return err
}

// storeList stores the list for the next start, if so many entries changed. It holds
// nobody up while it writes.
func (db *DB) storeList(ctx context.Context, changed int) error {
	var p packed
	err := db.withList(ctx, func(b *inbox, _ time.Time) error {
		if b.borrowed || b.unstored < changed && !b.useless && b.bare.Load() == 0 {
			return nil
		}
		if err := db.readTexts(ctx); err != nil {
			return err
		}
		p = b.pack()
		return nil
	})
	if err != nil || p.parts == nil {
		return err
	}
	if err := db.cache.Write(ctx, func(l *dbfile.Conn) error { return p.store(ctx, l) }); err != nil {
		return err
	}
	b := &db.inbox
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unstored, b.useless, b.storedAt = max(0, b.unstored-p.changed), false, time.Now()
	b.bare.Add(-p.bare)
	return nil
}

// errOutdated: what a list was packed from is no more.
var errOutdated = errors.New("the list is stored from what was dropped since")

// store replaces the stored list, unless that is a newer one of the same files. One that
// may hold what was dropped since is not stored.
func (p packed) store(ctx context.Context, l *dbfile.Conn) error {
	of, err := storedOne(ctx, l)
	if err != nil {
		return err
	}
	now, err := readRevision(ctx, l)
	if err != nil {
		return err
	}
	if dropped, err := droppedIn(ctx, l); err != nil || p.of.cache.id != now.id || p.of.cache.rev < dropped {
		return cmp.Or(err, errOutdated)
	}
	if of.cache.id == p.of.cache.id && of.state.id == p.of.state.id && // an older one takes nothing back
		p.of.cache.rev <= of.cache.rev && of.cache.rev <= now.rev && p.of.state.rev <= of.state.rev && !p.replace {
		return nil
	}
	if _, err := l.Exec(ctx, "DELETE FROM list WHERE part < ?", droppedPart); err != nil {
		return err
	}
	for part, body := range p.parts {
		if _, err := l.Exec(ctx, "INSERT INTO list (part, body) VALUES (?, ?)", part, body); err != nil {
			return err
		}
	}
	return nil
}

// storedOne says of what the list is that is stored, of nothing where none is of use.
func storedOne(ctx context.Context, l *dbfile.Conn) (of stamps, err error) {
	body, err := readPart(ctx, l, indexPart)
	if of, ok := stampsOf(body); ok {
		return of, err
	}
	return stamps{}, err
}

// droppedIn is the revision in which stored text was last dropped, 0 for never.
func droppedIn(ctx context.Context, l *dbfile.Conn) (rev int64, err error) {
	body, err := readPart(ctx, l, droppedPart)
	rev, _ = binary.Varint(body)
	return rev, err
}

// readPart reads a part of the stored list, nil where there is none.
func readPart(ctx context.Context, l *dbfile.Conn, part int) (body []byte, err error) {
	err = l.Row(ctx, "SELECT body FROM list WHERE part = ?", part).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return body, err
}
