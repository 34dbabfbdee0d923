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
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"unibox/api"
	"unibox/api/rest"
)

const (
	platform api.Platform = "textus"
	// vendorType is the media type of every request and answer (REFERENCE.md
	// "Requests").
	vendorType = "application/vnd.textus+jsonld"
)

// Config is one account.
type Config struct {
	// Account is the user's name for it; it is part of every id given out.
	Account api.AccountID
	// BaseURL is the service's root, as in https://next.textus.com.
	BaseURL string
	// Token is a user's token. It travels in a header only.
	Token string
	// Renew reads the token again after it was refused, and Refused tells a
	// person where to put a new one. Both may be left out.
	Renew   func(context.Context) (string, error)
	Refused string
	// Pace multiplies the budgets; 0 means 1.
	Pace float64
	// Log and Transport may be nil.
	Log       *slog.Logger
	Transport http.RoundTripper
}

// Client is a user of TextUs. It is safe for concurrent use.
type Client struct {
	account api.AccountID
	// host is what relative addresses of files are meant against.
	host   *url.URL
	traits api.Traits
	http   *rest.Client
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
	_ api.ContactChooser = (*Client)(nil)
	_ api.Retrier        = (*Client)(nil)
	_ api.Scheduler      = (*Client)(nil)
	_ api.Directory      = (*Client)(nil)
	_ api.Informer       = (*Client)(nil)
	_ api.Canned         = (*Client)(nil)
	_ api.Renewer        = (*Client)(nil)
	_ api.Clock          = (*Client)(nil)
)

// New checks the configuration and returns a client. It asks nothing of the
// network. Its error is one sentence for a person.
func New(cfg Config) (*Client, error) {
	authorize, err := authorized(cfg.Token)
	if err != nil {
		return nil, err
	}
	budgets, limit := budgets(cfg.Pace), &throttle{}
	transport, err := rest.New(rest.Config{
		Platform:  platform,
		BaseURL:   cfg.BaseURL,
		Authorize: authorize,
		Renew:     rest.Again(cfg.Renew, authorized),
		Refused:   cfg.Refused,
		Accept:    vendorType,
		Observe:   limit.observe,
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
	return &Client{
		account: cfg.Account, host: host, traits: traits(budgets), http: transport, limit: limit, known: newMemory(),
	}, nil
}

// authorized puts a token on the header of a request.
func authorized(token string) (func(http.Header), error) {
	token = strings.TrimSpace(token)
	if token == "" || strings.ContainsFunc(token, unicode.IsControl) {
		return nil, errors.New("the account needs a TextUs token, on one line")
	}
	return func(h http.Header) { h.Set("Authorization", "Bearer "+token) }, nil
}

// Renew reads the token again.
func (c *Client) Renew(ctx context.Context) error { return c.http.Renew(ctx) }

// Ahead is how far the service's clock is ahead of ours.
func (c *Client) Ahead() time.Duration { return c.http.Ahead() }

// Traits are the facts of TextUs.
func (c *Client) Traits() api.Traits { return c.traits }

// do carries out a request, within what the service says is left.
func (c *Client) do(ctx context.Context, req rest.Request) (rest.Response, error) {
	if err := c.limit.wait(ctx, req); err != nil {
		return rest.Response{}, err
	}
	resp, err := c.http.Do(ctx, req)
	var e *api.Error
	if errors.As(err, &e) {
		switch e.Status {
		case http.StatusMethodNotAllowed:
			e.Kind = api.ErrUnsupported
		case http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
			e.Said = strings.TrimSuffix("the service does not take what this program sends; that is a bug: "+e.Said, ": ")
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
		return c.http.Garbled(req, err)
	}
	return nil
}

// get reads what a link leads to.
func (c *Client) get(ctx context.Context, op string, class api.Class, link string, v any) error {
	return c.call(ctx, rest.Request{Op: op, Class: class, Effect: rest.Reads, Method: "GET", Link: link}, v)
}

// body is v in the service's media type.
func body(v any) rest.Body { return rest.JSON(v).As(vendorType) }

// pathOf is the link of path segments, for where the service gave none.
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

func cursorError(op, why string) error {
	return &api.Error{Kind: api.ErrCursor, Platform: platform, Op: op, Err: errors.New(why)}
}

func (c *Client) conversationID(slug string) api.ConversationID {
	return api.ConversationID{Account: c.account, Remote: slug}
}

func (c *Client) messageID(id string) api.MessageID {
	return api.MessageID{Account: c.account, Remote: id}
}

func (c *Client) channelID(slug string) api.ChannelID {
	return api.ChannelID{Account: c.account, Remote: slug}
}
