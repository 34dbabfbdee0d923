// Package rewrite keeps a small file that is written whole, in commands that may run side
// by side and out of order.
package rewrite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"unibox/state/osfile"
)

// File is a small file that only its owner may read. One writer works at a time, and an
// older text never takes the place of a newer one.
type File struct {
	path  string
	asked atomic.Int64

	mu      sync.Mutex
	written int64
	ended   bool
}

// New returns a file that is not touched yet.
func New(path string) *File { return &File{path: path} }

// Write returns what writes a text, to be called once, on any goroutine. The order of the
// calls of Write counts, not that of what they return. It never blocks; what it returns
// touches the disk.
func (f *File) Write(text []byte) func() error {
	n := f.asked.Add(1)
	return func() error {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.ended || n < f.written {
			return nil
		}
		f.written = n
		return Replace(f.path, text)
	}
}

// End writes the last text, or removes the file where that is nil. What is written at the
// moment ends before, and nothing is written any more. It touches the disk.
func (f *File) End(text []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	if text != nil {
		return Replace(f.path, text)
	}
	if err := os.Remove(f.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Replace writes a file so that nobody reads half of it, and nobody but its owner reads it.
// Several sessions, in one process or in more, may write the same one.
func Replace(path string, text []byte) error {
	f, err := osfile.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = osfile.Replace(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
