// Package textus is the client of TextUs, texting for teams: one bearer token,
// one user, the accounts that user is a member of. An account is a channel.
//
// What the platform does is in REFERENCE.md beside this file; comments cite it
// by section. What a reader has to know first:
//
//   - A property can be null, a link or the whole object. Decoding is lenient,
//     and no list fails because of one of its members (REFERENCE.md "Shapes that
//     vary").
//   - No call lists all conversations. Each account has filters, whose names are
//     not fixed; [Client.Conversations] merges them (REFERENCE.md "Filters").
//   - No call sends to a conversation: a message goes to the contact's number,
//     through the conversation's account (REFERENCE.md "Sending").
//   - A link says what is possible now. Null means "not now", absent means "read
//     the whole conversation first" (REFERENCE.md "Links as abilities").
//   - Some verbs are our guess. One that is answered 405 counts as unsupported
//     for as long as the client lives (REFERENCE.md "Verbs of the links").
//
// The remote id of a conversation or an account is its slug; that of a message,
// contact or user is the whole id, which is a path (REFERENCE.md "Ids and
// links").
package textus

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

const (
	platform api.Platform = "textus"
	// vendorType is the media type of every request and answer (REFERENCE.md
	// "Requests").
	vendorType = "application/vnd.textus+jsonld"
)

// Client is a user of TextUs. It is safe for concurrent use.
type Client struct {
	rest.Account
	traits api.Traits
	limit  *throttle
	known  *memory
}

// What a Client can do.
var (
	_ api.Provider       = (*Client)(nil)
	_ api.Tracker        = (*Client)(nil)
	_ api.Starter        = (*Client)(nil)
	_ api.Opener         = (*Client)(nil)
	_ api.Detailer       = (*Client)(nil)
	_ api.Reader         = (*Client)(nil)
	_ api.Starrer        = (*Client)(nil)
	_ api.Closer         = (*Client)(nil)
	_ api.Blocker        = (*Client)(nil)
	_ api.OptOuter       = (*Client)(nil)
	_ api.Assigner       = (*Client)(nil)
	_ api.AssigneeReader = (*Client)(nil)
	_ api.ContactChooser = (*Client)(nil)
	_ api.Retrier        = (*Client)(nil)
	_ api.Scheduler      = (*Client)(nil)
	_ api.Directory      = (*Client)(nil)
	_ api.Bookkeeper     = (*Client)(nil)
	_ api.Searcher       = (*Client)(nil)
	_ api.Noter          = (*Client)(nil)
	_ api.Informer       = (*Client)(nil)
	_ api.RawReader      = (*Client)(nil)
	_ api.Canned         = (*Client)(nil)
	_ api.Renewer        = (*Client)(nil)
	_ api.Clock          = (*Client)(nil)
	_ api.Subscriber     = (*Client)(nil)
)

// New checks a login and returns its client. It asks nothing of the network. The
// error is one sentence for a person.
func New(l api.Login) (*Client, error) {
	limit := &throttle{}
	a, err := rest.Open(l, rest.Bearer("a TextUs token"), rest.Config{
		Platform: platform, Budgets: budgets(), Accept: vendorType, Observe: limit.observe,
	})
	if err != nil {
		return nil, err
	}
	return &Client{Account: a, traits: perLook(a.Limited(traits())), limit: limit, known: newMemory()}, nil
}

// Traits are the facts of TextUs.
func (c *Client) Traits() api.Traits { return c.traits }

// do carries out a request within the rate limit. What the statuses mean is in
// REFERENCE.md "Errors".
func (c *Client) do(ctx context.Context, req rest.Request) (rest.Response, error) {
	if err := c.limit.wait(ctx, req); err != nil {
		return rest.Response{}, err
	}
	resp, err := c.HTTP.Do(ctx, req)
	var e *api.Error
	if errors.As(err, &e) {
		switch e.Status {
		case http.StatusMethodNotAllowed:
			e.Kind = api.ErrUnsupported
		case http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
			e.Said = strings.TrimSuffix("TextUs refuses the format of the request; that is a bug of this program: "+e.Said, ": ")
		}
	}
	return resp, err
}

// call carries out a request and decodes its answer into v.
func (c *Client) call(ctx context.Context, req rest.Request, v any) error {
	resp, err := c.do(ctx, req)
	if err != nil {
		return err
	}
	if err := rest.Decode(resp.Body, v); err != nil {
		return c.HTTP.Garbled(req, err)
	}
	return nil
}

// get reads what a link leads to.
func (c *Client) get(ctx context.Context, op string, class api.Class, link string, v any) error {
	return c.call(ctx, rest.Request{Op: op, Class: class, Effect: rest.Reads, Method: "GET", Link: link}, v)
}

// body is v in the platform's media type.
func body(v any) rest.Body { return rest.JSON(v).As(vendorType) }

// pathOf is the link of path segments, for where the platform gave none.
func pathOf(segments ...string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteString("/" + url.PathEscape(s))
	}
	return b.String()
}

// refuse is the error for a request that is not worth sending.
func refuse(op, why string) error {
	return &api.Error{Kind: api.ErrInvalid, Platform: platform, Op: op, Said: why}
}

func unsupported(op string) error {
	return &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op, Said: notSupported}
}

func cursorError(op, why string) error { return rest.CursorError(platform, op, why) }
