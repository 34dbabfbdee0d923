// Package logfile writes the program's log into the state folder: small, for this
// user alone, and shared by the sessions that run on one folder.
package logfile

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"unibox/state/osfile"
)

// maxSize is the size in bytes at which a log is renamed to .old. There is one old
// log at most.
const maxSize = 8 << 20

// Paths are the files that the log of the state folder dir may have, whether they
// exist or not.
func Paths(dir string) []string {
	name := filepath.Join(dir, "unibox.log")
	return []string{name, name + ".old"}
}

// Open opens the log of the state folder dir and makes the folder if it is
// missing. If UNIBOX_DEBUG is set, every request is logged. If the file cannot be
// written, as in a read-only folder, nothing is logged: an agent can still read
// the conversations there.
func Open(dir string) (*slog.Logger, *File, error) {
	if err := osfile.MakeFolder(dir); err != nil {
		return nil, nil, fmt.Errorf("make the state folder: %w", err)
	}
	file := &File{name: Paths(dir)[0], max: maxSize}
	if err := file.open(); err != nil {
		return slog.New(slog.DiscardHandler), file, nil
	}
	level := slog.LevelInfo
	if os.Getenv("UNIBOX_DEBUG") != "" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: level})), file, nil
}

// File is a log that stays small. Several sessions may write to it: whichever finds
// it full renames it, the others notice and open the new one. If the file was
// deleted, a new one is made.
type File struct {
	name string
	// max is the size in bytes at which it is renamed to .old.
	max int64

	mu   sync.Mutex // guards file
	file *os.File
}

func (l *File) open() (err error) {
	l.file, err = osfile.OpenShared(l.name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	info, err := l.file.Stat()
	if err != nil {
		return err
	}
	if exposed, err := osfile.Exposed(l.name, info); exposed || err != nil { // it is from before
		return l.file.Chmod(0o600)
	}
	return nil
}

// Write writes one line of the log. It may be called from any goroutine.
func (l *File) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.rotate(); err != nil {
		return 0, err
	}
	return l.file.Write(line)
}

// rotate opens the log again if another session replaced it, and replaces it if it
// is full.
func (l *File) rotate() error {
	open, err := l.file.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(l.name)
	switch {
	case err == nil && !os.SameFile(open, named), os.IsNotExist(err):
	case open.Size() < l.max:
		return nil
	default:
		if err := osfile.Replace(l.name, l.name+".old"); err != nil {
			return err
		}
	}
	_ = l.file.Close()
	return l.open()
}

// Close closes the file; what is logged afterwards is lost.
func (l *File) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}
