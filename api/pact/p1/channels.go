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

// ChannelForms lists the fields that each kind of channel needs to be connected.
// Those without any are connected by a scan (api/pact/REFERENCE.md "Connecting WhatsApp"). A
// company has at most one channel of a kind (api/pact/REFERENCE.md "Channels").
func (c *Client) ChannelForms() []api.ChannelForm {
	secret := func(name, label string) api.ChannelField {
		return api.ChannelField{Name: name, Label: label, Required: true, Secret: true}
	}
	login := api.ChannelField{Name: "login", Label: "Login", Required: true}
	token := []api.ChannelField{secret("token", "Token")}
	const scan = "Pact shows a QR code on its website; scan it with the phone."
	return []api.ChannelForm{
		{Kind: "whatsapp", Note: scan, Waits: true},
		{Kind: "instagram", Fields: []api.ChannelField{login, secret("password", "Password")},
			Note: "Pact keeps only the session, not the password; if Instagram wants a code, give it on Pact's website."},
		{Kind: "telegram", Fields: token},
		{Kind: "viber", Fields: token},
		{Kind: "vkontakte", Fields: token},
		{Kind: "facebook", Fields: token},
		{Kind: "vkontakte_direct", Fields: token},
		{Kind: "avito", Fields: []api.ChannelField{
			{Name: "login", Label: "Client id", Required: true}, secret("password", "Client secret")}},
		{Kind: "max", Note: scan, Waits: true},
	}
}

// Connect connects a channel of a kind. A second one of the same kind is an error
// of the platform (api/pact/REFERENCE.md "Channels").
func (c *Client) Connect(ctx context.Context, kind api.ChannelKind, fields map[string]string) (api.ChannelID, error) {
	const op = "connect channel"
	form, err := c.filled(op, kind, fields)
	if err != nil {
		return api.ChannelID{}, err
	}
	form.Set("provider", string(kind))
	req := rest.Request{Op: op, Class: api.ClassOther, Method: "POST", Path: c.path("channels"), Body: rest.Form(form)}
	var data named
	if err := c.call(ctx, req, &data); err != nil {
		return api.ChannelID{}, err
	}
	if data.id() == "" {
		return api.ChannelID{}, c.HTTP.Garbled(req, errors.New("the answer names no channel"))
	}
	return c.ChannelID(data.id()), nil
}

// filled checks fields against the form of a kind.
func (c *Client) filled(op string, kind api.ChannelKind, fields map[string]string) (url.Values, error) {
	for _, form := range c.ChannelForms() {
		if form.Kind != kind {
			continue
		}
		out := url.Values{}
		for _, f := range form.Fields {
			value := strings.TrimSpace(fields[f.Name])
			if value == "" && f.Required {
				return nil, terms.Refuse(op, "the field "+f.Label+" is empty")
			}
			out.Set(f.Name, value)
		}
		return out, nil
	}
	return nil, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op,
		Said: "channels of this kind are connected on Pact's website"}
}

// UpdateChannel gives a channel new credentials: a token, or login and password,
// depending on its kind (api/pact/REFERENCE.md "Channels").
func (c *Client) UpdateChannel(ctx context.Context, id api.ChannelID, fields map[string]string) error {
	const op = "update channel"
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, strings.TrimSpace(value))
	}
	if len(form) == 0 {
		return terms.Refuse(op, "there is nothing to change")
	}
	return c.call(ctx, rest.Request{
		Op: op, Class: api.ClassOther, Method: "PUT", Path: c.path("channels", id.Remote), Body: rest.Form(form),
	}, nil)
}

// Disconnect disables a channel, which the platform calls deleting (api/pact/REFERENCE.md
// "Channels"). Its conversations stay.
func (c *Client) Disconnect(ctx context.Context, id api.ChannelID) error {
	return c.call(ctx, rest.Request{
		Op: "disconnect channel", Class: api.ClassOther, Method: "DELETE", Path: c.path("channels", id.Remote),
	}, nil)
}
