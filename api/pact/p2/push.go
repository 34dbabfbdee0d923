package p2

import (
	"context"
	"errors"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// event is what the platform sends by itself (api/pact/REFERENCE.md "p2 webhooks").
type event struct {
	Type   rest.Text `json:"type"`
	Object struct {
		ID           terms.ID `json:"id"`
		Conversation terms.ID `json:"conversation_id"`
	} `json:"object"`
}

// Hints reads an event (api/pact/REFERENCE.md "p2 webhooks"). All that it says can be
// read from the platform, so nothing is taken from it but where to read.
func Hints(account api.AccountID, body []byte) (h api.Hints, err error) {
	var e event
	if err := rest.Decode(body, &e); err != nil {
		return h, err
	}
	id := e.Object.Conversation
	switch e.Type {
	case "message":
		h.Jobs = true // of a message of ours, it may be the end of its delivery
	case "conversation":
		id, h.List = e.Object.ID, true
	case "":
		return h, errors.New("the event has no type")
	}
	if id != "" {
		h.Conversations = []api.ConversationID{{Account: account, Remote: string(id)}}
	}
	return h, nil
}

// webhook is an address that gets events while it is active (api/pact/REFERENCE.md "p2
// endpoints").
type webhook struct {
	ID     terms.ID  `json:"id"`
	URL    rest.Text `json:"url"`
	Active rest.Flag `json:"active"`
}

// mostWebhooks is how many a company can have (api/pact/REFERENCE.md "p2 endpoints").
const mostWebhooks = 5

// Subscriptions lists the active addresses of the company. Those that are not active take
// up room too.
func (c *Client) Subscriptions(ctx context.Context) (addresses []string, room api.Room, err error) {
	all, err := c.webhooks(ctx)
	if err != nil {
		return nil, 0, err
	}
	for _, w := range all {
		if w.Active.On || !w.Active.Said {
			addresses = append(addresses, string(w.URL))
		}
	}
	if len(all) >= mostWebhooks {
		room = api.RoomNone
	}
	return addresses, room, nil
}

func (c *Client) webhooks(ctx context.Context) (all rest.List[webhook], err error) {
	err = c.call(ctx, rest.Request{
		Op: "list webhooks", Class: api.ClassOther, Effect: rest.Reads, Method: "GET", Path: c.ofCompany("webhooks"),
	}, "webhooks", &all)
	return all, err
}

// Subscribe adds an address, and activates it: then the platform tries it. An address
// that is there already is used. Nothing is ever replaced: a company that has five is
// api.ErrInvalid.
func (c *Client) Subscribe(ctx context.Context, address string) (secrets []string, err error) {
	const op = "add a webhook"
	all, err := c.webhooks(ctx)
	if err != nil {
		return nil, err
	}
	var w webhook
	for _, one := range all {
		if string(one.URL) == address {
			w = one
		}
	}
	if w.ID == "" {
		req := rest.Request{Op: op, Class: api.ClassOther, Effect: rest.Harmless, Method: "POST", Path: c.ofCompany("webhooks"),
			Body: rest.JSON(map[string]any{"url": address})}
		if err := c.call(ctx, req, "webhook", &w); err != nil {
			return nil, err
		}
		if w.ID == "" {
			return nil, c.HTTP.Garbled(req, errors.New("the answer names no webhook"))
		}
	}
	return nil, c.call(ctx, rest.Request{Op: op, Class: api.ClassOther, Effect: rest.Harmless, Method: "PUT",
		Path: c.ofCompany("webhooks", string(w.ID)), Body: rest.JSON(map[string]any{"active": true})}, "", nil)
}
