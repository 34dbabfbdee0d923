// Package widths keeps how wide the agent made the panes: a file of lines, "list 40", beside
// the store.
package widths

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/layout"
	"unibox/ui/rewrite"
)

const (
	// FileName is the name of the file in the state folder.
	FileName = "panes"
	// mostLines bounds what is read of it, widest what a width may be.
	mostLines, widest = 10, 1000
)

// File is where the widths are kept. It is used from one goroutine.
type File struct {
	path string
	kept *rewrite.File
}

// ReadMsg is what the file holds.
type ReadMsg struct{ layout.Widths }

// SavedMsg says that the widths are kept, or why they are not.
type SavedMsg struct{ Err error }

// New returns the file in a folder; "" keeps nothing.
func New(dir string) *File {
	f := &File{}
	if dir != "" {
		f.path = filepath.Join(dir, FileName)
		f.kept = rewrite.New(f.path)
	}
	return f
}

// Load is a command that reads the file; nil where there is none.
func (f *File) Load() tea.Cmd {
	if f.path == "" {
		return nil
	}
	path := f.path
	return func() tea.Msg {
		w, ok := read(path)
		if !ok {
			return nil
		}
		return ReadMsg{w}
	}
}

// read returns what a file holds; what of it is no width is as if it were not there.
func read(path string) (w layout.Widths, ok bool) {
	file, err := os.Open(path)
	if err != nil {
		return w, false
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for i := 0; i < mostLines && lines.Scan(); i++ {
		pane, width, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.Atoi(width)
		if err != nil || n <= 0 || n > widest {
			continue
		}
		switch pane {
		case "channels":
			w.Channels = n
		case "list":
			w.List = n
		}
	}
	return w, true
}

// Save is a command that keeps widths; nil where nothing is kept. Its message is a [SavedMsg].
func (f *File) Save(w layout.Widths) tea.Cmd {
	if f.kept == nil {
		return nil
	}
	write := f.kept.Write(fmt.Appendf(nil, "channels %d\nlist %d\n", w.Channels, w.List))
	return func() tea.Msg { return SavedMsg{write()} }
}
