package push

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	// seenFor is how long an event is remembered, mostSeen how many are.
	seenFor  = 10 * time.Minute
	mostSeen = 1024
)

// seen remembers events that were kept: platforms send them twice, and others again.
// The zero value has seen none.
type seen struct {
	mu    sync.Mutex
	at    map[[sha256.Size]byte]time.Time
	order [][sha256.Size]byte
}

func (s *seen) has(sum [sha256.Size]byte, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.at[sum]
	return ok && now.Sub(at) < seenFor
}

func (s *seen) add(sum [sha256.Size]byte, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == nil {
		s.at = map[[sha256.Size]byte]time.Time{}
	}
	if _, again := s.at[sum]; !again {
		s.order = append(s.order, sum)
	}
	s.at[sum] = now
	if len(s.order) > mostSeen {
		delete(s.at, s.order[0])
		s.order = s.order[1:]
	}
}
