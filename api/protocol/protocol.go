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
	"errors"
	"sync"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

const platform api.Platform = "protocol"

// kind is that of the one channel there is; it is the channel's id as well.
const kind api.ChannelKind = "protocol"

// Client is an account of Protocol. It is safe for concurrent use.
type Client struct {
	rest.Account
	traits api.Traits
	book   book

	mu sync.Mutex
	// sides says who a conversation is with, which never changes.
	sides map[string]side
	// lastSent holds the time of a conversation's newest message where that is ours
	// (REFERENCE.md "Unread").
	lastSent map[string]time.Time
	// anchors holds the page anchors of histories that are oldest first, by
	// conversation: see ascending.go.
	anchors map[string][]string
	// listed is the whole list of conversations, where its order is not ours;
	// listedCut is set if it broke off.
	listed    []wireConversation
	listedCut error
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
	_ api.Bookkeeper    = (*Client)(nil)
	_ api.Filer         = (*Client)(nil)
	_ api.Informer      = (*Client)(nil)
	_ api.RawReader     = (*Client)(nil)
	_ api.Renewer       = (*Client)(nil)
	_ api.Clock         = (*Client)(nil)
)

// New checks a login and returns its client. It asks nothing of the network. The
// error is one sentence for a person.
func New(l api.Login) (*Client, error) {
	a, err := rest.Open(l, rest.BearerOrBasic, rest.Config{Platform: platform, Budgets: budgets()})
	if err != nil {
		return nil, err
	}
	return &Client{
		Account: a, traits: a.Limited(traits()), book: newBook(),
		sides: map[string]side{}, lastSent: map[string]time.Time{}, anchors: map[string][]string{},
	}, nil
}

// Traits are the facts of Protocol.
func (c *Client) Traits() api.Traits { return c.traits }

// identified is an object of the platform.
type identified interface{ id() string }

// one carries out a request that is answered with a single object.
func one[T identified](ctx context.Context, c *Client, req rest.Request) (T, error) {
	var v T
	if err := c.HTTP.JSON(ctx, req, &v); err != nil {
		return v, err
	}
	if v.id() == "" {
		return v, c.HTTP.Garbled(req, errors.New("the answer has no id"))
	}
	return v, nil
}

// get reads a single object.
func get[T identified](ctx context.Context, c *Client, op, resource, id string) (T, error) {
	return one[T](ctx, c, rest.Request{Op: op, Class: api.ClassOther, Effect: rest.Reads, Method: "GET", Path: []string{resource, id}})
}

// put changes the given fields of a single object (REFERENCE.md "Endpoints").
// Repeating it changes nothing, so a lost answer does no harm.
func put[T identified](ctx context.Context, c *Client, op, resource, id string, body rest.Body) (T, error) {
	return one[T](ctx, c, rest.Request{
		Op: op, Class: api.ClassOther, Effect: rest.Harmless, Method: "PUT", Path: []string{resource, id}, Body: body,
	})
}

// remove deletes a single object for good; any 2xx is a success (REFERENCE.md
// "Endpoints").
func (c *Client) remove(ctx context.Context, op, resource, id string) error {
	_, err := c.HTTP.Do(ctx, rest.Request{
		Op: op, Class: api.ClassOther, Effect: rest.Harmless, Method: "DELETE", Path: []string{resource, id},
	})
	return err
}

// refuse is the error for a request that is not sent, and for one that was
// answered with a success and not done.
func refuse(op, why string) error {
	return &api.Error{Kind: api.ErrInvalid, Platform: platform, Op: op, Said: why}
}

// channel is the id of the one channel there is.
func (c *Client) channel() api.ChannelID {
	return c.ChannelID(string(kind))
}
