package p1

import (
	"context"

	"unibox/api"
	"unibox/api/rest"
)

var _ api.RawReader = (*Client)(nil)

// rawMessage is a message with its JSON.
type rawMessage struct{ rest.Raw[wireMessage] }

func (r rawMessage) id() string { return r.Wire.id() }

// RawMessage looks through the newest pages: no call reads one message
// (api/pact/REFERENCE.md "Messages").
func (c *Client) RawMessage(ctx context.Context, in api.ConversationID, id api.MessageID) ([]byte, error) {
	const op = "read message"
	l := listing{op, api.ClassMessages, c.path("conversations", in.Remote, "messages"), "messages", historyPage}
	var req api.PageRequest
	for range rest.RawPages {
		list, next, err := page[rawMessage](ctx, c, l, req)
		for _, r := range list {
			if r.id() == id.Remote {
				return r.JSON, nil
			}
		}
		if err != nil {
			return nil, err
		}
		if next == "" {
			break
		}
		req.Cursor = next
	}
	return nil, rest.NotAmongNewest(platform, op)
}
