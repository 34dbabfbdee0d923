package sqlite

import (
	"context"
	"math/bits"
	"slices"
	"time"

	"unibox/state"
	"unibox/state/query"
)

// savedViews are the filters whose conversations are counted: those that the config names.
// All is looked at once; from then on what changed is asked about alone, and of a filter
// with a time in it those who wait.
type savedViews struct {
	all []*savedView
	// moved are the entries that changed since they were counted.
	moved []no
	// channels are those by which they were counted: filters name them.
	channels []state.SidebarAccount
}

// by has all counted again where channels or accounts came, went, or are called
// otherwise.
func (s *savedViews) by(channels []state.SidebarAccount) {
	if !slices.EqualFunc(s.channels, channels, sameNames) {
		s.uncount()
	}
	s.channels = slices.Clone(channels)
	for i := range s.channels { // what is shown is its reader's
		s.channels[i].Channels = slices.Clone(s.channels[i].Channels)
	}
}

// sameNames reports whether two accounts are the same but for what is counted.
func sameNames(a, b state.SidebarAccount) bool {
	return a.ID == b.ID && a.Label == b.Label && slices.EqualFunc(a.Channels, b.Channels, func(c, d state.SidebarChannel) bool {
		return c.Channel.ID == d.Channel.ID && c.Channel.Kind == d.Channel.Kind && c.Channel.Name == d.Channel.Name
	})
}

// savedView is one of them.
type savedView struct {
	query query.Query
	// counted: members are those that match, n counts them.
	counted bool
	members []uint64
	n       int
}

// mostMoved is how many changes are looked at one by one.
const mostMoved = 2000

// SetSaved says which filters are counted in the sidebar. One that is not understood
// counts as nothing.
func (db *DB) SetSaved(filters []string) {
	b := &db.inbox
	b.mu.Lock()
	defer b.mu.Unlock()
	b.saved = savedViews{}
	for _, f := range filters {
		q, err := query.Parse(f, query.Conversations())
		if err != nil {
			q = query.Query{Terms: []query.Term{{Key: "is"}}} // of no value
		}
		b.saved.all = append(b.saved.all, &savedView{query: q})
	}
}

// uncount has all counted again.
func (s *savedViews) uncount() {
	for _, v := range s.all {
		*v = savedView{query: v.query}
	}
	s.moved = nil
}

// move notes that entries changed.
func (s *savedViews) move(all []*entry) {
	if len(s.all) == 0 {
		return
	}
	if len(s.moved)+len(all) > mostMoved {
		s.uncount()
		return
	}
	for _, e := range all {
		s.moved = append(s.moved, e.n)
	}
}

// countSaved counts the saved views; -1 is for what cannot be counted yet.
func (db *DB) countSaved(ctx context.Context, channels []state.SidebarAccount, now time.Time) (counts []int, err error) {
	b := &db.inbox
	b.saved.by(channels)
	for _, v := range b.saved.all {
		m := b.match(v.query, channels, now)
		if m.needsTexts() {
			if b.textless { // a start does not wait for them
				counts = append(counts, -1)
				continue
			}
			if err := db.readTexts(ctx); err != nil {
				return nil, err
			}
		}
		v.count(b, m)
		counts = append(counts, v.n)
	}
	b.saved.moved = b.saved.moved[:0]
	return counts, nil
}

// count brings the count up to date.
func (v *savedView) count(b *inbox, m *matcher) {
	switch {
	case m.timed || !v.counted:
		v.members, v.n, v.counted = make([]uint64, len(b.entries)/64+1), 0, true
		for _, n := range m.candidates() {
			v.put(n, m.matches(n))
		}
	default:
		for len(v.members) < len(b.entries)/64+1 {
			v.members = append(v.members, 0)
		}
		for _, n := range b.saved.moved {
			e := b.entries[n]
			v.put(n, e != nil && e.views != 0 && m.matches(n))
		}
	}
}

// put notes whether an entry matches.
func (v *savedView) put(n no, matches bool) {
	at, mask := &v.members[n/64], uint64(1)<<(n%64)
	v.n -= bits.OnesCount64(*at & mask)
	*at &^= mask
	if matches {
		*at |= mask
		v.n++
	}
}

// candidates are the entries that may match: those of the smallest view that it asks for.
func (m *matcher) candidates() []no {
	b := m.b
	best := b.sorted.views[allView]
	for _, in := range m.within {
		if all := b.sorted.views[viewAt(in)]; len(all) < len(best) {
			best = all
		}
	}
	return slices.Clip(best)
}
