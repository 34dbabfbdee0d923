package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/layout"
	"unibox/ui/reply"
	"unibox/ui/statusbar"
	"unibox/ui/text"
)

// columns are the panes as they were drawn last. The two keys that are pressed most
// change little: a letter of a reply the box under the thread, a step of the selection
// two rows of the list. After those the rest of the panes is not drawn anew. After any
// other message, the looks at the time among them, all of it is.
type columns struct {
	rows [layout.Thread + 1][]string
	of   [layout.Thread + 1]columnPlace
	// known says of each pane how its rows differ from what it would draw now.
	known [layout.Thread + 1]known
	// effect is what the message does that is being handled.
	effect effect
	// box is how many rows the box under the thread had.
	box int
	// seen is the last frame's rows, in the order in which they are read and are seen.
	seen struct {
		mode          text.Mode
		rows, ordered []string
	}
}

// known is how the rows of a pane that were drawn differ from those it would draw now.
type known uint8

const (
	stale   known = iota // in any way
	stepped              // by steps of the selection, or by letters of the box
	fresh                // not at all
)

// columnPlace is where a pane is.
type columnPlace struct {
	layout.Rect
	focused bool
}

// effect counts what a message did, as far as that tells a letter and a step from all
// others.
type effect struct {
	keys, letters, steps int
	// reads: something is only read again, which another message brings.
	reads bool
	// elsewhere: a pane changed that the key itself does not.
	opened, elsewhere bool
}

// begin begins with a message. To save what is typed changes what a letter does.
func (c *columns) begin(msg tea.Msg) {
	c.effect = effect{}
	switch msg.(type) {
	case staleMsg, newsDueMsg:
		c.effect.reads = true
		return
	}
	if statusbar.Reads(msg) {
		c.effect.reads = true
		return
	}
	if reply.Saves(msg) {
		c.effect = effect{keys: 1, letters: 1}
	}
}

// reads reports whether the last message changed nothing that shows: something is only read again.
func (c *columns) reads() bool { return c.effect == (effect{reads: true}) }

// letter reports whether a person's message was a letter of a reply and no more.
func (c *columns) letter() bool { return c.effect.letters > 0 && !c.effect.opened }

// end ends with it: what it may have changed is to be drawn anew.
func (c *columns) end() {
	e := c.effect
	opened := e.opened
	e.opened = false
	switch e {
	case effect{keys: 1, letters: 1}:
		c.known[layout.Thread] = min(c.known[layout.Thread], stepped)
	case effect{reads: true}:
	case effect{keys: 1, steps: 1}:
		c.known[layout.List] = min(c.known[layout.List], stepped)
		if opened {
			c.known[layout.Thread] = stale
		}
	default:
		c.known = [layout.Thread + 1]known{}
	}
}

// draw returns the rows of a pane, which the caller may change. All draws them, and
// step those where only the selection moved, or a letter came.
func (c *columns) draw(pane layout.Pane, of columnPlace, all, step func() []string) []string {
	if c.of[pane] != of {
		c.known[pane] = stale
	}
	switch c.known[pane] {
	case stale:
		c.rows[pane] = all()
	case stepped:
		c.rows[pane] = step()
	}
	c.known[pane], c.of[pane] = fresh, of
	return slices.Clone(c.rows[pane])
}

// typed is the rows of the thread as they were drawn, those of the box anew. Where the box has another
// height, all of the pane is drawn.
func (c *columns) typed(m *Model) []string {
	r, h := m.lay.Panes[layout.Thread], m.reply.Height()
	rows := c.rows[layout.Thread]
	if h != c.box || h > len(rows) {
		return m.threadColumn()
	}
	return append(rows[:len(rows)-h], m.env.Look.Rows(m.reply.View(), r.W, h)...)
}

// visual brings the rows of a frame into the order in which they are seen. Most are those
// of the last frame.
func (c *columns) visual(mode text.Mode, rows []string) {
	was := c.seen
	c.seen.mode, c.seen.rows = mode, slices.Clone(rows)
	for i, row := range rows {
		if mode == was.mode && i < len(was.rows) && row == was.rows[i] {
			rows[i] = was.ordered[i]
		} else {
			rows[i] = mode.Visual(row)
		}
	}
	c.seen.ordered = slices.Clone(rows)
}
