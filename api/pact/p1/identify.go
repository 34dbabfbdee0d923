package p1

import (
	"cmp"
	"context"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// named is a channel or a company in a list. A channel has neither a name nor a
// state (api/pact/REFERENCE.md "Channels").
type named struct {
	ExternalID ident `json:"external_id"`
	ID         ident `json:"id"`
	Provider   text  `json:"provider"`
	Name       text  `json:"name"`
}

func (n named) id() string { return terms.Either(n.ExternalID, n.ID) }

// Identify lists the channels, which also checks the token, and reads the
// company's name where this token may see it (api/pact/REFERENCE.md "Companies").
func (c *Client) Identify(ctx context.Context) (api.Identity, error) {
	channels, err := c.channels(ctx)
	if err != nil {
		return api.Identity{}, rest.Explained(err, api.ErrNotFound,
			"the token does not open company "+c.company+"; check company and base_url in the config")
	}
	return api.Identity{Label: c.label(ctx), Channels: channels}, nil
}

// channels lists what is connected, and remembers the kinds. Where the list breaks off, the channels read so
// far are enough: none of them hides a conversation.
func (c *Client) channels(ctx context.Context) ([]api.Channel, error) {
	list := listing{"list channels", api.ClassOther, c.path("channels"), "channels", maxPage}
	found, err := all[named](ctx, c, list)
	if err != nil && (api.KindOf(err) != api.ErrCursor || len(found) == 0) {
		return nil, err
	}
	out := make([]api.Channel, 0, len(found))
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.kinds)
	for _, ch := range found {
		out = append(out, c.channel(ch))
		c.kinds[ch.id()] = terms.Kind(ch.Provider)
	}
	return out, nil
}

// channel translates. One whose provider is not said has its id for a name, since
// nothing else tells it from others.
func (c *Client) channel(n named) api.Channel {
	out := api.Channel{ID: c.ChannelID(n.id()), Kind: terms.Kind(n.Provider)}
	if out.Kind == "" {
		out.Name = cmp.Or(string(n.Name), "channel "+n.id())
	}
	return out
}

// label is the company's name, or the account's where it cannot be read: not
// every token may list companies, and nothing depends on it.
func (c *Client) label(ctx context.Context) string {
	list := listing{"list companies", api.ClassOther, []string{"companies"}, "companies", maxPage}
	found, err := all[named](ctx, c, list)
	if err != nil && api.KindOf(err) != api.ErrCursor {
		return string(c.ID)
	}
	for _, company := range found {
		if company.id() == c.company && company.Name != "" {
			return string(company.Name)
		}
	}
	return string(c.ID)
}
