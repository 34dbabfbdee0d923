package protocol

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

// maxPages is how many pages of a list are read at a time.
const maxPages = 100

// listing is a list of the platform.
type listing struct {
	op       string
	class    api.Class
	resource string
	query    url.Values
}

// dated is an object whose position in a list depends on a time.
type dated interface {
	identified
	at() time.Time
}

// batch is a page as it came.
type batch[T dated] struct {
	items []T
	// more is set if the list continues after the last item.
	more bool
}

func (b batch[T]) last() string { return b.items[len(b.items)-1].id() }

// fetch requests the entries after one, or the first entries if after is empty.
// A refused cursor is api.ErrCursor, and so is a page that leads back to itself or is
// empty and says that there is more (REFERENCE.md "Lists").
func fetch[T dated](ctx context.Context, c *Client, l listing, after string, limit int) (batch[T], error) {
	limit = min(max(limit, 1), maxPage)
	q := url.Values{"limit": {strconv.Itoa(limit)}}
	for name, values := range l.query {
		q[name] = values
	}
	if after != "" {
		q.Set("starting_after", after)
	}
	req := rest.Request{Op: l.op, Class: l.class, Effect: rest.Reads, Method: "GET", Path: []string{l.resource}, Query: q}
	var list wireList
	if err := c.HTTP.JSON(ctx, req, &list); err != nil {
		return batch[T]{}, rest.Refused(err, after != "")
	}
	came, err := rest.Members[T](list.Data)
	if err != nil {
		return batch[T]{}, c.HTTP.Garbled(req, err)
	}
	found := distinct(slices.Clone(came), after)
	more := list.more(len(came), limit)
	switch {
	case len(found) > 0 || len(came) == 0 && !more:
		return batch[T]{found, more}, nil
	case len(came) == 0:
		return batch[T]{}, cursorError(l.op, "the platform says that there is more and lists nothing")
	case after == "":
		return batch[T]{}, c.HTTP.Garbled(req, errors.New("nothing in the list has an id"))
	case more:
		return batch[T]{}, cursorError(l.op, "the next page is the same page again")
	}
	return batch[T]{}, nil
}

// more reports whether the list goes on after n entries. Where the platform does not
// say so, a full page is asked for the next, which may be empty, and so is any page
// where it says something that makes no sense.
func (w wireList) more(n, limit int) bool {
	var said flag
	_ = said.UnmarshalJSON(w.HasMore) // which never fails
	absent := len(w.HasMore) == 0 || string(w.HasMore) == "null"
	switch {
	case said.Said:
		return said.On
	case absent:
		return n >= limit
	}
	return n > 0
}

// distinct drops entries without an id, duplicates, and the entry after which the
// page was to begin.
func distinct[T dated](list []T, after string) []T {
	seen := map[string]bool{"": true, after: true}
	return slices.DeleteFunc(list, func(v T) bool {
		known := seen[v.id()]
		seen[v.id()] = true
		return known
	})
}

// all reads a list to its end. What was read of one that breaks off, or that has more
// than maxPages pages, comes with api.ErrCursor.
func all[T dated](ctx context.Context, c *Client, l listing) (list []T, err error) {
	seen := map[string]bool{}
	after := ""
	for range maxPages {
		b, err := fetch[T](ctx, c, l, after, maxPage)
		if err != nil {
			return list, err
		}
		known := len(list)
		for _, v := range b.items {
			if !seen[v.id()] {
				seen[v.id()] = true
				list = append(list, v)
			}
		}
		switch {
		case !b.more:
			return list, nil
		case len(list) == known:
			return list, cursorError(l.op, "the list leads in a circle")
		}
		after = b.last()
	}
	return list, cursorError(l.op, "the list is too long to be sorted here")
}

// brokeOff reports whether an error only says that a list is longer than what was
// read of it.
func brokeOff(err error) bool { return api.KindOf(err) == api.ErrCursor }

// order is how a list is sorted. The platform does not say (REFERENCE.md "Order of
// lists").
type order uint8

const (
	unclear order = iota // all of one second, or too short to decide
	descending
	ascending
	mixed
)

// orderOf finds the order by the times; entries without a time are skipped.
func orderOf[T dated](list []T) order {
	found := unclear
	var last time.Time
	for _, v := range list {
		at := v.at()
		step := unclear
		switch {
		case at.IsZero():
			continue
		case last.IsZero(), at.Equal(last):
		case at.Before(last):
			step = descending
		default:
			step = ascending
		}
		last = at
		if step != unclear && found != unclear && found != step {
			return mixed
		}
		found = max(found, step)
	}
	return found
}

// newestFirst sorts by time. Equal times keep their order, reversed if the list was
// oldest first; entries without a time come last.
func newestFirst[T dated](list []T) []T {
	if orderOf(list) == ascending {
		slices.Reverse(list)
	}
	slices.SortStableFunc(list, func(a, b T) int { return b.at().Compare(a.at()) })
	return list
}

// cursor is what an api.Cursor decodes to: how the list is read, the page size,
// and the ids of entries in it.
type cursor struct {
	way   string
	limit int
	ids   []string
}

// The ways to read a list.
const (
	wayDescending = "d" // it is newest first: page by page as it comes
	wayAscending  = "a" // it is oldest first: page by page from its end
	wayWhole      = "w" // it has no order: read whole
)

func (c cursor) encode() api.Cursor {
	return api.Cursor(strings.Join(append([]string{c.way, strconv.Itoa(c.limit)}, c.ids...), ":"))
}

// decodeCursor reads a request for a page. usual is the size if the request has
// none, and ways holds the number of ids that each way needs. The way of the first
// page is empty.
func decodeCursor(op string, req api.PageRequest, usual int, ways map[string]int) (cursor, error) {
	if req.Cursor == "" {
		if req.Limit <= 0 {
			req.Limit = usual
		}
		return cursor{limit: min(req.Limit, maxPage)}, nil
	}
	parts := strings.Split(string(req.Cursor), ":")
	n, known := ways[parts[0]]
	if !known || len(parts) != n+2 || slices.ContainsFunc(parts[2:], func(p string) bool { return !isID(p) }) {
		return cursor{}, cursorError(op, "the cursor is not one of ours")
	}
	limit, err := strconv.Atoi(parts[1])
	if err != nil || limit < 1 || limit > maxPage {
		return cursor{}, cursorError(op, "the cursor is not one of ours")
	}
	return cursor{parts[0], limit, parts[2:]}, nil
}

// isID reports whether a text can be an id. Ids have 16 letters and digits
// (REFERENCE.md "Ids and times"); accepting others does no harm.
func isID(id string) bool {
	return len(id) <= 64 && strings.Trim(id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_") == ""
}

func cursorError(op, why string) error { return rest.CursorError(platform, op, why) }

// after returns the entries after one, false if it is not in the list.
func after[T dated](list []T, id string) ([]T, bool) {
	i := slices.IndexFunc(list, func(v T) bool { return v.id() == id })
	if i < 0 {
		return nil, false
	}
	return list[i+1:], true
}
