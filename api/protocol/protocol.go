// Package protocol is the client of the Protocol chat API, version 1: one
// user, the conversations with contacts and groups, and one synthetic channel.
//
// What the platform does is in REFERENCE.md beside this file; comments cite it
// by section. Its published pages leave these open:
//
//   - No list has a documented order. The client takes it from the times of a
//     page; a list that is not newest first is read to its end and reversed here
//     (REFERENCE.md "Order of lists").
//   - A message names its sender and no direction. In a conversation with one
//     contact that contact is the other side, in a group the members are. Who we
//     are is learnt from our own messages (REFERENCE.md "Direction").
//   - Nothing says unread: it is derived from when a conversation was active and
//     when it was opened. Neither can be written (REFERENCE.md "Unread").
//   - Nothing is known of a sent message until it was read; "delivered" is never
//     claimed (REFERENCE.md "Delivery").
//   - How a form clears a field is not documented. It is sent empty, then as JSON
//     null, and the returned object decides (REFERENCE.md "Clearing a field").
//
// Decoding is lenient throughout: a field can be null, missing or of another
// type without harm to the rest.
package protocol

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	"unibox/api"
	"unibox/api/rest"
)

const platform api.Platform = "protocol"

// kind is that of the one channel there is; it is the channel's id as well.
const kind api.ChannelKind = "protocol"

// Config is one account.
type Config struct {
	// Account is the user's name for it; it is part of every id given out.
	Account api.AccountID
	// BaseURL ends in /v1, as in https://api.protocol.chat/v1.
	BaseURL string
	// Token is the bearer token; if User is set, User and Password are sent
	// instead of it (REFERENCE.md "Requests").
	Token          string
	User, Password string
	// Renew reads the token, or the password, again after it was refused, and
	// Refused tells a person where to put a new one. Both may be left out.
	Renew   func(context.Context) (string, error)
	Refused string
	// Pace multiplies the budgets; 0 means 1.
	Pace float64
	// Log and Transport may be nil.
	Log       *slog.Logger
	Transport http.RoundTripper
}

// Client is an account of Protocol. It is safe for concurrent use.
type Client struct {
	account api.AccountID
	// host is what relative addresses of files are meant against.
	host   *url.URL
	traits api.Traits
	http   *rest.Client
	book   book

	mu sync.Mutex
	// sides says who a conversation is with, which never changes.
	sides map[string]side
	// spoke holds the time of a conversation's newest message where that is ours
	// (REFERENCE.md "Unread").
	spoke map[string]time.Time
	// climbs are the histories that run oldest first.
	climbs map[string][]string
	// listed is the whole list of conversations, where its order is not ours.
	listed []wireConversation
}

// side is who a conversation is with: a contact or a group.
type side struct{ contact, group string }

// What a Client can do.
var (
	_ api.Provider      = (*Client)(nil)
	_ api.Uploader      = (*Client)(nil)
	_ api.Starter       = (*Client)(nil)
	_ api.Opener        = (*Client)(nil)
	_ api.Detailer      = (*Client)(nil)
	_ api.Pinner        = (*Client)(nil)
	_ api.Muter         = (*Client)(nil)
	_ api.Archiver      = (*Client)(nil)
	_ api.MessagePinner = (*Client)(nil)
	_ api.Remover       = (*Client)(nil)
	_ api.Editor        = (*Client)(nil)
	_ api.Deleter       = (*Client)(nil)
	_ api.Reactor       = (*Client)(nil)
	_ api.Directory     = (*Client)(nil)
	_ api.Informer      = (*Client)(nil)
	_ api.Renewer       = (*Client)(nil)
	_ api.Clock         = (*Client)(nil)
)

// New checks the configuration and returns a client. It asks nothing of the
// network. Its error is one sentence for a person.
func New(cfg Config) (*Client, error) {
	secret := cfg.Token
	if cfg.User != "" {
		secret = cfg.Password
	}
	authorize, err := cfg.authorized(secret)
	if err != nil {
		return nil, err
	}
	budgets := budgets(cfg.Pace)
	transport, err := rest.New(rest.Config{
		Platform:  platform,
		BaseURL:   cfg.BaseURL,
		Authorize: authorize,
		Renew:     rest.Again(cfg.Renew, cfg.authorized),
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
	return &Client{
		account: cfg.Account, host: host, traits: traits(budgets), http: transport, book: newBook(),
		sides: map[string]side{}, spoke: map[string]time.Time{}, climbs: map[string][]string{},
	}, nil
}

// authorized puts a token, or a user and a password, on the header of a request.
func (cfg Config) authorized(secret string) (func(http.Header), error) {
	if cfg.User != "" {
		cfg.Password = secret
	} else {
		cfg.Token = secret
	}
	credential, err := cfg.credential()
	return func(h http.Header) { h.Set("Authorization", credential) }, err
}

// credential is what the header of every request says.
func (cfg Config) credential() (string, error) {
	token := strings.TrimSpace(cfg.Token)
	switch {
	case cfg.User != "" && (cfg.Password == "" || strings.Contains(cfg.User, ":") || strings.ContainsFunc(cfg.User+cfg.Password, unicode.IsControl)):
		return "", errors.New("the account needs a user without a colon and a password, each on one line")
	case cfg.User != "":
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(cfg.User+":"+cfg.Password)), nil
	case token == "" || strings.ContainsFunc(token, unicode.IsControl):
		return "", errors.New("the account needs its token, on one line, or a user and a password")
	}
	return "Bearer " + token, nil
}

// Renew reads the token or the password again.
func (c *Client) Renew(ctx context.Context) error { return c.http.Renew(ctx) }

// Ahead is how far the service's clock is ahead of ours.
func (c *Client) Ahead() time.Duration { return c.http.Ahead() }

// Traits are the facts of Protocol.
func (c *Client) Traits() api.Traits { return c.traits }

// identified is an object of the service.
type identified interface{ id() string }

// one carries out a request that is answered with a single object.
func one[T identified](ctx context.Context, c *Client, req rest.Request) (T, error) {
	var v T
	if err := c.http.JSON(ctx, req, &v); err != nil {
		return v, err
	}
	if v.id() == "" {
		return v, c.http.Garbled(req, errors.New("the answer has no id"))
	}
	return v, nil
}

// get reads a single object.
func get[T identified](ctx context.Context, c *Client, op, resource, id string) (T, error) {
	return one[T](ctx, c, rest.Request{Op: op, Class: api.ClassOther, Effect: rest.Reads, Method: "GET", Path: []string{resource, id}})
}

// put changes a single object. Done twice it does the same, so a lost answer
// does no harm.
func put[T identified](ctx context.Context, c *Client, op, resource, id string, body rest.Body) (T, error) {
	return one[T](ctx, c, rest.Request{
		Op: op, Class: api.ClassOther, Effect: rest.Harmless, Method: "PUT", Path: []string{resource, id}, Body: body,
	})
}

// remove deletes a single object for good, whatever a success is answered with.
func (c *Client) remove(ctx context.Context, op, resource, id string) error {
	_, err := c.http.Do(ctx, rest.Request{
		Op: op, Class: api.ClassOther, Effect: rest.Harmless, Method: "DELETE", Path: []string{resource, id},
	})
	return err
}

// refuse is the error for a request that is not worth sending, and for one
// that was answered well and not done.
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

func (c *Client) channelID() api.ChannelID {
	return api.ChannelID{Account: c.account, Remote: string(kind)}
}

func (c *Client) conversationID(remote string) api.ConversationID {
	return api.ConversationID{Account: c.account, Remote: remote}
}

func (c *Client) messageID(remote string) api.MessageID {
	return api.MessageID{Account: c.account, Remote: remote}
}
