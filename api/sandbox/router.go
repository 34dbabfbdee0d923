package sandbox

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// route is a method and a path pattern such as
// "/p1/companies/{c}/channels/{h}"; what stands in braces is a number.
type route struct {
	method, pattern string
	// pages marks the list of a conversation's messages, the last number
	// of its path being the conversation.
	pages bool
	// do performs the request and returns what to answer.
	do func(*call) (any, error)
}

// call is a request taken apart: the numbers of its path, its parameters, the
// moment it came and the origin it was sent to.
type call struct {
	ids    []int64
	params params
	now    time.Time
	origin string
}

// match is what find found: a route with the numbers of the path, or none,
// and then the methods that the path would take.
type match struct {
	route *route
	ids   []int64
	allow []string
}

// label names the route for counting.
func (m match) label(method string) string {
	if m.route == nil {
		return method + " (no such route)"
	}
	return method + " " + m.route.pattern
}

// clean collapses doubled slashes and drops the last one: the official SDKs
// send both (pact.md §1.2).
func clean(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	return "/" + strings.Join(parts, "/")
}

func find(routes []route, method, path string) match {
	var m match
	for i := range routes {
		ids, ok := fits(routes[i].pattern, path)
		switch {
		case ok && routes[i].method == method:
			return match{route: &routes[i], ids: ids}
		case ok && !slices.Contains(m.allow, routes[i].method):
			m.allow = append(m.allow, routes[i].method)
		}
	}
	return m
}

// fits compares a cleaned path with a pattern and returns its numbers.
func fits(pattern, path string) (ids []int64, ok bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	for i, w := range want {
		if !strings.HasPrefix(w, "{") {
			if w != got[i] {
				return nil, false
			}
			continue
		}
		id, err := strconv.ParseInt(got[i], 10, 64)
		if err != nil || id <= 0 {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}
