package dialog

import (
	tea "charm.land/bubbletea/v2"

	"unibox/ui/env"
)

// pending is for dialogs whose choices are read for what is typed. A key that
// chooses before they are there waits for them, so that it never acts on those of
// an older line.
type pending struct {
	line     string
	answered bool
	wish     func() tea.Cmd
}

// ready reports whether the choices are those for the line. If not, wish is done
// once they are, unless the line changes first.
func (p *pending) ready(line string, wish func() tea.Cmd) bool {
	if p.answered && p.line == line {
		return true
	}
	p.wish = wish
	return false
}

// typed drops what was wished for the line before.
func (p *pending) typed() { p.wish = nil }

// arrived notes that the choices for a line are there, and does what was wished.
func (p *pending) arrived(line string) tea.Cmd {
	p.line, p.answered = line, true
	wish := p.wish
	if p.wish = nil; wish == nil {
		return nil
	}
	return wish()
}

// chooseSelected chooses what is selected, or says why that cannot be.
func chooseSelected(e *env.Env, d Dialog) tea.Cmd {
	it, ok := d.box().Selected()
	switch {
	case !ok:
		return nil
	case it.Why != "":
		return e.Say(it.Label + ": " + it.Why)
	}
	return d.Choose(it)
}
