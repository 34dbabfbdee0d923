package dbfile

import (
	"errors"
	"runtime"

	"github.com/fsnotify/fsnotify"
)

// Notifier says when something was written to files and their logs, by whichever
// process. It watches the files and not their folder, where heartbeats are written
// all the time.
type Notifier struct{ fs *fsnotify.Watcher }

// errNoNotice: kqueue opens what it watches, and to close a database file again
// drops the locks that SQLite has on it.
var errNoNotice = errors.New("this system cannot watch a database without opening it")

// Notify watches files until Close. It fails where the system has no such thing, or
// no watch left.
func Notify(files ...*File) (*Notifier, error) {
	if runtime.GOOS != "linux" {
		return nil, errNoNotice
	}
	fs, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	n := &Notifier{fs}
	for _, f := range files {
		if err := n.Follow(f); err != nil {
			return nil, errors.Join(err, fs.Close())
		}
	}
	return n, nil
}

// Follow watches what is at the path of a file now. It is called again after the
// file was opened again.
func (n *Notifier) Follow(f *File) error {
	var errs []error
	for _, path := range []string{f.Path, f.Path + "-wal"} {
		_ = n.fs.Remove(path) // it may be gone, and its watch with it
		errs = append(errs, n.fs.Add(path))
	}
	return errors.Join(errs...)
}

// Written receives whenever something may have been written; nil, which never
// does, of a nil Notifier.
func (n *Notifier) Written() <-chan fsnotify.Event {
	if n == nil {
		return nil
	}
	return n.fs.Events
}

// Lost receives when notices were lost.
func (n *Notifier) Lost() <-chan error {
	if n == nil {
		return nil
	}
	return n.fs.Errors
}

// Close ends the watch. A nil Notifier has none.
func (n *Notifier) Close() error {
	if n == nil {
		return nil
	}
	return n.fs.Close()
}
