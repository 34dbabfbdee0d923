// Package p1 is the client of the first version of Pact's messaging API: one
// private token, one company, its channels on WhatsApp, Instagram, Telegram,
// Viber, VK and Facebook.
//
// What a reader has to know first:
//
//   - An answer is an envelope, and its status can be "errored" on a 200
//     (api/pact/REFERENCE.md "Envelope").
//   - An invalid page token gives the first page, without an error
//     (api/pact/REFERENCE.md "Pages of a list").
//   - Conversations are listed in the order of their creation, without the time
//     of their last message; messages carry no delivery state
//     (api/pact/REFERENCE.md "What p1 lacks").
//   - A send makes a job, and only the job says whether the message was
//     delivered. How a failed job looks is documented nowhere
//     (api/pact/REFERENCE.md "Delivery jobs").
//
// Decoding is lenient throughout: ids may be numbers or strings, times come in
// five formats, anything may be null (api/pact/REFERENCE.md "Ids and times",
// "Conversations", "Messages").
package p1

import (
	"context"
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

	// mu guards what was learned.
	mu sync.Mutex
	// kinds are the kinds of the channels, and attempts what is known of those that
	// this client began to connect, both by id.
	kinds    map[string]api.ChannelKind
	attempts map[string]attempt
	// heard is what events said of channels that wait to be connected, by id.
	heard map[string]api.Pairing
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
	_ api.Checker      = (*Client)(nil)
	_ api.Templater    = (*Client)(nil)
	_ api.Noter        = (*Client)(nil)
	_ api.IDAssigner   = (*Client)(nil)
	_ api.Renewer      = (*Client)(nil)
	_ api.Clock        = (*Client)(nil)
	_ api.Subscriber   = (*Client)(nil)
	_ api.Hearer       = (*Client)(nil)
)

// New checks a login and returns its client, without a request. The token is sent
// in a header only (api/pact/REFERENCE.md "Authentication"). The login's key "company" is
// the id of the company. The error is one sentence for a person.
func New(l api.Login) (*Client, error) {
	a, err := rest.Open(l, terms.Auth(), rest.Config{Platform: platform, Budgets: terms.Budgets()})
	if err != nil {
		return nil, err
	}
	company := l.Keys["company"]
	if company == "" {
		return nil, errors.New("the account needs the id of its company")
	}
	return &Client{Account: a, company: company, traits: a.Limited(traits()),
		kinds: map[string]api.ChannelKind{}, attempts: map[string]attempt{}, heard: map[string]api.Pairing{}}, nil
}

// Traits are the facts of Pact.
func (c *Client) Traits() api.Traits { return c.traits }

// path is a path below the company.
func (c *Client) path(segments ...string) []string {
	return append([]string{"companies", c.company}, segments...)
}

// call carries out req and decodes the data of its answer into data, which
// may be nil if the answer holds none.
func (c *Client) call(ctx context.Context, req rest.Request, data any) error {
	resp, err := c.HTTP.Do(ctx, req)
	if err != nil {
		return err
	}
	env, err := open(resp.Body)
	switch {
	case err != nil:
		return c.HTTP.Garbled(req, err)
	case env.errored():
		return c.HTTP.Error(req, api.ErrInvalid, resp, nil)
	case data == nil:
		return nil
	}
	if !rest.Into(env.Data, data) {
		return c.HTTP.Garbled(req, errors.New("the answer has no data"))
	}
	return nil
}
