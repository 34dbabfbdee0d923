package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"unibox/state"
)

const (
	// probeEvery is how often it is tried whether a trouble is over.
	probeEvery = 5 * time.Second
	// tooSoon is how long after a cure the same trouble calls for another one.
	tooSoon = time.Minute
)

// alarm is an error of a file, heard by its carer.
type alarm struct {
	file *file
	err  error
	// opened tells which connections it was an error of.
	opened *fs.FileInfo
}

// alert passes an error on to the carer, unless so many wait that one more
// says nothing new.
func (db *DB) alert(f *file, err error) {
	select {
	case db.alarms <- alarm{f, err, f.opened.Load()}:
	default:
	}
}

// carer deals with what happens to the files while they are open. It works on
// the watcher's goroutine.
type carer struct {
	db  *DB
	dir string
	// cured is when a file was last opened anew because of an error.
	cured map[*file]time.Time
	// probed is when it was last tried whether a trouble is over, looked when
	// a file that cannot be opened was last tried.
	probed, looked time.Time
	// reindexed is when the index was begun anew, which is tried once.
	reindexed time.Time
}

func newCarer(db *DB) *carer {
	return &carer{db: db, dir: filepath.Dir(db.state.path), cured: map[*file]time.Time{}}
}

// hear deals with an error of a file.
func (c *carer) hear(ctx context.Context, a alarm) {
	switch f := a.file; {
	case a.opened != f.opened.Load(): // of connections that are no more
	case moved(a.err):
		c.place(ctx, f)
	case readOnly(a.err):
		c.shut(unwritable, fmt.Sprintf("%s cannot be written any more: nothing is saved or sent; mend the permissions of the folder or its disk", f.path))
	case full(a.err):
		c.scarce(fmt.Sprintf("the disk of %s is full: drafts and replies are saved while there is any room, nothing new is fetched; make room", c.dir))
	case damaged(a.err):
		c.damaged(ctx, f, a.err)
	default:
		c.failing(ctx, f)
	}
}

// scarce stops what can be fetched again from taking up room. The ballast goes,
// so that what cannot has some.
func (c *carer) scarce(trouble string) {
	c.db.room.dropBallast(c.dir)
	c.probed = time.Now()
	c.db.cache.refuse(state.ErrNoRoom)
	c.db.health.suffer(noRoom, trouble)
}

// shut stops all writing.
func (c *carer) shut(kind ailment, trouble string) {
	c.probed = time.Now()
	for _, f := range []*file{c.db.state, c.db.cache} {
		f.refuse(state.ErrReadOnly)
	}
	c.db.health.suffer(kind, trouble)
}

// failing opens a file anew once after an error of reading. A second one soon
// after it is the disk's.
func (c *carer) failing(ctx context.Context, f *file) {
	soon := time.Since(c.cured[f]) < tooSoon
	c.cured[f] = time.Now()
	err := f.renew(ctx, func() error { return nil })
	if err != nil || soon {
		c.shut(failingDisk, fmt.Sprintf("%s cannot be read reliably: nothing is saved or sent; look at its disk, and start unibox again", f.path))
		return
	}
	c.db.restart(ctx, f)
}

// damaged mends a file: the cache is begun anew, or only its index where
// nothing else is wrong; state.db is rescued.
func (c *carer) damaged(ctx context.Context, f *file, err error) {
	if time.Since(c.cured[f]) < probeEvery {
		c.failing(ctx, f)
		return
	}
	switch {
	case f == c.db.state:
		c.cured[f] = time.Now()
		c.rescue(ctx)
	case f == c.db.cache && time.Since(c.reindexed) < probeEvery: // who met the old index may only tell now
	case c.reindexed.IsZero() && c.db.onlyIndex(ctx, err):
		c.reindexed = time.Now()
		if c.db.dropIndex(ctx) == nil {
			c.probeIndex(ctx)
			return
		}
		fallthrough
	default:
		c.cured[f] = time.Now()
		c.renewCache(ctx)
	}
}

func (c *carer) rescue(ctx context.Context) {
	f := c.db.state
	var saved *Rescued
	err := f.renew(ctx, func() (err error) {
		saved, err = rescue(ctx, f.path)
		return err
	})
	switch {
	case err != nil:
		c.shut(failingDisk, f.path+" is damaged and cannot be rescued now: nothing is saved or sent; copy its folder away, then start unibox again")
		return
	case saved != nil:
		c.db.health.tell(saved.String())
	}
	c.db.restart(ctx, f)
}

// renewCache puts a damaged cache aside, unless another session has.
func (c *carer) renewCache(ctx context.Context) {
	f, aside := c.db.cache, ""
	err := f.renew(ctx, func() (err error) {
		aside, err = quarantineCache(ctx, f.path, f.inPlace)
		return err
	})
	if err != nil {
		c.shut(failingDisk, fmt.Sprintf("%s is damaged and cannot be replaced: nothing new is shown; move it away, then start unibox again", f.path))
		return
	}
	if aside != "" {
		c.db.health.tell(cacheNews(aside))
	}
	c.db.restart(ctx, f)
}

// quarantineCache moves a damaged cache aside if, under the lock, still holds.
// It returns the new name, empty if somebody else was faster.
func quarantineCache(ctx context.Context, path string, still func() error) (string, error) {
	lock, err := lockFolder(ctx, filepath.Dir(path))
	if err != nil {
		return "", err
	}
	defer lock.unlock()
	if still() != nil {
		return "", nil
	}
	aside := asideName(path, time.Now().Format(stampFormat))
	return aside, setAside(path, aside)
}

func cacheNews(aside string) string {
	return "the cache was damaged and is fetched again; the old one is kept as " + aside
}

// places looks whether the open files are still those at their paths.
func (c *carer) places(ctx context.Context) {
	if c.db.frozen {
		return
	}
	for _, f := range []*file{c.db.state, c.db.cache} {
		c.place(ctx, f)
	}
}

// place opens what is at the path of a file now. Where nothing is, state.db is
// written again from what is still open, and the cache begun anew.
func (c *carer) place(ctx context.Context, f *file) {
	if f.inPlace() == nil || time.Since(c.looked) < time.Second {
		return
	}
	var err error
	news := ""
	switch _, gone := os.Stat(f.path); {
	case gone == nil:
		err = f.renew(ctx, func() error { return nil })
	case f == c.db.state:
		news = "the state folder was emptied while unibox ran: drafts and unsent messages are written again, the rest is fetched again"
		err = c.rewrite(ctx)
	default:
		err = f.renew(ctx, func() error { return os.MkdirAll(c.dir, 0o700) })
	}
	if err != nil {
		c.looked = time.Now()
		c.shut(failingDisk, f.path+" cannot be opened any more: nothing is saved or sent; look at the folder and its disk")
		return
	}
	if news != "" {
		c.db.health.tell(news)
	}
	c.db.restart(ctx, f)
}

// rewrite makes state.db again from what the open connections still see of the
// removed one. Nothing is added to that any more: a write looks for the file at
// its path first.
func (c *carer) rewrite(ctx context.Context) error {
	f := c.db.state
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	lock, err := lockFolder(ctx, c.dir)
	if err != nil {
		return err
	}
	defer lock.unlock()
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		err := f.inTurn(ctx, f.writer, func(l *link) error {
			begun := l.transact(ctx, "BEGIN IMMEDIATE", func(*link) error { return nil }) // whoever was writing has ended
			return errors.Join(begun, copyInto(ctx, l, f.path))
		})
		if err != nil {
			return err
		}
	}
	return f.renew(ctx, func() error { return nil })
}

// probe tries from time to time whether a trouble is over, and looks at the
// room that is left.
func (c *carer) probe(ctx context.Context) {
	if time.Since(c.probed) < probeEvery || c.db.frozen {
		return
	}
	c.probed = time.Now()
	c.probeWrites(ctx)
	c.probeRoom()
	c.probeIndex(ctx)
}

// probeIndex tells whether the index is being made, by whichever session.
func (c *carer) probeIndex(ctx context.Context) {
	trouble := ""
	missing, err := c.db.Indexing(ctx)
	if err != nil {
		return
	}
	if missing {
		trouble = "the search index was damaged and is being made again: older messages are not found yet"
	}
	c.db.health.suffer(indexing, trouble)
}

func (c *carer) probeWrites(ctx context.Context) {
	h := c.db.health
	if !h.ill(unwritable) && !h.ill(failingDisk) {
		return
	}
	for _, f := range []*file{c.db.state, c.db.cache} {
		if f.inPlace() != nil { // place deals with it, and may need what is still open
			return
		}
		if err := f.renew(ctx, func() error { return nil }); err != nil {
			return
		}
		err := f.transact(ctx, func(l *link) error { _, err := l.exec(ctx, "UPDATE clock SET rev = rev"); return err })
		if err != nil {
			return
		}
	}
	for _, f := range []*file{c.db.state, c.db.cache} {
		f.shut.Store(nil)
		c.db.restart(ctx, f)
	}
	h.suffer(unwritable, "")
	h.suffer(failingDisk, "")
}

func (c *carer) probeRoom() {
	h, r := c.db.health, c.db.room
	missed := h.ill(noRoom)
	switch short := r.short(c.dir, missed); {
	case short != "":
		c.db.cache.refuse(state.ErrNoRoom)
		h.suffer(noRoom, short)
	case r.makeBallast(c.dir) && missed:
		if !h.ill(unwritable) && !h.ill(failingDisk) {
			c.db.cache.shut.Store(nil)
		}
		h.suffer(noRoom, "")
	}
}

// restart follows new connections of a file: what was remembered of the old
// ones is read again.
func (db *DB) restart(ctx context.Context, f *file) {
	db.inbox.forget()
	p := &db.watcher.cache
	if f == db.state {
		p = &db.watcher.state
	}
	_ = p.start(ctx) // else the next poll finds everything changed
	db.health.replaced(f)
	db.feed.Mark(state.Inbox, state.Accounts, state.Outbox, state.Changes)
}
