package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"slices"
	"sync"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

const (
	// firstRound is how long after a start the first round waits, roundEvery how
	// long each after it.
	firstRound, roundEvery = time.Minute, time.Hour
	// dropBatchSize is how many messages go in one transaction, and mergePages how
	// much of the index is rewritten in one; both hold the write lock for a
	// few milliseconds. batchPause is the pause after each, so that the others
	// come first.
	dropBatchSize, mergePages = 50, 16
	batchPause                = 40 * time.Millisecond
	// mergeEvery is how often the index is rewritten, which is what takes
	// the dropped words out of it.
	mergeEvery = 24 * time.Hour
)

// EnforceRetention drops what is beyond the retention, and what was sent long ago, round by round, until ctx
// ends. Only the holder of the lease runs it. The next round does what a failed
// one did not.
func (db *DB) EnforceRetention(ctx context.Context) error {
	var merged time.Time
	dropped := false
	for wait := firstRound; pause(ctx, wait) == nil; wait = roundEvery {
		_ = db.pruneAllDone(ctx) // the next round does what stays
		n, err := db.DropExpired(ctx)
		if dropped = dropped || n > 0; !dropped || err != nil {
			continue
		}
		if time.Since(merged) >= mergeEvery && db.mergeIndex(ctx) == nil {
			merged, dropped = time.Now(), false
		}
		_, _ = db.emptyLogs(ctx) // the next round does what stays
	}
	return ctx.Err()
}

// DropExpired makes one round of what EnforceRetention does, and returns how many messages were dropped.
func (db *DB) DropExpired(ctx context.Context) (dropped int, err error) {
	accounts, err := db.accountNames(ctx)
	if err != nil {
		return 0, err
	}
	shared := db.sharedRetention(ctx)
	for _, account := range accounts {
		if kept := db.retentionOf(account); kept != 0 {
			n, err := db.dropExpiredOf(ctx, account, kept, shared(account))
			if dropped += n; err != nil {
				return dropped, fmt.Errorf("drop old messages: %w", err)
			}
		}
	}
	return dropped, nil
}

// sharedRetention is how long notes, and what was sent, stay of an account, 0 for ever. Where
// several boxes share them it is as long as on the box that keeps messages longest, and for ever
// while that, or the team's time of day, is not known: no box takes from the others what they are to
// keep.
func (db *DB) sharedRetention(ctx context.Context) func(api.AccountID) time.Duration {
	if db.copy == nil {
		return db.retentionOf
	}
	all, err := db.copy.Retentions(ctx, db.retention)
	if err != nil || !db.Followed() { // the fleet says what is wrong; the next round looks again
		all = []state.Retention{{}}
	}
	return func(account api.AccountID) time.Duration { return state.Longest(all, account) }
}

// accountNames lists whose messages there are, in the config or not.
func (db *DB) accountNames(ctx context.Context) (names []api.AccountID, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		names, err = dbfile.Values[api.AccountID](ctx, l, "SELECT DISTINCT account FROM conversation")
		return err
	})
	return names, err
}

func (db *DB) dropExpiredOf(ctx context.Context, account api.AccountID, kept, shared time.Duration) (dropped int, err error) {
	if shared != 0 {
		if err := db.dropShared(ctx, account, shared); err != nil {
			return 0, err
		}
	}
	remotes, err := db.overdue(ctx, account, cutoffOf(kept))
	if err != nil {
		return 0, err
	}
	for _, remote := range remotes {
		id := api.ConversationID{Account: account, Remote: remote}
		n, err := db.dropExpiredIn(ctx, id)
		if dropped += n; err != nil {
			return dropped, err
		}
	}
	return dropped, nil
}

// dropShared drops the notes of an account, and what was sent, that are older than is kept.
func (db *DB) dropShared(ctx context.Context, account api.AccountID, kept time.Duration) error {
	if kept < doneRetention {
		if err := db.pruneAll(ctx, account, kept); err != nil {
			return err
		}
	}
	return db.Expire(ctx, account, db.Now().Add(-kept))
}

// overdue lists the conversations that hold something older than the cutoff.
func (db *DB) overdue(ctx context.Context, account api.AccountID, cutoff state.Pos) (remotes []string, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		remotes, err = dbfile.Values[string](ctx, l, `SELECT remote FROM conversation c WHERE account = ? AND
			EXISTS (SELECT 1 FROM message WHERE conv = c.id AND id < ?)`, account, cutoff)
		return err
	})
	return remotes, err
}

// dropExpiredIn drops what is older than the cutoff of a conversation, batch by
// batch from its old end. What spares it is looked at again before each.
func (db *DB) dropExpiredIn(ctx context.Context, id api.ConversationID) (dropped int, err error) {
	for {
		cutoff, err := db.cutoff(ctx, id)
		if err != nil || cutoff == 0 {
			return dropped, err
		}
		n, err := db.dropBatch(ctx, id, cutoff)
		dropped += n
		if err == nil {
			err = pause(ctx, batchPause)
		}
		if err != nil || n < dropBatchSize {
			return dropped, err
		}
	}
}

// dropBatch drops the oldest messages below the cutoff, a batch at most, with
// their words.
func (db *DB) dropBatch(ctx context.Context, id api.ConversationID, cutoff state.Pos) (n int, err error) {
	err = db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		t, err := loadThread(ctx, l, id)
		if err != nil {
			return err
		}
		old, err := oldMessages(ctx, l, t.id, cutoff)
		if err != nil {
			return err
		}
		if n = len(old); n == 0 {
			return dbfile.ErrNothing
		}
		if err := t.drop(ctx, l, old); err != nil {
			return err
		}
		if err := db.dropTexts(ctx, l, rev); err != nil {
			return err
		}
		return t.save(ctx, l, rev)
	})
	if err == nil && n > 0 {
		db.inbox.bare.Add(1)
		db.feed.Mark(state.Inbox, state.Thread(id))
	}
	return n, err
}

// errEnough ends a reading of rows.
var errEnough = errors.New("enough")

// oldMessages returns the positions of the oldest messages below the cutoff,
// a batch at most. A message without a time is as old as it has been here.
func oldMessages(ctx context.Context, l *dbfile.Conn, conv int64, cutoff state.Pos) (old []state.Pos, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var pos state.Pos
		var at, seen int64
		if err := rows.Scan(&pos, &at, &seen); err != nil {
			return err
		}
		if at == 0 && positionOf(seen) >= cutoff {
			return errEnough
		}
		old = append(old, pos)
		return nil
	}, "SELECT id, at, seen FROM message WHERE conv = ? AND id < ? ORDER BY id LIMIT ? + 0", conv, cutoff, dropBatchSize)
	if errors.Is(err, errEnough) {
		err = nil
	}
	return old, err
}

// drop removes the oldest messages of a conversation. Its row still says who wrote
// last and when, but not what.
func (t *thread) drop(ctx context.Context, l *dbfile.Conn, old []state.Pos) error {
	if err := deleteMessages(ctx, l, old); err != nil {
		return err
	}
	last := old[len(old)-1]
	var above state.Pos
	err := l.Row(ctx, "SELECT COALESCE(MIN(id), 0) FROM message WHERE conv = ? AND id > ?", t.id, last).Scan(&above)
	if err != nil {
		return err
	}
	if t.newest <= last {
		t.preview = t.preview.expired()
	}
	cov, err := loadCoverage(ctx, l, t.id)
	if err != nil {
		return err
	}
	return saveCoverage(ctx, l, t.id, cov.Cut(last, above))
}

// deleteMessages removes messages and what the index knows of them.
func deleteMessages(ctx context.Context, l *dbfile.Conn, at []state.Pos) error {
	for _, pos := range at {
		if err := execAll(ctx, l, pos, "DELETE FROM fts WHERE rowid = ?", "DELETE FROM message WHERE id = ?"); err != nil {
			return err
		}
	}
	return nil
}

// mergeIndex rewrites the index, step by step, which is what takes words
// of dropped messages out of it: dropping alone only notes that they no longer
// count.
func (db *DB) mergeIndex(ctx context.Context) error {
	for pages := -mergePages; ; pages = mergePages { // below 0: from the whole index
		more, err := db.merge(ctx, pages)
		if err != nil || !more {
			return err
		}
		if err := pause(ctx, batchPause); err != nil {
			return err
		}
	}
}

// merge takes one step, and reports whether there was anything to do: by the
// documentation, a step that is not the last changes two rows at least.
func (db *DB) merge(ctx context.Context, pages int) (more bool, err error) {
	err = db.cache.Write(ctx, func(l *dbfile.Conn) error {
		var before, after int64
		if err := l.Row(ctx, "SELECT total_changes()").Scan(&before); err != nil {
			return err
		}
		if _, err := l.Exec(ctx, "INSERT INTO fts (fts, rank) VALUES ('merge', ?)", pages); err != nil {
			return err
		}
		err := l.Row(ctx, "SELECT total_changes()").Scan(&after)
		more = after-before >= 2
		return err
	})
	return more, err
}

// emptyLogTries is how often a log that is in use is come back to, a second apart.
const emptyLogTries = 30

// emptyLogs empties the logs of both files, which still contain what was dropped.
// It waits until no reader uses them, and holds up nobody. It reports whether one
// was in use all the time.
func (db *DB) emptyLogs(ctx context.Context) (busy bool, err error) {
	for _, f := range []*dbfile.File{db.cache, db.state} {
		for try := 1; ; try++ {
			busy, err = f.Checkpoint(ctx)
			if err != nil || busy && try == emptyLogTries {
				return busy, err
			}
			if !busy {
				break
			}
			if err := pause(ctx, time.Second); err != nil {
				return true, err
			}
		}
	}
	return false, nil
}

// pause waits, or fails when ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Messages beyond the retention leave the disk (EnforceRetention), and pages
// that the engine reads by itself do not bring them back: of what such a page
// holds beyond the cutoff only the summary in the conversation's row is kept (who
// wrote last, and since when the customer waits). The platform still has the
// messages. The conversation's coverage ends at the cutoff, so the screen shows
// that there is more and asks for it when somebody scrolls there.
//
// What a person asks for is stored and shown whatever its age. The engine calls
// Reading before it reads for somebody, and again as long as a conversation is
// open. Until readFor after the last call nothing of that conversation is
// dropped; the first round after that drops what is too old. So nothing vanishes
// while somebody reads it, and nothing is fetched only to be dropped.
//
// Nothing is dropped, or left out of a page, of a conversation in which
// something of ours waits: a draft, a message that is not out, a change.

// readFor is how long a conversation is spared after somebody read in it.
const readFor = 10 * time.Minute

// readings holds when somebody last read a conversation.
type readings struct {
	mu   sync.Mutex
	last map[api.ConversationID]time.Time
}

// Reading says that a person reads in a conversation now. It is cheap.
func (db *DB) Reading(id api.ConversationID) {
	db.readings.mu.Lock()
	defer db.readings.mu.Unlock()
	if db.readings.last == nil {
		db.readings.last = map[api.ConversationID]time.Time{}
	}
	db.readings.last[id] = time.Now()
}

// read reports whether somebody read in a conversation just now, and forgets
// those that nobody did.
func (r *readings) read(id api.ConversationID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.last[id]
	if ok && time.Since(at) > readFor {
		delete(r.last, id)
		return false
	}
	return ok
}

// retentionOf is how long messages of an account stay, 0 for ever.
func (db *DB) retentionOf(account api.AccountID) time.Duration {
	return db.retention.Of(account)
}

// cutoffOf is the position at which what is kept for a time begins.
func cutoffOf(kept time.Duration) state.Pos { return positionOf(stamp(time.Now().Add(-kept))) }

// cutoff is where a page of a conversation is cut, 0 for nowhere.
func (db *DB) cutoff(ctx context.Context, id api.ConversationID) (at state.Pos, err error) {
	kept := db.retentionOf(id.Account)
	if kept == 0 || db.readings.read(id) {
		return 0, nil
	}
	waiting, err := db.withUnsettled(ctx, id.Account)
	if !waiting[id.Remote] {
		at = cutoffOf(kept)
	}
	return at, err
}

// withUnsettled names the conversations of an account in which something of ours
// waits.
func (df *durableFile) withUnsettled(ctx context.Context, account api.AccountID) (map[string]bool, error) {
	var names []string
	err := df.file.Read(ctx, func(l *dbfile.Conn) (err error) {
		names, err = dbfile.Values[string](ctx, l, `SELECT conv FROM draft WHERE account = ?1 AND (body <> '' OR files <> '')
			UNION SELECT conv FROM outbox WHERE account = ?1 AND `+notDone+`
			UNION SELECT conv FROM change WHERE account = ?1`, account)
		return err
	})
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set, err
}

// markExpired marks what lies beyond the cutoff: the end of the page below all
// that is stored or new enough. A message without a time never expires.
func (s *pageWrite) markExpired() {
	for i := len(s.messages) - 1; i >= 0; i-- {
		l := &s.messages[i]
		if l.known || l.at == 0 || positionOf(l.at) >= s.cutoff {
			return
		}
		l.expired = true
	}
}

// kept is the page without what lies beyond the cutoff.
func (s *pageWrite) kept() []pageMessage {
	if i := slices.IndexFunc(s.messages, func(l pageMessage) bool { return l.expired }); i >= 0 {
		return s.messages[:i]
	}
	return s.messages
}

// cut reports whether more is at the platform than is kept, and no cursor leads
// there.
func (s *pageWrite) cut() bool { return s.broken || len(s.kept()) < len(s.messages) }

// expiredNews reports whether a head page of which nothing is kept ends in another
// message than the one in the conversation's row.
func (s *pageWrite) expiredNews() bool {
	if len(s.messages) == 0 || !s.messages[0].expired {
		return false
	}
	top, row := s.messages[0], s.conv.preview
	return s.conv.newest == 0 || top.at != row.at || top.msg.Direction != row.dir || top.msg.Kind != row.kind
}
