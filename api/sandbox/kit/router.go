package kit

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Route is a method and a path pattern such as
// "/p1/companies/{c}/channels/{h}"; what stands in braces is a number, what
// stands in angles, as in "/v1/contacts/<id>", any word.
type Route struct {
	Method, Pattern string
	// Pages marks the list of a conversation's messages: it returns which
	// conversation a request is for, and the mark of the page it asks for.
	// An empty conversation is not counted.
	Pages func(r *http.Request, words []string) (conversation, mark string)
	// Do performs the request and returns what to answer.
	Do func(*Call) (any, error)
}

// Call is a request taken apart: the numbers of its path, all that varies in
// it as text, its parameters, the moment it came and the origin it was sent to.
type Call struct {
	IDs      []int64
	Segments []string
	Params   Params
	Now      time.Time
	Origin   string
}

// Match is what find found: a route with the numbers and the words of the path,
// or none, and then the methods that the path would take.
type Match struct {
	Route    *Route
	IDs      []int64
	Segments []string
	allow    []string
}

// label names the route for counting.
func (m Match) label(method string) string {
	if m.Route == nil {
		return method + " (no such route)"
	}
	return method + " " + m.Route.Pattern
}

// Err is why a request cannot be performed: no such path, or not with this
// method; nil if it can.
func (m Match) Err() error {
	switch {
	case m.Route != nil:
		return nil
	case m.allow == nil:
		return ErrNotFound
	}
	return Refusal{Status: http.StatusMethodNotAllowed, Text: "wrong method"}
}

// SetAllow names the methods of the path where the answer says "wrong method".
func (m Match) SetAllow(w http.ResponseWriter, status int) {
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", strings.Join(m.allow, ", "))
	}
}

// CleanPath collapses doubled slashes and drops the last one: the official SDKs
// send both (pact.md §1.2).
func CleanPath(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	return "/" + strings.Join(parts, "/")
}

func find(routes []Route, method, path string) Match {
	var m Match
	for i := range routes {
		ids, words, ok := fits(routes[i].Pattern, path)
		switch {
		case ok && routes[i].Method == method:
			return Match{Route: &routes[i], IDs: ids, Segments: words}
		case ok && !slices.Contains(m.allow, routes[i].Method):
			m.allow = append(m.allow, routes[i].Method)
		}
	}
	return m
}

// fits compares a cleaned path with a pattern. It returns the numbers, and
// numbers and words alike as text.
func fits(pattern, path string) (ids []int64, words []string, ok bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, nil, false
	}
	for i, w := range want {
		number, word := strings.HasPrefix(w, "{"), strings.HasPrefix(w, "<")
		if !number && !word {
			if w != got[i] {
				return nil, nil, false
			}
			continue
		}
		words = append(words, got[i])
		if word {
			continue
		}
		id, err := strconv.ParseInt(got[i], 10, 64)
		if err != nil || id <= 0 {
			return nil, nil, false
		}
		ids = append(ids, id)
	}
	return ids, words, true
}
