package sqlite

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"unibox/api"
	"unibox/state"
	rules "unibox/state/inbox"
)

// sorted holds the entries of each view in their order, and counts them by channel.
// An entry moves by a binary search in the few views that it is in, so that news
// cost what they touch.
type sorted struct {
	entry    func(no) *entry
	views    [viewCount][]no
	channels map[api.ChannelID]channelCount
}

// channelCount counts the entries of a channel.
type channelCount struct{ total, waiting int }

// waitingView, closingView and allView are where those views are among state.Views.
var waitingView, closingView, allView = viewAt(inWaiting), viewAt(inClosing), viewAt(inAll)

func viewAt(in viewSet) int { return bits.TrailingZeros16(uint16(in)) }

// newSorted is empty. Entry returns an entry by its number.
func newSorted(entry func(no) *entry) sorted {
	return sorted{entry: entry, channels: map[api.ChannelID]channelCount{}}
}

// find finds where an entry is in a view, or in some of it, or belongs.
func (s *sorted) find(view int, among []no, e *entry) (at int, is bool) {
	order := orderOf(view)
	return slices.BinarySearchFunc(among, e, func(n no, e *entry) int { return order(s.entry(n), e) })
}

// orderOf is the order of a view.
func orderOf(view int) func(x, y *entry) int {
	switch view {
	case waitingView:
		return byPlace
	case closingView:
		return byEnd
	}
	return byPinned
}

// byEnd sorts by whose window ends first; those without one, which are kept in a list
// that they do not belong to, come last.
func byEnd(x, y *entry) int {
	if c := cmp.Compare(uint64(x.freeUntil-1), uint64(y.freeUntil-1)); c != 0 {
		return c
	}
	return byActivity(x, y)
}

// byPlace sorts by who is next.
func byPlace(x, y *entry) int {
	if c := x.sortPlace().Compare(y.sortPlace()); c != 0 {
		return c
	}
	return byActivity(x, y)
}

// byPinned sorts by pinned and latest activity.
func byPinned(x, y *entry) int {
	switch {
	case x.pinned == y.pinned:
		return byActivity(x, y)
	case x.pinned:
		return -1
	}
	return 1
}

// byActivity sorts by activity, newest first. No two entries are equal.
func byActivity(x, y *entry) int {
	if c := cmp.Compare(y.lastActive, x.lastActive); c != 0 {
		return c
	}
	if c := cmp.Compare(y.row, x.row); c != 0 {
		return c
	}
	return cmp.Or(strings.Compare(x.id.Remote, y.id.Remote), cmp.Compare(x.id.Account, y.id.Account))
}

// sortPlace is what the waiting view sorts by: also of a row that is kept in it
// after its customer got an answer.
func (e *entry) sortPlace() rules.Place {
	if e.place == (rules.Place{}) {
		return rules.PlaceOf(e.lastActive)
	}
	return e.place
}

// each calls fn for every view of a set.
func (in viewSet) each(fn func(view int)) {
	for ; in != 0; in &= in - 1 {
		fn(bits.TrailingZeros16(uint16(in)))
	}
}

// remove takes an entry out of its views.
func (s *sorted) remove(e *entry) {
	if e.views == 0 {
		return
	}
	e.views.each(func(view int) {
		if at, ok := s.find(view, s.views[view], e); ok {
			s.views[view] = slices.Delete(s.views[view], at, at+1)
		}
	})
	s.count(e, -1)
}

// bulk is the share of a list from which on it is sorted as a whole.
const bulk = 8

// add puts entries, of which none is in a view yet, into theirs.
func (s *sorted) add(all []*entry) {
	if len(all) <= 1+len(s.views[allView])/bulk {
		for _, e := range all {
			e.views.each(func(view int) {
				at, _ := s.find(view, s.views[view], e)
				s.views[view] = slices.Insert(s.views[view], at, e.n)
			})
			s.count(e, 1)
		}
		return
	}
	atOnce(func() { s.countAll(all) }, func() { s.sortIn(all) })
}

func (s *sorted) countAll(all []*entry) {
	for _, e := range all {
		s.count(e, 1)
	}
}

// sortIn puts entries into their views and sorts these.
func (s *sorted) sortIn(all []*entry) {
	for _, e := range all {
		e.views.each(func(view int) { s.views[view] = append(s.views[view], e.n) })
	}
	for view := range s.views {
		order := orderOf(view)
		slices.SortFunc(s.views[view], func(x, y no) int { return order(s.entry(x), s.entry(y)) })
	}
}

func (s *sorted) count(e *entry, by int) {
	if e.views == 0 {
		return
	}
	id := api.ChannelID{Account: e.id.Account, Remote: e.channelRemote()}
	c := s.channels[id]
	c.total += by
	c.waiting += by * int(bit(e.views&inWaiting != 0))
	s.channels[id] = c
	if c == (channelCount{}) {
		delete(s.channels, id)
	}
}

// of are the entries of a view in their order. It must not be changed.
func (s *sorted) of(v state.View) (view int, all []no) {
	view = viewAt(viewOf(v))
	return view, s.views[view]
}

// closing counts those who wait and whose window ends within state.ClosingWarns.
func (s *sorted) closing(now int64) (n int) {
	for _, i := range s.views[closingView] {
		e := s.entry(i)
		if e.freeUntil-now > state.ClosingWarns.Microseconds() {
			break
		}
		n += int(bit(e.views&inWaiting != 0))
	}
	return n
}
