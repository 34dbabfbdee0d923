package look

import (
	"slices"
	"time"
)

// HoldFor is how long a pane goes on to show its last rows while it reads what
// takes their place. A read from the disk takes a few thousandths of a second; to
// draw words for that long, and then the rows, costs the line twice.
const HoldFor = 100 * time.Millisecond

// Last are the rows that a pane drew last. The zero value has none.
type Last struct {
	rows  []string
	w     int
	until time.Time
}

// Keep remembers rows of w cells that were drawn, and returns them.
func (l *Last) Keep(rows []string, w int) []string {
	l.rows, l.w, l.until = slices.Clone(rows), w, time.Time{}
	return rows
}

// Hold says that what was drawn is being replaced from now on.
func (l *Last) Hold(now time.Time) {
	if l.until.IsZero() {
		l.until = now.Add(HoldFor)
	}
}

// Rows are the rows to show meanwhile; nil where there are none of this size, and
// after HoldFor.
func (l *Last) Rows(now time.Time, w, h int) []string {
	if len(l.rows) != h || l.w != w || !now.Before(l.until) {
		return nil
	}
	return slices.Clone(l.rows)
}

// Drop forgets them: they were drawn in another look.
func (l *Last) Drop() { *l = Last{} }
