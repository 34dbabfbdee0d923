package p1

import (
	"context"
	"encoding/json"
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
	phone := []api.ChannelField{{Name: "phone", Label: "Phone number, to connect by a code instead of a scan"}}
	const (
		scan = "Pact shows a QR code on its website; scan it with the phone."
		code = "With a phone number, Pact gives a code to type into the phone; without one, it shows a QR code on its website."
		sent = "With a phone number, Telegram sends a code; without one, Pact shows a QR code on its website."
	)
	return []api.ChannelForm{
		{Kind: "whatsapp", Fields: phone, Note: code, Waits: true},
		{Kind: "telegram_personal", Fields: phone, Note: sent, Waits: true},
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
		{Kind: "instagram_business", Fields: []api.ChannelField{secret("token", "Token of Facebook"),
			{Name: "phone", Label: "Phone number", Required: true}, {Name: "data", Label: "Data of the Facebook user, a JSON object", Required: true},
			secret("private_api_token", "Pact's private token"), {Name: "page_id", Label: "Id of the Instagram page", Required: true},
			{Name: "sync_period", Label: "History to read in: day, week, month or all", Required: true}}},
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
	var page url.Values
	if kind == "instagram_business" {
		if page, err = asInstagram(op, form); err != nil {
			return api.ChannelID{}, err
		}
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
	if page != nil {
		err = c.choosePage(ctx, data.id(), page)
	}
	return c.ChannelID(data.id()), err
}

// choosePage ends the connecting of Instagram Business. Which method the platform wants
// is not published (api/pact/REFERENCE.md "Channels").
func (c *Client) choosePage(ctx context.Context, channel string, page url.Values) error {
	err := c.call(ctx, rest.Request{
		Op: "choose Instagram page", Class: api.ClassOther, Effect: rest.Harmless, Method: "POST",
		Path: c.path("channels", channel, "enable_page_instagram"), Body: rest.Form(page),
	}, nil)
	return rest.Explained(err, api.ErrInvalid, "the channel was made, but its Instagram page was refused: disconnect it and connect it with another page")
}

// asInstagram turns a filled form of Instagram Business into what connecting takes: the
// phone number with its plus, and the user's data as an object. What remains is the choice
// of the page (api/pact/REFERENCE.md "Channels").
func asInstagram(op string, form url.Values) (page url.Values, err error) {
	phone, err := terms.Phone(op, form.Get("phone"))
	if err != nil {
		return nil, err
	}
	form.Set("phone", "+"+phone)
	var data map[string]any
	if err := rest.Decode([]byte(form.Get("data")), &data); err != nil || len(data) == 0 {
		return nil, terms.Refuse(op, "the data of the Facebook user is a JSON object, as in {\"id\": \"1\"}")
	}
	form.Del("data")
	for name, value := range data {
		form.Set("data["+name+"]", asText(value))
	}
	switch form.Get("sync_period") {
	case "day", "week", "month", "all":
	default:
		return nil, terms.Refuse(op, "the history is read in for a day, a week, a month or all")
	}
	page = url.Values{"page_id": {form.Get("page_id")}, "sync_period": {form.Get("sync_period")}}
	form.Del("page_id")
	form.Del("sync_period")
	return page, nil
}

// asText is a value of an object as a form holds it.
func asText(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	b, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(b)
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
			switch {
			case value == "" && f.Required:
				return nil, terms.Refuse(op, "the field "+f.Label+" is empty")
			case value != "":
				out.Set(f.Name, value)
			}
		}
		return out, byCode(op, kind, out)
	}
	return nil, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op,
		Said: "channels of this kind are connected on Pact's website"}
}

// byCode makes the number digits by which a channel is connected with a code. Without
// one, Telegram wants to be told that there is a scan (api/pact/REFERENCE.md "Channels").
func byCode(op string, kind api.ChannelKind, form url.Values) error {
	switch {
	case kind != "whatsapp" && kind != "telegram_personal":
		return nil
	case form.Get("phone") == "":
		if kind == "telegram_personal" {
			form.Set("via_qr_code", "true")
		}
		return nil
	}
	phone, err := terms.Phone(op, form.Get("phone"))
	form.Set("phone", phone)
	return err
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
