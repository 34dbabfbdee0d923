package queue

import tea "charm.land/bubbletea/v2"

// Click selects the entry in a row of the view, and reports whether it was selected already;
// hit, whether there is one.
func (p *Pane) Click(y int) (cmd tea.Cmd, hit, again bool) {
	row := 1 + p.sticky(p.top)
	for i := p.top; i < len(p.entries) && y >= row; i++ {
		if row += p.height(i); y < row {
			again = i == p.index
			p.move(i - p.index)
			return p.screen.Moved(), true, again
		}
	}
	return nil, false, false
}

// Wheel moves the selection by n entries, up to the ends.
func (p *Pane) Wheel(n int) tea.Cmd {
	p.move(n)
	return p.screen.Moved()
}
