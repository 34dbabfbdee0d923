// Package pact is the client of Pact's messaging API, first version (p1): one
// private token, one company, its channels on WhatsApp, Instagram, Telegram,
// Viber, VK and Facebook.
//
// What the platform does is in REFERENCE.md beside this file; comments cite it
// by section. What a reader has to know first:
//
//   - An answer is an envelope, and its status can be "errored" on a 200
//     (REFERENCE.md "Envelope").
//   - An invalid page token gives the first page, without an error
//     (REFERENCE.md "Pages of a list").
//   - Conversations are listed in the order of their creation, without the time
//     of their last message; messages carry no delivery state
//     (REFERENCE.md "What p1 lacks").
//   - A send makes a job, and only the job tells whether the message was
//     delivered. How a failed job looks is documented nowhere
//     (REFERENCE.md "Delivery jobs").
//
// Decoding is lenient throughout: ids may be numbers or strings, times come in
// five formats, anything may be null (REFERENCE.md "Ids and times",
// "Conversations", "Messages").
package pact

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"unibox/api"
	"unibox/api/rest"
)

const platform api.Platform = "pact"

// Config is one account.
type Config struct {
	// Account is the user's name for it; it is part of every id given out.
	Account api.AccountID
	// BaseURL ends in /p1, as in https://api.pact.im/p1.
	BaseURL string
	// Token is the private token. It travels in a header only.
	Token string
	// Renew reads the token again after it was refused, and Refused tells a
	// person where to put a new one. Both may be left out.
	Renew   func(context.Context) (string, error)
	Refused string
	// Company is the id of the company.
	Company string
	// Pace multiplies the budgets; 0 means 1.
	Pace float64
	// Log and Transport may be nil.
	Log       *slog.Logger
	Transport http.RoundTripper
}

// Client is an account of Pact. It is safe for concurrent use.
type Client struct {
	account api.AccountID
	company string
	// host is what relative addresses of files are meant against.
	host   *url.URL
	traits api.Traits
	http   *rest.Client
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
	_ api.Renewer      = (*Client)(nil)
	_ api.Clock        = (*Client)(nil)
)

// New checks the configuration and returns a client. It asks nothing of the
// network. Its error is one sentence for a person.
func New(cfg Config) (*Client, error) {
	authorize, err := authorized(cfg.Token)
	if err != nil {
		return nil, err
	}
	if cfg.Company == "" {
		return nil, errors.New("the account needs the id of its company")
	}
	budgets := budgets(cfg.Pace)
	transport, err := rest.New(rest.Config{
		Platform:  platform,
		BaseURL:   cfg.BaseURL,
		Authorize: authorize,
		Renew:     rest.Again(cfg.Renew, authorized),
		Refused:   cfg.Refused,
		Budgets:   budgets,
		Log:       cfg.Log,
		Transport: cfg.Transport,
	})
	if err != nil {
		return nil, err
	}
	host, err := url.Parse(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	host.Path = "/"
	return &Client{account: cfg.Account, company: cfg.Company, host: host, traits: traits(budgets), http: transport}, nil
}

// authorized puts a token on the header of a request.
func authorized(token string) (func(http.Header), error) {
	token = strings.TrimSpace(token)
	if token == "" || strings.ContainsFunc(token, unicode.IsControl) {
		return nil, errors.New("the account needs its private token, on one line")
	}
	return func(h http.Header) { h.Set("X-Private-Api-Token", token) }, nil
}

// Renew reads the token again.
func (c *Client) Renew(ctx context.Context) error { return c.http.Renew(ctx) }

// Ahead is how far the service's clock is ahead of ours.
func (c *Client) Ahead() time.Duration { return c.http.Ahead() }

// Traits are the facts of Pact.
func (c *Client) Traits() api.Traits { return c.traits }

// path begins in the company.
func (c *Client) path(segments ...string) []string {
	return append([]string{"companies", c.company}, segments...)
}

// call carries out req and decodes the data of its answer into data, which
// may be nil if the answer holds none.
func (c *Client) call(ctx context.Context, req rest.Request, data any) error {
	resp, err := c.http.Do(ctx, req)
	if err != nil {
		return err
	}
	env, err := open(resp.Body)
	switch {
	case err != nil:
		return c.http.Garbled(req, err)
	case env.errored():
		return c.http.Error(req, api.ErrInvalid, resp, nil)
	case data == nil:
		return nil
	}
	if err := json.Unmarshal(env.Data, data); err != nil {
		return c.http.Garbled(req, err)
	}
	return nil
}

// refuse is the error for a request that is not worth sending.
func refuse(op, why string) error {
	return &api.Error{Kind: api.ErrInvalid, Platform: platform, Op: op, Said: why}
}

// explained puts a hint for a person on an error of one kind.
func explained(err error, kind api.ErrKind, hint string) error {
	var e *api.Error
	if errors.As(err, &e) && e.Kind == kind {
		e.Said = strings.TrimSuffix(hint+": "+e.Said, ": ")
	}
	return err
}
