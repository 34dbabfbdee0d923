package thread

import "unibox/state"

// Place is the selected message, and the row on which its text begins; 0 where the pane
// follows the newest.
func (p *Pane) Place() (pos state.Pos, row int) {
	i := p.find(p.selected)
	if i < 0 || p.scroll.follow && i == len(p.items)-1 {
		return 0, 0
	}
	return p.items[i].Pos, p.scroll.rowOf(i, p)
}

// ShowPlace goes to the message at a position as ShowMessage does, and has its text begin
// on a row.
func (p *Pane) ShowPlace(pos state.Pos, row int) {
	p.ShowMessage(pos)
	p.goalRow = &row
}
