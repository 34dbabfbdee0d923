package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/notes"
)

// Holdings is what is stored of an account, or of all, for a person who is
// about to remove it.
type Holdings struct {
	Conversations, Messages int
	// Flags counts conversations with flags of this machine, Labelled those with
	// labels, Changes what waits to be carried out.
	Flags, Labelled, Changes int
	// Notes counts the private notes.
	Notes int
	// Drafts and Unsent name a conversation for each draft, and for each
	// message that has not certainly gone out.
	Drafts, Unsent []api.ConversationID
	// Files are those of drafts and unsent messages, the agent's own or copies.
	Files []state.File
}

// Holdings counts what is stored of an account; of all with an empty name.
func (db *DB) Holdings(ctx context.Context, account api.AccountID) (h Holdings, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Row(ctx, `SELECT COUNT(*), (SELECT COUNT(*) FROM message WHERE ?1 = '' OR conv IN (SELECT id FROM conversation WHERE account = ?1))
			FROM conversation WHERE ?1 IN ('', account)`, account).Scan(&h.Conversations, &h.Messages)
	})
	if err != nil {
		return h, err
	}
	return h, db.addHoldings(ctx, account, &h)
}

// addHoldings adds what is stored in the durable half.
func (df *durableFile) addHoldings(ctx context.Context, account api.AccountID, h *Holdings) error {
	return df.file.Read(ctx, func(l *dbfile.Conn) (err error) {
		if err := l.Row(ctx, `SELECT (SELECT COUNT(*) FROM (SELECT account, conv FROM flag UNION SELECT account, conv FROM snooze) WHERE ?1 IN ('', account)), (SELECT COUNT(*) FROM change WHERE ?1 IN ('', account)),
			(SELECT COUNT(*) FROM note WHERE ?1 IN ('', account)), (SELECT COUNT(*) FROM (SELECT DISTINCT account, conv FROM label WHERE ?1 IN ('', account)))`,
			account).Scan(&h.Flags, &h.Changes, &h.Notes, &h.Labelled); err != nil {
			return err
		}
		if h.Drafts, err = conversations(ctx, l, "draft", "body <> '' OR files <> ''", account); err != nil {
			return err
		}
		if h.Unsent, err = conversations(ctx, l, "outbox", notDone, account); err != nil {
			return err
		}
		h.Files, err = filesInUse(ctx, l, account)
		return err
	})
}

// conversations names those of the rows of a table, in the order of the rows.
func conversations(ctx context.Context, l *dbfile.Conn, table, where string, account api.AccountID) (ids []api.ConversationID, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var id api.ConversationID
		err := rows.Scan(&id.Account, &id.Remote)
		ids = append(ids, id)
		return err
	}, "SELECT account, conv FROM "+table+" WHERE ("+where+") AND ?1 IN ('', account) ORDER BY id", account)
	return ids, err
}

// Accounts names the accounts of which anything is stored, in the config or not.
func (db *DB) Accounts(ctx context.Context) ([]api.AccountID, error) {
	names, err := accountsIn(ctx, db.cache, "SELECT name FROM account UNION SELECT account FROM conversation")
	if err != nil {
		return nil, err
	}
	more, err := db.durableAccounts(ctx)
	names = append(names, more...)
	slices.Sort(names)
	return slices.Compact(names), err
}

func (df *durableFile) durableAccounts(ctx context.Context) ([]api.AccountID, error) {
	return accountsIn(ctx, df.file, `SELECT account FROM draft UNION SELECT account FROM outbox UNION SELECT account FROM flag UNION SELECT account FROM label
		UNION SELECT account FROM note UNION SELECT account FROM touched`)
}

func accountsIn(ctx context.Context, f *dbfile.File, q string) (names []api.AccountID, err error) {
	err = f.Read(ctx, func(l *dbfile.Conn) error {
		names, err = dbfile.Values[api.AccountID](ctx, l, q)
		return err
	})
	return names, err
}

// Purge removes all that both files hold of an account, or of everybody with an
// empty name, so that its text is nowhere in them: the files are written
// again. Drafts and unsent messages are removed with the rest, and last. One
// that was cut short leaves a store that works, and may be repeated.
func (db *DB) Purge(ctx context.Context, account api.AccountID) error {
	for _, step := range []func(context.Context, api.AccountID) error{db.ownStore, db.purgeMessages, db.purgeCache, db.purgeState, db.publishPurge, db.rewrite} {
		if err := step(ctx, account); err != nil {
			return fmt.Errorf("remove what is stored: %w", err)
		}
	}
	db.forget(db.cache)
	return nil
}

// purgeBatch is how many messages go in one transaction.
const purgeBatch = 500

// purgeMessages removes messages and their words, batch by batch.
func (db *DB) purgeMessages(ctx context.Context, account api.AccountID) error {
	for {
		more := false
		err := db.cache.Commit(ctx, func(l *dbfile.Conn, _ int64) error {
			ids, err := dbfile.Values[state.Pos](ctx, l, `SELECT id FROM message WHERE conv IN
				(SELECT id FROM conversation WHERE ?1 IN ('', account)) ORDER BY conv, id LIMIT ?2 + 0`, account, purgeBatch)
			if err != nil {
				return err
			}
			more = len(ids) == purgeBatch
			return deleteMessages(ctx, l, ids)
		})
		if err != nil || !more {
			return err
		}
	}
}

// purgeCache removes the rest of cache.db.
func (db *DB) purgeCache(ctx context.Context, account api.AccountID) error {
	return db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		return execAll(ctx, l, account,
			"DELETE FROM span WHERE conv IN (SELECT id FROM conversation WHERE ?1 IN ('', account))",
			"DELETE FROM conversation WHERE ?1 IN ('', account)",
			"DELETE FROM channel WHERE ?1 IN ('', account)",
			"DELETE FROM gone WHERE ?1 IN ('', account)",
			"DELETE FROM account WHERE ?1 IN ('', name)",
			"DELETE FROM hint WHERE ?1 IN ('', account)",
			"DELETE FROM list WHERE ?1 = ?1",
			newFileID,
			"DELETE FROM session WHERE ?1 = '' OR boot = ''",
			"UPDATE session SET account = '', conv = '', look = '' WHERE ?1 <> ''",
			"INSERT INTO fts (fts) SELECT 'optimize' WHERE ?1 <> ''",
			"INSERT INTO fts (fts) SELECT 'delete-all' WHERE ?1 = ''",
		)
	})
}

// newFileID makes the list that sessions hold, or have stored, be read again.
const newFileID = "UPDATE clock SET id = lower(hex(randomblob(16))) WHERE ?1 = ?1"

// purgeState removes everything of state.db but the lease and the revisions.
func (df *durableFile) purgeState(ctx context.Context, account api.AccountID) error {
	return df.file.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		var all []string
		for _, table := range append(notes.Tables(), "flag", "snooze", "label", "change", "provisional", "draft", "outbox", "touched") {
			all = append(all, "DELETE FROM "+table+" WHERE ?1 IN ('', account)")
		}
		return execAll(ctx, l, account, append(all, newFileID)...)
	})
}

// publishPurge makes sessions that run meanwhile drop what they remember, and have
// stored of it. Of whom, it does not say: his name would stay.
func (db *DB) publishPurge(ctx context.Context, _ api.AccountID) error {
	return db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		if _, err := l.Exec(ctx, "DELETE FROM list"); err != nil {
			return err
		}
		if err := db.dropTexts(ctx, l, rev); err != nil {
			return err
		}
		_, err := l.Exec(ctx, "INSERT OR REPLACE INTO gone (account, remote, rev) VALUES ('', '', ?)", rev)
		return err
	})
}

func execAll(ctx context.Context, l *dbfile.Conn, arg any, all ...string) error {
	for _, q := range all {
		if _, err := l.Exec(ctx, q, arg); err != nil {
			return err
		}
	}
	return nil
}

// rewrite leaves nothing in both files but what is stored.
func (db *DB) rewrite(ctx context.Context, _ api.AccountID) error {
	for _, f := range []*dbfile.File{db.cache, db.state} {
		err := f.OnWriter(ctx, func(l *dbfile.Conn) error {
			return f.Explain(l.Script(ctx, "VACUUM"))
		})
		if err != nil {
			return err
		}
	}
	busy, err := db.emptyLogs(ctx)
	if err == nil && busy {
		err = errors.New("another session keeps the old content in use: end it and wipe again")
	}
	return err
}

// The files of a store: the two with what SQLite puts beside them, copies of
// state.db, damaged files kept aside, and what helps with both.
var (
	liveFile = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(state|cache)\.db(-wal|-shm|-rev|-journal)?$`) })
	sideFile = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(state-[0-9]+\.db(-wal|-shm|-journal)?|(state|cache)\.db\.(corrupt|rescued)-[0-9-]+(-wal|-shm|-rev)?|state\.db\.(rescue|graft(\.fresh)?)(-wal|-shm|-rev)?|heartbeat-[0-9]+|presence-[-0-9A-Za-z]+|ballast|rescue\.lock)$` +
			`|^(state|state-[0-9]+|cache)\.db(\.[a-z]+-[0-9-]+)?\.[0-9]+\.part$|^ballast\.[0-9]+\.part$`)
	})
)

// Beside lists the files of a store in dir that are not the store itself:
// snapshots of state.db and damaged files that were kept, which may hold
// anything of any account, and what is of no account.
func Beside(dir string) ([]string, error) { return named(dir, sideFile()) }

// Files lists the two files of a store in dir and what belongs to them, the
// ones that may go first in front.
func Files(dir string) ([]string, error) {
	names, err := named(dir, liveFile())
	slices.Sort(names)
	slices.Reverse(names)
	return names, err
}

func named(dir string, like *regexp.Regexp) (paths []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if e.Type().IsRegular() && like.MatchString(e.Name()) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, err
}
