package kit

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Route is a method and a path pattern, with what it does. In a pattern {c} is a
// segment that is a number, and <id> a segment that is any text, as in
// "/companies/{c}/channels" or "/contacts/<id>".
type Route struct {
	Method, Pattern string
	// Pages is set on the list of a conversation's messages. It returns the
	// conversation and the page token of a request, for counting; a request
	// with an empty conversation is not counted.
	Pages func(r *http.Request, words []string) (conversation, mark string)
	// Check is called before Do, without the lock of the platform, if it is
	// set: it may ask other servers.
	Check func(*Call) error
	// Do performs the request and returns the answer.
	Do func(*Call) (any, error)
}

// Call is a parsed request.
type Call struct {
	// IDs are the numbers in the path, Segments all its variable segments.
	IDs      []int64
	Segments []string
	Params   Params
	// Now is when the request came.
	Now time.Time
	// Origin is where the request was sent to: "http://127.0.0.1:4010".
	Origin string
}

// Match is the route of a request. Route is nil if there is none.
type Match struct {
	Route    *Route
	IDs      []int64
	Segments []string
	// allow has the methods of the path if the request's is not among them.
	allow []string
}

// label is the name of the route in the counts.
func (m Match) label(method string) string {
	if m.Route == nil {
		return method + " (no such route)"
	}
	return method + " " + m.Route.Pattern
}

// Err returns the Refusal for a request without a route: the path is unknown, or
// does not have this method. It is nil if there is a route.
func (m Match) Err() error {
	switch {
	case m.Route != nil:
		return nil
	case m.allow == nil:
		return ErrNotFound
	}
	return Refusal{Status: http.StatusMethodNotAllowed, Text: "wrong method"}
}

// SetAllow sets the header Allow of an answer whose status is 405.
func (m Match) SetAllow(w http.ResponseWriter, status int) {
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", strings.Join(m.allow, ", "))
	}
}

// CleanPath removes doubled slashes and the last one. Real clients send both.
func CleanPath(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	return "/" + strings.Join(parts, "/")
}

// find returns the route of a clean path.
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

// fits compares a clean path with a pattern. It returns the numbers, and all
// variable segments.
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

// Refusal is an error with the status of its answer.
type Refusal struct {
	Status int
	Text   string
}

// Error is the text of the refusal.
func (r Refusal) Error() string { return r.Text }

// BadRequest returns a Refusal with the status 400.
func BadRequest(text string) error { return Refusal{Status: http.StatusBadRequest, Text: text} }

// ErrNotFound is the Refusal for a path or an id that does not exist.
var ErrNotFound = Refusal{Status: http.StatusNotFound, Text: "no such resource"}

// ErrUnknown means that a request to the control side names a platform or a
// conversation that does not exist.
var ErrUnknown = errors.New("unknown")

// RefusalOf returns the Refusal in an error. Any other error is a bad request.
func RefusalOf(err error) Refusal {
	var refused Refusal
	if errors.As(err, &refused) {
		return refused
	}
	return Refusal{Status: http.StatusBadRequest, Text: err.Error()}
}

// WriteError answers a request with an error as JSON. body returns the platform's
// form of it.
func WriteError(w http.ResponseWriter, r *http.Request, found Match, err error, body func(path string, status int, text string) any) {
	refused := RefusalOf(err)
	found.SetAllow(w, refused.Status)
	WriteJSON(w, refused.Status, body(CleanPath(r.URL.Path), refused.Status, err.Error()))
}
