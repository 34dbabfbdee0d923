package notify

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/state/osfile"
	"unibox/ui/catalog"
	"unibox/ui/rewrite"
	"unibox/ui/screen"
)

// count is how many wait, as it was told to others than the agent.
type count struct {
	file string
	// shown is what was told last, -1 for nothing.
	shown     int
	more      bool
	supported bool
	failed    bool
	// saving: the file is being written; again: what it is to hold has changed since.
	saving, again bool
}

type countMsg struct{ err error }

// Waiting tells how many wait, if that changed: to the file, and to the terminal's list of
// programs. more says that there may be more of them.
func (n *Notifier) Waiting(waiting int, more bool) tea.Cmd {
	c := &n.count
	if waiting == c.shown && more == c.more {
		return nil
	}
	c.shown, c.more = waiting, more
	return tea.Batch(c.status(n.env.Look.Language), c.save())
}

// Save writes the file again: another session may have taken it away at its end.
func (n *Notifier) Save() tea.Cmd { return n.count.save() }

func (c *count) text() string { return CountText(c.shown, c.more) }

// save writes the file whole, so that nobody reads half of it. That it cannot is said
// once.
func (c *count) save() tea.Cmd {
	if c.file == "" || c.shown < 0 || c.failed {
		return nil
	}
	if c.again = c.saving; c.again {
		return nil
	}
	c.saving = true
	file, text := c.file, c.text()
	return func() tea.Msg { return countMsg{WriteCount(file, text)} }
}

// saved notes that the file was written, and writes it again if the count changed
// meanwhile: two at once would leave the older one.
func (c *count) saved(err error) tea.Cmd {
	c.saving, c.failed = false, err != nil
	if c.again {
		return c.save()
	}
	return nil
}

// CountText is what a file of how many wait holds: a number, and a plus where there may be more.
func CountText(waiting int, more bool) string {
	if more {
		return strconv.Itoa(waiting) + "+\n"
	}
	return strconv.Itoa(waiting) + "\n"
}

// WriteCount writes the file of how many wait whole, so that nobody reads half of it, for its
// owner alone.
func WriteCount(file, text string) error {
	err := osfile.MakeFolder(filepath.Dir(file))
	if err == nil {
		err = rewrite.Replace(file, []byte(text))
	}
	if err != nil {
		return catalog.Errorf("the count of who waits: %w", err)
	}
	return nil
}

// RemoveCount takes the file away: a count that nobody keeps up is wrong.
func RemoveCount(file string) error {
	if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// status tells the terminal: somebody waits for an answer, or nobody does.
func (c *count) status(say *catalog.Language) tea.Cmd {
	if !c.supported || c.shown < 0 {
		return nil
	}
	s := ansi.ProgramStatus{State: ansi.ProgramStateIdle, App: "unibox", Title: "unibox", Message: say.T("nobody waits")}
	switch {
	case c.shown > 0:
		s.State, s.Kind, s.Message = ansi.ProgramStateBlocked, ansi.ProgramStatusKindQuestion, say.T("%s waiting", strings.TrimSpace(c.text()))
	case c.more:
		s.State, s.Message = ansi.ProgramStateWorking, say.T("nobody is known to wait; still reading")
	}
	return screen.SetStatus(ansi.SetProgramStatus(s))
}

// End takes the file away: a count that nobody keeps up is wrong. It touches the disk.
func (n *Notifier) End() error {
	if n.count.file == "" || n.count.shown < 0 {
		return nil
	}
	return RemoveCount(n.count.file)
}
