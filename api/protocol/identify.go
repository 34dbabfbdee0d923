package protocol

import (
	"context"

	"unibox/api"
	"unibox/api/rest"
)

// Identify checks the credential. No call says who we are (REFERENCE.md
// "Direction"); the account has one channel, the chat (REFERENCE.md "Previews and
// names").
func (c *Client) Identify(ctx context.Context) (api.Identity, error) {
	l := plainList()
	l.op, l.class = "check the credential", api.ClassOther
	if _, err := fetch[wireConversation](ctx, c, l, "", 1); err != nil {
		return api.Identity{}, rest.Explained(err, api.ErrNotFound, "this server has no conversations; check base_url in the config")
	}
	me := c.book.whoami()
	return api.Identity{
		Label:    string(c.ID),
		Agent:    api.Agent{Remote: me.id(), Name: string(me.Username)},
		Channels: []api.Channel{{ID: c.channel(), Kind: kind}},
	}, nil
}
