package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"io/fs"
	"os"
	"path/filepath"

	"unibox/api"
	"unibox/state"
	"unibox/state/osfile"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/recovery"
)

const (
	// pollEvery is how often other processes' commits are looked for.
	pollEvery = 100 * time.Millisecond
	// rarely is how often they are looked for where the system says that
	// something was written, in case it did not, and what else changes by itself.
	rarely = 6 * time.Second
	// gather is how long what is written runs together before it is looked at: a
	// commit is several writes.
	gather = 30 * time.Millisecond
	// flushEvery is how often checks without news are written to disk.
	flushEvery = 5 * time.Second
	// textsAfter is how long after it read the list a start reads what that is found by:
	// the first frame is there, and nobody has typed a name yet.
	textsAfter = 400 * time.Millisecond
)

// watcher marks on our feed what other processes commit. Every row carries the
// revision that changed it, so it knows what to mark.
//
// It looks at the files when the system says that one was written to, and rarely
// otherwise; where the system cannot say it, or did not say it once, it polls.
type watcher struct {
	db           *DB
	maintainer   *maintainer
	state, cache fileWatch
	// notices is nil where it polls. noticed: they said something since the last
	// look; doubted: they did not, and another process had committed.
	notices          *dbfile.Notifier
	noticed, doubted bool
	flushed          time.Time
	// settleFrom is when the log of state.db may be emptied again, storeFrom when the
	// list may be stored.
	settleFrom, storeFrom time.Time
}

// fileWatch is how far one file has been watched.
type fileWatch struct {
	file *dbfile.File
	// version is the file's data_version when it was last looked at, seen the
	// revision up to which everything has been marked.
	version, seen int64
	// failed: the last look could not be had, and is to be made up for.
	failed  bool
	changed func(ctx context.Context, l *dbfile.Conn, since int64) ([]state.Topic, error)
}

func (db *DB) watch() error {
	ctx, stop := context.WithCancel(context.Background())
	db.stop, db.watched = stop, make(chan error, 1)
	w := &watcher{
		db: db, maintainer: newMaintainer(db), flushed: time.Now(),
		state: fileWatch{file: db.state, changed: touchedTopics}, cache: fileWatch{file: db.cache, changed: db.cacheTopics},
	}
	if err := errors.Join(w.state.start(ctx), w.cache.start(ctx)); err != nil {
		db.watched <- nil
		return errors.Join(err, db.Close())
	}
	if db.notified {
		w.notices, _ = dbfile.Notify(db.state, db.cache) // else it polls
	}
	db.watcher, db.inbox.ahead = w, &ahead{done: make(chan struct{})}
	go func() { db.watched <- state.Guarded(func() error { return w.run(ctx) }) }()
	return nil
}

// run looks at the files and takes care of them until ctx ends. A look that fails
// is made up for by the next. It first reads the stored list, which at a start takes
// longer than anything else.
func (w *watcher) run(ctx context.Context) error {
	w.db.readAhead(ctx)
	defer func() { _ = w.notices.Close() }()
	timer := time.NewTimer(w.pause())
	defer timer.Stop()
	texts, check := time.NewTimer(textsAfter), time.NewTimer(checkAfter)
	defer texts.Stop()
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			w.end(context.WithoutCancel(ctx))
			return nil
		case a := <-w.db.fileErrors:
			w.maintainer.handle(ctx, a)
			timer.Reset(w.db.poll)
		case <-w.notices.Written():
			w.notice(timer)
		case <-w.notices.Lost():
			w.notice(timer)
		case <-w.db.begun:
			w.begin(ctx)
		case <-texts.C:
			w.begin(ctx)
			w.db.warmTexts(ctx)
		case <-check.C:
			w.check(ctx)
		case now := <-timer.C:
			w.look(ctx, now)
			timer.Reset(w.pause())
		}
	}
}

// begin works out the list.
func (w *watcher) begin(ctx context.Context) {
	_ = w.db.withList(ctx, func(*inbox, time.Time) error { return nil })
}

// follow watches a file that was opened again; it polls where that cannot be done.
func (w *watcher) follow(f *dbfile.File) {
	if w.notices != nil && w.notices.Follow(f) != nil {
		_ = w.notices.Close()
		w.notices = nil
	}
}

// notice has the files looked at in a moment.
func (w *watcher) notice(timer *time.Timer) {
	if !w.noticed {
		timer.Reset(gather)
	}
	w.noticed, w.doubted = true, false
}

func (w *watcher) look(ctx context.Context, now time.Time) {
	w.maintainer.checkFiles(ctx)
	w.maintainer.probe(ctx)
	foreign := w.marked(ctx)
	w.judge(foreign)
	w.settle(ctx, now)
	w.store(ctx, now)
	if now.Sub(w.flushed) >= flushEvery && w.db.flushChecks(ctx) == nil {
		w.flushed = now
	}
}

// marked marks what other processes committed, and reports whether any did.
func (w *watcher) marked(ctx context.Context) (foreign bool) {
	topics, state := w.state.poll(ctx)
	others, cache := w.cache.poll(ctx)
	w.mark(append(topics, others...))
	return state || cache
}

// judge gives up notices that do not come: a commit was found without one, and none
// came for it until the next look either.
func (w *watcher) judge(foreign bool) {
	if w.doubted && w.notices != nil {
		_ = w.notices.Close()
		w.notices = nil
	}
	w.doubted = foreign && !w.noticed
	w.noticed = false
}

// pause is how long to wait for the next look if nothing is noticed.
func (w *watcher) pause() time.Duration {
	if w.notices == nil || w.doubted || w.state.failed || w.cache.failed || w.db.condition.Has(dbfile.Locked) || w.maintainer.troubled() || w.unsettled() {
		return w.db.poll
	}
	return state.UntilBeat(w.db.rarely)
}

// settleShare bounds the emptying of the log to a tenth of the time: while it
// lasts, nobody writes.
const settleShare = 10

// settle moves what was committed to state.db out of its log, where damage would
// take it back. On a full disk the log keeps the room that it has.
func (w *watcher) settle(ctx context.Context, now time.Time) {
	if now.Before(w.settleFrom) || w.db.readOnlyFolder || w.db.condition.Has(dbfile.NoRoom) {
		return
	}
	begun := time.Now()
	w.db.state.Settle(ctx)
	w.settleFrom = now.Add(settleShare * time.Since(begun))
}

// unsettled reports whether settle has something left to do.
func (w *watcher) unsettled() bool {
	return !w.db.readOnlyFolder && !w.db.condition.Has(dbfile.NoRoom) && !w.db.state.Settled()
}

func (p *fileWatch) start(ctx context.Context) (err error) {
	if p.version, err = p.file.Version(ctx); err != nil {
		return fmt.Errorf("%s cannot be watched: %w", p.file.Path, err)
	}
	return p.file.Read(ctx, func(l *dbfile.Conn) error { return l.Row(ctx, "SELECT rev FROM clock").Scan(&p.seen) })
}

func (w *watcher) mark(topics []state.Topic) {
	if slices.Contains(topics, state.Disk) {
		w.db.forget(w.db.cache)
	}
	w.db.feed.Mark(topics...)
}

// endLimit bounds what is done at the end.
const endLimit = 5 * time.Second

// end checks the files a last time, since what is only in memory is lost after it,
// and writes the checks to disk. One that cannot be written costs a request at
// the next start.
func (w *watcher) end(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, endLimit)
	defer cancel()
	w.maintainer.checkFiles(ctx)
	_ = w.db.flushChecks(ctx)
	if w.db.inbox.toStore(storeAtEnd, 0) {
		_ = w.db.storeList(ctx, storeAtEnd)
	}
}

// poll returns what another process made stale since the last one, and whether
// any has committed.
func (p *fileWatch) poll(ctx context.Context) (topics []state.Topic, foreign bool) {
	own := p.file.OwnRevision() // before the version: a foreign commit in between must not be skipped
	version, err := p.file.Version(ctx)
	if p.failed = err != nil; p.failed {
		return nil, false
	}
	if version == p.version {
		p.seen = max(p.seen, own)
		return nil, false
	}
	var now int64
	err = p.file.Read(ctx, func(l *dbfile.Conn) error {
		if err := l.Row(ctx, "SELECT rev FROM clock").Scan(&now); err != nil || now <= p.seen {
			return err
		}
		topics, err = p.changed(ctx, l, p.seen)
		return err
	})
	if p.failed = err != nil; p.failed {
		return nil, false
	}
	p.version, p.seen = version, max(now, p.seen)
	return topics, true
}

func touchedTopics(ctx context.Context, l *dbfile.Conn, since int64) ([]state.Topic, error) {
	topics, err := threads(ctx, l, "SELECT account, conv FROM touched WHERE rev > ?", since)
	if len(topics) > 0 {
		topics = append(topics, state.Inbox, state.Outbox, state.Changes)
	}
	return topics, err
}

func (db *DB) cacheTopics(ctx context.Context, l *dbfile.Conn, since int64) ([]state.Topic, error) {
	topics, err := threads(ctx, l, "SELECT account, remote FROM conversation WHERE rev > ?1 UNION ALL SELECT account, remote FROM gone WHERE rev > ?1 AND account <> ''", since)
	if err != nil {
		return nil, err
	}
	if len(topics) > 0 {
		topics = append(topics, state.Inbox)
	}
	var accounts, wiped bool
	err = l.Row(ctx, `SELECT EXISTS (SELECT 1 FROM account WHERE rev > ?1), EXISTS (SELECT 1 FROM gone WHERE account = '' AND rev > ?1)`, since).
		Scan(&accounts, &wiped)
	if accounts {
		topics = append(topics, state.Accounts, state.Inbox)
	}
	if wiped { // somebody removed an account: the content of both files is another one
		topics = append(topics, state.Disk)
	}
	if err != nil {
		return nil, err
	}
	others, err := db.Topics(ctx, l, since)
	return append(topics, others...), err
}

func threads(ctx context.Context, l *dbfile.Conn, q string, since int64) (topics []state.Topic, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var id api.ConversationID
		err := rows.Scan(&id.Account, &id.Remote)
		topics = append(topics, state.Thread(id))
		return err
	}, q, since)
	return topics, err
}

// What a person, or another session, did to the files at their paths while they
// are open. The connections of a removed file still see its content, which is all
// that is left of it.

// checkFiles checks that the open files are still those at their paths.
func (c *maintainer) checkFiles(ctx context.Context) {
	if c.db.readOnlyFolder {
		return
	}
	for _, f := range []*dbfile.File{c.db.state, c.db.cache} {
		c.checkFile(ctx, f)
	}
}

// checkFile opens what is at the path of a file now. Where nothing is, state.db is
// written again from what is still open, and the cache begun again.
func (c *maintainer) checkFile(ctx context.Context, f *dbfile.File) {
	err := f.InPlace()
	logRemoved := errors.Is(err, dbfile.ErrLogRemoved)
	if !logRemoved {
		delete(c.logRemoved, f)
	}
	switch {
	case err == nil || time.Since(c.tried) < time.Second:
		return
	case logRemoved:
		c.renewLog(ctx, f)
		return
	}
	news, err := c.switchFile(ctx, f)
	if err != nil {
		c.tried = time.Now()
		c.stopWriting(dbfile.FailingDisk, f.Path+" cannot be opened any more: nothing is saved or sent; look at the folder and its disk")
		return
	}
	if news != "" {
		c.db.condition.AddNews(news)
	}
	c.db.restart(ctx, f)
}

// logRemovedFor is how long a log has been gone before another one is begun.
const logRemovedFor = 50 * time.Millisecond

// renewLog moves what is in a log that was removed into its file, and begins
// another log. Nothing is lost by that. It waits a moment first: who removes the
// log may be removing the folder.
func (c *maintainer) renewLog(ctx context.Context, f *dbfile.File) {
	since, before := c.logRemoved[f]
	if !before {
		c.logRemoved[f] = time.Now()
	}
	if !before || time.Since(since) < logRemovedFor {
		return
	}
	if busy, err := f.Checkpoint(ctx); busy || err != nil {
		return // the next poll tries again
	}
	if err := c.reopen(ctx, f); err != nil {
		c.failing(ctx, f)
		return
	}
	c.db.restart(ctx, f)
}

// switchFile opens the file that replaced f at its path, and returns a sentence
// about what became of f's content.
func (c *maintainer) switchFile(ctx context.Context, f *dbfile.File) (news string, err error) {
	if err := osfile.MakeFolder(c.dir); err != nil {
		return "", err
	}
	if f == c.db.state {
		news, err = c.saveOpenRows(ctx)
	}
	if err == nil {
		err = c.reopen(ctx, f)
	}
	return news, err
}

// saveOpenRows saves what only the open connections of state.db still see. Nothing
// is added to that any more, since a write first checks the file at the path.
func (c *maintainer) saveOpenRows(ctx context.Context) (news string, err error) {
	f := c.db.state
	if f.Unopened() || recovery.KeptAside(f) { // nothing is left, or a rescue has taken it over
		return "", nil
	}
	lock, err := dbfile.LockFolder(ctx, c.dir)
	if err != nil {
		return "", err
	}
	defer lock.Unlock()
	if err := recovery.Finish(f.Path); err != nil {
		return "", err
	}
	if _, err := os.Stat(f.Path); errors.Is(err, fs.ErrNotExist) {
		return "the state folder was emptied while unibox ran: drafts and unsent messages are written again, the rest is fetched again", c.rewrite(ctx)
	}
	return c.putAside(ctx)
}

// rewrite makes state.db again.
func (c *maintainer) rewrite(ctx context.Context) error {
	f := c.db.state
	return f.OnWriter(ctx, func(l *dbfile.Conn) error {
		begun := l.Transact(ctx, "BEGIN IMMEDIATE", func(*dbfile.Conn) error { return nil }) // whoever was writing has ended
		return errors.Join(begun, recovery.CopyInto(ctx, l, f.Path))
	})
}

// putAside keeps what only the open connections still see beside the file that
// another session has begun at the path, if it is worth anything. The two are
// not merged: nobody knows what of the old one went out since.
func (c *maintainer) putAside(ctx context.Context) (news string, err error) {
	f := c.db.state
	aside := ""
	err = f.OnWriter(ctx, func(l *dbfile.Conn) error {
		worth, err := stateStore(f.Path).HoldsRows(ctx, l)
		if err != nil || !worth {
			return err
		}
		aside = recovery.AsideName(f.Path)
		return recovery.CopyInto(ctx, l, aside)
	})
	if err != nil || aside == "" {
		return "", err
	}
	return "the state folder was removed and begun anew by another session: what was in the old state.db is kept beside the new one as " + filepath.Base(aside), nil
}

// reopen connects to the file at the path again. A rescue that was interrupted is
// finished first: otherwise a later start would finish it, and replace what was
// written meanwhile by what was rescued.
func (c *maintainer) reopen(ctx context.Context, f *dbfile.File) error {
	return f.Reopen(ctx, func() error {
		if f != c.db.state || !recovery.Unfinished(f.Path) {
			return nil
		}
		lock, err := dbfile.LockFolder(ctx, c.dir)
		if err != nil {
			return err
		}
		defer lock.Unlock()
		return recovery.Finish(f.Path)
	})
}

// store stores the list if much of it changed, or what is stored is of no use.
func (w *watcher) store(ctx context.Context, now time.Time) {
	if now.Before(w.storeFrom) || w.db.readOnlyFolder || !w.db.inbox.toStore(w.db.inbox.storesAfter(), bareFor) {
		return
	}
	if w.db.storeList(ctx, w.db.inbox.storesAfter()) != nil {
		w.storeFrom = now.Add(storeAgain)
	}
}

// check checks all of state.db once, where that is too large for the start. What it
// finds goes to the maintainer like every error of the file.
func (w *watcher) check(ctx context.Context) {
	if large(w.db.state.Path) {
		_ = w.db.state.Check(ctx)
	}
}
