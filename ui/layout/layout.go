// Package layout divides the terminal between the panes. It is one pure
// function of the size, the focus and the zoom, used by drawing and cursor
// alike.
package layout

// Pane names a part of the screen that can have the focus.
type Pane uint8

// The panes, from left to right.
const (
	Channels Pane = iota
	List
	Thread
)

// Rect is a part of the screen in cells. An empty one is not drawn.
type Rect struct{ X, Y, W, H int }

// Empty reports whether nothing fits in r.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Layout is a division of the screen. Panes lie side by side from X=0 with one
// column of rule between them; together with Strip and Hints they cover it all.
type Layout struct {
	W, H  int
	Strip Rect
	Hints Rect
	Panes [3]Rect
	// Panel is beside the thread, for what stays there; empty where there is none.
	Panel Rect
	// Rail: the channel pane is folded to codes and counts.
	Rail bool
	// Single: one pane is shown at a time, under a breadcrumb.
	Single bool
}

// The widths at which panes fold.
const (
	threePanes = 100
	twoPanes   = 80
	railWidth  = 7
)

// Widths are how wide the agent made the panes, 0 for as wide as the terminal's size says.
type Widths struct{ Channels, List int }

// The least widths of panes, and of what is left for the thread.
const leastChannels, leastList, leastBesidePanes = 14, 20, 30

// Compute divides a terminal as the agent wants it; see the function.
func (ws Widths) Compute(w, h, top int, focus Pane, zoom, hints bool) Layout {
	l := Compute(w, h, top, focus, zoom, hints)
	if l.Single || ws == (Widths{}) {
		return l
	}
	channels, list := l.Panes[Channels].W, l.Panes[List].W
	if ws.Channels > 0 && !l.Rail {
		channels = max(leastChannels, min(ws.Channels, w-list-2-leastBesidePanes))
	}
	if ws.List > 0 {
		list = max(leastList, min(ws.List, w-channels-2-leastBesidePanes))
	}
	for pane, width := range []int{channels, list, w - channels - list - 2} {
		l.Panes[pane].W = width
		if pane > 0 {
			l.Panes[pane].X = l.Panes[pane-1].X + l.Panes[pane-1].W + 1
		}
	}
	return l
}

// Rule returns the pane on whose right the rule in a column is, and whether one is there.
func (l Layout) Rule(x int) (Pane, bool) {
	for _, p := range []Pane{Channels, List} {
		if r := l.Panes[p]; !l.Single && !r.Empty() && x == r.X+r.W && (p != Channels || !l.Rail) {
			return p, true
		}
	}
	return 0, false
}

// At returns the pane that a cell is in, and whether there is one.
func (l Layout) At(x, y int) (Pane, bool) {
	for p, r := range l.Panes {
		if x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H {
			return Pane(p), true
		}
	}
	return 0, false
}

// Compute divides a terminal of w by h cells, of which the first top rows belong
// to the strip and the banner under it. With zoom only the focused pane is
// shown; without hints the last row belongs to the panes.
func Compute(w, h, top int, focus Pane, zoom, hints bool) Layout {
	l := Layout{W: w, H: h, Strip: Rect{0, 0, w, min(top, h)}}
	if hints && h > 3 {
		l.Hints = Rect{0, h - 1, w, 1}
	}
	body := h - l.Strip.H - l.Hints.H
	l.Single = zoom || w < twoPanes
	if l.Single {
		l.Panes[focus] = Rect{0, l.Strip.H, w, body}
		return l
	}
	l.Rail = w < threePanes
	x := 0
	for pane, width := range widths(w, l.Rail) {
		l.Panes[pane] = Rect{x, l.Strip.H, width, body}
		x += width + 1
	}
	return l
}

func widths(w int, rail bool) [3]int {
	channels, list := railWidth, 29
	if !rail {
		channels = min(26, max(20, w*13/100))
		list = min(52, max(32, w*28/100))
	}
	return [3]int{channels, list, w - channels - list - 2}
}

// Shown reports whether a pane is on screen.
func (l Layout) Shown(p Pane) bool { return !l.Panes[p].Empty() }

// leastThread is how wide a thread is left beside a panel.
const leastThread = 54

// Beside gives a panel of w cells, its rule included, the right of the thread, where there
// is room for both.
func (l Layout) Beside(w int) Layout {
	t := l.Panes[Thread]
	if t.W-w < leastThread || t.H <= 0 {
		return l
	}
	l.Panes[Thread].W -= w
	l.Panel = Rect{t.X + t.W - w + 1, t.Y, w - 1, t.H}
	return l
}

// LeastBeside is how many columns a terminal has at the least in which all panes and a panel
// of w cells are on screen.
func LeastBeside(w int) int {
	columns := threePanes
	for Compute(columns, 24, 1, Thread, false, true).Beside(w).Panel.Empty() {
		columns++
	}
	return columns
}
