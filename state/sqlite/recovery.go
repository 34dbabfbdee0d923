package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"unibox/api"
	"unibox/state"
	"unibox/state/osfile"
	"unibox/state/sqlite/dbfile"
	"unibox/state/sqlite/notes"
	"unibox/state/sqlite/recovery"
)

// The steps from an empty file to today's schema, one file each. A released
// one is never edited.
//
//go:embed schema/*.sql schema/*.sum
var scripts embed.FS

// stateSchema is that of state.db, of which each commit is on the disk before it
// returns.
func stateSchema() dbfile.Schema {
	return dbfile.Schema{Name: "state", Steps: stepsOf("state"), Synchronous: "FULL", Cache: 1024, Noted: true, Made: stateMade, Sum: sumOf("state"), BeforeMigration: recovery.Snapshot}
}

// cacheSchema is that of cache.db, whose last commits a power cut may take back:
// they are fetched again.
func cacheSchema() dbfile.Schema {
	return dbfile.Schema{Name: "cache", Steps: stepsOf("cache"), Synchronous: "NORMAL", Cache: 4096, Made: cacheMade, Sum: sumOf("cache")}
}

// sumOf is the checksum of what all steps of a schema make.
func sumOf(schema string) string {
	sum, err := scripts.ReadFile("schema/" + schema + ".sum")
	if err != nil { // it is built in
		panic(err)
	}
	return strings.TrimSpace(string(sum))
}

// What the steps make of an empty file is found out once.
var (
	stateMade = sync.OnceValues(func() ([]dbfile.Statement, error) { return made("state") })
	cacheMade = sync.OnceValues(func() ([]dbfile.Statement, error) { return made("cache") })
)

func made(schema string) ([]dbfile.Statement, error) {
	steps := stepsOf(schema)
	return dbfile.Schema{Steps: steps}.Statements(context.Background(), len(steps))
}

func stepsOf(schema string) (steps []string) {
	names, err := fs.Glob(scripts, "schema/"+schema+"-*.sql")
	if err != nil { // the pattern is ours
		panic(err)
	}
	for _, name := range names {
		script, err := scripts.ReadFile(name)
		if err != nil { // it has just been listed
			panic(err)
		}
		steps = append(steps, string(script))
	}
	return steps
}

// backUp keeps snapshots of state.db. The holder of the lease does it.
func (db *DB) backUp(ctx context.Context) { recovery.BackUp(ctx, db.state) }

// stateStore is state.db as it is rescued.
func stateStore(path string) recovery.Store {
	return recovery.Store{Path: path, Schema: stateSchema(), Tables: recoveryTables()}
}

// recoveryTables are the tables whose rows exist nowhere else, in the order in
// which they are rescued.
func recoveryTables() []recovery.Table {
	return append([]recovery.Table{
		{
			Name: "draft", Conflict: `(account, conv) DO UPDATE SET body = excluded.body, files = excluded.files, rev = excluded.rev,
			edited = excluded.edited, at = excluded.at, quote = excluded.quote, sent = excluded.sent WHERE excluded.rev > draft.rev`,
			Check: func(ctx context.Context, l *dbfile.Conn, r recovery.Record) error {
				_, err := loadDraft(ctx, l, conversationOf(r))
				return err
			},
			Count: func(r recovery.Record, n *recovery.Rescued) {
				n.Drafts += int(bit(r.Text("body")+r.Text("files") != ""))
			},
		},
		{
			Name: "outbox", Conflict: "DO NOTHING", Sanitize: sanitizeOutbound, Check: checkOutbound,
			Count: func(r recovery.Record, n *recovery.Rescued) {
				n.Unsent += int(bit(state.Status(r.Number("status")) != state.Done))
			},
		},
		{Name: "provisional", Conflict: "DO NOTHING", Count: func(recovery.Record, *recovery.Rescued) {}},
		{
			Name: "flag", Conflict: "DO NOTHING",
			Check: func(ctx context.Context, l *dbfile.Conn, r recovery.Record) error {
				_, err := loadFlag(ctx, l, conversationOf(r))
				return err
			},
			Count: func(_ recovery.Record, n *recovery.Rescued) { n.Flags++ },
		},
		{Name: "snooze", Conflict: "DO NOTHING", Count: func(_ recovery.Record, n *recovery.Rescued) { n.Flags++ }},
		{Name: "label", Conflict: "DO NOTHING", Sanitize: sanitizeLabel, Count: func(_ recovery.Record, n *recovery.Rescued) { n.Flags++ }},
		{
			Name: "change", Conflict: "DO NOTHING", Sanitize: sanitizeChange, Check: checkChange,
			Count: func(_ recovery.Record, n *recovery.Rescued) { n.Flags++ },
		},
		aboutCopy("fleet"), aboutCopy("unshared"),
	}, notes.Recovery()...)
}

// conversationOf is the conversation of a record.
func conversationOf(r recovery.Record) api.ConversationID {
	return api.ConversationID{Account: api.AccountID(r.Text("account")), Remote: r.Text("conv")}
}

// rescuedReason says why a rescued message waits for a person.
const rescuedReason = "the store was damaged or removed, so nobody knows whether this went out: look at the conversation, then decide"

// sanitizeOutbound leaves nothing that would go out by itself.
//
// A message that was queued and never tried becomes Uncertain too. An attempt is
// written to the file before its request, but a damaged file may have lost its
// last transactions (a missing -wal takes them back, and the rows before them look
// perfect), so the request may have gone out. In the same way a failed message may
// have been tried again. An accepted message stays as it is, since checking it
// sends nothing; but not one from a snapshot, which may be of an earlier attempt.
func sanitizeOutbound(r recovery.Record, old bool) bool {
	switch status := state.Status(r.Number("status")); {
	case status == state.Done, status == state.Accepted && !old:
		return true
	case status == state.Uncertain && !old:
		return true
	}
	r["status"], r["reason"] = int64(state.Uncertain), rescuedReason
	if r.Text("when_sent") != "" {
		r["when_sent"] = "" // nobody knows whether it was sent
	}
	r["checks"], r["not_before"], r["refused"] = int64(0), int64(0), int64(0)
	if r.Number("sent") == 0 {
		r["sent"] = r.Number("submitted") // it cannot have gone out before
	}
	return true
}

func checkOutbound(ctx context.Context, l *dbfile.Conn, r recovery.Record) error {
	o, err := scanOutbound(l.Row(ctx, "SELECT "+outboxColumns+" FROM outbox WHERE key = ?", r["key"]).Scan)
	if err == nil && o.Status > state.Uncertain {
		err = errors.New("no such status")
	}
	return err
}

// sanitizeLabel keeps a label that could have been written.
func sanitizeLabel(r recovery.Record, _ bool) bool {
	name, err := state.CleanLabel(r.Text("name"))
	return err == nil && name == r.Text("name") && r.Text("key") == state.LabelKey(name)
}

const (
	capRetryWord        = "retry"
	rescuedChangeReason = "the store was damaged or removed, so nobody knows whether this was carried out: do it again if it is still wanted"
)

// sanitizeChange keeps a change pending, but for a retry, which could send a
// message twice. Changes of a snapshot may have been carried out since.
func sanitizeChange(r recovery.Record, old bool) bool {
	switch {
	case old && r.Number("until") != 0:
		return false
	case old:
		r["refused"], r["reason"] = int64(1), rescuedChangeReason
	case r.Text("ability") == capRetryWord:
		r["sent"] = int64(1)
	}
	return true
}

func checkChange(ctx context.Context, l *dbfile.Conn, r recovery.Record) error {
	found, err := storedChanges(ctx, l, "WHERE id = last_insert_rowid()")
	if err == nil && (len(found) == 0 || found[0].Cap == 0) {
		err = sql.ErrNoRows
	}
	return err
}

// CheckFolder looks at the store in dir without changing anything in it, also while
// sessions use it. damagedCache: cache.db is of no use and will be
// fetched again; the error, that a start would fail, or would have to rescue
// what must not be lost. fs.ErrNotExist: nothing is stored yet.
func CheckFolder(ctx context.Context, dir string) (damagedCache bool, err error) {
	path := filepath.Join(dir, "state.db")
	switch _, err := os.Stat(path); {
	case recovery.Emptied(path) || recovery.Unfinished(path):
		return false, errors.New("state.db is damaged, it has lost its tables: the next start rescues what it can from the snapshots beside it")
	case err != nil:
		return false, err
	}
	if err := checkState(ctx, path); dbfile.Damaged(err) {
		return false, fmt.Errorf("state.db is damaged: copy the folder away, then start unibox, which rescues what it can: %w", err)
	} else if err != nil {
		return false, dbfile.OpenError(path, err)
	}
	cache := filepath.Join(dir, "cache.db")
	if _, err := os.Stat(cache); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	err = dbfile.ReadClosed(ctx, cache, func(l *dbfile.Conn) error { return cacheSchema().NotNewer(ctx, cache, l) })
	if dbfile.Damaged(err) {
		return true, nil
	}
	return false, dbfile.OpenError(cache, err)
}

// checkState reads a copy from end to end: the file with its log as a start
// would, which would change both. A copy taken while a session writes may be
// torn, and is taken again.
func checkState(ctx context.Context, path string) (err error) {
	dir, err := osfile.MakeTempFolder("", "unibox-look-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	to := filepath.Join(dir, "state.db")
	for range 3 {
		if err = errors.Join(dbfile.Remove(to), dbfile.CopyFile(path, to), dbfile.CopyFile(path+"-wal", to+"-wal")); err != nil {
			return err
		}
		if err = checkCopy(ctx, to); !dbfile.Damaged(err) {
			return err
		}
	}
	return err
}

// checkCopy opens a copy that may be changed.
func checkCopy(ctx context.Context, path string) error {
	l, end, err := dbfile.Connect(ctx, path, "OFF")
	defer end()
	if err != nil {
		return err
	}
	if err := stateSchema().NotNewer(ctx, path, l); err != nil {
		return err
	}
	return stateSchema().Check(ctx, l)
}
