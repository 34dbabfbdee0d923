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
	// title is what stands over it now, nil for what always does.
	title func() string
	// keeps: it stays open until what done asked for is answered; busy: it is asked for.
	keeps, busy bool
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
	if d.busy {
		return nil
	}
	if why := d.wrong(line); why != "" {
		d.SetNote(why)
		return nil
	}
	d.busy = d.keeps
	if !d.keeps {
		d.Close()
	}
	return d.done(line)
}

// Keeps lets the dialog stay open until Answered.
func (d *Line) Keeps() *Line {
	d.keeps = true
	return d
}

// Titled sets what stands over it, which is asked for again when customers are masked.
func (d *Line) Titled(title func() string) *Line {
	d.title = title
	d.SetTitle(title())
	return d
}

// Mask implements masker.
func (d *Line) Mask() {
	if d.title != nil {
		d.SetTitle(d.title())
	}
}

// Answered says what is wrong with the line after all, which can be typed again; with
// nothing wrong it closes. It reports false where nobody waits for it any more.
func (d *Line) Answered(wrong string) bool {
	d.busy = false
	switch {
	case !d.stack.has(d):
		return false
	case wrong != "":
		d.SetNote(wrong)
	default:
		d.Close()
	}
	return true
}
