package thread

import (
	"reflect"
	"slices"

	"unibox/state"
)

// key names an item across windows.
type key struct {
	pos state.Pos
	out int64
	gap bool
}

func keyOf(it state.Item) key {
	if it.Pos == 0 && it.Sending != nil {
		return key{out: it.Sending.ID}
	}
	return key{pos: it.Pos, gap: it.Gap}
}

// place is where an item stood: the screen row on which what it says begins,
// below its header, because what arrives above may bring a header or take it.
type place struct {
	key key
	row int
}

// places lists what should stay where it is, what matters most first: the
// selection, or what follows a selected hole, then what is on screen.
func (p *Pane) places() []place {
	if len(p.items) == 0 {
		return nil
	}
	first, last := p.scroll.visible(p, p.h)
	on := make([]place, 0, last-first+2)
	i := p.find(p.selected)
	if i >= 0 && p.items[i].Gap {
		i++
	}
	if first <= i && i <= last && p.placeOf(i).row < p.h {
		on = append(on, p.placeOf(i))
	}
	for i := first; i <= last; i++ {
		on = append(on, p.placeOf(i))
	}
	return on
}

func (p *Pane) placeOf(i int) place {
	return place{p.items[i].key, p.scroll.rowOf(i, p) + p.headed(i)}
}

// headed is how many rows of item i's body say who wrote it.
func (p *Pane) headed(i int) int {
	if p.startsRun(i) {
		return 1
	}
	return 0
}

// keep puts the first of the places that is still there where it was. Where
// nothing was, the newest end is shown.
func (p *Pane) keep(places []place) {
	if len(places) == 0 || len(p.items) == 0 {
		p.scroll = scroll{follow: true}
		return
	}
	at, row := p.nearest(places[0].key), places[0].row
	for _, was := range places {
		if i := p.find(was.key); i >= 0 {
			at, row = i, was.row
			break
		}
	}
	p.scroll = scroll{at: at, row: row - p.headed(at)}
}

// replace takes the items of a new window and keeps the rows of those that are
// unchanged.
func (p *Pane) replace(items []state.Item) {
	old := make(map[key]*item, len(p.items))
	for _, it := range p.items {
		old[it.key] = it
	}
	fresh := make([]*item, len(items))
	for i, it := range items {
		k := keyOf(it)
		if was, ok := old[k]; ok && reflect.DeepEqual(was.Item, it) {
			fresh[i] = was
			continue
		}
		fresh[i] = &item{Item: it, key: k}
	}
	p.items = fresh
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

// nearest finds the item that stands where one that is gone stood: the next
// newer, or the last; -1 if there is none. What has no position is newer than
// all that have one.
func (p *Pane) nearest(k key) int {
	i := slices.IndexFunc(p.items, func(it *item) bool { return it.Pos == 0 || k.pos != 0 && it.Pos >= k.pos })
	if i < 0 {
		return len(p.items) - 1
	}
	return i
}

// reselect selects in a new window what was selected, or what stands there
// now; of that, what is on screen.
func (p *Pane) reselect() {
	if i := p.find(p.selected); i >= 0 {
		p.selected = p.items[i].key
	} else if i := p.nearest(p.selected); i >= 0 {
		p.selectNear(i)
	}
}

// selectNear selects item i, or the one on screen that is nearest to it.
func (p *Pane) selectNear(i int) {
	first, last := p.scroll.visible(p, p.h)
	p.selected = p.items[min(max(i, first), last)].key
}
