package thread

import tea "charm.land/bubbletea/v2"

// Click selects the message in a row of the view, and reports whether it was selected already;
// hit, whether there is one.
func (p *Pane) Click(y int) (cmd tea.Cmd, hit, again bool) {
	if !p.loaded || y < 0 || y >= p.h || len(p.items) == 0 {
		return nil, false, false
	}
	first, last := p.scroll.visible(p, p.h)
	for i := first; i <= last; i++ {
		at := p.scroll.rowOf(i, p)
		if y < at || y >= at+p.Body(i) {
			continue
		}
		if p.items[i].key == p.selected {
			return nil, true, true
		}
		p.selected, p.scroll.follow = p.items[i].key, p.scroll.follow && i == len(p.items)-1
		p.settle()
		return p.Feed(), true, false
	}
	return nil, false, false
}

// Wheel scrolls by n rows.
func (p *Pane) Wheel(n int) tea.Cmd {
	p.roll(n)
	return p.Feed()
}
