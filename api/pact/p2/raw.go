package p2

import (
	"context"
	"net/url"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

var _ api.RawReader = (*Client)(nil)

// RawMessage reads one message as it comes (api/pact/REFERENCE.md "p2 endpoints").
func (c *Client) RawMessage(ctx context.Context, in api.ConversationID, id api.MessageID) ([]byte, error) {
	req := rest.Request{
		Op: "read message", Class: terms.ClassMessage, Effect: rest.Reads, Method: "GET",
		Path: c.path("conversations", in.Remote, "messages", id.Remote), Query: url.Values{"company_id": {c.company}},
	}
	var raw rest.Raw[wireMessage]
	if err := c.call(ctx, req, "message", &raw); err != nil {
		return nil, err
	}
	if raw.Wire.id() == "" {
		return nil, c.HTTP.Garbled(req, errNoID)
	}
	return raw.JSON, nil
}
