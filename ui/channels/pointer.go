package channels

import tea "charm.land/bubbletea/v2"

// Click selects the entry in a row of the view, and reports whether it was selected already;
// hit, whether there is one.
func (p *Pane) Click(y int) (cmd tea.Cmd, hit, again bool) {
	i := p.top + y - 1
	if y < 1 || i >= len(p.entries) || p.entries[i].heading {
		return nil, false, false
	}
	if i == p.at {
		return nil, true, true
	}
	p.at = i
	return p.screen.Chosen(), true, false
}

// Wheel scrolls by n entries; what is selected may leave the view.
func (p *Pane) Wheel(n int) tea.Cmd {
	p.top = max(0, min(p.top+n, len(p.entries)-max(1, p.h-1)))
	p.scrolled = true
	return nil
}
