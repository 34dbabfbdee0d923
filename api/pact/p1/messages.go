package p1

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
	"unibox/api/special"
)

// wireMessage is a message of the history (api/pact/REFERENCE.md "Messages").
type wireMessage struct {
	ExternalID  ident       `json:"external_id"`
	ID          ident       `json:"id"`
	Message     text        `json:"message"`
	Income      flag        `json:"income"`
	Created     moment      `json:"created_at"`
	Stamp       moment      `json:"created_at_timestamp"`
	Attachments attachments `json:"attachments"`
	// Nothing is published of what is special about a message (api/pact/REFERENCE.md
	// "Not known").
	special.Fields
}

// id is the message's id. One that says something has a name where it has none: it
// does not hide the rest, nor is it hidden.
func (w wireMessage) id() string {
	id := terms.Either(w.ExternalID, w.ID)
	if id == "" && (w.Message != "" || len(w.Attachments) > 0) {
		sum := fnv.New64a()
		fmt.Fprint(sum, w.Income.On, rest.FirstTime(w.Created, w.Stamp).Unix(), w.Message, len(w.Attachments))
		id = fmt.Sprintf("unnamed-%x", sum.Sum64())
	}
	return id
}

// Messages lists a conversation newest first. They carry no delivery state, no
// author and no job (api/pact/REFERENCE.md "Messages").
func (c *Client) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	list := listing{"read messages", api.ClassMessages, c.path("conversations", id.Remote, "messages"), "messages", historyPage}
	found, err := filled(ctx, c, list, req, func(w wireMessage) api.Message { return c.message(id, w) })
	newestFirst(found.Items)
	return found, err
}

// newestFirst sorts for servers that ignore sort_direction. Equal times keep the
// platform's order, and a message without a time keeps its position.
func newestFirst(list []api.Message) {
	rest.Date(list)
	slices.SortStableFunc(list, func(a, b api.Message) int { return b.At.Compare(a.At) })
}

func (c *Client) message(in api.ConversationID, w wireMessage) api.Message {
	out := api.Message{
		ID:           c.MessageID(w.id()),
		Conversation: in,
		Body:         string(w.Message),
		Attachments:  w.Attachments.Of(c.Account),
		At:           rest.FirstTime(w.Created, w.Stamp),
	}
	if out.Body == "" && len(out.Attachments) == 0 {
		out.Kind = api.KindUnknown // neither text nor file: what else it says is said
	}
	out.Body = w.With(out.Body, out.Kind == api.KindUnknown)
	if w.Income.Said && !w.Income.On {
		out.Direction, out.Delivery = api.Outbound, api.DeliverySent
	}
	return out
}
