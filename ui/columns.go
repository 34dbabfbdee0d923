package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/layout"
	"unibox/ui/reply"
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
}

// known is how the rows of a pane that were drawn differ from those it would draw now.
type known uint8

const (
	stale   known = iota // in any way
	stepped              // by steps of the selection
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
	// elsewhere: a pane changed that the key itself does not.
	opened, elsewhere bool
}

// begin begins with a message. To save what is typed changes what a letter does.
func (c *columns) begin(msg tea.Msg) {
	c.effect = effect{}
	if reply.Saves(msg) {
		c.effect = effect{keys: 1, letters: 1}
	}
}

// end ends with it: what it may have changed is to be drawn anew.
func (c *columns) end() {
	e := c.effect
	opened := e.opened
	e.opened = false
	switch e {
	case effect{keys: 1, letters: 1}:
		c.known[layout.Thread] = stale
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
// step does where only the selection moved.
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
