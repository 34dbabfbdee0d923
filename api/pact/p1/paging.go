package p1

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"unibox/api"
	"unibox/api/rest"
)

// maxToken is the length of the longest page token, in characters (api/pact/REFERENCE.md
// "Pages of a list").
const maxToken = 255

// cursor is what an api.Cursor decodes to: a position in a list. Whether a token
// remembers the page size is not documented, so it holds both, and every page is
// requested with the same values (api/pact/REFERENCE.md "Pages of a list").
type cursor struct {
	per   int
	token string
}

// decodeCursor reads a request for a page. usual is the size if the request has none.
func decodeCursor(op string, req api.PageRequest, usual int) (cursor, error) {
	if req.Cursor == "" {
		if req.Limit <= 0 {
			req.Limit = usual
		}
		return cursor{per: min(req.Limit, maxPage)}, nil
	}
	size, token, ok := strings.Cut(string(req.Cursor), ":")
	per, err := strconv.Atoi(size)
	if !ok || err != nil || per < 1 || per > maxPage || token == "" || utf8.RuneCountInString(token) > maxToken {
		return cursor{}, cursorError(op, "the cursor is not one of ours")
	}
	return cursor{per, token}, nil
}

func (c cursor) query() url.Values {
	q := url.Values{"per": {strconv.Itoa(c.per)}, "sort_direction": {"desc"}}
	if c.token != "" {
		q.Set("from", c.token)
	}
	return q
}

// next makes the cursor of the following page, empty at the end of the list. A
// token that leads back to its own page is an error: the list would go in a
// circle (api/pact/REFERENCE.md "Pages of a list").
func (c cursor) next(op string, raw json.RawMessage) (api.Cursor, error) {
	token, err := rest.Following(raw)
	switch {
	case err != nil:
		return "", cursorError(op, err.Error())
	case token == "":
		return "", nil
	case token == c.token:
		return "", cursorError(op, "the next page is the same page again")
	}
	return api.Cursor(strconv.Itoa(c.per) + ":" + token), nil
}

func cursorError(op, why string) error { return rest.CursorError(platform, op, why) }

// listing is a list of the platform.
type listing struct {
	op    string
	class api.Class
	path  []string
	// key is the list's name in the data, usual the page size if a request has none.
	key   string
	usual int
}

// identifiable is an entry of a list.
type identifiable interface{ id() string }

// page requests one page. With an error of kind api.ErrCursor there can be items:
// the page was good, but its token for the next page is not.
func page[T identifiable](ctx context.Context, c *Client, l listing, want api.PageRequest) ([]T, api.Cursor, error) {
	at, err := decodeCursor(l.op, want, l.usual)
	if err != nil {
		return nil, "", err
	}
	req := rest.Request{Op: l.op, Class: l.class, Effect: rest.Reads, Method: "GET", Path: l.path, Query: at.query()}
	var data map[string]json.RawMessage
	if err := c.call(ctx, req, &data); err != nil {
		return nil, "", rest.Refused(err, want.Cursor != "")
	}
	list, err := rest.Members[T](data[l.key])
	if err != nil {
		return nil, "", c.HTTP.Garbled(req, err)
	}
	if !slices.ContainsFunc(list, identified) && len(list) > 0 {
		return nil, "", c.HTTP.Garbled(req, errors.New("nothing in the list has an id"))
	}
	next, err := at.next(l.op, data["next_page"])
	return slices.DeleteFunc(list, func(v T) bool { return !identified(v) }), next, err
}

func identified[T identifiable](v T) bool { return v.id() != "" }

// filled is page for a list whose pages can be empty before its end.
func filled[T identifiable, V any](ctx context.Context, c *Client, l listing, want api.PageRequest, translate func(T) V) (api.Page[V], error) {
	return rest.Filled(ctx, want, platform, l.op, func(ctx context.Context, want api.PageRequest) (api.Page[V], error) {
		list, next, err := page[T](ctx, c, l, want)
		out := api.Page[V]{Next: next}
		for _, w := range list {
			out.Items = append(out.Items, translate(w))
		}
		return out, err
	})
}

// mostPages is how many pages of a short list are read.
const mostPages = 100

// all walks a short list to its end. It stops at a page that brings nothing new,
// since an invalid token gives the first page again (api/pact/REFERENCE.md "Pages of a
// list"). A list without an end is an error, and so is one that breaks off: what was
// read of it comes with api.ErrCursor.
func all[T identifiable](ctx context.Context, c *Client, l listing) ([]T, error) {
	var out []T
	seen := map[string]bool{}
	want := api.PageRequest{}
	for range mostPages {
		list, next, err := page[T](ctx, c, l, want)
		if err != nil && api.KindOf(err) != api.ErrCursor {
			return nil, err
		}
		known := len(out)
		for _, item := range list {
			if key := item.id(); !seen[key] {
				seen[key] = true
				out = append(out, item)
			}
		}
		if err != nil || next == "" || len(out) == known {
			return out, err
		}
		want.Cursor = next
	}
	return out, cursorError(l.op, "the list has no end")
}
