package protocol

import (
	"context"

	"unibox/api"
	"unibox/api/rest"
)

// rawMessage is a message with its JSON.
type rawMessage struct{ rest.Raw[wireMessage] }

func (r rawMessage) id() string { return r.Wire.id() }

// RawMessage reads one message as it comes (REFERENCE.md "Endpoints").
func (c *Client) RawMessage(ctx context.Context, _ api.ConversationID, id api.MessageID) ([]byte, error) {
	raw, err := get[rawMessage](ctx, c, "read message", "messages", id.Remote)
	return raw.JSON, err
}
