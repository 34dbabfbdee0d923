package textus

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"unibox/api"
	"unibox/api/rest"
)

// listCursor is a position in one of the merged lists: a page, by the link that
// the platform gave.
type listCursor struct {
	Account string `json:"a"`
	Link    string `json:"l"`
	// After is the last conversation of the page that was returned.
	After string `json:"s,omitempty"`
	// Floor is the time with which the page before ended, in Unix nanoseconds.
	Floor int64 `json:"f,omitempty"`
}

// cursor is what an api.Cursor decodes to: a position in the merged list.
type cursor struct {
	Lists []listCursor `json:"g"`
	// Moment is the time of the last conversation that was returned, in Unix
	// nanoseconds.
	Moment int64 `json:"t,omitempty"`
	// Limit is the size of a page; 0 means as many as there are.
	Limit int `json:"n,omitempty"`
	// Cut says why the list is not complete, "" if it is so far.
	Cut string `json:"x,omitempty"`
}

// unbounded is later than any time.
const unbounded = math.MaxInt64

// Each round requests a page of every list. After maxRounds rounds that bring
// nothing the list is an error. maxParallel is how many requests run at a time.
const (
	maxRounds   = 10
	maxParallel = 4
)

const listing = "list conversations"

// Conversations lists the conversations of all accounts, the newest message
// first (REFERENCE.md "Filters"). A page is as much as can be put in order from
// one page of each list; the cursor holds the position in each of them. The first
// page says how many there are, if each list does.
func (c *Client) Conversations(ctx context.Context, req api.PageRequest) (api.Page[api.Conversation], error) {
	at, err := c.decodeCursor(ctx, req)
	return c.merged(ctx, at, err)
}

// Search finds conversations by the name or the number of the contact: it is
// Conversations with a question to each list (REFERENCE.md "Calls").
func (c *Client) Search(ctx context.Context, query string, req api.PageRequest) (api.Page[api.Conversation], error) {
	at, err := c.decodeCursor(ctx, req)
	if req.Cursor == "" {
		for i := range at.Lists {
			at.Lists[i].Link += "?" + url.Values{"q": {strings.TrimSpace(query)}}.Encode()
		}
	}
	return c.merged(ctx, at, err)
}

// merged reads pages of the lists until there is something to return, unless err
// says that the cursor could not be read.
func (c *Client) merged(ctx context.Context, at cursor, err error) (api.Page[api.Conversation], error) {
	total, asked := 0, 0
	for range maxRounds {
		if err != nil {
			return api.Page[api.Conversation]{}, err
		}
		var pages []result
		if pages, err = c.fetch(ctx, at); err != nil {
			continue
		}
		if asked += len(at.Lists); total == 0 {
			total = totalOf(at, pages)
		}
		m := c.merger(at, pages)
		out := m.take()
		if at = m.next(); len(out) > 0 || len(at.Lists) == 0 {
			page, err := at.page(out)
			page.Total, page.Requests = total, asked
			return page, err
		}
	}
	if err == nil {
		err = cursorError(listing, "the lists bring no conversations")
	}
	return api.Page[api.Conversation]{}, err
}

// totalOf adds up what the first pages of the lists say. Where an account has
// several lists, which share conversations, nothing is known (REFERENCE.md "Lists").
func totalOf(at cursor, pages []result) (total int) {
	accounts := map[string]bool{}
	for i, l := range at.Lists {
		if l.Floor != unbounded || pages[i].total == 0 && len(pages[i].Members) > 0 || accounts[l.Account] {
			return 0
		}
		accounts[l.Account] = true
		total += pages[i].total
	}
	return total
}

// page is the page before the cursor. Where a list broke off, the last page says so.
func (c cursor) page(rows []api.Conversation) (api.Page[api.Conversation], error) {
	out := api.Page[api.Conversation]{Items: rows, Next: c.encode()}
	if out.Next == "" && c.Cut != "" {
		return out, cursorError(listing, c.Cut)
	}
	return out, nil
}

// decodeCursor reads a request for a page.
func (c *Client) decodeCursor(ctx context.Context, req api.PageRequest) (cursor, error) {
	var at cursor
	if req.Cursor != "" {
		raw, err := base64.RawURLEncoding.DecodeString(string(req.Cursor))
		if err != nil || json.Unmarshal(raw, &at) != nil || len(at.Lists) == 0 || at.Limit < 0 {
			return cursor{}, cursorError(listing, "the cursor is not one of ours")
		}
		return at, nil
	}
	sources, cut, err := c.listSources(ctx, listing)
	if err != nil {
		return cursor{}, err
	}
	at = cursor{Moment: unbounded, Limit: max(0, req.Limit)}
	if cut != nil {
		at.Cut = "not every account could be listed"
	}
	for _, s := range sources {
		at.Lists = append(at.Lists, listCursor{Account: s.account, Link: s.link, Floor: unbounded})
	}
	return at, nil
}

func (c cursor) encode() api.Cursor {
	if len(c.Lists) == 0 {
		return ""
	}
	// Text and numbers can always be encoded.
	raw, _ := json.Marshal(c)
	return api.Cursor(base64.RawURLEncoding.EncodeToString(raw))
}

// result is a page of a list, or why the list cannot be read on there.
type result struct {
	page[wireConversation]
	err error
}

// fetch requests the next page of every list. That a later page is refused is the
// end of its list alone; any other error is one of all lists.
func (c *Client) fetch(ctx context.Context, at cursor) ([]result, error) {
	pages := make([]result, len(at.Lists))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(maxParallel)
	var panics rest.Panics
	for i, l := range at.Lists {
		work.Go(func() error {
			defer panics.Catch()
			p := &pages[i]
			err := rest.Refused(c.get(ctx, listing, api.ClassConversations, l.Link, &p.page), l.Floor != unbounded || l.After != "")
			if brokeOff(err) {
				p.err = err
				return nil
			}
			if err != nil {
				return err
			}
			if len(p.Members) > 0 && !slices.ContainsFunc(p.Members, func(w wireConversation) bool { return w.slug() != "" }) {
				return c.HTTP.Garbled(rest.Request{Op: listing, Effect: rest.Reads}, errors.New("nothing in the list has an id"))
			}
			c.learnViews(ctx, p.Members)
			c.learnAssigned(ctx, p.Members)
			return nil
		})
	}
	err := work.Wait()
	panics.Raise()
	if api.KindOf(err) == api.ErrNotFound && at.Moment == unbounded {
		c.known.setSources(nil, nil) // the filters have changed
	}
	if err != nil {
		return nil, err
	}
	return pages, nil
}
