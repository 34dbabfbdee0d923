package protocol

import (
	"cmp"
	"slices"
	"time"

	"unibox/api/sandbox/kit"
)

// list is a list that is read by pages: n elements, the newest first, each with an
// id. See api/protocol/REFERENCE.md "Lists".
type list struct {
	n    int
	id   func(i int) string
	wire func(i int) any
}

// listOf returns a list sorted by the time that at returns. Elements without a time
// come last. Of elements with the same time the later ones in all are newer.
func listOf[T any](all []T, at func(T) *time.Time, id func(T) string, wire func(T) any) list {
	sorted := slices.Clone(all)
	slices.Reverse(sorted)
	slices.SortStableFunc(sorted, func(a, b T) int {
		x, y := at(a), at(b)
		if x == nil || y == nil {
			return cmp.Compare(rank(x), rank(y))
		}
		return y.Compare(*x)
	})
	return list{len(sorted), func(i int) string { return id(sorted[i]) }, func(i int) any { return wire(sorted[i]) }}
}

// rank sorts elements without a time last.
func rank(at *time.Time) int {
	if at == nil {
		return 1
	}
	return 0
}

// page returns the page that a request asks for: the elements after one element, or
// the nearest ones before it. has_more is about the direction asked for.
func (p *Server) page(c *kit.Call, l list) (any, error) {
	if p.behavior.OldestFirst {
		id, wire, last := l.id, l.wire, l.n-1
		l.id, l.wire = func(i int) string { return id(last - i) }, func(i int) any { return wire(last - i) }
	}
	limit, err := pageSize(c.Params)
	if err != nil {
		return nil, err
	}
	after, before := c.Params.Get("starting_after"), c.Params.Get("ending_before")
	switch {
	case after != "" && before != "":
		return nil, kit.BadRequest("starting_after and ending_before exclude each other.")
	case after != "":
		at, err := l.position("starting_after", after)
		return l.cut(at+1, min(at+1+limit, l.n), at+1+limit < l.n), err
	case before != "":
		at, err := l.position("ending_before", before)
		return l.cut(max(0, at-limit), at, at-limit > 0), err
	}
	return l.cut(0, min(limit, l.n), limit < l.n), nil
}

// position returns the index of the element with an id, which parameter name has.
func (l list) position(name, id string) (int, error) {
	for i := range l.n {
		if l.id(i) == id {
			return i, nil
		}
	}
	return 0, kit.BadRequest(name + " names nothing in this list.")
}

func (l list) cut(lo, hi int, more bool) wireList {
	data := []any{}
	for i := lo; i < hi; i++ {
		data = append(data, l.wire(i))
	}
	return wireList{more, data}
}
