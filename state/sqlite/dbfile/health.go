package dbfile

import (
	"context"
	"errors"
	"slices"
	"sync"

	"unibox/state"
)

// Problem is a kind of problem that lasts. A lower one is shown first.
type Problem uint8

// The problems.
const (
	// Unwritable: a file cannot be written, or was opened for reading only.
	Unwritable Problem = iota
	// FailingDisk: a file cannot be read reliably.
	FailingDisk
	// NoRoom: the disk is full or nearly so.
	NoRoom
	// Locked: another program keeps everybody from writing, as one that was stopped
	// while it wrote.
	Locked
	// CutOff: the database of which this one is a copy does not answer.
	CutOff
	// Indexing: the full-text index is being made again.
	Indexing
	problemKinds
)

// Health is the store's condition, and who waits for it to change.
type Health struct {
	feed *state.Feed

	mu         sync.Mutex
	problems   [problemKinds]string
	news       []string
	generation int
	// cacheGeneration counts those of cache.db alone.
	cacheGeneration int
	// changed is closed, and another one made, at every change.
	changed chan struct{}
}

// NewHealth returns the health of a store without problems. It marks feed's
// state.Disk at every change.
func NewHealth(feed *state.Feed) *Health { return &Health{feed: feed, changed: make(chan struct{})} }

// Condition is the state of the store. It touches no disk.
func (h *Health) Condition() state.Condition {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := state.Condition{News: slices.Clone(h.news), Generation: h.generation, ReadOnly: h.problems[Unwritable]+h.problems[FailingDisk] != ""}
	for kind, problem := range h.problems {
		if c.Problem == "" && problem != "" {
			c.Problem, c.Passing = problem, Problem(kind) >= CutOff
		}
	}
	return c
}

// SetProblem sets what is wrong of a kind, empty once nothing is.
func (h *Health) SetProblem(kind Problem, problem string) {
	h.change(func() bool {
		same := h.problems[kind] == problem
		h.problems[kind] = problem
		return !same
	})
}

// AddNews adds to the news.
func (h *Health) AddNews(sentence string) {
	h.change(func() bool { h.news = append(h.news, sentence); return true })
}

// Replaced begins a new generation.
func (h *Health) Replaced(f *File) {
	h.change(func() bool {
		h.generation++
		if f.schema.Name == "cache" {
			h.cacheGeneration++
		}
		return true
	})
}

func (h *Health) change(fn func() bool) {
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

// Has reports whether there is a problem of a kind.
func (h *Health) Has(kind Problem) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.problems[kind] != ""
}

// Fetchable reports whether what is fetched can be stored, the generation of the cache,
// and a channel that is closed when either may have changed.
func (h *Health) Fetchable() (ok bool, generation int, changed <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.problems[Unwritable]+h.problems[FailingDisk]+h.problems[NoRoom] == "", h.cacheGeneration, h.changed
}

// errUnfetchable ends the context of who fetches.
var errUnfetchable = errors.New("what is fetched cannot be stored now")

// WhileFetchable runs run while what it fetches can be stored: its context ends
// when the disk is full or fails, and when the cache was replaced, so that what
// run remembers of it is no longer true. It is run again as soon as possible.
// What run returns by itself ends WhileFetchable too.
func (h *Health) WhileFetchable(ctx context.Context, run func(ctx context.Context) error) error {
	for {
		ok, generation, changed := h.Fetchable()
		if ok {
			err := h.runWhileFetchable(ctx, generation, run)
			if !errors.Is(err, errUnfetchable) {
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

// runWhileFetchable runs run for as long as one generation of the cache can be
// written.
func (h *Health) runWhileFetchable(ctx context.Context, generation int, run func(ctx context.Context) error) error {
	part, end := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			ok, now, changed := h.Fetchable()
			if !ok || now != generation {
				end(errUnfetchable)
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
	paused := errors.Is(context.Cause(part), errUnfetchable) && ctx.Err() == nil
	end(nil)
	<-watched
	if paused {
		return errUnfetchable
	}
	return err
}
