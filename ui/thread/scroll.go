package thread

// rows are the heights of the items of a thread. An item has lead rows (a day
// line, the new-messages line) above its body; what precedes it decides them,
// so they may come and go while the body stays.
type rows interface {
	Len() int
	Lead(i int) int
	Body(i int) int
}

// scroll is a reading position: the body of item at begins on screen row row,
// which may be above the screen. With follow it is the newest end instead.
type scroll struct {
	at, row int
	follow  bool
}

// settle moves the position as little as needed, so that the screen of h rows
// is full wherever there is enough to fill it. Too little is at the top: what
// arrives finds its place below, and moves nothing.
func (s scroll) settle(r rows, h int) scroll {
	n := r.Len()
	if n == 0 {
		return scroll{follow: true}
	}
	s.at = min(max(s.at, 0), n-1)
	if s.follow {
		s.at = n - 1
		s.row = h - r.Body(s.at)
	}
	if end := s.end(r, h); end < h {
		s.row += h - end
	}
	if top := s.top(r); top > 0 {
		s.row -= top
	}
	return s.reanchor(r, h)
}

// end returns the row after the last item, or a row at or below h.
func (s scroll) end(r rows, h int) int {
	y := s.row + r.Body(s.at)
	for i := s.at + 1; i < r.Len() && y < h; i++ {
		y += r.Lead(i) + r.Body(i)
	}
	return y
}

// top returns the row on which the first item's lead begins, or a row at or
// above the screen's first.
func (s scroll) top(r rows) int {
	y := s.row - r.Lead(s.at)
	for i := s.at - 1; i >= 0 && y > 0; i-- {
		y -= r.Body(i) + r.Lead(i)
	}
	return y
}

// reanchor ties the position to the first item whose body begins on screen, or
// else to the one that covers it.
func (s scroll) reanchor(r rows, h int) scroll {
	for s.row < 0 && s.at+1 < r.Len() {
		next := s.row + r.Body(s.at) + r.Lead(s.at+1)
		if next >= h {
			break
		}
		s.at, s.row = s.at+1, next
	}
	for s.at > 0 {
		before := s.row - r.Lead(s.at) - r.Body(s.at-1)
		if before < 0 && s.row < h {
			break
		}
		s.at, s.row = s.at-1, before
	}
	return s
}

// by scrolls n rows: positive shows what is newer.
func (s scroll) by(n int, r rows, h int) scroll {
	return scroll{at: s.at, row: s.row - n}.settle(r, h)
}

// atEnd reports whether the last row of the last item is on screen.
func (s scroll) atEnd(r rows, h int) bool {
	return r.Len() == 0 || s.end(r, h+1) <= h
}

// rowOf returns the screen row on which item i's body begins.
func (s scroll) rowOf(i int, r rows) int {
	y := s.row
	for k := s.at; k < i; k++ {
		y += r.Body(k) + r.Lead(k+1)
	}
	for k := s.at; k > i; k-- {
		y -= r.Lead(k) + r.Body(k-1)
	}
	return y
}

// show scrolls as little as needed to have item i on screen; of one taller
// than the screen, its beginning when coming from above.
func (s scroll) show(i int, r rows, h int) scroll {
	y, tall := s.rowOf(i, r), r.Body(i)
	lead := r.Lead(i)
	switch {
	case y-lead < 0:
		return scroll{at: i, row: lead}.settle(r, h)
	case y+tall > h && tall+lead >= h:
		return scroll{at: i, row: lead}.settle(r, h)
	case y+tall > h:
		return scroll{at: i, row: h - tall}.settle(r, h)
	}
	return s
}

// visible returns the first and last item of which a body row is on screen.
func (s scroll) visible(r rows, h int) (first, last int) {
	first, y := s.at, s.row
	for first > 0 && y-r.Lead(first) > 0 {
		y -= r.Lead(first) + r.Body(first-1)
		first--
	}
	for last = first; last+1 < r.Len(); last++ {
		y += r.Body(last) + r.Lead(last+1)
		if y >= h {
			break
		}
	}
	return first, last
}
