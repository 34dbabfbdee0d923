package push

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"unibox/api"
)

// mostEvents is how many events wait at most, and so how much of the disk they take:
// a machine whose program does not run for weeks refuses further ones, which the
// platforms repeat for a while.
const mostEvents = 20_000

// ErrFull says that no further event is kept until some were taken.
var ErrFull = errors.New("too many events wait to be read; start unibox")

// Event is one as it arrived.
type Event struct {
	Account api.AccountID `json:"account"`
	At      time.Time     `json:"at"`
	Body    []byte        `json:"body"`

	name string
}

// Spool keeps events on disk until they are taken, one file each. Any number of
// processes may write to it. Its methods may be called from any goroutine.
type Spool struct {
	dir  string
	most int

	mu sync.Mutex
	// count is about how many there are, as of counted.
	count   int
	counted time.Time
}

// SpoolIn returns the spool of a state folder.
func SpoolIn(state string) *Spool {
	return &Spool{dir: filepath.Join(folder(state), "events"), most: mostEvents}
}

// Put keeps an event. It is durable when Put returns.
func (s *Spool) Put(e Event) error {
	if s.full() {
		return ErrFull
	}
	path := filepath.Join(s.dir, fmt.Sprintf("%020d-%s", e.At.UnixNano(), short()))
	if err := writeFile(path, encoded(e)); err != nil {
		return fmt.Errorf("keep an event: %w", err)
	}
	return nil
}

// full counts again now and then, and always before it says so: others take.
func (s *Spool) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	if s.count > s.most || time.Since(s.counted) > time.Minute {
		entries, _ := os.ReadDir(s.dir)
		s.count, s.counted = len(entries)+1, time.Now()
	}
	return s.count > s.most
}

// Events lists the oldest events, so many at most. What is no event is removed.
func (s *Spool) Events(most int) (events []Event, err error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	for _, entry := range entries {
		if len(events) >= most {
			break
		}
		if strings.HasPrefix(entry.Name(), partPrefix) {
			continue
		}
		e := Event{name: entry.Name()}
		text, err := os.ReadFile(filepath.Join(s.dir, e.name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return events, fmt.Errorf("read an event: %w", err)
		}
		if json.Unmarshal(text, &e) != nil {
			_ = s.Remove(e)
			continue
		}
		events = append(events, e)
	}
	return events, nil
}

// Remove removes an event that was taken.
func (s *Spool) Remove(e Event) error {
	err := os.Remove(filepath.Join(s.dir, e.name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// sweep removes files that a process began to write and never finished.
func (s *Spool) sweep(now time.Time) {
	entries, _ := os.ReadDir(s.dir)
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return !strings.HasPrefix(e.Name(), partPrefix) })
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && now.Sub(info.ModTime()) > time.Hour {
			_ = os.Remove(filepath.Join(s.dir, entry.Name()))
		}
	}
}
