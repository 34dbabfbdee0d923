package pact

import (
	"errors"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"unibox/api/sandbox/kit"
)

// window is which part of a list a request asks for (pact.md §1.5).
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

// listing is a list to page through: n elements in the order of their keys.
type listing struct {
	name string
	n    int
	key  func(i int) int64
}

// cut returns the indexes of the wanted page in their order, and the token of
// the page after it, nil at the end. A token names the last element that was
// seen, so that its place does not move when elements are added.
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
