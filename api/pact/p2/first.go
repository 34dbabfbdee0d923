package p2

import (
	"context"
	"maps"
	"strings"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// address is how a first message names its contact.
type address struct{ field, value string }

// addressOf reads what people write as the address of a contact: a phone number, on
// Telegram also a name, on VK an id or a short name (api/pact/REFERENCE.md "p2
// endpoints").
func addressOf(op string, kind api.ChannelKind, written string) (address, error) {
	name := strings.TrimLeft(strings.TrimSpace(written), "@")
	switch kind {
	case "telegram_personal":
		if phone, err := terms.Phone(op, written); err == nil {
			return address{"phone", phone}, nil
		}
		if !handle(name) {
			return address{}, terms.Refuse(op, "give a phone number, country code first, or a name as in @maria")
		}
		return address{"nickname", name}, nil
	case "vkontakte_direct":
		switch {
		case !handle(name):
			return address{}, terms.Refuse(op, "give the number of a VK account or its short name")
		case strings.Trim(name, "0123456789") == "":
			return address{"vkontakte_id", name}, nil
		}
		return address{"vkontakte_domain", name}, nil
	}
	phone, err := terms.Phone(op, written)
	return address{"phone", phone}, err
}

// handle reports whether a name may be one of an account.
func handle(name string) bool {
	return name != "" && len(name) <= 64 && strings.IndexFunc(name, func(r rune) bool {
		return r != '_' && r != '.' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

// Start sends a first message on a channel of a kind that takes one
// (api/pact/REFERENCE.md "p2 endpoints").
func (c *Client) Start(ctx context.Context, first api.FirstMessage) (api.Receipt, error) {
	const op = "send first message"
	body, err := c.content(op, first.Body, nil)
	if err != nil {
		return api.Receipt{}, err
	}
	kind, err := c.kindOfChannel(ctx, first.Channel.Remote)
	switch {
	case err != nil:
		return api.Receipt{}, err
	case kind == terms.Templated:
		return api.Receipt{}, terms.Refuse(op, "on WhatsApp Business a template is first")
	case rules()[kind].First == api.AddressNone:
		return api.Receipt{}, terms.Refuse(op, "on this kind of channel the customer has to write first")
	}
	return c.start(ctx, op, kind, first.To, body)
}

// start sends a first message with the content body.
func (c *Client) start(ctx context.Context, op string, kind api.ChannelKind, to string, body map[string]any) (api.Receipt, error) {
	at, err := addressOf(op, kind, to)
	if err != nil {
		return api.Receipt{}, err
	}
	body = maps.Clone(body)
	body["provider"], body[at.field] = string(kind), at.value
	if at.field == "vkontakte_id" {
		body[at.field] = number(at.value)
	}
	return c.submit(ctx, rest.Request{
		Op: op, Class: terms.ClassFirst, Method: "POST", Path: c.path("messages"), Body: rest.JSON(body),
	}, api.ConversationID{})
}
