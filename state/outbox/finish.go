package outbox

import (
	"context"
	"sync"
)

// requests counts the messages whose requests are out. Once it is closed none begins.
type requests struct {
	mu     sync.Mutex
	closed bool
	out    int
	// none is closed when no request is out any more, nil while nobody waits for that.
	none chan struct{}
}

// begin reports whether a request may go out; then end has to follow.
func (r *requests) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	r.out++
	return true
}

func (r *requests) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.out--; r.out == 0 && r.none != nil {
		close(r.none)
		r.none = nil
	}
}

// close lets no request begin, and returns what ends with the last one that is out.
func (r *requests) close() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	if r.out == 0 {
		none := make(chan struct{})
		close(none)
		return none
	}
	if r.none == nil {
		r.none = make(chan struct{})
	}
	return r.none
}

// Finish lets no message go out any more, and waits for what is out until its answer is
// stored, or ctx ends: a request that is cut off leaves a message of which nobody knows
// whether it arrived. The messages that are left stay as they are, for the next session that
// sends. It is for the end of [Outbox.Run], which must still run.
func (b *Outbox) Finish(ctx context.Context) {
	select {
	case <-b.requests.close():
	case <-ctx.Done():
	}
}
