package thread

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
)

// Len, Lead and Body make the pane's items rows to scroll over.
func (p *Pane) Len() int { return len(p.items) }

// Lead is how many rows are above item i's body.
func (p *Pane) Lead(i int) int { return len(p.items[i].lead) }

// Body is how many rows item i takes.
func (p *Pane) Body(i int) int { return len(p.draw(i)) }

// Selected returns the selected item.
func (p *Pane) Selected() (state.Item, bool) {
	i := p.find(p.selected)
	if i < 0 {
		return state.Item{}, false
	}
	return p.items[i].Item, true
}

func (p *Pane) selectLast() {
	p.selected = key{}
	if n := len(p.items); n > 0 {
		p.selected = p.items[n-1].key
	}
}

// move selects the n-th item from the selected one and shows it. An item
// taller than the screen is scrolled through before it is left.
func (p *Pane) move(n int) {
	i := p.find(p.selected)
	if i < 0 || p.h <= 0 {
		return
	}
	if y := p.scroll.rowOf(i, p); n > 0 && y+p.Body(i) > p.h && p.Body(i) > p.h/2 {
		p.roll(min(p.h/2, y+p.Body(i)-p.h))
		return
	} else if n < 0 && y < 0 && p.Body(i) > p.h/2 {
		p.roll(-min(p.h/2, -y))
		return
	}
	p.choose(min(max(i+n, 0), len(p.items)-1))
}

// SelectSending selects a message of the outbox, at once or when it is read: the newest end,
// where that is, is read where older messages are shown.
func (p *Pane) SelectSending(outbound int64) tea.Cmd {
	p.sought = outbound
	p.seek()
	if p.sought == 0 || !p.loaded {
		return nil
	}
	return p.ToNewest()
}

func (p *Pane) seek() {
	if i := p.find(key{out: p.sought}); p.sought != 0 && i >= 0 {
		p.sought = 0
		p.choose(i)
	}
}

// ShowMessage goes to the message at a position, which is read first: the
// pane's Query asks for what is around it.
func (p *Pane) ShowMessage(pos state.Pos) {
	p.goal, p.goalRow, p.newest, p.scroll.follow = pos, nil, false, false
}

// arrive shows the message that was to be shown or, if it is gone, the one that
// took its position, in the upper half of the screen.
func (p *Pane) arrive() {
	if p.goal == 0 || len(p.items) == 0 {
		return
	}
	i := p.find(key{pos: p.goal})
	if i < 0 {
		i = p.nearest(key{pos: p.goal})
	}
	p.goal = 0
	p.selected = p.items[i].key
	p.scroll = scroll{at: i, row: p.h / 3}
	if p.goalRow != nil {
		p.scroll.row, p.goalRow = *p.goalRow, nil
	}
	p.settle()
}

func (p *Pane) choose(i int) {
	p.selected = p.items[i].key
	p.scroll = p.scroll.show(i, p, p.h)
	p.settle()
}

// roll moves the text by n rows, positive towards the newest, and the
// selection only if it would leave the screen.
func (p *Pane) roll(n int) {
	if len(p.items) == 0 || p.h <= 0 {
		return
	}
	p.scroll = p.scroll.by(n, p, p.h)
	p.settle()
	p.selectNear(p.find(p.selected))
}

// page scrolls n screens.
func (p *Pane) page(n int) {
	before := p.scroll
	p.roll(n * max(1, p.h-2))
	if p.scroll == before && len(p.items) > 0 {
		p.choose(map[bool]int{true: 0, false: len(p.items) - 1}[n < 0])
	}
}

// first goes to the oldest message that is stored, which may have to be read first.
func (p *Pane) first() {
	switch {
	case p.window.Older == state.EdgeLocal:
		p.ShowMessage(1)
	case len(p.items) > 0:
		p.choose(0)
	}
}

// Newest goes to the newest message and reports whether it has to be read first.
func (p *Pane) Newest() bool {
	if p.window.Newer != state.EdgeEnd {
		p.newest = true
		return true
	}
	if n := len(p.items); n > 0 {
		p.choose(n - 1)
		p.scroll.follow = true
		p.settle()
	}
	return false
}

// day selects the first message of the next day (n 1) or of this or the one
// before (n -1).
func (p *Pane) day(n int) {
	i := p.find(p.selected)
	if i < 0 {
		return
	}
	for k := i + n; k >= 0 && k < len(p.items); k += n {
		if p.startsDay(k) {
			p.choose(k)
			return
		}
	}
	p.choose(map[bool]int{true: 0, false: len(p.items) - 1}[n < 0])
}

// selectFirstNew selects the first message under the new-messages line, or goes to
// it where it is not loaded, and reports whether there is one.
func (p *Pane) selectFirstNew() bool {
	for i := range p.items {
		if p.startsFresh(i) {
			p.choose(i)
			return true
		}
	}
	if p.noFresh || p.window.Older == state.EdgeEnd {
		return false
	}
	p.ShowMessage(p.freshFrom + 1)
	return true
}

// newAbove counts the new messages above the screen, until the first of them has
// been on it.
func (p *Pane) newAbove() int {
	if p.noFresh || p.freshShown || len(p.items) == 0 {
		return 0
	}
	first, _ := p.scroll.visible(p, p.h)
	above, loaded := 0, 0
	for i := range p.items {
		if p.fresh(i) {
			loaded++
			if i < first {
				above++
			}
		}
	}
	if p.fresh(0) && p.window.Older != state.EdgeEnd { // the first of them is not loaded
		above = max(above, p.freshCount-(loaded-above))
	}
	return above
}

// Unseen counts the customer's messages below the screen that have not been
// on it.
func (p *Pane) Unseen() int {
	n := 0
	for i := len(p.items) - 1; i >= 0; i-- {
		it := p.items[i]
		if it.Pos != 0 && it.Pos <= p.seen {
			break
		}
		if it.Pos != 0 && !it.Gap && it.Message.Direction == api.Inbound {
			n++
		}
	}
	return n
}

// again lets a read that failed be tried once more, and returns its position; 0
// if the selection is not a hole and no failure is shown.
func (p *Pane) again() state.Pos {
	i := p.find(p.selected)
	switch {
	case i >= 0 && p.items[i].Gap:
		return p.items[i].Pos
	case p.fetching.Err != "" && i == 0 && p.window.Older == state.EdgeRemote:
		return p.items[0].Pos
	}
	return 0
}

// Since lists what was written after a message of the outbox was sent, oldest
// first, as far as it is loaded; of a held one, what made it wait.
func (p *Pane) Since(out state.Outbound) []state.Item {
	seen, compares := out.Seen.Get()
	held := out.Status == state.Held && compares
	var items []state.Item
	for _, it := range p.items {
		switch {
		case it.Pos == 0 || it.Gap:
		case held && it.Pos > seen && it.Message.Direction == api.Inbound && it.Message.Kind != api.KindEvent,
			!held && since(it.Message.At, out.SentAt):
			items = append(items, it.Item)
		}
	}
	return items
}

// since reports whether a message is from after a moment, or may be: some platforms give times
// in whole seconds.
func since(at, moment time.Time) bool {
	whole := at.Equal(at.Truncate(time.Second))
	return at.After(moment) || whole && at.Equal(moment.Truncate(time.Second))
}

// Seen returns the newest position that has been on screen in this visit, 0 if
// none has.
func (p *Pane) Seen() state.Pos { return p.seen }

// SeeAll marks all that is loaded as seen, after a dialog showed it to the agent.
func (p *Pane) SeeAll() {
	for _, it := range p.items {
		p.seen = max(p.seen, it.Pos)
	}
}

// Held returns the oldest message of ours here that waits because the customer
// wrote meanwhile.
func (p *Pane) Held() (state.Item, bool) {
	i := slices.IndexFunc(p.items, func(it *item) bool { return it.Sending != nil && it.Sending.Status == state.Held })
	if i < 0 {
		return state.Item{}, false
	}
	return p.items[i].Item, true
}

// Queued returns the newest message of ours that waits and has not been tried. A
// template is none that could be written on.
func (p *Pane) Queued() (state.Outbound, bool) {
	for i := len(p.items) - 1; i >= 0; i-- {
		if o := p.items[i].Sending; o != nil && o.Status == state.Queued && o.Attempts == 0 && o.Template == nil {
			return *o, true
		}
	}
	return state.Outbound{}, false
}

// LastInbound returns the position of the customer's last message that is
// loaded, 0 if none is.
func (p *Pane) LastInbound() state.Pos {
	for i := len(p.items) - 1; i >= 0; i-- {
		if it := p.items[i]; !it.Gap && it.Pos != 0 && it.Message.Direction == api.Inbound {
			return it.Pos
		}
	}
	return 0
}

// Messages are the newest of the messages that are loaded, oldest first: enough to know what
// is spoken of. A private note is none of them.
func (p *Pane) Messages() []api.Message {
	const most = 60
	var all []api.Message
	for i := len(p.items) - 1; i >= 0 && len(all) < most; i-- {
		if it := p.items[i]; !it.Gap && it.note == nil {
			all = append(all, it.Message)
		}
	}
	slices.Reverse(all)
	return all
}

// Complete reports whether the first message of the conversation is loaded.
func (p *Pane) Complete() bool { return p.loaded && p.window.Older == state.EdgeEnd }
