// Package place keeps where an agent was, so that after a dropped line they are there
// again: the pane, the list, the conversation, the message on its row of the screen, and
// whether a reply was being written. It is a small file beside the store for each session.
package place

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/inbox"
)

const (
	// FileName begins the name of a file in the state folder; the name of its owner
	// follows.
	FileName = "place"
	// largest bounds what is read of the file.
	largest = 64 << 10
	// For is how long a place is gone back to.
	For = 24 * time.Hour
)

// Place is where an agent was. The zero value is nowhere.
type Place struct {
	// Key is when the last key was pressed.
	Key time.Time
	// Pane is the number of the pane with the keys.
	Pane int
	// List is what the list showed, Conversation what was open or selected.
	List         inbox.Selection
	Conversation api.ConversationID
	// Filter is what was typed to narrow that list.
	Filter string
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
	p.Key = other.Key
	return p == other
}

// With reports whether two places differ by nothing but how far the thread is scrolled: the
// agent is with the same customer, in the same pane and list.
func (p Place) With(other Place) bool {
	p.Message, p.Row = other.Message, other.Row
	return p.Same(other)
}

// Owner is the session whose place it is. The zero value is the one session of this process.
type Owner struct {
	// Number tells apart the sessions of a process that has several, 0 in others.
	Number int
	// Runs reports whether another session of this process runs; nil says that none does.
	Runs func(number int) bool
}

// name is the number of the process, and that of the session behind it.
func (o Owner) name() string {
	name := strconv.Itoa(os.Getpid())
	if o.Number != 0 {
		name += "-" + strconv.Itoa(o.Number)
	}
	return name
}

// file is the owner's file in a state folder: each session has one of its own.
func (o Owner) file(dir string) string { return filepath.Join(dir, FileName+"."+o.name()) }

// gone reports whether a file of that name was left behind by its owner; ours is false for one
// that is no owner's.
func (o Owner) gone(name string) (gone, ours bool) {
	process, session, several := strings.Cut(name, "-")
	pid, err := strconv.Atoi(process)
	number, wrong := 0, error(nil)
	if several {
		number, wrong = strconv.Atoi(session)
	}
	switch {
	case err != nil || wrong != nil:
		return false, false
	case pid == os.Getpid():
		return o.Runs == nil || !o.Runs(number), true
	}
	return !runs(pid), true
}

// Claim is that of the one session of this process.
func Claim(dir string, now time.Time) *Place { return Owner{}.Claim(dir, now) }

// Claim returns where the agent was whose session in a state folder ended last without
// being quit. Nil if none did lately. That place belongs to this session then: another one
// that starts does not go there too. It touches the disk.
func (o Owner) Claim(dir string, now time.Time) *Place {
	if dir == "" {
		return nil
	}
	gone := o.left(dir, now)
	slices.SortFunc(gone, func(a, b leftPlace) int { return b.Key.Compare(a.Key) })
	for _, p := range gone {
		if os.Rename(p.file, o.file(dir)) == nil { // else another session was there first
			return &p.Place
		}
	}
	return nil
}

// leftPlace is a place in a file that its session left behind.
type leftPlace struct {
	Place
	file string
}

// left are the places of sessions that are gone. What is too old, or no place, is removed.
func (o Owner) left(dir string, now time.Time) (all []leftPlace) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name, ours := strings.CutPrefix(e.Name(), FileName+".")
		if gone, owned := o.gone(name); !ours || !owned || !gone {
			continue
		}
		file := filepath.Join(dir, e.Name())
		p, err := read(file)
		if age := now.Sub(p.Key); err != nil || age > For || p.Pane < 0 || p.Pane > 2 {
			_ = os.Remove(file) // it is asked again at the next start
		} else if age >= 0 {
			all = append(all, leftPlace{p, file})
		}
	}
	return all
}

func read(file string) (p Place, err error) {
	f, err := os.Open(file)
	if err != nil {
		return p, err
	}
	defer f.Close()
	return p, json.NewDecoder(io.LimitReader(f, largest)).Decode(&p)
}
