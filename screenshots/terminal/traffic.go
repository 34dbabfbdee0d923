//go:build unix

package terminal

import (
	"errors"
	"fmt"
	"time"
)

// Traffic is what a program has written to its terminal: how many bytes, in how
// many pieces, and when the last of them came.
type Traffic struct {
	Bytes, Pieces int
	Last          time.Time
}

// Traffic returns what the program has written since its start.
func (w *Window) Traffic() Traffic {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.traffic
}

// awaited is a screen that somebody waits for. at is when the bytes came that made
// it, and seen is closed then.
type awaited struct {
	ok   func(text string) bool
	at   time.Time
	seen chan struct{}
}

// note takes down that n bytes came and were drawn. The caller has the lock.
func (w *Window) note(n int, at time.Time) {
	if n == 0 {
		return
	}
	w.traffic.Bytes, w.traffic.Pieces, w.traffic.Last = w.traffic.Bytes+n, w.traffic.Pieces+1, at
	if a := w.awaited; a != nil && a.ok(w.emu.String()) {
		a.at, w.awaited = at, nil
		close(a.seen)
	}
}

// Seen does what it is given and returns when the bytes came that made the screen
// as ok wants it, for the first time after that, also if it was replaced at once.
func (w *Window) Seen(patience time.Duration, ok func(text string) bool, do func() error) (time.Time, error) {
	a := &awaited{ok: ok, seen: make(chan struct{})}
	w.mu.Lock()
	w.awaited = a
	w.mu.Unlock()
	if err := do(); err != nil {
		return time.Time{}, err
	}
	select {
	case <-a.seen:
		return a.at, nil
	case <-w.drawn:
		return time.Time{}, errors.New("the program ended before")
	case <-time.After(patience):
		return time.Time{}, fmt.Errorf("not within %v", patience)
	}
}
