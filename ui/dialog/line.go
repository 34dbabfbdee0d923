package dialog

import (
	tea "charm.land/bubbletea/v2"

	"unibox/ui/menu"
)

// Line asks for a line of text.
type Line struct {
	Box
	wrong func(line string) string
	done  func(line string) tea.Cmd
}

// NewLine returns a dialog that gives the line to done once wrong says nothing against
// it. text says what belongs there.
func NewLine(title, prompt, text string, wrong func(string) string, done func(string) tea.Cmd) *Line {
	return &Line{Box: Box{Menu: menu.New(title, menu.Options{Input: true, Prompt: prompt, Text: []string{text}})}, wrong: wrong, done: done}
}

// Choose implements Dialog; there is nothing to choose.
func (d *Line) Choose(menu.Item) tea.Cmd { return nil }

// Enter takes the line, or says what is wrong with it.
func (d *Line) Enter(line string) tea.Cmd {
	if why := d.wrong(line); why != "" {
		d.SetNote(why)
		return nil
	}
	d.Close()
	return d.done(line)
}
