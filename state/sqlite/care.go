package sqlite

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
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
	err := c.reopen(ctx, f)
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
	salvage := func() (err error) {
		saved, err = rescue(ctx, f.path)
		return err
	}
	err := f.renew(ctx, salvage)
	if full(err) && c.db.room.dropBallast(c.dir) {
		err = f.renew(ctx, salvage)
	}
	switch {
	case full(err):
		c.shut(failingDisk, fmt.Sprintf("%s is damaged, and its disk too full to rescue what it holds: nothing is saved or sent; make room, it goes on by itself", f.path))
		return
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
	if err := setAside(path, aside); err != nil {
		return "", err
	}
	dropCaches(path)
	return aside, nil
}

// keepCaches is how many damaged caches are kept: they are large, and all that
// they hold is fetched again.
const keepCaches = 2

// dropCaches removes the oldest of those that were put aside.
func dropCaches(path string) {
	kept, _ := filepath.Glob(path + asideMark + "*")
	kept = slices.DeleteFunc(kept, func(name string) bool { return strings.HasSuffix(name, "-wal") || strings.HasSuffix(name, "-shm") })
	slices.Sort(kept) // by their dates
	for _, name := range kept[:max(0, len(kept)-keepCaches)] {
		_ = remove(name)
	}
}

func cacheNews(aside string) string {
	return "the cache was damaged and is fetched again; the old cache.db is kept beside it as " + filepath.Base(aside)
}

// restart follows new connections of a file: what was remembered of the old
// ones is read again.
func (db *DB) restart(ctx context.Context, f *file) {
	p := &db.watcher.cache
	if f == db.state {
		p = &db.watcher.state
	}
	_ = p.start(ctx) // else the next poll finds everything changed
	db.forget(f)
}

// forget drops what is remembered of a file whose content is another one now.
func (db *DB) forget(f *file) {
	db.inbox.forget()
	if f == db.cache {
		db.herald.forget()
	}
	db.health.replaced(f)
	db.feed.Mark(state.Inbox, state.Accounts, state.Outbox, state.Changes)
}
