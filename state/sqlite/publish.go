package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Of the boxes of a team one reads each account, and tells the others what it has stored: a row
// for each conversation, with its newest messages. They are told by what changed in cache.db,
// whoever changed it, and take it in as if they had read it. A fingerprint of what the others
// know keeps what was taken in from being told again.

// publishAtOnce is how many conversations are told, or taken in, in one go.
const publishAtOnce = 50

// TakePagesOf says which accounts this box has: what other boxes read of them is stored here.
func (db *DB) TakePagesOf(accounts []api.AccountID) {
	if db.copy != nil {
		db.pagesOf.Store(&accounts)
		db.feed.Mark(state.Accounts)
	}
}

func (db *DB) accountsHere() []api.AccountID {
	if all := db.pagesOf.Load(); all != nil {
		return *all
	}
	return nil
}

// publish tells the other boxes what was stored of the accounts whose lease this one has.
func (db *DB) publish(ctx context.Context) error {
	box, err := db.Box(ctx)
	if err != nil {
		return err
	}
	for _, account := range db.accountsHere() {
		lease, holds := db.copy.Lease(account)
		for more := holds; more; {
			if more, err = db.publishSome(ctx, box, lease); err != nil {
				return err
			}
		}
	}
	return nil
}

// telling is what is told in one go, with the fingerprints, up to a revision.
type telling struct {
	pages  []state.FleetPage
	hashes [][]byte
	upTo   int64
	more   bool
}

func (db *DB) publishSome(ctx context.Context, box state.FleetBox, lease state.FleetLease) (more bool, err error) {
	var t telling
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error { t, err = tell(ctx, l, lease.Account); return err })
	if err == nil && len(t.pages) > 0 {
		err = db.fleet.Publish(ctx, box, lease, t.pages)
	}
	if err != nil {
		return false, err
	}
	return t.more, db.noteTold(ctx, lease.Account, t)
}

// changedSince are the conversations of an account that changed after a revision, and up to
// another one; "" is the account itself.
const changedSince = `SELECT remote, rev FROM conversation WHERE account = ?1 AND rev > ?2 AND rev <= ?3
	UNION ALL SELECT g.remote, g.rev FROM gone g WHERE g.account = ?1 AND g.rev > ?2 AND g.rev <= ?3
	AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.account = g.account AND c.remote = g.remote)
	UNION ALL SELECT '', rev FROM account WHERE name = ?1 AND rev > ?2 AND rev <= ?3`

// tell collects what changed of an account since it was last told.
func tell(ctx context.Context, l *dbfile.Conn, account api.AccountID) (t telling, err error) {
	var since int64
	if err := l.Row(ctx, "SELECT rev FROM pages WHERE account = ?", account).Scan(&since); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return t, err
	}
	// One commit may change more than is told in one go: it is told as a whole.
	err = l.Row(ctx, "SELECT rev FROM ("+changedSince+") ORDER BY rev LIMIT 1 OFFSET ?4", account, since, int64(math.MaxInt64), publishAtOnce-1).Scan(&t.upTo)
	if t.more = err == nil; errors.Is(err, sql.ErrNoRows) {
		err = l.Row(ctx, "SELECT COALESCE(MAX(rev), ?2) FROM ("+changedSince+")", account, since, int64(math.MaxInt64)).Scan(&t.upTo)
	}
	if err != nil {
		return t, err
	}
	var ids []api.ConversationID
	err = l.Each(ctx, func(rows *sql.Rows) error {
		id := api.ConversationID{Account: account}
		err := rows.Scan(&id.Remote)
		ids = append(ids, id)
		return err
	}, "SELECT remote FROM ("+changedSince+")", account, since, t.upTo)
	if err != nil {
		return t, err
	}
	for _, id := range ids {
		if err := t.add(ctx, l, id); err != nil {
			return t, err
		}
	}
	return t, nil
}

// add takes a conversation in, unless the others know it as it is.
func (t *telling) add(ctx context.Context, l *dbfile.Conn, id api.ConversationID) error {
	read := pageOf
	if id.Remote == "" {
		read = func(ctx context.Context, l *dbfile.Conn, id api.ConversationID) (string, error) {
			return accountPageOf(ctx, l, id.Account)
		}
	}
	body, err := read(ctx, l, id)
	if err != nil {
		return err
	}
	var known []byte
	if err := l.Row(ctx, "SELECT hash FROM page WHERE account = ? AND conv = ?", id.Account, id.Remote).Scan(&known); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	hash := fingerprint(body)
	if !bytes.Equal(hash, known) {
		t.pages, t.hashes = append(t.pages, state.FleetPage{Conversation: id, Body: body}), append(t.hashes, hash)
	}
	return nil
}

func fingerprint(body string) []byte {
	sum := sha256.Sum256([]byte(body))
	return sum[:16]
}

func (db *DB) noteTold(ctx context.Context, account api.AccountID, t telling) error {
	return db.cache.Write(ctx, func(l *dbfile.Conn) error {
		for i, p := range t.pages {
			if err := noteHash(ctx, l, p.Conversation, t.hashes[i]); err != nil {
				return err
			}
		}
		known, err := l.Change(ctx, "UPDATE pages SET rev = ? WHERE account = ?", t.upTo, account)
		if err == nil && !known {
			_, err = l.Exec(ctx, "INSERT INTO pages (account, rev, pos) VALUES (?, ?, 0)", account, t.upTo)
		}
		return err
	})
}

func noteHash(ctx context.Context, l *dbfile.Conn, id api.ConversationID, hash []byte) error {
	_, err := l.Exec(ctx, "INSERT INTO page (account, conv, hash) VALUES (?, ?, ?) ON CONFLICT (account, conv) DO UPDATE SET hash = excluded.hash", id.Account, id.Remote, hash)
	return err
}

// takePages takes in what other boxes have told of the accounts of this one.
func (db *DB) takePages(ctx context.Context) error {
	box, err := db.Box(ctx)
	if err != nil || len(db.accountsHere()) == 0 {
		return err
	}
	if err := db.sameTeam(ctx); err != nil {
		return err
	}
	for {
		from, err := db.pagesTaken(ctx)
		if err != nil {
			return err
		}
		var pages []state.FleetPage
		upTo, server, err := db.fleet.Pages(ctx, box, from, publishAtOnce, func(p state.FleetPage) error { pages = append(pages, p); return nil })
		if err != nil {
			return err
		}
		same, err := db.sameServer(ctx, box, server)
		if err != nil {
			return err
		}
		if !same {
			continue
		}
		if err := db.takeSome(ctx, pages, upTo); err != nil {
			return err
		}
		switch lost := slices.Max(slices.Collect(maps.Values(from))) > upTo; {
		case len(pages) == publishAtOnce:
		case !lost:
			return nil
		default:
			if err := db.tellAgain(ctx, upTo); err != nil {
				return err
			}
		}
	}
}

// sameTeam begins anew where the pages are of another team than before, or where this version
// reads some that the one before could not.
func (db *DB) sameTeam(ctx context.Context) error {
	team, err := db.fleet.Team(ctx)
	if err != nil {
		return err
	}
	of := fingerprint(fmt.Sprint(team, " ", pageLayout))
	var same bool
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM page WHERE account = '' AND hash = ?)", of).Scan(&same)
	})
	if err != nil || same {
		return err
	}
	return db.cache.Write(ctx, func(l *dbfile.Conn) error {
		if err := forgetTold(ctx, l); err != nil {
			return err
		}
		return noteHash(ctx, l, api.ConversationID{}, of) // no account is called that
	})
}

// sameServer begins anew, and reports false, where another server has taken over: it may lack pages,
// and have given their positions to others since.
func (db *DB) sameServer(ctx context.Context, box state.FleetBox, server string) (same bool, err error) {
	note, of := api.ConversationID{Remote: "server"}, fingerprint(server) // of no account, as that of the team
	var known []byte
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Row(ctx, "SELECT hash FROM page WHERE account = ? AND conv = ?", note.Account, note.Remote).Scan(&known)
	})
	switch first := errors.Is(err, sql.ErrNoRows); {
	case err != nil && !first:
		return false, err
	case bytes.Equal(known, of):
		return true, nil
	case !first:
		last, _, err := db.fleet.Pages(ctx, box, nil, 0, nil)
		if err == nil {
			err = db.tellAgain(ctx, last)
		}
		if err != nil {
			return false, err
		}
		fallthrough
	default:
		return first, db.cache.Write(ctx, func(l *dbfile.Conn) error { return noteHash(ctx, l, note, of) })
	}
}

// forgetTold has all that was published published again, and all that others have read again.
func forgetTold(ctx context.Context, l *dbfile.Conn) error {
	_, err := l.Exec(ctx, "DELETE FROM page WHERE account <> ''")
	if err == nil {
		_, err = l.Exec(ctx, "UPDATE pages SET rev = 0, pos = 0")
	}
	return err
}

// tellAgain is for a database that has lost pages, as by a backup that was restored. Who has
// the lease of an account knows more than it, and does not take its old pages in.
func (db *DB) tellAgain(ctx context.Context, upTo int64) error {
	return db.cache.Write(ctx, func(l *dbfile.Conn) error {
		if err := forgetTold(ctx, l); err != nil {
			return err
		}
		for _, account := range db.accountsHere() {
			if _, holds := db.copy.Lease(account); !holds {
				continue
			}
			if _, err := l.Exec(ctx, "UPDATE pages SET pos = ? WHERE account = ?", upTo, account); err != nil {
				return err
			}
		}
		return nil
	})
}

// pagesTaken is up to which position what others told of each account was taken in.
func (db *DB) pagesTaken(ctx context.Context) (from map[api.AccountID]int64, err error) {
	from = map[api.AccountID]int64{}
	for _, account := range db.accountsHere() {
		from[account] = 0
	}
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var account api.AccountID
			var pos int64
			err := rows.Scan(&account, &pos)
			if _, here := from[account]; here {
				from[account] = pos
			}
			return err
		}, "SELECT account, pos FROM pages")
	})
	return from, err
}

func (db *DB) takeSome(ctx context.Context, pages []state.FleetPage, upTo int64) error {
	var taken []state.FleetPage
	for _, p := range pages {
		switch err := state.Guarded(func() error { return db.takeOne(ctx, p) }); {
		case errors.Is(err, errPage), errors.As(err, new(*state.PanicError)): // it stays as it is here
			db.sayOnce(pageProblem)
		case err != nil:
			return fmt.Errorf("take in what another box read: %w", err)
		default:
			taken = append(taken, p)
		}
	}
	return db.cache.Write(ctx, func(l *dbfile.Conn) error {
		for _, p := range taken {
			if err := db.noteTaken(ctx, l, p); err != nil {
				return err
			}
		}
		for _, account := range db.accountsHere() {
			if _, err := l.Exec(ctx, "INSERT INTO pages (account, rev, pos) VALUES (?, 0, ?) ON CONFLICT (account) DO UPDATE SET pos = MAX(pages.pos, excluded.pos)", account, upTo); err != nil {
				return err
			}
		}
		return nil
	})
}

// noteTaken notes as what the others know how it reads here now, so that it is not told again.
func (db *DB) noteTaken(ctx context.Context, l *dbfile.Conn, p state.FleetPage) error {
	body, err := "", error(nil)
	if id := p.Conversation; id.Remote == "" {
		body, err = accountPageOf(ctx, l, id.Account)
	} else {
		body, err = pageOf(ctx, l, id)
	}
	if err != nil {
		return err
	}
	return noteHash(ctx, l, p.Conversation, fingerprint(body))
}

// errPage: a page is not written as this version reads them.
var errPage = errors.New("this version cannot read it")

const pageProblem = "another box has read something that this one cannot take in: start the same version of unibox on all boxes"

func (db *DB) takeOne(ctx context.Context, p state.FleetPage) error {
	if p.Conversation.Remote == "" {
		return db.takeAccount(ctx, p.Conversation.Account, p.Body)
	}
	return db.takePage(ctx, p.Conversation, p.Body)
}

// sayOnce gives notice of what is wrong between the boxes, once.
func (db *DB) sayOnce(sentence string) {
	if _, before := db.said.LoadOrStore(sentence, true); !before {
		db.Notice(sentence)
	}
}
