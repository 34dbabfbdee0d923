// Package queue is the middle pane while the outbox is shown: every message that
// is not sent, or not known to be, and every pending change, by conversation,
// with why it waits and when it is tried next. What arrives changes entries,
// never which one is selected: a selected entry that is sent meanwhile stays,
// marked as gone, until the selection leaves it.
package queue

import (
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/look"
)

// Pane is the list of what is unsent. It is used from one goroutine.
type Pane struct {
	env.Actions
	env      *env.Env
	screen   Screen
	ask      env.Question
	look     look.Look
	codes    func(api.Conversation) string
	now      func() time.Time
	progress func(outbound int64) (float64, bool)
	w, h     int
	focused  bool

	// unsent is what was read; decisions names what of it is known to wait for
	// a person, nil before the first read.
	unsent    []state.Unsent
	reading   int
	decisions map[string]bool

	entries []entry
	counts  Counts
	health  map[api.AccountID]state.Health
	loaded  bool
	err     error
	// index is the selected entry, top the first on screen.
	index, top int
	// touched: the agent chose the entry; released: the agent takes it out.
	touched, released bool
}

// entry is one row of the list with what depends on its neighbours.
type entry struct {
	state.Unsent
	// heads: it is the first of its conversation.
	heads bool
	// behind says what it waits for, empty if nothing is ahead of it; again: the
	// entry above says the same.
	behind string
	again  bool
	// gone: it was sent, or removed from the outbox.
	gone bool
}

// Counts sums up what is unsent.
type Counts struct {
	// Total counts entries, Moving those that go out by themselves, Decide
	// those that wait for a person.
	Total, Moving, Decide int
}

// New returns an empty pane.
func New(e *env.Env, s Screen) *Pane {
	p := &Pane{env: e, screen: s, codes: e.Code, now: func() time.Time { return e.Now() }, progress: e.Progress, health: map[api.AccountID]state.Health{}}
	p.Actions = p.makeActions()
	return p
}

// SetLook sets how it looks.
func (p *Pane) SetLook(l look.Look) { p.look = l }

// Resize sets the size in cells, title row included.
func (p *Pane) Resize(w, h int) { p.w, p.h = w, h }

// Focus says whether keys go to this pane.
func (p *Pane) Focus(on bool) { p.focused = on }

// SetHealth says how the accounts are doing: one with a problem sends nothing.
func (p *Pane) SetHealth(all []state.Health) {
	clear(p.health)
	for _, h := range all {
		p.health[h.Account] = h
	}
}

// Unsent returns what was read last, and the number of that reading.
func (p *Pane) Unsent() (reading int, list []state.Unsent) { return p.reading, p.unsent }

// Counts returns how much is unsent, and whether that is known yet.
func (p *Pane) Counts() (Counts, bool) { return p.counts, p.loaded }

// fail shows why the outbox could not be read.
func (p *Pane) fail(err error) { p.err, p.loaded = err, true }

// set takes what was read. The selection stays on its entry.
func (p *Pane) set(list []state.Unsent) {
	was, selected := p.at(p.index)
	p.unsent = list
	p.entries = make([]entry, len(list), len(list)+1)
	p.counts = Counts{Total: len(list)}
	var lane lane
	for i, u := range list {
		e := entry{Unsent: u, heads: i == 0 || list[i-1].Conversation.ID != u.Conversation.ID}
		if e.heads {
			lane.reset()
		}
		e.behind = lane.pass(p.env.Look.Language, u)
		e.again = !e.heads && e.behind != "" && e.behind == p.entries[i-1].behind
		p.entries[i] = e
		p.counts.add(u)
	}
	p.loaded, p.err = true, nil
	if selected && p.touched {
		p.keep(was)
	}
	p.clamp()
}

func (c *Counts) add(u state.Unsent) {
	switch {
	case u.Decides():
		c.Decide++
	case u.Moves():
		c.Moving++
	}
}

// keep leaves the selection on an entry, which stays listed if it is gone.
func (p *Pane) keep(was entry) {
	if i := slices.IndexFunc(p.entries, was.same); i >= 0 {
		p.top += i - p.index
		p.index = i
		return
	}
	if p.released {
		p.released = false
		return
	}
	was.gone, was.behind, was.again = true, "", false
	p.index = min(p.index, len(p.entries))
	p.entries = slices.Insert(p.entries, p.index, was)
	p.head()
}

// head finds which entries are the first of their conversation.
func (p *Pane) head() {
	for i := range p.entries {
		p.entries[i].heads = i == 0 || p.entries[i-1].Conversation.ID != p.entries[i].Conversation.ID
	}
}

func (e entry) same(o entry) bool {
	switch {
	case e.Message != nil && o.Message != nil:
		return e.Message.Same(*o.Message)
	case e.Change != nil && o.Change != nil:
		return e.Change.ID == o.Change.ID
	}
	return false
}

// Selected returns what is selected; nothing if it is gone meanwhile.
func (p *Pane) Selected() (state.Unsent, bool) {
	e, ok := p.at(p.index)
	return e.Unsent, ok && !e.gone
}

// Conversation returns the conversation of the selected entry, also of one
// that is gone.
func (p *Pane) Conversation() api.ConversationID {
	e, _ := p.at(p.index)
	return e.Conversation.ID
}

func (p *Pane) at(i int) (entry, bool) {
	if i < 0 || i >= len(p.entries) {
		return entry{}, false
	}
	return p.entries[i], true
}

// Touch keeps the selection on its entry from now on, whatever arrives before it.
func (p *Pane) Touch() { p.touched = p.touched || len(p.entries) > 0 }

// Release lets the selected entry go as soon as it is out: the agent takes it
// out.
func (p *Pane) Release() { p.released = true }

// move moves the selection by n entries.
func (p *Pane) move(n int) {
	p.touched, p.released = true, false
	to := min(max(p.index+n, 0), max(len(p.entries)-1, 0))
	if e, ok := p.at(p.index); ok && e.gone && to != p.index {
		p.entries = slices.Delete(p.entries, p.index, p.index+1)
		if to > p.index {
			to--
		}
		p.head()
	}
	p.index = to
	p.clamp()
}

// page moves the selection by n screens.
func (p *Pane) page(n int) { p.move(n * max(1, p.visible()-1)) }

// first and last move to the ends of the list.
func (p *Pane) first() { p.move(-len(p.entries)) }

// last moves to the end of the list.
func (p *Pane) last() { p.move(len(p.entries)) }

// clamp keeps the selected entry whole on screen, and the screen full.
func (p *Pane) clamp() {
	p.index = max(0, min(p.index, len(p.entries)-1))
	p.top = max(0, min(p.top, p.index, p.reach(len(p.entries)-1)))
	if len(p.entries) > 0 {
		p.top = max(p.top, p.reach(p.index))
	}
}

// reach is the first entry on screen when entry last is the bottom one.
func (p *Pane) reach(last int) int {
	room := p.h - 1
	for i := last; i >= 0; i-- {
		if room -= p.height(i); room < p.sticky(i) {
			return min(i+1, last)
		}
	}
	return 0
}

// sticky is how many rows it takes to say whose the first entry on screen is,
// if the conversation begins above.
func (p *Pane) sticky(i int) int {
	if i < 0 || i >= len(p.entries) || p.entries[i].heads {
		return 0
	}
	return 1
}

// visible is how many entries are on screen.
func (p *Pane) visible() int {
	room, n := p.h-1-p.sticky(p.top), 0
	for i := p.top; i < len(p.entries) && room > 0; i++ {
		room -= p.height(i)
		n++
	}
	return max(1, n)
}
