package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"unibox/api"
)

// Wire says how a platform writes its lists, for [OddAnswers].
type Wire struct{ Conversations, Messages List }

// List is how the answers of a list look.
type List struct {
	// Match is a regular expression for its requests: "GET /p1/.*/messages$",
	// without the query.
	Match string
	// Cursor is the parameter of the query that asks for a later page, Size the one
	// with the size of a page, if there is one.
	Cursor, Size string
	// Members and Next are the keys to the list in an answer, and to what says that
	// there is a next page.
	Members, Next []string
}

// change changes the answers to the requests that it is for: their status and their
// decoded body. The zero value changes none.
type change struct {
	of func(*http.Request) bool
	do edit
}

type edit func(r *http.Request, status *int, body any) any

// wiretap is a network to a server in this process, whose answers can be changed on
// their way. The server answers each address once, so that a test that reads the
// same again and again costs little.
type wiretap struct {
	server http.Handler
	mu     sync.Mutex
	kept   map[string]*keptAnswer
	change change
}

// keptAnswer is an answer of the server, and its body decoded; nil if it is no JSON.
type keptAnswer struct {
	response
	decoded any
}

// RoundTrip answers from what the server answered before, changed.
func (w *wiretap) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	key := r.Method + " " + r.URL.RequestURI()
	if w.kept[key] == nil {
		w.kept[key] = w.ask(r)
	}
	status, text := w.kept[key].status, w.kept[key].body.String()
	if w.change.of != nil && w.change.of(r) {
		var out bytes.Buffer
		if err := json.NewEncoder(&out).Encode(w.change.do(r, &status, w.kept[key].decoded)); err != nil {
			return nil, err
		}
		text = out.String()
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

func (w *wiretap) ask(r *http.Request) *keptAnswer {
	a := &keptAnswer{response: response{header: http.Header{}, status: http.StatusOK}}
	w.server.ServeHTTP(a, r)
	decoder := json.NewDecoder(strings.NewReader(a.body.String()))
	decoder.UseNumber()
	if decoder.Decode(&a.decoded) != nil {
		a.decoded = nil
	}
	return a
}

// to limits a change to the requests of a list; later says whether to its first
// page or to those after it.
func (l List) to(later bool, do edit) change {
	match := regexp.MustCompile(l.Match)
	return change{func(r *http.Request) bool {
		return r.URL.Query().Has(l.Cursor) == later && match.MatchString(r.Method+" "+r.URL.Path)
	}, do}
}

// key names the list that a request reads: a client may merge several.
func (l List) key(r *http.Request) string {
	q := r.URL.Query()
	q.Del(l.Cursor)
	q.Del(l.Size)
	return r.URL.Path + "?" + q.Encode()
}

// put returns body with value at a path of keys and, in lists, of indices.
func put(body any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	switch v := body.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, old := range v {
			out[k] = old
		}
		if out[path[0]] = put(v[path[0]], path[1:], value); out[path[0]] == absent {
			delete(out, path[0])
		}
		return out
	case []any:
		out := slices.Clone(v)
		for i := range out {
			if fmt.Sprint(i) != path[0] {
				continue
			}
			if out[i] = put(out[i], path[1:], value); out[i] == absent {
				return slices.Delete(out, i, i+1)
			}
		}
		return out
	}
	return body
}

func at(body any, path []string) any {
	for _, key := range path {
		object, _ := body.(map[string]any)
		body = object[key]
	}
	return body
}

// absent is a value for put: the key is left out.
var absent any = new(int)

// suite is what OddAnswers shares between its tests.
type suite struct {
	tap     *wiretap
	connect func(http.RoundTripper) (api.Provider, error)
	wire    Wire
	chat    api.ConversationID
	// list is the key of the list with the member that is changed, body its answer.
	list string
	body any
}

// OddAnswers checks what a client makes of answers that are odd: lists that end early
// or make no sense, and fields that hold something else than they should. server is
// the platform's sandbox, with more than one page of conversations, and a history of
// more than two pages.
func OddAnswers(t *testing.T, connect func(http.RoundTripper) (api.Provider, error), server http.Handler, wire Wire) {
	s := &suite{tap: &wiretap{server: server, kept: map[string]*keptAnswer{}}, connect: connect, wire: wire}
	s.chat = s.longest(t)
	lists := []oddList{
		{"conversations", wire.Conversations, func(p api.Provider, pages int) ([]any, error) {
			return walkAll(pages, func(r api.PageRequest) (api.Page[api.Conversation], error) { return p.Conversations(t.Context(), r) })
		}},
		{"messages", wire.Messages, func(p api.Provider, pages int) ([]any, error) {
			return walkAll(pages, func(r api.PageRequest) (api.Page[api.Message], error) {
				return p.Messages(t.Context(), s.chat, r)
			})
		}},
	}
	for _, l := range lists {
		t.Run(l.name+" that are none", func(t *testing.T) { s.testNoList(t, l) })
		t.Run(l.name+" that end early", func(t *testing.T) { s.testBrokenList(t, l) })
		t.Run(l.name+" with odd fields", func(t *testing.T) { s.testOddMembers(t, l) })
	}
	t.Run("odd fields of single answers", s.testOddObjects)
	t.Run("answers to all calls that are none", s.testNoAnswers)
}

// provider is a client that has learned nothing yet, with changed answers.
func (s *suite) provider(t *testing.T, do change) api.Provider {
	t.Helper()
	s.tap.change = do
	p, err := s.connect(s.tap)
	noError(t, err)
	return p
}

// longest finds the conversation with the longest history.
func (s *suite) longest(t *testing.T) (id api.ConversationID) {
	t.Helper()
	p := s.provider(t, change{})
	list, err := p.Conversations(t.Context(), api.PageRequest{})
	noError(t, err)
	most := 0
	for _, c := range list.Items {
		page, err := walkAll(0, func(r api.PageRequest) (api.Page[api.Message], error) { return p.Messages(t.Context(), c.ID, r) })
		noError(t, err)
		if len(page) > most {
			id, most = c.ID, len(page)
		}
	}
	return id
}

// walkAll reads a list in small pages as far as it goes, or so many pages if that is
// not 0, with what comes with the error.
func walkAll[T any](pages int, ask func(api.PageRequest) (api.Page[T], error)) ([]any, error) {
	var out []any
	req := api.PageRequest{Limit: 10}
	for n := 1; n < 1000; n++ {
		page, err := ask(req)
		for _, v := range page.Items {
			out = append(out, v)
		}
		if req.Cursor = page.Next; err != nil || page.Next == "" || n == pages {
			return out, err
		}
	}
	return out, fmt.Errorf("the list does not end")
}
