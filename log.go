package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// logSize is where a log is put aside, in bytes. There is one old log at most.
const logSize = 8 << 20

// logs are the files of the log of the state folder dir.
func logs(dir string) []string {
	name := filepath.Join(dir, "unibox.log")
	return []string{name, name + ".old"}
}

// openLog opens the log of the state folder dir, which it makes if need be.
// UNIBOX_DEBUG set to anything logs every request. Where it cannot be written,
// as in a folder that is read only, nothing is logged: that keeps nobody from
// their conversations.
func openLog(dir string) (*slog.Logger, *logFile, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("make the state folder: %w", err)
	}
	file := &logFile{name: logs(dir)[0], most: logSize}
	if err := file.open(); err != nil {
		return slog.New(slog.DiscardHandler), file, nil
	}
	level := slog.LevelInfo
	if os.Getenv("UNIBOX_DEBUG") != "" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: level})), file, nil
}

// logFile is a log that stays small. Several sessions may write to it, each
// of which puts it aside when it is full or follows when another did; it is
// begun anew when somebody took it away.
type logFile struct {
	name string
	// most is how many bytes it may have before it is put aside.
	most int64

	mu   sync.Mutex
	file *os.File
}

func (l *logFile) open() (err error) {
	l.file, err = os.OpenFile(l.name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		err = l.file.Chmod(0o600) // it may be there from before
	}
	return err
}

// Write writes one line of the log.
func (l *logFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.turn(); err != nil {
		return 0, err
	}
	return l.file.Write(line)
}

// turn opens the log again where it is not, or should not stay, what is open.
func (l *logFile) turn() error {
	here, err := l.file.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(l.name)
	switch {
	case err == nil && !os.SameFile(here, there), os.IsNotExist(err):
	case here.Size() < l.most:
		return nil
	default:
		if err := os.Rename(l.name, l.name+".old"); err != nil {
			return err
		}
	}
	_ = l.file.Close()
	return l.open()
}

// Close ends the log.
func (l *logFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}
