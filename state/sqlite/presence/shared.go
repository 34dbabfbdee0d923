package presence

import (
	"context"
	"sync"
	"time"

	"unibox/state"
)

// sharedFor is how long a reading for several sessions may take.
const sharedFor = 10 * time.Second

// shared is what the sessions of a process read of the store: those that ask at the same time
// get one reading, which has begun after each of them asked, so that nobody reads of before.
type shared[T any] struct {
	mu sync.Mutex
	// running reads; next begins behind it.
	running, next *reading[T]
}

type reading[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// get reads, or waits for who reads for several.
func (s *shared[T]) get(ctx context.Context, read func(context.Context) (T, error)) (T, error) {
	s.mu.Lock()
	r, before := s.next, s.running
	leads := r == nil
	if leads {
		r = &reading[T]{done: make(chan struct{})}
		s.next = r
	}
	s.mu.Unlock()
	if leads {
		go s.lead(context.WithoutCancel(ctx), r, before, read)
	}
	select {
	case <-r.done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// lead reads once who reads before is done.
func (s *shared[T]) lead(ctx context.Context, r, before *reading[T], read func(context.Context) (T, error)) {
	if before != nil {
		<-before.done
	}
	s.mu.Lock()
	s.next, s.running = nil, r
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		if s.running == r {
			s.running = nil
		}
		s.mu.Unlock()
		close(r.done)
	}()
	ctx, cancel := context.WithTimeout(ctx, sharedFor)
	defer cancel()
	r.err = state.Guarded(func() (err error) { r.value, err = read(ctx); return err })
}
