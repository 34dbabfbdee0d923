package sqlite

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state/sqlite/dbfile"
)

// Most checks of a conversation's head bring nothing new. Their times are kept in
// memory and written together now and then: one by one they would be most of
// what is written.

// noteCheck notes a check of a conversation's head that brought nothing new.
func (b *inbox) noteCheck(id api.ConversationID, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.checks[id] = stamp(at)
	if e, ok := b.find(id); ok {
		e.checked = latest(at, e.checked, stamp(at))
	}
}

// noted is when a conversation was checked last with nothing new, 0 if the disk has it.
func (b *inbox) noted(id api.ConversationID) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.checks[id]
}

// flushChecks writes the checks to disk, for the other sessions and the next start.
func (db *DB) flushChecks(ctx context.Context) error {
	b := &db.inbox
	b.mu.Lock()
	checked := b.checks
	b.checks = map[api.ConversationID]int64{}
	b.mu.Unlock()
	if len(checked) == 0 {
		return nil
	}
	return db.cache.Write(ctx, func(l *dbfile.Conn) error {
		for id, at := range checked {
			if _, err := l.Exec(ctx, "UPDATE conversation SET checked = MAX(iif(checked > ?1, 0, checked), ?2) WHERE account = ?3 AND remote = ?4", stamp(time.Now()), at, id.Account, id.Remote); err != nil {
				return err
			}
		}
		return nil
	})
}
