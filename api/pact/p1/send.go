package p1

import (
	"context"
	"errors"
	"net/url"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// Send submits a message once. The receipt names a job to track, unless the
// channel answers with a message at once (api/pact/REFERENCE.md "Sending"). There is no
// idempotency key (api/pact/REFERENCE.md "Polling and resending").
func (c *Client) Send(ctx context.Context, out api.Outgoing) (api.Receipt, error) {
	const op = "send message"
	form := url.Values{}
	if out.Body != "" {
		form.Set("message", out.Body)
	}
	for _, a := range out.Attachments {
		if a.Remote == "" {
			return api.Receipt{}, terms.Refuse(op, "a file has to be uploaded before it is sent")
		}
		form.Add("attachments_ids[]", a.Remote)
	}
	if len(form) == 0 {
		return api.Receipt{}, terms.Refuse(op, "there is neither text nor a file to send")
	}
	r, err := c.submit(ctx, rest.Request{
		Op: op, Class: api.ClassSend, Method: "POST",
		Path: c.path("conversations", out.Conversation.Remote, "messages"), Body: rest.Form(form),
	}, api.Receipt{Conversation: out.Conversation}, "")
	return r, rest.Explained(err, api.ErrNotFound, "the conversation is no longer there; open it again by its phone number, then send again")
}

// Start sends a first message through a channel of WhatsApp or of Telegram personal. On
// WhatsApp the conversation becomes known when the job is done, and a number without an
// account is refused before anything is sent (api/pact/REFERENCE.md "First message",
// "Account check").
func (c *Client) Start(ctx context.Context, first api.FirstMessage) (api.Receipt, error) {
	const op = "send first message"
	kind, err := c.kindOf(ctx, first.Channel.Remote)
	switch {
	case err != nil:
		return api.Receipt{}, err
	case first.Body == "":
		return api.Receipt{}, terms.Refuse(op, "a first message needs text")
	case kind == "telegram_personal":
		return c.startTelegram(ctx, op, first)
	case kind == terms.Templated:
		return api.Receipt{}, terms.Refuse(op, "on WhatsApp Business a template is first")
	}
	phone, err := terms.Phone(op, first.To)
	if err != nil {
		return api.Receipt{}, err
	}
	if has, err := c.Exists(ctx, first.Channel, phone); err == nil && !has.Or(true) {
		return api.Receipt{}, terms.Refuse(op, "nobody has WhatsApp under +"+phone)
	}
	channel := first.Channel.Remote
	r, err := c.submit(ctx, rest.Request{
		Op: op, Class: api.ClassSend, Method: "POST", Path: c.path("channels", channel, "conversations"),
		// One published page says message, another text (api/pact/REFERENCE.md "Contradictions").
		Body: rest.Form(url.Values{"phone": {phone}, "message": {first.Body}, "text": {first.Body}}),
	}, api.Receipt{}, channel)
	return r, rest.Explained(err, api.ErrNotFound, "the channel is no longer there; choose another one")
}

// submit carries out a request that is answered with a job (api/pact/REFERENCE.md
// "Delivery jobs").
func (c *Client) submit(ctx context.Context, req rest.Request, r api.Receipt, channel string) (api.Receipt, error) {
	var j job
	if err := c.call(ctx, req, &j); err != nil {
		return api.Receipt{}, err
	}
	r = c.fill(r, j)
	r.Job = j.name(channel)
	if r.Job == "" && r.Delivery == api.DeliveryAccepted {
		return api.Receipt{}, c.HTTP.Garbled(req, errors.New("the answer names neither a job nor a message"))
	}
	if r.Delivery == api.DeliveryDelivered && !j.delivered() {
		r.Delivery = api.DeliverySent // answered at once, without saying that it arrived
	}
	return r, nil
}
