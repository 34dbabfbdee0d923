package p2

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// wireConversation is a conversation (api/pact/REFERENCE.md "p2 objects").
type wireConversation struct {
	ID       terms.ID    `json:"id"`
	Name     rest.Text   `json:"sender_name"`
	Phone    rest.Text   `json:"sender_phone"`
	External rest.Text   `json:"sender_external_id"`
	Public   rest.Text   `json:"sender_external_public_id"`
	Provider rest.Text   `json:"provider"`
	Created  rest.Moment `json:"created_at"`
	// Updated moves with each message, and is empty in a conversation without any.
	Updated rest.Moment `json:"last_updated_at"`
	State   rest.Text   `json:"operational_state"`
	Replied rest.Text   `json:"replied_state"`
	Group   rest.Flag   `json:"group"`
}

func (w wireConversation) id() string    { return string(w.ID) }
func (w wireConversation) at() time.Time { return rest.FirstTime(w.Updated, w.Created) }

// Conversations lists the company's conversations, those with the newest messages
// first.
func (c *Client) Conversations(ctx context.Context, req api.PageRequest) (api.Page[api.Conversation], error) {
	found, err := c.listed(ctx, c.conversations(""), req)
	return found, rest.Explained(err, api.ErrNotFound,
		"this server does not list conversations; check company, api and base_url in the config")
}

func (c *Client) listed(ctx context.Context, l listing, req api.PageRequest) (api.Page[api.Conversation], error) {
	return filled(ctx, c, l, req, c.conversation)
}

// filled is page for a list whose pages can hold nothing new before its end.
func filled[T entry, V any](ctx context.Context, c *Client, l listing, want api.PageRequest, translate func(T) V) (api.Page[V], error) {
	return rest.Filled(ctx, want, platform, l.op, func(ctx context.Context, want api.PageRequest) (api.Page[V], error) {
		list, next, err := page[T](ctx, c, l, want)
		out := api.Page[V]{Next: next}
		for _, w := range list {
			out.Items = append(out.Items, translate(w))
		}
		return out, err
	})
}

func (c *Client) conversation(w wireConversation) api.Conversation {
	out := api.Conversation{
		ID:      c.ConversationID(w.id()),
		Kind:    terms.Kind(w.Provider),
		Contact: api.Contact{Name: string(w.Name), Handle: string(cmp.Or(w.Phone, w.External, w.Public))},
		Group:   w.Group.On,
	}
	out.Channel = c.channelOf(out.Kind)
	if !w.Created.IsZero() {
		out.Created = api.Known(w.Created.Time)
	}
	if !w.Updated.IsZero() {
		out.Active = api.Known(w.Updated.Time)
	}
	w.states(&out)
	out.Denied = api.Known(denials(out.Kind))
	return out
}

// states reads what state a conversation is in. An unknown operational state is open
// (api/pact/REFERENCE.md "Contradictions"); one that was never replied to nor has to
// be says nothing.
func (w wireConversation) states(out *api.Conversation) {
	if state := strings.ToLower(string(w.State)); state != "" {
		out.Archived, out.Blocked = api.Known(state == "archived"), api.Known(state == "blocked")
	}
	switch strings.ToLower(string(w.Replied)) {
	case "replied":
		out.Answered = api.Known(true)
	case "unreplied":
		out.Answered = api.Known(false)
	}
}

// denials are the abilities that a kind of channel does not have (api/pact/REFERENCE.md
// "p2 endpoints").
func denials(kind api.ChannelKind) []api.Denial {
	switch kind {
	case "whatsapp", "telegram_personal", "max":
		return []api.Denial{}
	}
	return []api.Denial{{Cap: api.CapDelete, Why: "Pact deletes messages on WhatsApp, Telegram personal and MAX alone"}}
}

// Conversation reads one conversation.
func (c *Client) Conversation(ctx context.Context, id api.ConversationID) (api.Conversation, error) {
	return c.one(ctx, rest.Request{
		Op: "read conversation", Class: terms.ClassConversation, Effect: rest.Reads,
		Method: "GET", Path: c.path("conversations", id.Remote), Query: url.Values{"company_id": {c.company}},
	})
}

// one carries out a request that is answered with a conversation.
func (c *Client) one(ctx context.Context, req rest.Request) (api.Conversation, error) {
	var w wireConversation
	if err := c.call(ctx, req, "conversation", &w); err != nil {
		return api.Conversation{}, err
	}
	if w.id() == "" {
		return api.Conversation{}, c.HTTP.Garbled(req, errNoID)
	}
	return c.conversation(w), nil
}

// change writes one field of a conversation.
func (c *Client) change(ctx context.Context, op string, id api.ConversationID, field string, value any) (api.Conversation, error) {
	return c.one(ctx, rest.Request{
		Op: op, Class: terms.ClassConversation, Effect: rest.Harmless, Method: "PUT", Path: c.path("conversations", id.Remote),
		Body: rest.JSON(map[string]any{"company_id": c.companyID(), field: value}),
	})
}

// SetArchived archives for everyone at the company, or opens again.
func (c *Client) SetArchived(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	state := "open"
	if on {
		state = "archived"
	}
	return c.change(ctx, "archive conversation", id, "operational_state", state)
}

// SetAnswered marks a conversation as replied to, or as one that waits, for everyone at
// the company.
func (c *Client) SetAnswered(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	state := "unreplied"
	if on {
		state = "replied"
	}
	return c.change(ctx, "mark as answered", id, "replied_state", state)
}

// AssignByID assigns to a user of the company by the user's number. p2 lists no users and
// does not say to whom a conversation is assigned (api/pact/REFERENCE.md "p2 endpoints").
func (c *Client) AssignByID(ctx context.Context, id api.ConversationID, agent string) error {
	const op = "assign conversation"
	var to any
	if agent != "" {
		if _, isNumber := number(agent).(json.Number); !isNumber {
			return terms.Refuse(op, "Pact's users are numbered: give the user's number")
		}
		to = number(agent)
	}
	_, err := c.change(ctx, op, id, "assignee_id", to)
	return err
}

// Search finds conversations by the phone number, name or account of the contact.
func (c *Client) Search(ctx context.Context, query string, req api.PageRequest) (api.Page[api.Conversation], error) {
	return c.listed(ctx, c.conversations(strings.TrimSpace(query)), req)
}

// Open finds the conversation with a contact. p2 makes conversations by sending only
// (api/pact/REFERENCE.md "p2 endpoints").
func (c *Client) Open(ctx context.Context, _ api.ChannelID, kind api.ChannelKind, to string) (api.Conversation, error) {
	const op = "open conversation"
	rule, ok := rules()[kind]
	if !ok || rule.First == api.AddressNone {
		return api.Conversation{}, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op,
			Said: "on this kind of channel the customer has to write first"}
	}
	address, err := addressOf(op, kind, to)
	if err != nil {
		return api.Conversation{}, err
	}
	req := api.PageRequest{}
	for range mostPages {
		found, err := c.listed(ctx, c.conversations(address.value), req)
		if err != nil {
			return api.Conversation{}, err
		}
		for _, conv := range found.Items {
			if conv.Kind == kind && !conv.Group && strings.EqualFold(bare(conv.Contact.Handle), address.value) {
				return conv, nil
			}
		}
		if req.Cursor = found.Next; found.Next == "" {
			break
		}
	}
	return api.Conversation{}, &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: op, Said: "there is no conversation with " + to + " yet"}
}

// bare is an address without the sign that a search ignores too.
func bare(handle string) string { return strings.TrimLeft(handle, "+@") }
