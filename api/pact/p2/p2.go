// Package p2 is the client of the second version of Pact's messaging API: p1's
// private token, one company, its channels, which p2 calls auths.
//
// What a reader has to know first:
//
//   - An object comes bare under its own name, a list under the plural with meta;
//     an error is a list of errors with a code each (api/pact/REFERENCE.md "p2 bodies
//     and errors").
//   - Lists have numbered pages, which shift while entries arrive or go, and meta
//     does not say how many there are (api/pact/REFERENCE.md "p2 pages").
//   - In which direction lists are sorted is not said: walk.go copes with both.
//   - A send makes a message with a status, which goes on to delivered, read or
//     error (api/pact/REFERENCE.md "p2 objects").
//
// Ids of conversations and messages are those of p1 (api/pact/REFERENCE.md "From p1
// to p2"). Decoding is lenient throughout.
package p2

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

const platform = terms.Platform

// Client is an account of Pact. It is safe for concurrent use.
type Client struct {
	rest.Account
	company string
	traits  api.Traits
	// version and companies are the first segments of the paths of p2, and of p1's
	// list of companies; nil if the address of the account does not tell.
	version, companies []string

	// mu guards what was learned, which saves requests and can be read again.
	mu sync.Mutex
	// kinds are the kinds of the channels, by id.
	kinds map[string]api.ChannelKind
	// lastPages are the numbers of the last pages of lists that are sorted oldest
	// first.
	lastPages map[string]int
}

// What a Client can do.
var (
	_ api.Provider     = (*Client)(nil)
	_ api.Tracker      = (*Client)(nil)
	_ api.Uploader     = (*Client)(nil)
	_ api.Starter      = (*Client)(nil)
	_ api.Opener       = (*Client)(nil)
	_ api.Detailer     = (*Client)(nil)
	_ api.ChannelAdmin = (*Client)(nil)
	_ api.Pairer       = (*Client)(nil)
	_ api.Archiver     = (*Client)(nil)
	_ api.Answerer     = (*Client)(nil)
	_ api.IDAssigner   = (*Client)(nil)
	_ api.Deleter      = (*Client)(nil)
	_ api.Quoter       = (*Client)(nil)
	_ api.Watcher      = (*Client)(nil)
	_ api.Templater    = (*Client)(nil)
	_ api.Searcher     = (*Client)(nil)
	_ api.Renewer      = (*Client)(nil)
	_ api.Clock        = (*Client)(nil)
	_ api.Subscriber   = (*Client)(nil)
)

// New checks a login and returns its client, without a request. The login's key
// "company" is the id of the company; its address is that of either version
// (api/pact/REFERENCE.md "Two versions"). The error is one sentence for a person.
func New(l api.Login) (*Client, error) {
	root, p1, version, known := terms.Addresses(l.BaseURL)
	l.BaseURL = root
	a, err := rest.Open(l, terms.Auth(), rest.Config{Platform: platform, Budgets: terms.Budgets(), KindOf: kindOfError})
	if err != nil {
		return nil, err
	}
	company := l.Keys["company"]
	if company == "" {
		return nil, errors.New("the account needs the id of its company")
	}
	c := &Client{Account: a, company: company, traits: a.Limited(traits()), version: version,
		kinds: map[string]api.ChannelKind{}, lastPages: map[string]int{}}
	if known {
		c.companies = append(p1, "companies")
	}
	return c, nil
}

// Traits are the facts of Pact.
func (c *Client) Traits() api.Traits { return c.traits }

// path is a path of p2.
func (c *Client) path(segments ...string) []string {
	return append(append([]string{}, c.version...), segments...)
}

// ofCompany is a path of p2 below the company.
func (c *Client) ofCompany(segments ...string) []string {
	return append(c.path("companies", c.company), segments...)
}

// call carries out req and decodes the object that its answer holds under key into v.
// Without a key the answer may be anything but an error, also nothing.
func (c *Client) call(ctx context.Context, req rest.Request, key string, v any) error {
	resp, err := c.HTTP.Do(ctx, req)
	if err != nil {
		return err
	}
	body, err := c.open(req, resp)
	switch {
	case err != nil && (key != "" || len(resp.Body) > 0):
		return err
	case key == "" || rest.Into(body[key], v):
		return nil
	}
	if _, bare := body["id"]; bare && rest.Into(resp.Body, v) {
		return nil
	}
	return c.HTTP.Garbled(req, errors.New("the answer holds no "+key))
}

// open decodes an answer. One that holds errors is an error, whatever its status
// (api/pact/REFERENCE.md "p2 bodies and errors").
func (c *Client) open(req rest.Request, resp rest.Response) (map[string]json.RawMessage, error) {
	var body map[string]json.RawMessage
	if err := rest.Decode(resp.Body, &body); err != nil {
		return nil, c.HTTP.Garbled(req, err)
	}
	if codes := codesOf(resp.Body); len(codes) > 0 {
		kind, known := kindOfError(resp.Body)
		if !known {
			kind = api.ErrInvalid
		}
		return nil, c.HTTP.Error(req, kind, resp, nil)
	}
	if body == nil || body["error"] != nil {
		return nil, c.HTTP.Garbled(req, errors.New("the answer holds nothing that was asked for"))
	}
	return body, nil
}

// kindOfError reads what an answer's errors mean from their codes. Only two codes
// are published (api/pact/REFERENCE.md "p2 bodies and errors"); for another it is not
// known, and the status of the answer has to say it.
func kindOfError(body []byte) (kind api.ErrKind, known bool) {
	for _, code := range codesOf(body) {
		switch code {
		case "unauthorized":
			return api.ErrAuth, true
		case "too_many_requests":
			return api.ErrRateLimited, true
		}
	}
	return api.ErrOther, false
}

// codesOf are the codes of the errors that an answer holds.
func codesOf(body []byte) []rest.Text {
	var answer struct {
		Errors rest.List[struct {
			Code rest.Text `json:"code"`
		}] `json:"errors"`
	}
	if rest.Decode(body, &answer) != nil {
		return nil
	}
	codes := make([]rest.Text, len(answer.Errors))
	for i, e := range answer.Errors {
		codes[i] = e.Code
	}
	return codes
}
