// Package place keeps where an agent was, so that after a dropped line they are there
// again: the pane, the list, the conversation, the message on its row of the screen, and
// whether a reply was being written. It is a small file beside the store.
package place

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/inbox"
)

const (
	// FileName is the name of the file in the state folder.
	FileName = "place"
	// largest bounds what is read of the file.
	largest = 64 << 10
	// For is how long a place is gone back to.
	For = 24 * time.Hour
)

// Place is where an agent was. The zero value is nowhere.
type Place struct {
	// Key is when the last key was pressed, PID the process that it was pressed in.
	Key time.Time
	PID int
	// Pane is the number of the pane with the keys.
	Pane int
	// List is what the list showed, Conversation what was open or selected.
	List         inbox.Selection
	Conversation api.ConversationID
	// Message is the selected message, 0 for the newest, and Row the row of the thread on
	// which its text began.
	Message state.Pos
	Row     int
	// Writing: the cursor was in the reply box.
	Writing bool
	// Masked: customers were masked, for whoever sees the screen.
	Masked bool
}

// Same reports whether two places are one, whenever that was.
func (p Place) Same(other Place) bool {
	p.Key, p.PID = other.Key, other.PID
	return p == other
}

// Read returns where the agent was whose session in a state folder ended without being
// quit. Nil if none did, lately, or if the program still runs.
func Read(dir string, now time.Time) *Place {
	f, err := os.Open(filepath.Join(dir, FileName))
	if err != nil {
		return nil
	}
	defer f.Close()
	var p Place
	if err := json.NewDecoder(io.LimitReader(f, largest)).Decode(&p); err != nil {
		return nil
	}
	age := now.Sub(p.Key)
	if age < 0 || age > For || p.Pane < 0 || p.Pane > 2 || runs(p.PID) {
		return nil
	}
	return &p
}

// runs reports whether a process is another one that lives.
func runs(pid int) bool { return pid > 0 && pid != os.Getpid() && syscall.Kill(pid, 0) == nil }

// Save writes a place into a state folder. It touches the disk.
func Save(dir string, p Place) error {
	p.PID = os.Getpid()
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, FileName)
	next := fmt.Sprintf("%s.%d", file, p.PID)
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, file)
}

// Forget says that the session was quit. It touches the disk.
func Forget(dir string) error {
	if err := os.Remove(filepath.Join(dir, FileName)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
