package pact

import (
	"errors"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"unibox/api/sandbox/kit"
)

// window is the part of a list that a request asks for. See
// api/pact/REFERENCE.md "Pages of a list".
type window struct {
	from string
	per  int
	desc bool
}

// windowOf reads the paging parameters.
func windowOf(p kit.Params) (window, error) {
	w := window{from: p.Get("from"), per: 50}
	if utf8.RuneCountInString(w.from) > 255 {
		return w, errors.New("from: must not be longer than 255 symbols")
	}
	if p.Filled("per") {
		n, err := strconv.Atoi(p.Get("per"))
		if err != nil || n < 1 || n > 100 {
			return w, errors.New("per: must be a number between 1 and 100")
		}
		w.per = n
	}
	switch strings.ToLower(p.Get("sort_direction")) {
	case "", "asc":
	case "desc":
		w.desc = true
	default:
		return w, errors.New("sort_direction: must be asc or desc")
	}
	return w, nil
}

// listing is a list that is read by pages: n elements in the order of their keys.
type listing struct {
	name string
	n    int
	key  func(i int) int64
}

// cut returns the indexes of the elements of a page in their order, and the token of
// the next page, nil if there is none. A token has the key of the last element that
// was returned, so new elements do not move the page after it.
func (l listing) cut(seed uint64, w window) (page []int, next *string) {
	cursor := kit.Cursors{Seed: seed, List: l.name}
	at, ok := cursor.Key(w.from)
	lo, hi := 0, l.n
	switch {
	case ok && w.desc:
		hi = sort.Search(l.n, func(i int) bool { return l.key(i) >= at })
	case ok:
		lo = sort.Search(l.n, func(i int) bool { return l.key(i) > at })
	}
	for len(page) < w.per && lo < hi {
		if w.desc {
			hi--
			page = append(page, hi)
		} else {
			page = append(page, lo)
			lo++
		}
	}
	if lo < hi {
		token := cursor.Token(l.key(page[len(page)-1]))
		next = &token
	}
	return page, next
}
