package p2

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
	"unibox/api/special"
)

// wireMessage is a message (api/pact/REFERENCE.md "p2 objects").
type wireMessage struct {
	ID terms.ID `json:"id"`
	// External is the provider's id, empty for a message of ours that the provider has
	// not answered for.
	External     rest.Text   `json:"external_id"`
	Conversation terms.ID    `json:"conversation_id"`
	RepliedTo    rest.Text   `json:"replied_to_id"`
	Created      rest.Moment `json:"created_at"`
	Sent         rest.Moment `json:"external_created_at"`
	Income       rest.Flag   `json:"income"`
	Status       rest.Text   `json:"status"`
	Message      rest.Text   `json:"message"`
	Reactions    reactions   `json:"reactions"`
	Details      reason      `json:"details"`
	Attachments  terms.Files `json:"attachments"`
	Deleted      rest.Flag   `json:"deleted"`
	// Nothing is published of what is special about a message (api/pact/REFERENCE.md
	// "Not known").
	special.Fields
}

// id is the message's id. One that says something has a name where it has none: it
// does not hide the rest, nor is it hidden.
func (w wireMessage) id() string {
	if w.ID == "" && (w.Message != "" || len(w.Attachments) > 0) {
		sum := fnv.New64a()
		fmt.Fprint(sum, w.Income.On, w.at().Unix(), w.Message, len(w.Attachments))
		return fmt.Sprintf("unnamed-%x", sum.Sum64())
	}
	return string(w.ID)
}

func (w wireMessage) at() time.Time { return rest.FirstTime(w.Sent, w.Created) }

// Messages lists a conversation newest first.
func (c *Client) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	ids := map[rest.Text]api.MessageID{}
	quotes := map[api.MessageID]rest.Text{}
	found, err := filled(ctx, c, c.messages(id.Remote), req, func(w wireMessage) api.Message {
		m := c.message(id, w)
		if w.External != "" {
			ids[w.External] = m.ID
		}
		quotes[m.ID] = w.RepliedTo
		return m
	})
	for i, m := range found.Items { // a quoted message is named by its external id
		found.Items[i].Quotes = ids[quotes[m.ID]]
	}
	rest.Date(found.Items)
	slices.SortStableFunc(found.Items, func(a, b api.Message) int { return b.At.Compare(a.At) })
	return found, err
}

func (c *Client) message(in api.ConversationID, w wireMessage) api.Message {
	out := api.Message{ID: c.MessageID(w.id()), Conversation: in, At: w.at()}
	if w.Income.Said && !w.Income.On {
		out.Direction = api.Outbound
		out.Delivery, out.Reason = w.progress()
	}
	if w.Deleted.On {
		out.Kind = api.KindDeleted
		return out
	}
	out.Body, out.Attachments, out.Reactions = string(w.Message), w.Attachments.Of(c.Account), w.Reactions
	if out.Body == "" && len(out.Attachments) == 0 {
		out.Kind = api.KindUnknown // neither text nor file: what else it says is said
	}
	out.Body = w.With(out.Body, out.Kind == api.KindUnknown)
	return out
}

// progress is how far a message of ours has come, and why it failed; of a status that
// is not known, the status. One that is "sent" is with the platform until the provider
// has named it (api/pact/REFERENCE.md "p2 objects", "p2 webhooks").
func (w wireMessage) progress() (api.Delivery, string) {
	switch status := strings.ToLower(strings.TrimSpace(string(w.Status))); status {
	case "":
		return api.DeliveryUnsaid, ""
	case "created":
		return api.DeliveryAccepted, ""
	case "sent":
		if w.External == "" {
			return api.DeliveryAccepted, ""
		}
		return api.DeliverySent, ""
	case "delivered":
		return api.DeliveryDelivered, ""
	case "read":
		return api.DeliveryRead, ""
	case "error":
		if w.Details == "" {
			return api.DeliveryFailed, "the provider refused it"
		}
		return api.DeliveryFailed, string(w.Details)
	default:
		return api.DeliveryUnsaid, status
	}
}

// reason is why a message failed: text, or an object around it, of which nothing is
// published (api/pact/REFERENCE.md "Not known").
type reason string

// UnmarshalJSON never fails.
func (r *reason) UnmarshalJSON(b []byte) error {
	*r = reason(named(b, "reason", "message", "error", "description", "detail", "title", "text", "code"))
	return nil
}

// named is JSON as text: a text itself, or the first of these fields of an object that
// is one. Of a list it is that of the first member.
func named(b []byte, fields ...string) string {
	if s := rest.Scalar(b); s != "" && s != "true" && s != "false" {
		return s
	}
	var list []json.RawMessage
	if json.Unmarshal(b, &list) == nil && len(list) > 0 {
		b = list[0]
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(b, &object) != nil {
		return rest.Scalar(b)
	}
	for _, field := range fields {
		if s := rest.Scalar(object[field]); s != "" {
			return s
		}
	}
	return ""
}

// reactions are those of a message. What an element holds is not published
// (api/pact/REFERENCE.md "Not known"), so the obvious forms are read.
type reactions []api.Reaction

// UnmarshalJSON never fails.
func (r *reactions) UnmarshalJSON(b []byte) error {
	*r = nil
	var list []json.RawMessage
	if json.Unmarshal(b, &list) != nil {
		return nil
	}
	for _, one := range list {
		name := named(one, "emoji", "reaction", "text", "value", "name")
		if name == "" {
			continue
		}
		var by struct {
			Who    json.RawMessage `json:"sender_name"`
			Income rest.Flag       `json:"income"`
		}
		_ = rest.Into(one, &by) // a reaction without an object around it has no more
		r.add(name, rest.Scalar(by.Who))
	}
	return nil
}

// add adds a reaction of somebody.
func (r *reactions) add(name, who string) {
	i := slices.IndexFunc(*r, func(had api.Reaction) bool { return had.Name == name })
	if i < 0 {
		*r = append(*r, api.Reaction{Name: name})
		i = len(*r) - 1
	}
	(*r)[i].Who = append((*r)[i].Who, who)
}

// read reads one message: how far it came, and fresh addresses of its files.
func (c *Client) read(ctx context.Context, op string, in api.ConversationID, id string) (wireMessage, error) {
	req := rest.Request{
		Op: op, Class: terms.ClassMessage, Effect: rest.Reads, Method: "GET",
		Path: c.path("conversations", in.Remote, "messages", id), Query: url.Values{"company_id": {c.company}},
	}
	var w wireMessage
	if err := c.call(ctx, req, "message", &w); err != nil {
		return w, err
	}
	if w.id() == "" {
		return w, c.HTTP.Garbled(req, errNoID)
	}
	return w, nil
}

// Message reads one message again.
func (c *Client) Message(ctx context.Context, in api.ConversationID, id api.MessageID) (api.Message, error) {
	w, err := c.read(ctx, "read message", in, id.Remote)
	if err != nil {
		return api.Message{}, err
	}
	return c.message(in, w), nil
}

// DeleteMessage deletes a message for everyone (api/pact/REFERENCE.md "p2 endpoints").
func (c *Client) DeleteMessage(ctx context.Context, in api.ConversationID, id api.MessageID) error {
	return c.call(ctx, rest.Request{
		Op: "delete message", Class: api.ClassOther, Effect: rest.Harmless, Method: "DELETE",
		Path: c.path("conversations", in.Remote, "messages"),
		Body: rest.JSON(map[string]any{"company_id": c.companyID(), "message_ids": []any{number(id.Remote)}}),
	}, "", nil)
}
