package dialog

import (
	tea "charm.land/bubbletea/v2"

	"unibox/ui/env"
)

// pending is for dialogs that read their choices for the typed line. A key that
// chooses before the choices have come waits for them, so that it never acts on
// the choices of an older line.
type pending struct {
	line     string
	answered bool
	// why is said in place of a choice where nothing can be chosen by the line.
	why string
	// then is done when the choices for the line have come; nil is nothing.
	then func() tea.Cmd
	// failed: what waited for the choices was given up, since none came.
	failed bool
}

// ready reports whether the choices are those for the line. If not, then is done
// once they are, unless the line changes first.
func (p *pending) ready(line string, then func() tea.Cmd) bool {
	if p.answered && p.line == line {
		return true
	}
	p.then = then
	return false
}

// choose chooses what is selected for the line, or says why nothing can be.
func (p *pending) choose(e *env.Env, d Dialog) tea.Cmd {
	if p.why != "" {
		return e.Say(p.why)
	}
	return chooseSelected(e, d)
}

// none notes that nothing can be chosen by a line, and why. What waited for its choices is
// given up, which is reported.
func (p *pending) none(line, why string) (waited bool) {
	p.line, p.answered, p.why = line, true, why
	waited = p.then != nil
	p.failed, p.then = p.failed || waited, nil
	return waited
}

// gaveUp reports, once, whether a choice that waited was given up.
func (p *pending) gaveUp() bool {
	failed := p.failed
	p.failed = false
	return failed
}

// chooses reports whether a choice waits for the choices of its line.
func (p *pending) chooses() bool { return p.then != nil }

// typed drops what was waiting for the choices of the line before.
func (p *pending) typed() { p.then = nil }

// stale lets what is chosen next wait for the choices that are just being read anew.
func (p *pending) stale() { p.answered = false }

// arrived notes that the choices for a line have come, and does what waited for
// them.
func (p *pending) arrived(line string) tea.Cmd {
	p.line, p.answered, p.why = line, true, ""
	then := p.then
	if p.then = nil; then == nil {
		return nil
	}
	return then()
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
