// Package used keeps how often each action was chosen in the palette, so that those come
// first. It is a file of lines, "12 conversation.star", beside the store.
package used

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/rewrite"
)

const (
	// FileName is the name of the file in the state folder.
	FileName = "palette"
	// mostLines bounds what is read of it.
	mostLines = 500
	// halveAt is the count at which all are halved, so that what is not used any more
	// gives way.
	halveAt = 50
)

// Counts are how often actions were chosen. They are used from one goroutine.
type Counts struct {
	file   string
	kept   *rewrite.File
	counts map[keymap.Action]int
}

// Read is a message with what the file holds.
type Read struct{ counts map[keymap.Action]int }

// New returns counts of nothing yet, kept in a folder; "" keeps them nowhere. Where it is only
// to be looked, they are read from there, and not written.
func New(dir string, readOnly bool) *Counts {
	c := &Counts{counts: map[keymap.Action]int{}}
	if dir != "" {
		c.file = filepath.Join(dir, FileName)
	}
	if dir != "" && !readOnly {
		c.kept = rewrite.New(c.file)
	}
	return c
}

// Load is a command that reads the file. Its message is a [Read].
func (c *Counts) Load() tea.Cmd {
	if c.file == "" {
		return nil
	}
	file := c.file
	return func() tea.Msg { return Read{read(file)} }
}

// read returns what a file holds; what it cannot read is as if it were not there.
func read(file string) map[keymap.Action]int {
	counts := map[keymap.Action]int{}
	f, err := os.Open(file)
	if err != nil {
		return counts
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for i := 0; i < mostLines && lines.Scan(); i++ {
		count, action, _ := strings.Cut(lines.Text(), " ")
		if n, err := strconv.Atoi(count); err == nil && n > 0 && action != "" {
			counts[keymap.Action(action)] = min(n, halveAt)
		}
	}
	return counts
}

// Update takes what was read, and reports whether the message was that.
func (c *Counts) Update(msg tea.Msg) bool {
	got, ok := msg.(Read)
	if !ok {
		return false
	}
	for action, n := range got.counts {
		c.counts[action] += n
	}
	return true
}

// Of is how often an action was chosen.
func (c *Counts) Of(a keymap.Action) int { return c.counts[a] }

// Chose notes that an action was chosen, and writes the file in a command. That it cannot
// is nothing that an agent has to know.
func (c *Counts) Chose(a keymap.Action) tea.Cmd {
	if c.counts[a]++; c.counts[a] > halveAt {
		for action := range c.counts {
			c.counts[action] /= 2
		}
	}
	if c.kept == nil {
		return nil
	}
	write := c.kept.Write([]byte(c.text()))
	return func() tea.Msg {
		_ = write()
		return nil
	}
}

// text is what the file holds, the most used first.
func (c *Counts) text() string {
	var b strings.Builder
	for _, a := range slices.SortedFunc(maps.Keys(c.counts), func(x, y keymap.Action) int {
		return cmp.Or(c.counts[y]-c.counts[x], cmp.Compare(x, y))
	}) {
		if c.counts[a] > 0 {
			fmt.Fprintf(&b, "%d %s\n", c.counts[a], a)
		}
	}
	return b.String()
}
