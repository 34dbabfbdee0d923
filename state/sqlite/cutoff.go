package sqlite

import (
	"context"
	"slices"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

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

// cut reports whether a part of the page is not kept.
func (s *pageWrite) cut() bool { return len(s.kept()) < len(s.messages) }

// expiredNews reports whether a head page of which nothing is kept ends in another
// message than the one in the conversation's row.
func (s *pageWrite) expiredNews() bool {
	if len(s.messages) == 0 || !s.messages[0].expired {
		return false
	}
	top, row := s.messages[0], s.conv.preview
	return s.conv.newest == 0 || top.at != row.at || top.msg.Direction != row.dir || top.msg.Kind != row.kind
}
