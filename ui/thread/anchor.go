package thread

import (
	"slices"

	"unibox/state"
)

// key names an item across windows.
type key struct {
	pos state.Pos
	out int64
	gap bool
	// note is the key of a private note.
	note string
}

func keyOf(it state.Item) key {
	if it.Pos == 0 && it.Sending != nil {
		return key{out: it.Sending.ID}
	}
	return key{pos: it.Pos, gap: it.Gap}
}

// anchor is where an item was on screen: the row on which its text begins, below
// its header, because what arrives above may add a header or remove it.
type anchor struct {
	key key
	row int
}

// anchors lists what should stay where it is, most important first: the
// selection, or what follows a selected hole, then what is on screen.
func (p *Pane) anchors() []anchor {
	if len(p.items) == 0 {
		return nil
	}
	first, last := p.scroll.visible(p, p.h)
	on := make([]anchor, 0, last-first+2)
	i := p.find(p.selected)
	if i >= 0 && p.items[i].Gap {
		i++
	}
	if first <= i && i <= last && p.anchorOf(i).row < p.h {
		on = append(on, p.anchorOf(i))
	}
	for i := first; i <= last; i++ {
		on = append(on, p.anchorOf(i))
	}
	return on
}

func (p *Pane) anchorOf(i int) anchor {
	return anchor{p.items[i].key, p.scroll.rowOf(i, p) + p.headerRows(i)}
}

// headerRows is how many rows of item i's body say who wrote it.
func (p *Pane) headerRows(i int) int {
	if p.startsRun(i) {
		return 1
	}
	return 0
}

// restore scrolls so that the first of the anchors that still exists is on the row
// where it was. Without anchors it shows the newest end.
func (p *Pane) restore(anchors []anchor) {
	if len(anchors) == 0 || len(p.items) == 0 {
		p.scroll = scroll{follow: true}
		return
	}
	at, row := p.nearest(anchors[0].key), anchors[0].row
	for _, was := range anchors {
		if i := p.find(was.key); i >= 0 {
			at, row = i, was.row
			break
		}
	}
	p.scroll = scroll{at: at, row: row - p.headerRows(at)}
}

// replace takes the items of a new window and keeps the rows of those that are
// unchanged.
func (p *Pane) replace(items []*item) {
	old := make(map[key]*item, len(p.items))
	for _, it := range p.items {
		old[it.key] = it
	}
	for i, it := range items {
		if was, ok := old[it.key]; ok && was.same(it) {
			items[i] = was
		}
	}
	p.items = items
	p.leads()
}

// find returns the item that a key names, also after the platform listed what
// was a message of the outbox alone, or -1.
func (p *Pane) find(k key) int {
	i := slices.IndexFunc(p.items, func(it *item) bool { return it.key == k })
	if i < 0 && k.out != 0 {
		i = slices.IndexFunc(p.items, func(it *item) bool { return it.Sending != nil && it.Sending.ID == k.out })
	}
	return i
}

// nearest returns the item that took the position of one that is gone: the next
// newer, or the last; -1 if there is none. What has no position is newer than
// all that have one.
func (p *Pane) nearest(k key) int {
	i := slices.IndexFunc(p.items, func(it *item) bool { return it.Pos == 0 && it.note == nil || k.pos != 0 && it.Pos >= k.pos })
	if i < 0 {
		return len(p.items) - 1
	}
	return i
}

// reselect selects in a new window what was selected or, if that is gone, what
// took its position, as near to it as is on screen.
func (p *Pane) reselect() {
	if i := p.find(p.selected); i >= 0 {
		p.selected = p.items[i].key
	} else if i := p.nearest(p.selected); i >= 0 {
		p.selectNear(i)
	}
}

// showSelected brings the selection back on screen: nothing is ever done to what
// is not seen.
func (p *Pane) showSelected() {
	if i := p.find(p.selected); i >= 0 && p.h > 0 && p.w > 0 {
		if first, last := p.scroll.visible(p, p.h); i < first || i > last {
			p.choose(i)
		}
	}
}

// selectNear selects item i, or the one on screen that is nearest to it.
func (p *Pane) selectNear(i int) {
	first, last := p.scroll.visible(p, p.h)
	p.selected = p.items[min(max(i, first), last)].key
}
