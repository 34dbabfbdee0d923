package p1

import (
	"context"
	"net/url"
	"strings"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// readKind is the kind of a channel, which is read anew: it may be gone.
func (c *Client) readKind(ctx context.Context, id string) (api.ChannelKind, error) {
	list, err := c.channels(ctx)
	if err != nil {
		return "", err
	}
	for _, ch := range list {
		if ch.ID.Remote == id {
			return ch.Kind, nil
		}
	}
	return "", &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: "list channels", Said: "the channel is no longer there; choose another one"}
}

// kindOf is the kind of a channel, as it was read last.
func (c *Client) kindOf(ctx context.Context, id string) (api.ChannelKind, error) {
	c.mu.Lock()
	kind := c.kinds[id]
	c.mu.Unlock()
	if kind != "" {
		return kind, nil
	}
	return c.readKind(ctx, id)
}

// Exists reports whether a phone number has an account of WhatsApp. Of other kinds of
// channels the platform does not say it (api/pact/REFERENCE.md "Account check").
func (c *Client) Exists(ctx context.Context, channel api.ChannelID, to string) (api.Opt[bool], error) {
	const op = "check phone number"
	kind, err := c.kindOf(ctx, channel.Remote)
	if err != nil || kind != "whatsapp" {
		return api.Opt[bool]{}, err
	}
	phone, err := terms.Phone(op, to)
	if err != nil {
		return api.Opt[bool]{}, err
	}
	var answer struct {
		Exists flag `json:"exists"`
	}
	err = c.plain(ctx, rest.Request{Op: op, Class: api.ClassOther, Effect: rest.Reads, Method: "GET",
		Path: c.path("channels", channel.Remote, "user_exists"), Query: url.Values{"phone": {phone}}}, &answer)
	if err != nil || !answer.Exists.Said {
		return api.Opt[bool]{}, err
	}
	return api.Known(answer.Exists.On), nil
}

// startTelegram writes first on a channel of Telegram personal: the conversation is made
// with its first text. The answer names no message; the history shows it
// (api/pact/REFERENCE.md "Conversations").
func (c *Client) startTelegram(ctx context.Context, op string, first api.FirstMessage) (api.Receipt, error) {
	form := url.Values{"provider": {"telegram_personal"}, "text": {first.Body}}
	if phone, err := terms.Phone(op, first.To); err == nil {
		form.Set("phone", phone)
	} else {
		name := strings.TrimLeft(strings.TrimSpace(first.To), "@")
		if name == "" {
			return api.Receipt{}, terms.Refuse(op, "give a phone number, country code first, or a name as in @maria")
		}
		form.Set("username", name)
	}
	made, err := c.one(ctx, rest.Request{Op: op, Class: api.ClassSend, Method: "POST", Path: c.path("conversations"), Body: rest.Form(form)})
	if err != nil {
		return api.Receipt{}, err
	}
	return api.Receipt{Conversation: made.ID, Delivery: api.DeliveryAccepted}, nil
}
