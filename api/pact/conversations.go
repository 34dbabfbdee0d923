package pact

import (
	"context"
	"errors"
	"net/url"

	"unibox/api"
	"unibox/api/rest"
)

// wireConversation is a conversation (REFERENCE.md "Conversations").
type wireConversation struct {
	ExternalID ident  `json:"external_id"`
	ID         ident  `json:"id"`
	Name       text   `json:"name"`
	ChannelID  ident  `json:"channel_id"`
	Type       text   `json:"channel_type"`
	Provider   text   `json:"provider"`
	Created    moment `json:"created_at"`
	Stamp      moment `json:"created_at_timestamp"`
	Last       moment `json:"last_message_at"`
	Sender     text   `json:"sender_external_id"`
}

func (w wireConversation) id() string { return either(w.ExternalID, w.ID) }

// Conversations lists the company's conversations, the last created first: the
// platform does not sort them by activity (REFERENCE.md "Pages of a list"). A
// server without paging answers with all of them.
func (c *Client) Conversations(ctx context.Context, req api.PageRequest) (api.Page[api.Conversation], error) {
	list := listing{"list conversations", api.ClassConversations, c.path("conversations"), "conversations", listPage}
	found, err := filled(ctx, c, list, req, c.conversation)
	return found, rest.Explained(err, api.ErrNotFound,
		"this server does not list conversations; check company and base_url in the config")
}

func (c *Client) conversation(w wireConversation) api.Conversation {
	out := api.Conversation{
		ID:      c.ConversationID(w.id()),
		Kind:    kindOf(w.Type),
		Contact: api.Contact{Name: string(w.Name), Handle: string(w.Sender)},
	}
	if out.Kind == "" {
		out.Kind = kindOf(w.Provider)
	}
	if w.ChannelID != "" {
		out.Channel = api.Known(c.ChannelID(string(w.ChannelID)))
	}
	if created := rest.FirstTime(w.Created, w.Stamp); !created.IsZero() {
		out.Created = api.Known(created)
	}
	if !w.Last.IsZero() {
		out.Active = api.Known(w.Last.Time)
	}
	return out
}

// Conversation reads one conversation.
func (c *Client) Conversation(ctx context.Context, id api.ConversationID) (api.Conversation, error) {
	return c.one(ctx, rest.Request{
		Op: "read conversation", Class: api.ClassOther, Effect: rest.Reads,
		Method: "GET", Path: c.path("conversations", id.Remote),
	})
}

// Open finds the WhatsApp conversation with a phone number or makes an empty
// one. Asked again it gives the same one, so a lost answer does no harm. It does
// not promise that messages will arrive (REFERENCE.md "Conversations").
func (c *Client) Open(ctx context.Context, _ api.ChannelID, kind api.ChannelKind, to string) (api.Conversation, error) {
	const op = "open conversation"
	if kind != "whatsapp" {
		return api.Conversation{}, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op,
			Said: "only WhatsApp conversations can be opened by phone number"}
	}
	phone, err := phoneDigits(op, to)
	if err != nil {
		return api.Conversation{}, err
	}
	return c.one(ctx, rest.Request{
		Op: op, Class: api.ClassSend, Effect: rest.Harmless, Method: "POST", Path: c.path("conversations"),
		Body: rest.Form(url.Values{"provider": {"whatsapp"}, "phone": {phone}}),
	})
}

// one carries out a request that is answered with a conversation.
func (c *Client) one(ctx context.Context, req rest.Request) (api.Conversation, error) {
	var data struct {
		Conversation lenient[wireConversation] `json:"conversation"`
	}
	if err := c.call(ctx, req, &data); err != nil {
		return api.Conversation{}, err
	}
	if data.Conversation.v.id() == "" {
		return api.Conversation{}, c.HTTP.Garbled(req, errors.New("the answer holds no conversation"))
	}
	return c.conversation(data.Conversation.v), nil
}
