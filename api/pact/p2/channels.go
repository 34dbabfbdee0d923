package p2

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// ChannelForms lists the fields that each kind of channel needs to be connected
// (api/pact/REFERENCE.md "p2 channels").
func (c *Client) ChannelForms() []api.ChannelForm {
	phone := api.ChannelField{Name: "phone_number", Label: "Phone number, to connect by a code instead of a scan"}
	period := api.ChannelField{Name: "sync_period", Label: "History to read in: day, week or month"}
	token := []api.ChannelField{{Name: "token", Label: "Token", Required: true, Secret: true}}
	const (
		scan = "Scan the QR code with the phone, or type the code into it."
		link = "Open the link in a browser and allow the connection there."
	)
	var forms []api.ChannelForm
	add := func(note string, fields []api.ChannelField, kinds ...api.ChannelKind) {
		for _, kind := range kinds {
			forms = append(forms, api.ChannelForm{Kind: kind, Fields: fields, Note: note, Waits: note != ""})
		}
	}
	add(scan, []api.ChannelField{phone, period}, "whatsapp", "telegram_personal")
	add(scan, []api.ChannelField{period}, "max")
	add(link, []api.ChannelField{period}, "vkontakte", "instagram_business")
	add(link, nil, "facebook", "whatsapp_business", "avito")
	add("", token, "telegram", "viber", "odnoklassniki", "max_bot")
	add("", append(token, period), "vkontakte_direct")
	return forms
}

// Connect connects a channel of a kind. One that waits is not connected before somebody
// has done what its form says, see [Client.Pair].
func (c *Client) Connect(ctx context.Context, kind api.ChannelKind, fields map[string]string) (api.ChannelID, error) {
	p, err := c.Pair(ctx, kind, fields)
	return p.Channel, err
}

// Pair begins to connect a channel.
func (c *Client) Pair(ctx context.Context, kind api.ChannelKind, fields map[string]string) (api.Pairing, error) {
	const op = "connect channel"
	body, err := c.filled(op, kind, fields)
	if err != nil {
		return api.Pairing{}, err
	}
	body["provider"] = string(kind)
	w, err := c.auth(ctx, rest.Request{Op: op, Class: api.ClassOther, Method: "POST", Path: c.ofCompany("auths"), Body: rest.JSON(body)})
	if err != nil {
		return api.Pairing{}, err
	}
	c.mu.Lock()
	c.kinds[w.id()] = kind
	c.mu.Unlock()
	return c.paired(w), nil
}

// filled checks fields against the form of a kind.
func (c *Client) filled(op string, kind api.ChannelKind, fields map[string]string) (map[string]any, error) {
	for _, form := range c.ChannelForms() {
		if form.Kind != kind {
			continue
		}
		out := map[string]any{}
		for _, f := range form.Fields {
			value := strings.TrimSpace(fields[f.Name])
			switch {
			case value == "" && f.Required:
				return nil, terms.Refuse(op, "the field "+f.Label+" is empty")
			case value == "":
				continue
			case f.Name == "phone_number":
				digits, err := terms.Phone(op, value)
				if err != nil {
					return nil, err
				}
				value = digits
			case f.Name == "sync_period" && value != "day" && value != "week" && value != "month":
				return nil, terms.Refuse(op, "the history is read in for a day, a week or a month")
			}
			out[f.Name] = value
		}
		return out, nil
	}
	return nil, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op,
		Said: "channels of this kind are connected on Pact's website"}
}

// auth carries out a request that is answered with a channel. Whether what is to be shown
// is inside or beside it is not published (api/pact/REFERENCE.md "p2 channels").
func (c *Client) auth(ctx context.Context, req rest.Request) (wireAuth, error) {
	resp, err := c.HTTP.Do(ctx, req)
	if err != nil {
		return wireAuth{}, err
	}
	body, err := c.open(req, resp)
	if err != nil {
		return wireAuth{}, err
	}
	var w wireAuth
	if !rest.Into(body["auth"], &w) {
		_ = rest.Into(resp.Body, &w) // an object, since it was opened
	}
	var beside pairing
	_ = rest.Into(resp.Body, &beside)
	if w.pairing == (pairing{}) {
		w.pairing = beside
	}
	if w.id() == "" {
		return w, c.HTTP.Garbled(req, errNoID)
	}
	return w, nil
}

// Pairing reads what a channel shows now. There is no call for one channel, so all are
// listed. One that is disabled is not there.
func (c *Client) Pairing(ctx context.Context, id api.ChannelID) (api.Pairing, error) {
	list, err := c.auths(ctx)
	if err != nil {
		return api.Pairing{}, err
	}
	for _, w := range list {
		if w.id() == id.Remote && w.state() != "disabled" {
			return c.paired(w), nil
		}
	}
	return api.Pairing{}, &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: "read channel", Said: "the channel is no longer there; connect it again"}
}

// Confirm gives the code with which Telegram is connected by phone number.
func (c *Client) Confirm(ctx context.Context, id api.ChannelID, code string) (api.Pairing, error) {
	const op = "confirm channel"
	if code = strings.TrimSpace(code); code == "" {
		return api.Pairing{}, terms.Refuse(op, "the code is empty")
	}
	if err := c.enable(ctx, op, id, map[string]any{"code": code}); err != nil {
		return api.Pairing{}, err
	}
	return c.Pairing(ctx, id)
}

func (c *Client) enable(ctx context.Context, op string, id api.ChannelID, body map[string]any) error {
	return c.call(ctx, rest.Request{
		Op: op, Class: api.ClassOther, Effect: rest.Harmless, Method: "PUT", Path: c.ofCompany("auths", id.Remote, "enable"), Body: rest.JSON(body),
	}, "", nil)
}

// paired is how far a channel is connected.
func (c *Client) paired(w wireAuth) api.Pairing {
	out := api.Pairing{Channel: c.ChannelID(w.id()), Done: w.connected()}
	switch {
	case out.Done:
	case w.QR != "":
		out.QR = terms.Picture(string(w.QR))
	case w.Code != "":
		out.Code = string(w.Code)
	case c.FileURL(string(w.Link)) != "":
		out.Link = c.FileURL(string(w.Link))
	case terms.Kind(w.Provider) == "telegram_personal" && w.Phone != "":
		out.Asks = "the code that Telegram sent"
	}
	return out
}

// UpdateChannel enables a channel, with the fields that enabling takes. p2 replaces no
// token (api/pact/REFERENCE.md "p2 channels").
func (c *Client) UpdateChannel(ctx context.Context, id api.ChannelID, fields map[string]string) error {
	const op = "update channel"
	body := map[string]any{}
	for name, value := range maps.All(fields) {
		if value = strings.TrimSpace(value); value != "" {
			body[name] = value
		}
	}
	if _, ok := body["token"]; ok {
		return &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op,
			Said: "a token cannot be replaced: disconnect the channel and connect it again with the new one"}
	}
	return c.enable(ctx, op, id, body)
}

// Disconnect disables a channel. Its conversations stay, and connecting one of its kind
// again needs no other.
func (c *Client) Disconnect(ctx context.Context, id api.ChannelID) error {
	return c.call(ctx, rest.Request{
		Op: "disconnect channel", Class: api.ClassOther, Effect: rest.Harmless, Method: "PUT", Path: c.ofCompany("auths", id.Remote, "disable"),
		Body: rest.JSON(json.RawMessage("{}")),
	}, "", nil)
}
