package p2

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// wireAuth is a channel (api/pact/REFERENCE.md "p2 objects"). The list of channels is
// shown nowhere.
type wireAuth struct {
	ID       terms.ID  `json:"id"`
	Provider rest.Text `json:"provider"`
	State    rest.Text `json:"state"`
	Phone    rest.Text `json:"phone_number"`
	Username rest.Text `json:"username"`
	pairing
}

func (w wireAuth) id() string      { return string(w.ID) }
func (w wireAuth) at() time.Time   { return time.Time{} }
func (w wireAuth) state() string   { return strings.ToLower(string(w.State)) }
func (w wireAuth) connected() bool { return w.state() == "enabled" || w.state() == "" }

// pairing is what a channel shows while it waits to be connected.
type pairing struct {
	QR   rest.Text `json:"qr"`
	Code rest.Text `json:"code"`
	Link rest.Text `json:"oauth_provider_url"`
}

// Identify lists the channels, which also checks the token, and reads the company's
// name where this token may see it.
func (c *Client) Identify(ctx context.Context) (api.Identity, error) {
	list, err := c.auths(ctx)
	if err != nil {
		return api.Identity{}, rest.Explained(err, api.ErrNotFound,
			"the token does not open company "+c.company+"; check company, api and base_url in the config")
	}
	id := api.Identity{Label: c.label(ctx)}
	for _, w := range list {
		if w.state() != "disabled" {
			id.Channels = append(id.Channels, c.channel(w))
		}
	}
	return id, nil
}

// auths lists the channels, the disabled ones too, and remembers their kinds. Where
// the list breaks off, those read so far are enough: none hides a conversation.
func (c *Client) auths(ctx context.Context) ([]wireAuth, error) {
	list, err := all[wireAuth](ctx, c, listing{op: "list channels", class: api.ClassOther, path: c.ofCompany("auths"), key: "auths", most: listPage})
	if err != nil && (api.KindOf(err) != api.ErrCursor || len(list) == 0) {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.kinds)
	for _, w := range list {
		if w.state() != "disabled" {
			c.kinds[w.id()] = terms.Kind(w.Provider)
		}
	}
	return list, nil
}

// channel translates. Its number or name tells it from others of its kind.
func (c *Client) channel(w wireAuth) api.Channel {
	out := api.Channel{ID: c.ChannelID(w.id()), Kind: terms.Kind(w.Provider), Name: string(cmp.Or(w.Phone, w.Username))}
	if out.Kind == "" && out.Name == "" {
		out.Name = "channel " + w.id()
	}
	return out
}

// channelOf is the channel of a conversation of a kind: the only one of that kind, as
// far as is known. A conversation itself does not say (api/pact/REFERENCE.md "From p1
// to p2").
func (c *Client) channelOf(kind api.ChannelKind) (only api.Opt[api.ChannelID]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, k := range c.kinds {
		if k != kind {
			continue
		}
		if _, another := only.Get(); another {
			return api.Opt[api.ChannelID]{}
		}
		only = api.Known(c.ChannelID(id))
	}
	return only
}

// kindOfChannel is the kind of a channel, which a first message has to name.
func (c *Client) kindOfChannel(ctx context.Context, id string) (api.ChannelKind, error) {
	c.mu.Lock()
	kind := c.kinds[id]
	c.mu.Unlock()
	if kind != "" {
		return kind, nil
	}
	list, err := c.auths(ctx)
	if err != nil {
		return "", err
	}
	for _, w := range list {
		if w.id() == id {
			return terms.Kind(w.Provider), nil
		}
	}
	return "", &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: "list channels", Said: "the channel is no longer there; choose another one"}
}

// label is the company's name, which p1 alone tells, or the account's where it cannot
// be read: nothing depends on it.
func (c *Client) label(ctx context.Context) string {
	if c.companies == nil {
		return string(c.ID)
	}
	var answer struct {
		Data struct {
			Companies rest.List[struct {
				ExternalID terms.ID  `json:"external_id"`
				ID         terms.ID  `json:"id"`
				Name       rest.Text `json:"name"`
			}] `json:"companies"`
		} `json:"data"`
	}
	err := c.HTTP.JSON(ctx, rest.Request{
		Op: "list companies", Class: api.ClassOther, Effect: rest.Reads, Method: "GET", Path: c.companies, Query: url.Values{"per": {"100"}},
	}, &answer)
	if err != nil {
		return string(c.ID)
	}
	for _, company := range answer.Data.Companies {
		if terms.Either(company.ExternalID, company.ID) == c.company && company.Name != "" {
			return string(company.Name)
		}
	}
	return string(c.ID)
}
