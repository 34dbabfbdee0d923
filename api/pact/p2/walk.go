package p2

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"unibox/api"
)

// Lists are read from the newest entry back. In which direction the platform sorts
// them is not documented (api/pact/REFERENCE.md "p2 pages"), so the first page decides.
//
// A list that begins with the newest shifts while it is read: what arrives moves the
// rest to later pages, what is deleted moves it to earlier ones. So each request
// overlaps what was read, by as little as its page number allows, and the entry that
// was read last must be in it, or one that is newer. Otherwise entries went by unseen,
// and the pages before are asked again.
//
// A list that begins with the oldest is searched for its last page, which is
// remembered, and read back from there: what arrives moves nothing in it.

// The ways in which a list is read.
const (
	newestFirst = "d"
	oldestFirst = "a"
)

// cursor is what an api.Cursor decodes to.
type cursor struct {
	way string
	// at is how many entries were read of a list newest first; of one oldest first
	// the number of the page to read.
	at int
	// per is the page size of the first request.
	per int
	// last and stamp are the id and the time, in milliseconds, of the oldest entry
	// that was read of a list newest first.
	stamp int64
	last  string
}

func (m cursor) encode() api.Cursor {
	return api.Cursor(strings.Join([]string{m.way, strconv.Itoa(m.at), strconv.Itoa(m.per), strconv.FormatInt(m.stamp, 10), m.last}, ":"))
}

// maxCursor is the longest cursor that is taken for one of ours.
const maxCursor = 200

// fewest is the size of the smallest page: its order can be seen, and it can overlap
// another one.
const fewest = 3

// decodeCursor reads a request for a page of a list.
func decodeCursor(l listing, req api.PageRequest) (cursor, error) {
	if req.Cursor == "" {
		return cursor{way: newestFirst, per: min(max(cmp.Or(req.Limit, l.usual), fewest), l.most)}, nil
	}
	part := strings.SplitN(string(req.Cursor), ":", 5)
	if len(part) == 5 && len(req.Cursor) <= maxCursor {
		at, err := strconv.Atoi(part[1])
		per, err2 := strconv.Atoi(part[2])
		stamp, err3 := strconv.ParseInt(part[3], 10, 64)
		m := cursor{part[0], at, per, stamp, part[4]}
		if err == nil && err2 == nil && err3 == nil && at > 0 && per > 0 && per <= l.most && (m.way == newestFirst || m.way == oldestFirst) {
			return m, nil
		}
	}
	return cursor{}, cursorError(l.op, "the cursor is not one of ours")
}

// page reads a page of a list, its newest entries first.
func page[T entry](ctx context.Context, c *Client, l listing, req api.PageRequest) ([]T, api.Cursor, error) {
	m, err := decodeCursor(l, req)
	switch {
	case err != nil:
		return nil, "", err
	case m.way == oldestFirst:
		return pageBefore[T](ctx, c, l, m)
	case m.at > 0:
		return pageAfter[T](ctx, c, l, m)
	}
	first, err := read[T](ctx, c, l, 1, m.per)
	switch {
	case err != nil:
		return nil, "", err
	case first.more && rising(first.items):
		return lastPage[T](ctx, c, l, m.per)
	}
	fresh, next := continued(m, first)
	return fresh, next, nil
}

// rising reports whether entries are sorted oldest first.
func rising[T entry](list []T) bool {
	up := 0
	for i := 1; i < len(list); i++ {
		if a, b := list[i-1].at(), list[i].at(); !a.IsZero() && !b.IsZero() {
			up += b.Compare(a)
		}
	}
	return up > 0
}

// mostBack is how often the pages before are asked again for what went by unseen.
const mostBack = 4

// pageAfter reads on in a list newest first.
func pageAfter[T entry](ctx context.Context, c *Client, l listing, m cursor) ([]T, api.Cursor, error) {
	for range mostBack {
		number, per, overlaps := place(m.at, m.per)
		p, err := read[T](ctx, c, l, number, per)
		switch {
		case err != nil:
			return nil, "", err
		case !overlaps, p.start == 0, meets(p.items, m):
			fresh, next := continued(m, p)
			return fresh, next, nil
		}
		m.at = max(1, m.at-m.per)
	}
	return nil, "", cursorError(l.op, "the entry that was read last is no longer in the list")
}

// place chooses the number and the size of the page that holds most of what follows
// the first read entries, and at least one of them. It does not overlap them where
// pages are too small for that.
func place(read, per int) (number, size int, overlaps bool) {
	most := 0
	for s := per; s > per/2; s-- {
		if fresh := s - (read-1)%s - 1; fresh > most {
			most, number, size = fresh, (read-1)/s+1, s
		}
	}
	if most == 0 {
		return read/per + 1, per, false
	}
	return number, size, true
}

// meets reports whether entries hold the one that was read last, or one that is newer.
func meets[T entry](list []T, m cursor) bool {
	return slices.ContainsFunc(list, func(v T) bool {
		return v.id() == m.last || !v.at().IsZero() && v.at().UnixMilli() >= m.stamp
	})
}

// continued is what a page holds that was not read before, and the cursor of what
// follows it.
func continued[T entry](m cursor, p numbered[T]) ([]T, api.Cursor) {
	fresh := unread(p.items, m)
	if !p.more {
		return fresh, ""
	}
	m.at, m.per = max(m.at, p.end), p.size(m.per)
	if len(fresh) > 0 {
		last := fresh[len(fresh)-1]
		m.last, m.stamp = last.id(), max(0, last.at().UnixMilli())
	}
	return fresh, m.encode()
}

// size is the size of the pages after one for which so many entries were asked.
func (p numbered[T]) size(per int) int {
	if p.most > 0 {
		return min(per, p.most)
	}
	return per
}

// unread are the entries of a page that were not read before, newest first.
func unread[T entry](list []T, m cursor) []T {
	if i := slices.IndexFunc(list, func(v T) bool { return v.id() == m.last }); i >= 0 && m.at > 0 {
		list = list[i+1:]
	} else if m.stamp > 0 {
		list = slices.DeleteFunc(list, func(v T) bool { return v.at().UnixMilli() > m.stamp })
	}
	return sorted(list)
}

// sorted are the entries newest first, each once. Equal times keep the platform's
// order, and so does all of a list in which an entry has no time.
func sorted[T entry](list []T) []T {
	seen, timed := map[string]bool{}, true
	list = slices.DeleteFunc(list, func(v T) bool {
		twice := seen[v.id()]
		seen[v.id()] = true
		timed = timed && !v.at().IsZero()
		return twice
	})
	if timed {
		slices.SortStableFunc(list, func(a, b T) int { return b.at().Compare(a.at()) })
	}
	return list
}

// pageBefore reads a page of a list oldest first.
func pageBefore[T entry](ctx context.Context, c *Client, l listing, m cursor) ([]T, api.Cursor, error) {
	p, err := read[T](ctx, c, l, m.at, m.per)
	if err != nil {
		return nil, "", err
	}
	if len(p.items) == 0 {
		return nil, "", cursorError(l.op, "the page is no longer there")
	}
	fresh, next := before(p, m.at, m.per)
	return fresh, next, nil
}

// before is a page of a list oldest first, newest entry first, and the cursor of the
// page before it.
func before[T entry](p numbered[T], number, per int) ([]T, api.Cursor) {
	slices.Reverse(p.items)
	if number == 1 {
		return sorted(p.items), ""
	}
	return sorted(p.items), cursor{way: oldestFirst, at: number - 1, per: per}.encode()
}

// mostSteps is how many pages are asked for in search of the last one. Steps double, so
// no list needs as many.
const mostSteps = 50

// lastPage searches the last page of a list oldest first: from where it was last, in
// growing steps, and then by halves.
func lastPage[T entry](ctx context.Context, c *Client, l listing, per int) ([]T, api.Cursor, error) {
	number := c.lastPage(l, per)
	p, err := read[T](ctx, c, l, number, per)
	if err == nil && len(p.items) == 0 && number > 1 {
		number = 1
		p, err = read[T](ctx, c, l, number, per)
	}
	for step, beyond, steps := 1, 0, 0; err == nil && p.more && beyond != number+1; steps++ {
		next := number + step
		if beyond > 0 {
			next = (number + beyond) / 2
		}
		q, failed := read[T](ctx, c, l, next, per)
		switch {
		case steps == mostSteps:
			err = cursorError(l.op, "the list has no end")
		case failed != nil:
			err = failed
		case len(q.items) == 0:
			beyond = next
		default:
			number, p, step = next, q, 2*step
		}
	}
	if err != nil {
		return nil, "", err
	}
	c.setLastPage(l, per, number)
	fresh, next := before(p, number, p.size(per))
	return fresh, next, nil
}

// lastPage is the number of the last page of a list oldest first, as far as it is
// known.
func (c *Client) lastPage(l listing, per int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(1, c.lastPages[l.page(per)])
}

func (c *Client) setLastPage(l listing, per, number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastPages[l.page(per)] = number
}

// page names the list in pages of a size.
func (l listing) page(per int) string {
	return strings.Join(l.path, "/") + "?" + l.query.Encode() + "#" + strconv.Itoa(per)
}
