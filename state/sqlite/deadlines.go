package sqlite

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"unibox/state"
)

// littleBack is how far a clock that is kept right is set back, in microseconds. The
// views wait for it.
const littleBack = 10_000_000

// notBack is now, or as of when the views are where the clock was set back a little.
func (b *inbox) notBack(now time.Time) time.Time {
	if back := b.clock - stamp(now); back > 0 && back <= littleBack {
		return moment(b.clock)
	}
	return now
}

// tick works out again what the clock alone may have changed, and returns as of when.
func (b *inbox) tick(now time.Time) time.Time {
	now = b.notBack(now)
	if stamp(now) < b.clock { // the date was set back
		b.unsettle()
		b.settle(now)
	}
	due := b.passed(stamp(now)) // as they were until now
	was := moment(b.clock)
	b.clock = stamp(now)
	for e := range b.timed {
		due = append(due, e)
	}
	var moved, other []*entry // other: no view says so, but a filter may
	for _, e := range due {
		views, pinned, place := e.classify(now), e.pinnedNow(now), e.placed(e.facts(e.bits, now), now, b.due)
		switch {
		case views != e.views || pinned != e.pinned || place != e.place:
			b.sorted.remove(e)
			e.views, e.pinned, e.place = views, pinned, place
			moved = append(moved, e)
		case e.shownBits(was) != e.shownBits(now):
			other = append(other, e)
		}
	}
	b.sorted.add(moved)
	b.saved.move(moved)
	b.saved.move(other)
	return now
}

// deadline is a moment at which the clock may change the views of an entry.
type deadline struct {
	at int64
	n  no
}

func compareDeadlines(x, y deadline) int {
	return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.n, y.n))
}

// deadlines are those of an entry: the end of its snooze, and the last hours of its window.
func (e *entry) deadlines() (all []deadline) {
	for _, off := range [...]int64{e.flag.snoozed, e.ours().mine.until} {
		if off != 0 {
			all = append(all, deadline{off, e.n})
		}
	}
	if e.freeUntil != 0 {
		for _, before := range [...]time.Duration{state.ClosesWithin, state.ClosingWarns, 0} {
			all = append(all, deadline{e.freeUntil - before.Microseconds(), e.n})
		}
	}
	return all
}

// passed are the entries of the deadlines up to now.
func (b *inbox) passed(now int64) (due []*entry) {
	at, _ := slices.BinarySearchFunc(b.deadlines, deadline{at: now + 1}, compareDeadlines)
	all := map[*entry]struct{}{}
	for _, m := range b.deadlines[:at] {
		e := b.entryOf(m.n)
		if _, timed := b.timed[e]; !timed {
			all[e] = struct{}{}
		}
	}
	b.deadlines = b.deadlines[at:]
	return slices.Collect(maps.Keys(all))
}

// addDeadlines notes the deadlines of entries that are still to come.
func (b *inbox) addDeadlines(all []*entry) {
	few := len(all) <= perPart
	for _, e := range all {
		for _, m := range e.deadlines() {
			if m.at <= b.clock {
				continue
			}
			if !few {
				b.deadlines = append(b.deadlines, m)
			} else if at, has := slices.BinarySearchFunc(b.deadlines, m, compareDeadlines); !has {
				b.deadlines = slices.Insert(b.deadlines, at, m)
			}
		}
	}
	if !few {
		slices.SortFunc(b.deadlines, compareDeadlines)
		b.deadlines = slices.Compact(b.deadlines)
	}
}
