package p2

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// listing is a list of the platform.
type listing struct {
	op    string
	class api.Class
	path  []string
	query url.Values
	// key is the list's name in the answer.
	key string
	// usual is the page size if a request has none, most the largest that is asked for.
	usual, most int
}

// entry is an entry of a list. at is what the list is sorted by, zero if it does not
// say.
type entry interface {
	id() string
	at() time.Time
}

// numbered is one page of a list, as the platform has it.
type numbered[T entry] struct {
	items []T
	// start and end are the positions in the list before its first entry and after its
	// last one, as far as that is known.
	start, end int
	// most is the size of the largest page that the platform gives, 0 if it gave what
	// it was asked for.
	most int
	// more is whether a further page may follow.
	more bool
}

// meta says where a page is. EntriesCount counts this page, not the list
// (api/pact/REFERENCE.md "p2 pages").
type meta struct {
	PerPage      rest.Count `json:"per_page"`
	EntriesCount rest.Count `json:"entries_count"`
}

// read requests the page of that number, from 1, with at most per entries. The first
// page is what the platform gives without a number.
func read[T entry](ctx context.Context, c *Client, l listing, number, per int) (numbered[T], error) {
	q := url.Values{"per_page": {strconv.Itoa(per)}}
	maps.Copy(q, l.query)
	if number > 1 {
		q.Set("page", strconv.Itoa(number))
	}
	req := rest.Request{Op: l.op, Class: l.class, Effect: rest.Reads, Method: "GET", Path: l.path, Query: q}
	resp, err := c.HTTP.Do(ctx, req)
	if err != nil {
		return numbered[T]{}, rest.Refused(err, number > 1)
	}
	body, err := c.open(req, resp)
	if err != nil {
		return numbered[T]{}, err
	}
	list, err := rest.Members[T](body[l.key])
	if err != nil {
		return numbered[T]{}, c.HTTP.Garbled(req, err)
	}
	return pageOf(c, req, list, body["meta"], number, per)
}

// pageOf checks a page. The server may give smaller pages than it was asked for, and
// its count of them may be wrong: the page is the last one only if neither its length
// nor its count reaches the size. Where it says nothing, the size is that of the first
// page, and an empty one ends the list.
func pageOf[T entry](c *Client, req rest.Request, list []T, raw json.RawMessage, number, asked int) (numbered[T], error) {
	var m meta
	per := asked
	said := rest.Into(raw, &m) && m.PerPage > 0
	if size := int(m.PerPage); said && (size < per || len(list) > per) {
		per = size
	} else if !said && number == 1 && len(list) > 0 {
		per = len(list)
	}
	out := numbered[T]{start: (number - 1) * per}
	if per < asked {
		out.most = per
	}
	out.end = out.start + len(list)
	out.more = max(len(list), int(m.EntriesCount)) >= per
	out.items = slices.DeleteFunc(list, func(v T) bool { return v.id() == "" })
	switch {
	case len(out.items) == 0 && len(list) > 0:
		return out, c.HTTP.Garbled(req, errors.New("nothing in the list has an id"))
	case len(list) == 0 && m.EntriesCount > 0:
		return out, cursorError(req.Op, "a page is empty and says that it is not")
	}
	return out, nil
}

func cursorError(op, why string) error { return rest.CursorError(platform, op, why) }

// mostPages is how many pages of a short list are read.
const mostPages = 100

// all walks a short list to its end. One that has no end, or breaks off, is
// api.ErrCursor, with what was read of it.
func all[T entry](ctx context.Context, c *Client, l listing) ([]T, error) {
	var out []T
	seen := map[string]bool{}
	for number := 1; number <= mostPages; number++ {
		page, err := read[T](ctx, c, l, number, l.most)
		if err != nil {
			return out, err
		}
		known := len(out)
		for _, item := range page.items {
			if !seen[item.id()] {
				seen[item.id()] = true
				out = append(out, item)
			}
		}
		if !page.more || len(out) == known {
			return out, nil
		}
	}
	return out, cursorError(l.op, "the list has no end")
}

// conversations is the list of the company's conversations, those that match a search
// if it is not empty.
func (c *Client) conversations(search string) listing {
	l := listing{op: "list conversations", class: api.ClassConversations, path: c.path("conversations"),
		query: url.Values{"company_id": {c.company}}, key: "conversations", usual: listPage, most: listPage}
	if search != "" {
		l.op = "search conversations"
		l.query.Set("search_string", search)
	}
	return l
}

// messages is the history of a conversation.
func (c *Client) messages(id string) listing {
	return listing{op: "read messages", class: api.ClassMessages, path: c.path("conversations", id, "messages"),
		query: url.Values{"company_id": {c.company}}, key: "messages", usual: historyPage, most: maxPage}
}

// templates is the list of the company's templates, in the order in which people put
// them.
func (c *Client) templates() listing {
	return listing{op: "list templates", class: terms.ClassTemplates, path: c.path("waba_templates"),
		query: url.Values{"company_ids[]": {c.company}}, key: "waba_templates", usual: listPage, most: listPage}
}
