package sqlite

import (
	"context"
	"time"

	"unibox/api"
)

// Most looks at a conversation's head bring nothing new. They are remembered,
// and put on disk together now and then: one by one they would be most of what
// is written.

// saw notes a look at a conversation's head that brought nothing new.
func (b *inbox) saw(id api.ConversationID, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.looked[id] = stamp(at)
	if e, ok := b.byID[id]; ok {
		e.checked = latest(at, e.checked, stamp(at))
	}
}

// latest is the newest of some moments, as they are stored. One that is still
// to come is of a date that was set back since, and says nothing.
func latest(now time.Time, moments ...int64) (last int64) {
	for _, us := range moments {
		if us <= stamp(now) {
			last = max(last, us)
		}
	}
	return last
}

// lookedAt is when a look at a conversation's head brought nothing new, if that
// is not on disk yet.
func (b *inbox) lookedAt(id api.ConversationID) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.looked[id]
}

// flushLooks puts the looks on disk, for the other sessions and the next start.
func (db *DB) flushLooks(ctx context.Context) error {
	b := &db.inbox
	b.mu.Lock()
	looked := b.looked
	b.looked = map[api.ConversationID]int64{}
	b.mu.Unlock()
	if len(looked) == 0 {
		return nil
	}
	return db.cache.write(ctx, func(l *link) error {
		for id, at := range looked {
			if _, err := l.exec(ctx, "UPDATE conversation SET checked = MAX(iif(checked > ?1, 0, checked), ?2) WHERE account = ?3 AND remote = ?4", stamp(time.Now()), at, id.Account, id.Remote); err != nil {
				return err
			}
		}
		return nil
	})
}
