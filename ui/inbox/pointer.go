package inbox

import tea "charm.land/bubbletea/v2"

// Click selects the conversation in a row of the view, and reports whether it was selected
// already; hit, whether there is one.
func (p *Pane) Click(y int) (cmd tea.Cmd, hit, again bool) {
	i := p.top + (y-1)/rowHeight
	if _, ok := p.at(i); y < 1 || !ok || i >= p.top+p.visible() || p.words() != "" {
		return nil, false, false
	}
	if i == p.index {
		p.touched = true
		return nil, true, true
	}
	return p.more(p.move(i - p.index)), true, false
}

// Wheel scrolls by n conversations; the selection goes along where it would leave the view.
func (p *Pane) Wheel(n int) tea.Cmd {
	if !p.loaded || p.list.Total == 0 {
		return nil
	}
	p.touched = true
	rows := p.visible()
	first, last := p.list.Offset, p.list.Offset+len(p.list.Rows)
	p.top = max(first, min(p.top+n, last-rows))
	p.index = min(max(p.index, p.top), p.top+rows-1)
	p.clamp()
	return p.more(p.near())
}
