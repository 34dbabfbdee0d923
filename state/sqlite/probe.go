package sqlite

import (
	"context"
	"time"

	"unibox/state"
)

// probe tries from time to time whether a trouble is over, and looks at the
// room that is left.
func (c *carer) probe(ctx context.Context) {
	if time.Since(c.probed) < probeEvery || c.db.frozen {
		return
	}
	c.probed = time.Now()
	c.probeWrites(ctx)
	c.probeRoom()
	c.probeIndex(ctx)
}

// probeIndex tells whether the index is being made, by whichever session.
func (c *carer) probeIndex(ctx context.Context) {
	trouble := ""
	missing, err := c.db.Indexing(ctx)
	if err != nil {
		return
	}
	if missing {
		trouble = "the search index was damaged and is being made again: older messages are not found yet"
	}
	c.db.health.suffer(indexing, trouble)
}

func (c *carer) probeWrites(ctx context.Context) {
	h := c.db.health
	if !h.ill(unwritable) && !h.ill(failingDisk) {
		return
	}
	for _, f := range []*file{c.db.state, c.db.cache} {
		if f.inPlace() != nil { // place deals with it, and may need what is still open
			return
		}
		if err := c.reopen(ctx, f); err != nil {
			return
		}
		if f == c.db.state && damaged(f.whole(ctx)) { // the alarm calls for a rescue
			return
		}
		err := f.transact(ctx, func(l *link) error { _, err := l.exec(ctx, "UPDATE clock SET rev = rev"); return err })
		if err != nil {
			return
		}
	}
	for _, f := range []*file{c.db.state, c.db.cache} {
		f.shut.Store(nil)
		c.db.restart(ctx, f)
	}
	h.suffer(unwritable, "")
	h.suffer(failingDisk, "")
}

func (c *carer) probeRoom() {
	h, r := c.db.health, c.db.room
	missed := h.ill(noRoom)
	switch short := r.short(c.dir, missed); {
	case short != "":
		c.db.cache.refuse(state.ErrNoRoom)
		h.suffer(noRoom, short)
	case r.makeBallast(c.dir) && missed:
		if !h.ill(unwritable) && !h.ill(failingDisk) {
			c.db.cache.shut.Store(nil)
		}
		h.suffer(noRoom, "")
	}
}
