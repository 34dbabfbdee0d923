package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"unibox/api"
	"unibox/state/sqlite/dbfile"
)

// The list in memory is stored in cache.db from time to time, so that a start need
// not read every conversation: it unpacks what was stored and reads what changed
// since. What is stored are facts, of both files, up to a revision of each. What
// follows from them (views, order, counts) is worked out by the rules at every start.
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
)

// storing is what the list in memory has to do with the stored one.
type storing struct {
	// every is storeEvery, or fewer in a test. unstored counts the entries that
	// changed since the list was stored; useless: the stored list is of no use.
	every, unstored int
	useless         bool
	// partly are conversations of which the stored list does not hold all: what
	// state.db says of them besides flags is read.
	partly []api.ConversationID
	// stored: the list began with the stored one; textless: the texts are in that only.
	stored, textless bool
}

// stamps say what a stored list is of.
type stamps struct{ cache, state revision }

// reach reports whether what was stored goes on to what is now.
func (s stamps) reach(cache, state revision) bool {
	return s.cache.id != "" && s.cache.reaches(cache) && s.state.reaches(state)
}

// The parts of the stored list in their table: of the entries, and of what they are
// found by.
const (
	factsFrom = 0
	textsFrom = 1 << 20
	partsEnd  = 1 << 21
)

// readStored begins the list with the stored one, if that is of use now. What cannot
// be read is of none.
func (db *DB) readStored(ctx context.Context, cache, state revision) {
	b := &db.inbox
	u := unpacker{name: b.name}
	err := u.unpack(func(each func(body []byte) error) error {
		return db.eachPart(ctx, factsFrom, textsFrom, each)
	})
	if err == nil && u.parts > 0 && !u.of.reach(cache, state) {
		err = errUseless
	}
	switch {
	case err != nil || !u.whole():
		b.useless = err != nil || u.parts > 0
	default:
		b.take(u)
	}
}

// errUseless: a part of the stored list is damaged, of other files, or of another
// program.
var errUseless = errors.New("the stored list is of no use")

func (db *DB) eachPart(ctx context.Context, from, end int, fn func(body []byte) error) error {
	return db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var body sql.RawBytes
			if err := rows.Scan(&body); err != nil {
				return err
			}
			return fn(body)
		}, "SELECT body FROM list WHERE part >= ? AND part < ? ORDER BY part", from, end)
	})
}

// take begins the list with what was unpacked. It is worked out with what changed.
func (b *inbox) take(u unpacker) {
	b.cache, b.state = u.of.cache, u.of.state
	b.byID = make(map[api.ConversationID]*entry, u.n)
	b.changed = make([]*entry, 0, u.n)
	for _, part := range u.entries {
		for i := range part {
			e := &part[i]
			e.dirty = true
			b.limit(e)
			b.byID[e.id] = e
			b.changed = append(b.changed, e)
		}
	}
	b.partly, b.stored, b.textless, b.unstored = u.partly, true, true, 0
}

// readTexts makes sure that the entries hold what they are found by.
func (db *DB) readTexts(ctx context.Context, all []*entry) error {
	b := &db.inbox
	if b.textless {
		if err := db.readStoredTexts(ctx); err != nil {
			return err
		}
		b.textless = false
	}
	var missing []*entry
	for _, e := range all {
		if e.cached && e.text == "" {
			missing = append(missing, e)
		}
	}
	if len(missing) > mostShown {
		return db.readAllTexts(ctx)
	}
	return db.loadShown(ctx, missing)
}

// readStoredTexts takes the stored texts of entries that have not changed since. The
// stored list may be another one than that which this one began with: of an entry
// that did not change it says the same.
func (db *DB) readStoredTexts(ctx context.Context) error {
	for part := textsFrom; ; part++ {
		texts, err := db.readTextsPart(ctx, part)
		if err != nil || texts == nil {
			return err
		}
		db.inbox.takeTexts(texts)
	}
}

// warmTexts reads the stored texts before anybody filters, in steps that hold nobody up.
func (db *DB) warmTexts(ctx context.Context) {
	b := &db.inbox
	b.mu.Lock()
	textless := b.textless
	b.mu.Unlock()
	for part := textsFrom; textless; part++ {
		texts, err := db.readTextsPart(ctx, part)
		b.mu.Lock()
		textless = b.textless && err == nil
		if textless {
			b.takeTexts(texts)
			b.textless = texts != nil
			textless = b.textless
		}
		b.mu.Unlock()
	}
}

// takeTexts gives entries their text that have none.
func (b *inbox) takeTexts(texts []storedText) {
	for _, t := range texts {
		if t.cache != b.cache.id || t.state != b.state.id {
			return
		}
		if e, ok := b.byID[t.id]; ok && e.text == "" && e.cached {
			e.text = t.text
		}
	}
}

// readTextsPart reads a part of the stored texts, nil behind the last one and where it
// is damaged: what is missing then is read from the rows.
func (db *DB) readTextsPart(ctx context.Context, part int) (texts []storedText, err error) {
	err = db.eachPart(ctx, part, part+1, func(body []byte) error {
		texts = unpackTexts(body)
		return nil
	})
	return texts, err
}

// readAllTexts makes the texts again from the rows.
func (db *DB) readAllTexts(ctx context.Context) error {
	rows, err := db.readRows(ctx, 0)
	for _, r := range rows {
		if e, ok := db.inbox.byID[r.id]; ok && e.text == "" {
			e.text = r.text
		}
	}
	return err
}

// toStore reports whether so many entries changed, or the stored list is of no use.
func (b *inbox) toStore(changed int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.unstored >= changed || b.useless
}

// storeList stores the list for the next start, if so many entries changed. It holds
// nobody up while it writes.
func (db *DB) storeList(ctx context.Context, changed int) error {
	var p packed
	err := db.withList(ctx, func(b *inbox, _ time.Time) error {
		if b.unstored < changed && !b.useless {
			return nil
		}
		if err := db.readTexts(ctx, b.sorted.views[allView]); err != nil {
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
	b.unstored, b.useless = max(0, b.unstored-p.changed), false
	return nil
}

// store replaces the stored list, unless that is a newer one of the same files.
func (p packed) store(ctx context.Context, l *dbfile.Conn) error {
	var body []byte
	err := l.Row(ctx, "SELECT body FROM list WHERE part = ?", factsFrom).Scan(&body)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	now, err := readRevision(ctx, l)
	if err != nil {
		return err
	}
	if of, ok := stampsOf(body); ok && of.cache.id == p.of.cache.id && of.state.id == p.of.state.id && // an older one takes nothing back
		p.of.cache.rev <= of.cache.rev && of.cache.rev <= now.rev && p.of.state.rev <= of.state.rev && !p.replace {
		return nil
	}
	if _, err := l.Exec(ctx, "DELETE FROM list"); err != nil {
		return err
	}
	for part, body := range p.parts {
		if _, err := l.Exec(ctx, "INSERT INTO list (part, body) VALUES (?, ?)", part, body); err != nil {
			return err
		}
	}
	return nil
}
