package push

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"unibox/api"
)

// mostEvents is how many events wait at most, and mostBytes how much of the disk they
// take: a machine whose program does not run for weeks refuses further ones, which the
// platforms repeat for a while.
const (
	mostEvents = 20_000
	mostBytes  = 512 << 20
)

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
	dir       string
	most      int
	mostBytes int64

	mu sync.Mutex
	// count is about how many there are, and size their bytes, as of counted.
	count   int
	size    int64
	counted time.Time
}

// SpoolIn returns the spool of a state folder.
func SpoolIn(state string) *Spool {
	return &Spool{dir: filepath.Join(folder(state), "events"), most: mostEvents, mostBytes: mostBytes}
}

// Put keeps an event. It is durable when Put returns.
func (s *Spool) Put(e Event) error {
	content := encoded(e)
	if s.full(int64(len(content))) {
		return ErrFull
	}
	path := filepath.Join(s.dir, fmt.Sprintf("%020d-%s", e.At.UnixNano(), short()))
	if err := writeFile(path, content); err != nil {
		return fmt.Errorf("keep an event: %w", err)
	}
	return nil
}

// full reports whether there is no room for another event of so many bytes. It counts
// again now and then, and always before it says so: others take.
func (s *Spool) full(more int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	s.size += more
	if s.over() || time.Since(s.counted) > time.Minute {
		s.count, s.size = s.measure()
		s.counted = time.Now()
		s.count++
		s.size += more
	}
	return s.over()
}

func (s *Spool) over() bool { return s.count > s.most || s.size > s.mostBytes }

// measure counts the files and their bytes.
func (s *Spool) measure() (count int, size int64) {
	entries, _ := os.ReadDir(s.dir)
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			count, size = count+1, size+info.Size()
		}
	}
	return count, size
}

// Events yields the events, the oldest first, and holds one at a time in memory. An
// error is about one that cannot be read, or about all of them. What is no event is
// removed.
func (s *Spool) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		entries, err := os.ReadDir(s.dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !yield(Event{}, fmt.Errorf("list events: %w", err)) {
			return
		}
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), partPrefix) {
				continue
			}
			if e, there, err := s.read(entry.Name()); (there || err != nil) && !yield(e, err) {
				return
			}
		}
	}
}

// read reads an event, and reports false for one that was taken meanwhile, or is none.
func (s *Spool) read(name string) (Event, bool, error) {
	e := Event{name: name}
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return e, false, nil
	case err != nil:
		return e, false, fmt.Errorf("read an event: %w", err)
	case json.Unmarshal(text, &e) != nil:
		return e, false, s.Remove(e)
	}
	return e, true, nil
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
