// Package sqlite stores what this machine knows in two SQLite files, and is the
// only place that speaks SQL.
//
// state.db, the durable half, holds what exists nowhere else: drafts, the outbox,
// pending changes, flags and the lease; each of its commits is on the disk before
// it returns. cache.db holds what can be fetched again: accounts, conversations,
// messages, the spans of history and the full-text index. Nothing is ever written
// to both in one transaction, and state.db names things by the platform's ids, so
// that a lost cache costs time and nothing else. The schemas are in schema/.
//
// A message's position is its row id, and follows its time (position.go). The
// list of conversations is answered from memory (inbox.go), kept fresh by
// revision numbers that every commit leaves on the rows it changed; it shows what
// the platform says with the pending changes on top (effective.go). Several
// processes may have the same folder open: each looks for the others' commits and
// marks what they changed on its own feed (watch.go).
//
// Below the queries are dbfile (one file: open, lock, transactions), recovery
// (snapshots and rescue) and presence (the lease and what sessions know of each
// other). The maintainer looks after the files while they are open: it repairs or
// waits out damage, a full disk and a failing one (maintainer.go), and follows a
// file that was removed or replaced (watch.go). Messages that are older than
// the retention are dropped (retention.go), all of an account on
// request (purge.go).
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/osfile"
	"unibox/state/sqlite/copied"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/notes"
	"unibox/state/sqlite/presence"
	"unibox/state/sqlite/recovery"
)

// DB is a session of an open store. It is safe for concurrent use.
type DB struct {
	*store
	// What the other sessions know of this one, and who reads in it.
	*presence.Presence
	*notes.Store
	// guest: another session opened the store, and closes it.
	guest bool
	// agent is who reads here, nil for none of the agents.
	agent atomic.Pointer[string]

	closing sync.Once
	closed  error
}

// store is what all sessions of an open store in this process share.
type store struct {
	feed  *state.Feed
	state *dbfile.File
	cache *dbfile.File
	inbox inbox
	durable
	// retention says how long messages stay; readings are the conversations that
	// are spared because somebody reads in them.
	retention state.Retention
	readings  readings
	// poll is how often other processes' commits are looked for; rarely is how often
	// where the system is asked to say when there are some, which notified is about.
	poll, rarely time.Duration
	notified     bool
	// looks: this session is read-only.
	looks bool
	// fleet is what several boxes share, nil for a store of its own; copy keeps
	// state.db a copy of that.
	fleet state.Fleet
	copy  *copied.Copy
	// holdersSend: who has taken a customer answers them alone.
	holdersSend bool
	// pagesOf are the accounts of which other boxes tell what they read.
	pagesOf atomic.Pointer[[]api.AccountID]
	// said is what there was notice of already, of what is wrong between the boxes.
	said sync.Map
	// introduced is when the team was last told of this box.
	introduced atomic.Int64
	// answer reads pages that other boxes ask for; nil while nobody can.
	answer atomic.Pointer[Answerer]
	// moving: the store is opened to become a copy, or to be none any more.
	moving bool
	// copyToo: a copy is opened without a fleet.
	copyToo bool

	condition  *dbfile.Health
	fileErrors chan fileError
	room       dbfile.Room
	// readOnlyFolder: the folder cannot be written, so that nothing in it changes.
	readOnlyFolder bool

	// begun says that all is said that the list is worked out by.
	begun   chan struct{}
	watcher *watcher
	stop    context.CancelFunc
	watched chan error
}

// Option changes how a store is opened.
type Option func(*DB)

// Retention drops messages that are older than r says. Without it they stay for
// ever.
func Retention(r state.Retention) Option { return func(db *DB) { db.retention = r } }

// PollEvery looks for other processes' commits every d instead of ten times a
// second. A test that lets days pass on a fake clock polls a million times in
// each, and is to say how often it needs it.
func PollEvery(d time.Duration) Option { return func(db *DB) { db.poll = d } }

// Notified asks the system to say when other processes write, where it can, and
// then polls rarely. What waits for that is no business of a fake clock.
func Notified() Option { return func(db *DB) { db.notified = true } }

// Looks makes this a session that is read-only: the others learn that it never sends.
// The store itself can be written, since such a session may fetch.
func Looks(only bool) Option { return func(db *DB) { db.looks = only } }

// Open opens the store in dir, making what is missing (dir for its owner only),
// and begins to watch for other processes' commits, which it marks on feed
// like its own, and over the files themselves. A damaged cache is moved aside
// and begun again, a damaged state.db is rescued; Condition says so. A folder
// that cannot be written is opened for reading. Errors are one sentence for a
// person.
func Open(ctx context.Context, dir string, feed *state.Feed, options ...Option) (*DB, error) {
	if err := osfile.MakeFolder(dir); err != nil {
		return nil, fmt.Errorf("the state folder cannot be made: %w", err)
	}
	if kind := dbfile.NetworkDisk(dir); kind != "" {
		return nil, fmt.Errorf("the state folder %s is on a network disk (%s), where sessions would destroy each other's data: choose a local folder", dir, kind)
	}
	db := &DB{store: &store{feed: feed, condition: dbfile.NewHealth(feed), fileErrors: make(chan fileError, 16), begun: make(chan struct{}, 1), room: dbfile.DefaultRoom(), poll: pollEvery, rarely: rarely}}
	db.inbox.init()
	for _, option := range options {
		option(db)
	}
	err := db.openFiles(ctx, dir)
	if dbfile.Full(err) && db.room.DropBallast(dir) {
		err = db.openFiles(ctx, dir)
	}
	if dbfile.CannotWrite(err) {
		err = db.openReadOnly(ctx, dir)
	}
	if err != nil {
		return nil, err
	}
	if err := db.openCopy(ctx); err != nil {
		return nil, errors.Join(err, db.state.Close(), db.cache.Close())
	}
	db.Presence = presence.New(db.state, db.cache, feed, db.pruneDone, db.backUp, db.reindex, db.followFleet)
	if db.copy != nil {
		db.Share(db.fleet, hostname(), db.boxID)
	}
	if db.looks {
		db.OnlyLooks()
	}
	db.Notice = db.condition.AddNews
	db.Store = notes.New(db.state, feed)
	db.durable = &durableFile{file: db.state, feed: feed, lease: db.Lease, known: db.knownOf, now: db.Now}
	return db, db.watch()
}

func (db *DB) openFiles(ctx context.Context, dir string) (err error) {
	var failed error
	atOnce(func() { db.cache, failed = db.openCache(ctx, filepath.Join(dir, "cache.db")) },
		func() { db.state, err = db.openState(ctx, filepath.Join(dir, "state.db")) })
	switch {
	case err != nil && failed == nil:
		_ = db.cache.Close()
		return err
	case err == nil && failed != nil:
		_ = db.state.Close()
		return failed
	case err != nil:
		return err
	}
	db.state.OnError, db.cache.OnError = db.reportError, db.reportError
	db.state.OnFull = func() { db.room.DropBallast(dir) }
	return nil
}

// Begin works out the list now, before anybody asks for it. It is called once all is said
// that the list goes by (SetWindows, SetSaved), and waits for nothing.
func (db *DB) Begin() {
	select {
	case db.begun <- struct{}{}:
	default:
	}
}

// Session is one more session of the open store, for another person of this process: it has
// a presence and a reader of its own, and shares the rest. looks: it is read-only. It ends
// with its Close, before db does.
func (db *DB) Session(looks bool) *DB {
	return &DB{store: db.store, Presence: db.Presence.Another(looks), Store: notes.New(db.state, db.feed), guest: true}
}

// Close waits for calls under way, and ends the store; of a session that another one opened
// the store for, it ends the session alone. No other call may follow; a second Close does
// nothing.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.EndPresence()
		if db.guest {
			return
		}
		db.stop()
		if db.copy != nil {
			db.copy.Close()
		}
		db.closed = errors.Join(<-db.watched, db.state.Close(), db.cache.Close())
		if db.fleet != nil {
			db.fleet.Close()
		}
	})
	return db.closed
}

// openState opens state.db, and rescues it if it is damaged.
func (db *DB) openState(ctx context.Context, path string) (*dbfile.File, error) {
	f, err := openWhole(ctx, path)
	if dbfile.Damaged(err) {
		saved, failed := stateStore(path).Rescue(ctx)
		if failed != nil {
			return nil, fmt.Errorf("%s, which holds drafts and unsent messages, is damaged and could not be rescued: copy the folder away before anything else: %w", path, failed)
		}
		if saved != nil {
			db.condition.AddNews(saved.String())
		}
		f, err = openWhole(ctx, path)
	}
	return f, dbfile.OpenError(path, err)
}

// openWhole opens state.db if all of it can be read.
func openWhole(ctx context.Context, path string) (*dbfile.File, error) {
	if recovery.Unfinished(path) || recovery.Emptied(path) {
		return nil, dbfile.ErrEmptied
	}
	f, err := dbfile.Open(ctx, path, stateSchema())
	if err != nil {
		return nil, err
	}
	if err := checkAtStart(ctx, f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

const (
	// checkedAtOnce is up to which size, in bytes, all of state.db is checked at a start.
	checkedAtOnce = 256 << 10
	// checkAfter is how long after a start the rest of a larger one is.
	checkAfter = 2 * time.Second
)

// large reports whether state.db is too large to be checked at once.
func large(path string) bool {
	size := int64(0)
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			size += info.Size()
		}
	}
	return size > checkedAtOnce
}

// checkAtStart checks state.db, so that damage is found now and not in the middle of a
// send. Flags are what makes it large: there is one of nearly every conversation. They
// are checked with the whole of it a moment later, by the watcher, and what is found
// is rescued as damage is at any time.
func checkAtStart(ctx context.Context, f *dbfile.File) error {
	if !large(f.Path) {
		return f.Check(ctx)
	}
	return f.CheckSome(ctx, "clock", "owner", "outbox", "draft", "provisional", "change")
}

// openCache opens cache.db; one that is damaged, or that no migration can
// bring up to date, is put aside.
func (db *DB) openCache(ctx context.Context, path string) (*dbfile.File, error) {
	f, err := openCacheFile(ctx, path)
	if dbfile.Unusable(err) {
		again := func() error { // another session may have been faster
			f, err = openCacheFile(ctx, path)
			if !dbfile.Unusable(err) {
				return dbfile.ErrMoved
			}
			return nil
		}
		aside, failed := recovery.Quarantine(ctx, path, again)
		if failed != nil {
			return nil, fmt.Errorf("%s is damaged and cannot be moved aside: %w", path, failed)
		}
		if aside != "" {
			db.condition.AddNews(cacheNews(aside))
			f, err = openCacheFile(ctx, path)
		}
	}
	return f, dbfile.OpenError(path, err)
}

// openCacheFile opens cache.db if its schema is as it was made. The rest is too
// much to be read at a start.
func openCacheFile(ctx context.Context, path string) (*dbfile.File, error) {
	f, err := dbfile.Open(ctx, path, cacheSchema())
	if err != nil {
		return nil, err
	}
	if err := f.CheckStatements(ctx); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// openReadOnly opens the store of a folder that cannot be written, as it is: what
// others write there meanwhile is not seen.
func (db *DB) openReadOnly(ctx context.Context, dir string) (err error) {
	if db.state, err = dbfile.OpenReadOnly(ctx, filepath.Join(dir, "state.db"), stateSchema()); err != nil {
		return err
	}
	if db.cache, err = dbfile.OpenReadOnly(ctx, filepath.Join(dir, "cache.db"), cacheSchema()); err != nil {
		return errors.Join(err, db.state.Close())
	}
	db.readOnlyFolder = true
	db.condition.SetProblem(dbfile.Unwritable, fmt.Sprintf("reading only: the folder %s cannot be written, so nothing is fetched, saved or sent; fix its permissions, then start unibox again", dir))
	return nil
}

// Rest runs f, in which the process may be stopped, while no transaction of
// this handle writes: one left open would lock out every other session. The
// others see this session leave, and come back afterwards.
func (db *DB) Rest(f func() error) error {
	db.Pause()
	defer db.Resume()
	defer db.state.HoldWriter()()
	defer db.cache.HoldWriter()()
	return f()
}

// Condition returns the problems of the store. It touches no disk.
func (db *DB) Condition() state.Condition { return db.condition.Condition() }

// WhileFetchable runs run while what it fetches can be stored: its context ends
// when the disk is full or fails, and when the cache was replaced, so that what
// run remembers of it is no longer true. It is run again as soon as possible.
// What run returns by itself ends WhileFetchable too.
func (db *DB) WhileFetchable(ctx context.Context, run func(ctx context.Context) error) error {
	return db.condition.WhileFetchable(ctx, run)
}

// durable is the half of the store that exists nowhere else, as the queries of
// this package need it; the other half is the cache. The two meet in DB alone.
// What is written to the cache comes first, and the durable half marks it as done;
// nothing is written to both in one transaction. It names things by the platform's
// ids and never by the cache's.
type durable interface {
	state.Durable

	// addChange stores a change, with the newest position when it was made and
	// what the platform has, and loadChange reads one; shownChanges lists those that were carried out and are
	// still shown, and endChange ends one of them.
	addChange(ctx context.Context, w storedChange, has api.Conversation) (state.Change, error)
	loadChange(ctx context.Context, id int64) (storedChange, error)
	shownChanges(ctx context.Context) ([]storedChange, error)
	endChange(ctx context.Context, w storedChange) error

	readFlag(ctx context.Context, id api.ConversationID) (flag, error)
	setFlag(ctx context.Context, id api.ConversationID, change state.FlagChange, newest state.Pos, unreadWhen int64) error
	// noteBack notes what was snoozed until now, and returns until when the next is.
	noteBack(ctx context.Context, now time.Time) (next time.Time, err error)

	// setLabels puts labels on a conversation and takes others off it. allLabels are those
	// of every conversation, labelCounts are those in use.
	setLabels(ctx context.Context, id api.ConversationID, add, remove []string) error
	allLabels(ctx context.Context) (map[api.ConversationID][]string, error)
	labelCounts(ctx context.Context) ([]state.LabelCount, error)

	// revision is the last one, and which store it is of. localsSince is what the list
	// in memory shows of the conversations that changed after a revision, and of more.
	revision(ctx context.Context) (revision, error)
	localsSince(ctx context.Context, rev int64, more []api.ConversationID) (map[api.ConversationID]*mine, error)
	// sendings is what a timeline shows of it, linked the messages of the platform
	// that rows of the outbox became.
	sendings(ctx context.Context, id api.ConversationID) ([]sending, []storedChange, error)
	linked(ctx context.Context, id api.ConversationID) (map[string]bool, error)
	// sentTo lists what counts as sent and is not known to be delivered.
	sentTo(ctx context.Context, account api.AccountID, in []api.ConversationID) ([]state.Outbound, error)

	// withUnsettled names the conversations of which nothing may be dropped.
	withUnsettled(ctx context.Context, account api.AccountID) (map[string]bool, error)
	doneBefore(ctx context.Context, account api.AccountID, before time.Time) ([]state.Outbound, error)
	dropDone(ctx context.Context, old []state.Outbound) error
	// ackSent keeps how far a message that is done has come.
	ackSent(ctx context.Context, ack api.Ack) error
	// removeLocal forgets a conversation, with the lease; purgeState an account.
	removeLocal(ctx context.Context, id api.ConversationID) error
	purgeState(ctx context.Context, account api.AccountID) error
	durableAccounts(ctx context.Context) ([]api.AccountID, error)
	addHoldings(ctx context.Context, account api.AccountID, h *Holdings) error
}

// durableFile is the durable half in state.db.
type durableFile struct {
	file  *dbfile.File
	feed  *state.Feed
	lease *presence.Lease
	// known asks the other half what it knows of a conversation. It is called while
	// no connection of this half is held.
	known func(ctx context.Context, id api.ConversationID) (known, error)
	// now is the time of day by which messages are planned.
	now func() time.Time
}

var _ durable = (*durableFile)(nil)
