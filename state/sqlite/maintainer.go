package sqlite

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/recovery"
)

const (
	// probeEvery is how often it is tried whether a problem is over.
	probeEvery = 5 * time.Second
	// tooSoon: an error so soon after a file was opened again is the disk's.
	tooSoon = time.Minute
)

// fileError is an error of a file, handled by the maintainer.
type fileError struct {
	file *dbfile.File
	err  error
	// opened identifies the connections that it was an error of.
	opened *fs.FileInfo
}

// reportError passes an error on to the maintainer, unless so many wait that one more
// says nothing new.
func (db *DB) reportError(f *dbfile.File, err error) {
	select {
	case db.fileErrors <- fileError{f, err, f.Opened()}:
	default:
	}
}

// maintainer deals with what happens to the files while they are open. It works on
// the watcher's goroutine.
type maintainer struct {
	db  *DB
	dir string
	// reopened is when a file was last opened again because of an error.
	reopened map[*dbfile.File]time.Time
	// probed is when it was last tried whether a problem is over, tried when
	// a file that cannot be opened was last tried.
	probed, tried time.Time
	// logRemoved is since when a file has been without the log that is open.
	logRemoved map[*dbfile.File]time.Time
	// reindexed is when the index was last begun again, which is tried once; unlisted
	// when the stored list was given up.
	reindexed, unlisted time.Time
}

func newMaintainer(db *DB) *maintainer {
	return &maintainer{db: db, dir: filepath.Dir(db.state.Path), reopened: map[*dbfile.File]time.Time{}, logRemoved: map[*dbfile.File]time.Time{}}
}

// troubled reports whether a file is not the one at its path, or was not just now.
func (c *maintainer) troubled() bool {
	return !c.db.readOnlyFolder && (len(c.logRemoved) > 0 || c.db.state.InPlace() != nil || c.db.cache.InPlace() != nil)
}

// handle deals with an error of a file.
func (c *maintainer) handle(ctx context.Context, a fileError) {
	switch f := a.file; {
	case a.opened != f.Opened(): // of connections that are no more
	case dbfile.Busy(a.err):
		c.db.condition.SetProblem(dbfile.Locked, fmt.Sprintf("%s is locked by another program, perhaps a unibox that was stopped: what you do now may not be saved or sent until it goes on or ends", f.Path))
	case dbfile.Moved(a.err):
		c.checkFile(ctx, f)
	case dbfile.ReadOnly(a.err):
		c.stopWriting(dbfile.Unwritable, fmt.Sprintf("%s cannot be written any more: nothing is saved or sent; fix the permissions of the folder or its disk", f.Path))
	case dbfile.Full(a.err):
		c.pauseFetching(fmt.Sprintf("the disk of %s is full: drafts and replies are saved while there is any room, nothing new is fetched; make room", c.dir))
	case dbfile.Damaged(a.err):
		c.damaged(ctx, f, a.err)
	default:
		c.failing(ctx, f)
	}
}

// pauseFetching stops what can be fetched again from taking up room. The ballast goes,
// so that what cannot has some.
func (c *maintainer) pauseFetching(problem string) {
	c.db.room.DropBallast(c.dir)
	c.probed = time.Now()
	c.db.cache.Refuse(state.ErrNoRoom)
	c.db.condition.SetProblem(dbfile.NoRoom, problem)
}

// stopWriting stops all writing.
func (c *maintainer) stopWriting(kind dbfile.Problem, problem string) {
	c.probed = time.Now()
	for _, f := range []*dbfile.File{c.db.state, c.db.cache} {
		f.Refuse(state.ErrReadOnly)
	}
	c.db.condition.SetProblem(kind, problem)
}

// failing opens a file again after an error of reading. After a second error soon
// after that it takes the disk for failing.
func (c *maintainer) failing(ctx context.Context, f *dbfile.File) {
	soon := time.Since(c.reopened[f]) < tooSoon
	c.reopened[f] = time.Now()
	err := c.reopen(ctx, f)
	if f == c.db.state && dbfile.Damaged(err) { // as a log that was cut
		c.rescue(ctx)
		return
	}
	if err != nil || soon {
		c.stopWriting(dbfile.FailingDisk, fmt.Sprintf("%s cannot be read reliably: nothing is saved or sent; look at its disk, and start unibox again", f.Path))
		return
	}
	c.db.restart(ctx, f)
}

// damaged repairs a file: the cache is begun again, or only its index where
// nothing else is wrong; a stored list that alone is damaged is left alone; state.db
// is rescued.
func (c *maintainer) damaged(ctx context.Context, f *dbfile.File, err error) {
	if time.Since(c.reopened[f]) < probeEvery {
		c.failing(ctx, f)
		return
	}
	switch {
	case f == c.db.state:
		c.reopened[f] = time.Now()
		c.rescue(ctx)
	case time.Since(c.reindexed) < probeEvery || time.Since(c.unlisted) < probeEvery: // an error from before may only arrive now
	case c.unlisted.IsZero() && c.db.onlyList(ctx):
		c.unlisted = time.Now()
		c.db.inbox.unstorable.Store(true)
	case c.reindexed.IsZero() && c.db.onlyIndex(ctx, err):
		c.reindexed = time.Now()
		if c.db.dropIndex(ctx) == nil {
			c.probeIndex(ctx)
			return
		}
		fallthrough
	default:
		c.reopened[f] = time.Now()
		c.renewCache(ctx)
	}
}

func (c *maintainer) rescue(ctx context.Context) {
	f := c.db.state
	var saved *recovery.Rescued
	salvage := func() (err error) {
		saved, err = stateStore(f.Path).Rescue(ctx)
		return err
	}
	err := f.Reopen(ctx, salvage)
	if dbfile.Full(err) && c.db.room.DropBallast(c.dir) {
		err = f.Reopen(ctx, salvage)
	}
	switch {
	case dbfile.Full(err):
		c.stopWriting(dbfile.FailingDisk, fmt.Sprintf("%s is damaged, and its disk too full to rescue what it holds: nothing is saved or sent; make room, it continues by itself", f.Path))
		return
	case err != nil:
		c.stopWriting(dbfile.FailingDisk, f.Path+" is damaged and cannot be rescued now: nothing is saved or sent; copy its folder away, then start unibox again")
		return
	case saved != nil:
		c.db.condition.AddNews(saved.String())
	}
	c.db.restart(ctx, f)
}

// renewCache puts a damaged cache aside, unless another session has.
func (c *maintainer) renewCache(ctx context.Context) {
	f, aside := c.db.cache, ""
	err := f.Reopen(ctx, func() (err error) {
		aside, err = recovery.Quarantine(ctx, f.Path, f.InPlace)
		return err
	})
	if err != nil {
		c.stopWriting(dbfile.FailingDisk, fmt.Sprintf("%s is damaged and cannot be replaced: nothing new is shown; move it away, then start unibox again", f.Path))
		return
	}
	c.unlisted = time.Time{}
	c.db.inbox.unstorable.Store(false)
	if aside != "" {
		c.db.condition.AddNews(cacheNews(aside))
	}
	c.db.restart(ctx, f)
}

func cacheNews(aside string) string {
	return "the cache was damaged and is fetched again; the old cache.db is kept beside it as " + filepath.Base(aside)
}

// restart follows new connections of a file: what was remembered of the old
// ones is read again.
func (db *DB) restart(ctx context.Context, f *dbfile.File) {
	p := &db.watcher.cache
	if f == db.state {
		p = &db.watcher.state
	}
	_ = p.start(ctx) // else the next poll finds everything changed
	db.watcher.follow(f)
	db.forget(f)
}

// forget drops what is remembered of a file whose content is another one now.
func (db *DB) forget(f *dbfile.File) {
	db.inbox.forget()
	if f == db.cache {
		db.ForgetRequests()
	}
	db.condition.Replaced(f)
	db.feed.Mark(state.Inbox, state.Accounts, state.Outbox, state.Changes)
}

// probe tries from time to time whether a problem is over, and checks the room
// that is left on the disk.
func (c *maintainer) probe(ctx context.Context) {
	c.probeLock(ctx)
	if time.Since(c.probed) < probeEvery || c.db.readOnlyFolder {
		return
	}
	c.probed = time.Now()
	c.probeWrites(ctx)
	c.probeRoom()
	c.probeIndex(ctx)
}

// probeLock ends the problem of a lock once both files can be written again.
func (c *maintainer) probeLock(ctx context.Context) {
	h := c.db.condition
	if h.Has(dbfile.Locked) && !c.db.state.Locked(ctx) && !c.db.cache.Locked(ctx) {
		h.SetProblem(dbfile.Locked, "")
	}
}

// probeIndex shows as a problem that the index is being made, by whichever session.
func (c *maintainer) probeIndex(ctx context.Context) {
	problem := ""
	missing, err := c.db.Indexing(ctx)
	if err != nil {
		return
	}
	if missing {
		problem = "the search index is being made again: some messages are not found yet"
	}
	c.db.condition.SetProblem(dbfile.Indexing, problem)
}

func (c *maintainer) probeWrites(ctx context.Context) {
	h := c.db.condition
	if !h.Has(dbfile.Unwritable) && !h.Has(dbfile.FailingDisk) {
		return
	}
	for _, f := range []*dbfile.File{c.db.state, c.db.cache} {
		if f.InPlace() != nil { // checkFile handles it, and may need what is still open
			return
		}
		err := c.reopen(ctx, f)
		if f == c.db.state && dbfile.Damaged(err) {
			c.rescue(ctx)
			return
		}
		if err != nil || f == c.db.state && dbfile.Damaged(f.Check(ctx)) { // the alarm calls for a rescue
			return
		}
		err = f.Transact(ctx, func(l *dbfile.Conn) error { _, err := l.Exec(ctx, "UPDATE clock SET rev = rev"); return err })
		if err != nil {
			return
		}
	}
	for _, f := range []*dbfile.File{c.db.state, c.db.cache} {
		f.Allow()
		c.db.restart(ctx, f)
	}
	h.SetProblem(dbfile.Unwritable, "")
	h.SetProblem(dbfile.FailingDisk, "")
}

func (c *maintainer) probeRoom() {
	h, r := c.db.condition, c.db.room
	missed := h.Has(dbfile.NoRoom)
	switch short := r.Short(c.dir, missed); {
	case short != "":
		c.db.cache.Refuse(state.ErrNoRoom)
		h.SetProblem(dbfile.NoRoom, short)
	case r.MakeBallast(c.dir) && missed:
		if !h.Has(dbfile.Unwritable) && !h.Has(dbfile.FailingDisk) {
			c.db.cache.Allow()
		}
		h.SetProblem(dbfile.NoRoom, "")
	}
}
