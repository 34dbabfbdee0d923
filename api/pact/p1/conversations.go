package p1

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// wireConversation is a conversation (api/pact/REFERENCE.md "Conversations").
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

func (w wireConversation) id() string { return terms.Either(w.ExternalID, w.ID) }

// Conversations lists the company's conversations, the last created first: the
// platform does not sort them by activity (api/pact/REFERENCE.md "Pages of a list"). A
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
		Kind:    terms.Kind(w.Type),
		Contact: api.Contact{Name: string(w.Name), Handle: string(w.Sender)},
	}
	if out.Kind == "" {
		out.Kind = terms.Kind(w.Provider)
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
// not promise that messages will arrive (api/pact/REFERENCE.md "Conversations").
func (c *Client) Open(ctx context.Context, _ api.ChannelID, kind api.ChannelKind, to string) (api.Conversation, error) {
	const op = "open conversation"
	if kind != "whatsapp" {
		return api.Conversation{}, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op,
			Said: "only WhatsApp conversations can be opened by phone number"}
	}
	phone, err := terms.Phone(op, to)
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
		Conversation terms.Lenient[wireConversation] `json:"conversation"`
	}
	if err := c.call(ctx, req, &data); err != nil {
		return api.Conversation{}, err
	}
	if data.Conversation.V.id() == "" {
		return api.Conversation{}, c.HTTP.Garbled(req, errors.New("the answer holds no conversation"))
	}
	return c.conversation(data.Conversation.V), nil
}

// AssignByID assigns to a user of the company by the user's number. Pact lists no users,
// does not say to whom a conversation is assigned, and how to assign it to nobody is not
// documented (api/pact/REFERENCE.md "Conversations").
func (c *Client) AssignByID(ctx context.Context, id api.ConversationID, agent string) error {
	const op = "assign conversation"
	switch {
	case agent == "":
		return &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op, Said: "p1 assigns to somebody only: give a user's number"}
	case strings.Trim(agent, "0123456789") != "":
		return terms.Refuse(op, "Pact's users are numbered: give the user's number")
	}
	return c.write(ctx, op, id, "assign", url.Values{"assignee_id": {agent}})
}

// SetNote writes the note of a conversation. There is no way to read it
// (api/pact/REFERENCE.md "Conversations").
func (c *Client) SetNote(ctx context.Context, id api.ConversationID, note string) error {
	const op = "write note"
	if note == "" {
		return terms.Refuse(op, "the note is empty; Pact cannot take one away")
	}
	return c.write(ctx, op, id, "note", url.Values{"note": {note}})
}

// write changes what is written only: the answer says no more than that it was done.
func (c *Client) write(ctx context.Context, op string, id api.ConversationID, what string, form url.Values) error {
	return c.call(ctx, rest.Request{
		Op: op, Class: api.ClassOther, Effect: rest.Harmless, Method: "PUT", Path: c.path("conversations", id.Remote, what), Body: rest.Form(form),
	}, nil)
}
