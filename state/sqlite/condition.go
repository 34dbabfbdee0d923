package sqlite

import (
	"context"
	"errors"
	"slices"
	"sync"

	"unibox/state"
)

// ailment is a kind of lasting trouble. A lower one is told of first.
type ailment uint8

const (
	unwritable ailment = iota
	failingDisk
	noRoom
	indexing
	ailments
)

// health is the store's condition, and who waits for it to change.
type health struct {
	feed *state.Feed

	mu       sync.Mutex
	troubles [ailments]string
	news     []string
	era      int
	// cacheEra counts those of cache.db alone.
	cacheEra int
	// changed is closed, and another one made, at every change.
	changed chan struct{}
}

func newHealth(feed *state.Feed) *health { return &health{feed: feed, changed: make(chan struct{})} }

// Condition tells how the store does. It touches no disk.
func (db *DB) Condition() state.Condition {
	h := db.health
	h.mu.Lock()
	defer h.mu.Unlock()
	c := state.Condition{News: slices.Clone(h.news), Era: h.era, ReadOnly: h.troubles[unwritable]+h.troubles[failingDisk] != ""}
	for _, trouble := range h.troubles {
		if c.Trouble == "" {
			c.Trouble = trouble
		}
	}
	return c
}

// suffer sets what is wrong of a kind, empty once nothing is.
func (h *health) suffer(kind ailment, trouble string) {
	h.change(func() bool {
		same := h.troubles[kind] == trouble
		h.troubles[kind] = trouble
		return !same
	})
}

// tell adds to the news.
func (h *health) tell(sentence string) {
	h.change(func() bool { h.news = append(h.news, sentence); return true })
}

// replaced begins a new era.
func (h *health) replaced(f *file) {
	h.change(func() bool {
		h.era++
		if f.schema == "cache" {
			h.cacheEra++
		}
		return true
	})
}

func (h *health) change(fn func() bool) {
	h.mu.Lock()
	changed := fn()
	if changed {
		close(h.changed)
		h.changed = make(chan struct{})
	}
	h.mu.Unlock()
	if changed {
		h.feed.Mark(state.Disk)
	}
}

// ill reports whether there is trouble of a kind.
func (h *health) ill(kind ailment) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.troubles[kind] != ""
}

// fetchable tells whether what is fetched can be stored, the era of the cache,
// and a channel that is closed when either may have changed.
func (h *health) fetchable() (ok bool, era int, changed <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.troubles[unwritable]+h.troubles[failingDisk]+h.troubles[noRoom] == "", h.cacheEra, h.changed
}

// errPaused ends the context of who fetches.
var errPaused = errors.New("what is fetched cannot be stored now")

// WhileFetchable runs run while what it fetches can be stored: its context ends
// when the disk is full or fails, and when the cache was replaced, so that what
// run remembers of it is no longer true. It is run again as soon as possible.
// What run returns by itself ends WhileFetchable too.
func (db *DB) WhileFetchable(ctx context.Context, run func(ctx context.Context) error) error {
	for {
		ok, era, changed := db.health.fetchable()
		if ok {
			err := db.fetchIn(ctx, era, run)
			if !errors.Is(err, errPaused) {
				return err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// fetchIn runs run for as long as an era of the cache lasts and is fit for it.
func (db *DB) fetchIn(ctx context.Context, era int, run func(ctx context.Context) error) error {
	part, end := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			ok, now, changed := db.health.fetchable()
			if !ok || now != era {
				end(errPaused)
				return
			}
			select {
			case <-part.Done():
				return
			case <-changed:
			}
		}
	}()
	err := run(part)
	paused := errors.Is(context.Cause(part), errPaused) && ctx.Err() == nil
	end(nil)
	<-watched
	if paused {
		return errPaused
	}
	return err
}
