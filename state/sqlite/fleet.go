package sqlite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/boxid"
	"unibox/state/sqlite/copied"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/recovery"
	"unibox/state/supervise"
)

// Fleet makes state.db a copy of what several boxes share: what is written to it is
// committed there first. Without it a copy is not opened. The store closes it.
func Fleet(f state.Fleet) Option { return func(db *DB) { db.fleet = f } }

// HoldersSend says whether who has taken a customer answers them alone: a reply of another that
// waited for the team's database is a draft again then.
func HoldersSend(alone bool) Option { return func(db *DB) { db.holdersSend = alone } }

// CopyToo opens a copy without its fleet as well, to be read: what is written to it is
// ErrCopy.
func CopyToo() Option { return func(db *DB) { db.copyToo = true } }

// ErrCopy: the store is a copy, and was opened as one of its own.
var ErrCopy = errors.New("this box belongs to a team: what is to be sent is in the team's database too, so put [fleet] back into the config, or take the box out with unibox fleet leave")

// openCopy makes state.db a copy where there is a fleet, and refuses one where there is
// none.
func (db *DB) openCopy(ctx context.Context) error {
	switch {
	case db.moving:
		return nil
	case db.fleet == nil:
		return db.refuseCopy(ctx)
	}
	copy, err := copied.Open(ctx, db.state, db.fleet, db.feed, func(problem string) { db.condition.SetProblem(dbfile.CutOff, problem) }, func(said string) { db.Notice(said) })
	if err != nil {
		return err
	}
	copy.On(db.boxID)
	if db.copy = copy; db.holdersSend {
		copy.HoldersSend()
	}
	return nil
}

func (db *DB) refuseCopy(ctx context.Context) error {
	var is bool
	err := db.state.Read(ctx, func(l *dbfile.Conn) error {
		return l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM fleet)").Scan(&is)
	})
	switch {
	case err != nil || !is:
		return err
	case !db.copyToo:
		return cmp.Or(copied.Whole(ctx, db.state), ErrCopy)
	}
	db.state.Through = func(context.Context, func(*dbfile.Conn) error) error { return ErrCopy }
	return nil
}

// followFleet takes over what the boxes share, and says what is new here, until ctx ends.
func (db *DB) followFleet(ctx context.Context) {
	if db.copy == nil {
		return
	}
	parts := []fleetPart{
		{of: state.FleetRows, run: db.FollowFleet}, {of: state.FleetPeople, run: db.Meet},
		{of: state.FleetPages, run: db.tellAndTake}, {of: state.FleetAsks, run: db.answerAsked},
	}
	var running sync.WaitGroup
	for i := range parts {
		parts[i].wake = make(chan struct{}, 1)
		running.Go(func() { parts[i].keep(ctx, db.sayOnce) })
	}
	running.Go(func() { db.tellSoon(ctx, &parts[1], &parts[2]) })
	for news := range db.fleet.News(ctx) {
		for i := range parts {
			if news&parts[i].of != 0 {
				parts[i].due()
			}
		}
	}
	running.Wait()
}

// fleetPart is run when there may be news of something. What fails is tried again with the
// next news; the fleet says since when it has not answered.
type fleetPart struct {
	of   state.FleetNews
	run  func(ctx context.Context) error
	wake chan struct{}
}

func (p *fleetPart) due() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// keep runs the part whenever it is due, until ctx ends. say is given what nobody else says.
func (p *fleetPart) keep(ctx context.Context, say func(sentence string)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
			if err := state.Guarded(func() error { return p.run(ctx) }); unsaid(err) && ctx.Err() == nil {
				say("the boxes of the team cannot tell each other all, and it is tried again: " + err.Error())
			}
		}
	}
}

// unsaid reports whether an error is one that nobody says: the fleet says what is wrong with the
// database, and a file of the store what is wrong with it.
func unsaid(err error) bool {
	said := errors.As(err, new(*state.StoreError)) || errors.Is(err, state.ErrNoLease) || errors.Is(err, state.ErrReadOnly) || errors.Is(err, state.ErrNoRoom)
	return err != nil && !said
}

// tellAndTake takes in what other boxes have read, and tells them what this one has.
func (db *DB) tellAndTake(ctx context.Context) error {
	return errors.Join(db.takePages(ctx), db.publish(ctx))
}

// tellSoon says to the other boxes what sessions of this one do, and what it has read.
func (db *DB) tellSoon(ctx context.Context, people, pages *fleetPart) {
	sub := db.feed.Subscribe()
	defer sub.Close()
	for {
		topics, err := sub.Next(ctx)
		if err != nil {
			return
		}
		if slices.Contains(topics, state.Sessions) || slices.Contains(topics, state.Requests) {
			people.due()
		}
		if slices.ContainsFunc(topics, wasRead) {
			pages.due()
		}
	}
}

// wasRead reports whether a topic is about what was read from a platform, among others.
func wasRead(t state.Topic) bool {
	return t.Kind == state.TopicInbox || t.Kind == state.TopicThread || t.Kind == state.TopicAccounts
}

// hostname is what people call this box.
func hostname() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "another box"
	}
	return name
}

// HoldFleet runs run for each of the accounts while no other box works for it, and waits for
// that. Without a fleet nobody else can.
func (db *DB) HoldFleet(ctx context.Context, accounts []api.AccountID, who string, run func(ctx context.Context, account api.AccountID) error) error {
	if db.copy != nil && len(accounts) > 0 {
		return db.copy.Hold(ctx, accounts, who, run)
	}
	parts := []func(context.Context) error{func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
	for _, account := range accounts {
		parts = append(parts, func(ctx context.Context) error { return run(ctx, account) })
	}
	return supervise.Together(ctx, parts...)
}

// Leads reports whether this process works for an account, as always without a fleet. changed
// is closed once that may be otherwise.
func (db *DB) Leads(account api.AccountID) (leads bool, changed <-chan struct{}) {
	if db.copy == nil {
		return true, nil
	}
	return db.copy.Holds(account)
}

// TeamFiles carry files from one box to another; nil where there are no others.
func (db *DB) TeamFiles() state.Fleet {
	if db.copy == nil {
		return nil
	}
	return db.fleet
}

// Shared reports whether the store is a copy of what several boxes share.
func (db *DB) Shared() bool { return db.copy != nil }

// Now is the time of day by which messages wait and are planned: that of the database where several
// boxes share one, since theirs may differ.
func (db *DB) Now() time.Time {
	if db.copy == nil {
		return time.Now()
	}
	return db.fleet.Now()
}

// here is a moment of Now by the clock of this box.
func (db *DB) here(at time.Time) time.Time {
	if db.copy == nil || at.IsZero() {
		return at
	}
	return time.Now().Add(at.Sub(db.Now()))
}

// FollowFleet takes over what the other boxes have committed up to now, and says so to the
// database now and then.
func (db *DB) FollowFleet(ctx context.Context) error {
	if db.copy == nil {
		return nil
	}
	if err := db.copy.Follow(ctx); err != nil {
		return err
	}
	return errors.Join(db.introduce(ctx), db.copy.Tell(ctx))
}

// boxID is the id that is on the disk of this box.
func (db *DB) boxID() (string, error) { return boxid.Of(filepath.Dir(db.state.Path)) }

// introduceEvery is how often the team is told of this box.
const introduceEvery = 10 * time.Minute

// introduce tells the team of this box, now and then. Where another one has its id, this is a box of its
// own from now on.
func (db *DB) introduce(ctx context.Context) error {
	last, now := db.introduced.Load(), time.Now().UnixNano()
	if last != 0 && now-last < int64(introduceEvery) || !db.introduced.CompareAndSwap(last, now) {
		return nil
	}
	another, err := boxid.Introduce(filepath.Dir(db.state.Path), func(id string, marks []string) (bool, error) {
		return db.fleet.Introduce(ctx, id, hostname(), marks)
	})
	if err != nil {
		db.introduced.Store(last)
		return err
	}
	if another {
		db.Notice(anotherBox)
	}
	return nil
}

// anotherBox is said of a box whose state folder is a copy, or was put back.
const anotherBox = "another machine of the team was started with a copy of this box's files, or they are older than what it said last: it counts as another box now, so attach the files of its drafts again"

// Followed reports whether this handle has, or once had, all that the boxes had committed: before, its
// copy may be old, or empty. Without a fleet it always has.
func (db *DB) Followed() bool { return db.copy == nil || db.copy.Followed() }

// aboutCopy is a table that makes a file a copy. It is kept in a rescue: what the copy
// holds would be sent a second time otherwise. The rescued file has another id, by which
// the copy is made anew.
func aboutCopy(table string) recovery.Table {
	return recovery.Table{Name: table, Conflict: "DO NOTHING", OfFile: true, Count: func(recovery.Record, *recovery.Rescued) {}}
}

// errShared: an account cannot be wiped on one box of several.
var errShared = errors.New("this box belongs to a team, whose drafts and messages these are: take it out with unibox fleet leave first")

// ownStore refuses a copy.
func (db *DB) ownStore(context.Context, api.AccountID) error {
	if db.copy != nil {
		return errShared
	}
	return nil
}

// Bringing brings the files of messages that are not done to the other boxes, and returns how many.
type Bringing func(ctx context.Context, all []state.Outbound) (int, error)

// JoinFleet takes what the store in dir holds into a team, and makes it a copy; bring, if set,
// brings the files, and progress, if set, is told how much the team has. Nobody else may have the store
// open: state.ErrNoLease. It says what came into the team.
func JoinFleet(ctx context.Context, dir string, fleet state.Fleet, bring Bringing, progress func(done, of int)) (copied.Moved, error) {
	return moveStore(ctx, dir, func(ctx context.Context, db *DB) (moved copied.Moved, err error) {
		all, err := db.Unsent(ctx)
		if err == nil {
			err = db.nameFiles(ctx)
		}
		if err == nil {
			moved, err = copied.Join(ctx, db.state, fleet, progress)
		}
		if err == nil && bring != nil {
			if moved.Files, err = bring(ctx, all); err != nil {
				err = fmt.Errorf("this box belongs to the team now, but not all files of its messages are there; start unibox on it, which brings them: %w", err)
			}
		}
		return moved, err
	})
}

// nameFiles says of the files of drafts that they were attached on this box: other boxes are going to
// have the drafts.
func (db *DB) nameFiles(ctx context.Context) error {
	id, err := db.boxID()
	if err != nil {
		return err
	}
	return db.state.Write(ctx, func(l *dbfile.Conn) error {
		all, err := l.Records(ctx, "SELECT account, conv, files FROM draft WHERE files <> '' AND NOT EXISTS (SELECT 1 FROM fleet)") // of a copy they are the team's
		for _, r := range all {
			var named string
			if err == nil {
				named, err = filesOn(hostname(), id, r["files"])
			}
			if err == nil {
				_, err = l.Exec(ctx, "UPDATE draft SET files = ?1 WHERE account = ?2 AND conv = ?3 AND files <> ?1", named, r["account"], r["conv"])
			}
		}
		return err
	})
}

// filesOn are the files of a draft, with the box on which those are that say none.
func filesOn(box, id string, stored any) (string, error) {
	text, _ := stored.(string)
	files, err := unlist[state.File](text)
	for i, f := range files {
		if f.URL == "" && f.BoxID == "" && (f.Box == "" || f.Box == box) {
			files[i].Box, files[i].BoxID = box, id
		}
	}
	return list(files), err
}

// LeaveFleet makes the copy in dir a store of its own again, as copied.Leave says. bring, if
// set, brings the files of messages that stay with the team: if it fails the box stays too.
func LeaveFleet(ctx context.Context, dir string, fleet state.Fleet, bring Bringing, options ...Option) (copied.Moved, error) {
	return moveStore(ctx, dir, func(ctx context.Context, db *DB) (copied.Moved, error) {
		return copied.Leave(ctx, db.state, fleet, db.holdersSend, func(ctx context.Context) (int, error) {
			all, err := db.Unsent(ctx)
			if err != nil || bring == nil {
				return 0, err
			}
			return bring(ctx, all)
		})
	}, options...)
}

// WouldJoinFleet says what JoinFleet would bring from the store in dir, with what the team has
// already, or why it would not. It changes nothing.
func WouldJoinFleet(ctx context.Context, dir string, fleet state.Fleet) (moved copied.Moved, err error) {
	err = inOwnStore(ctx, dir, func(ctx context.Context, db *DB) error {
		if moved, err = copied.WouldJoin(ctx, db.state, fleet); err == nil {
			moved.Files, err = db.unsentFiles(ctx)
		}
		return err
	})
	return moved, err
}

// WouldLeaveFleet says what LeaveFleet would leave with the team, as far as this box knows, or why
// it would not. It changes nothing.
func WouldLeaveFleet(ctx context.Context, dir string, fleet state.Fleet) (moved copied.Moved, err error) {
	err = inOwnStore(ctx, dir, func(ctx context.Context, db *DB) error {
		if moved, err = copied.WouldLeave(ctx, db.state, fleet); err == nil && fleet != nil {
			moved.Files, err = db.unsentFiles(ctx)
		}
		return err
	})
	return moved, err
}

// unsentFiles counts the files of the messages that are not done.
func (db *DB) unsentFiles(ctx context.Context) (n int, err error) {
	all, err := db.Unsent(ctx)
	for _, o := range all {
		n += len(o.Files)
	}
	return n, err
}

func moveStore(ctx context.Context, dir string, move func(ctx context.Context, db *DB) (copied.Moved, error), options ...Option) (moved copied.Moved, err error) {
	err = inOwnStore(ctx, dir, func(ctx context.Context, db *DB) error {
		if moved, err = move(ctx, db); err != nil {
			return err
		}
		return db.forgetTeam(ctx)
	}, options...)
	return moved, err
}

// inOwnStore does something to a store that nobody else has open.
func inOwnStore(ctx context.Context, dir string, do func(ctx context.Context, db *DB) error, options ...Option) error {
	db, err := Open(ctx, dir, state.NewFeed(), append(options, func(db *DB) { db.moving = true })...)
	if err != nil {
		return err
	}
	err = db.Alone(ctx, "unibox fleet", func(ctx context.Context) error {
		all, err := db.Sessions(ctx)
		if err == nil && len(all) > 0 {
			err = errOpen
		}
		if err == nil {
			err = do(ctx, db)
		}
		return err
	})
	return errors.Join(err, db.Close())
}

// forgetTeam drops what the cache knows of the other boxes: of another team all is told anew.
func (db *DB) forgetTeam(ctx context.Context) error {
	return db.cache.Write(ctx, func(l *dbfile.Conn) error {
		for _, table := range []string{"page", "pages", "away", "taken"} {
			if _, err := l.Exec(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	})
}

// errOpen: a session would go on as before.
var errOpen = errors.New("unibox runs on this box: end it first, in every terminal, and unibox serve and unibox watch")

// Team names the team of a copy; empty without one.
func (db *DB) Team() string {
	if db.copy == nil {
		return ""
	}
	return db.copy.Team()
}

// AgentKeys are the keys of the agents of all boxes of a team; none without one.
func (db *DB) AgentKeys(ctx context.Context) (all state.AgentKeys, err error) {
	err = db.ofTeam(ctx, func() error { all, err = db.fleet.AgentKeys(ctx); return err })
	return all, err
}

// FoundAgentKeys tells a team of the keys of agents that this box has.
func (db *DB) FoundAgentKeys(ctx context.Context, all []state.AgentKey) error {
	return db.ofTeam(ctx, func() error { return db.fleet.FoundAgentKeys(ctx, all) })
}

// KnownAgentKeys tells a team of what this box knows of the keys of agents, and its database has lost.
func (db *DB) KnownAgentKeys(ctx context.Context, all []state.AgentKey) error {
	return db.ofTeam(ctx, func() error { return db.fleet.KnownAgentKeys(ctx, all) })
}

// ofTeam asks the database of the team of this copy, and of no other.
func (db *DB) ofTeam(ctx context.Context, ask func() error) error {
	if db.copy == nil {
		return nil
	}
	if err := db.copy.Same(ctx); err != nil {
		return err
	}
	return ask()
}
