package p2

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

var errNoID = errors.New("the answer names nothing that was asked for")

// number is an id as the platform writes it: a number, where it is one.
func number(id string) any {
	if id != "" && len(id) < 19 && strings.Trim(id, "0123456789") == "" && id[0] != '0' {
		return json.Number(id)
	}
	return id
}

// companyID is the id of the company in a JSON body.
func (c *Client) companyID() any { return number(c.company) }

// Send submits a message once. The receipt has a job to track until the provider has
// answered. There is no idempotency key (api/pact/REFERENCE.md "Polling and resending").
func (c *Client) Send(ctx context.Context, out api.Outgoing) (api.Receipt, error) {
	const op = "send message"
	return c.send(ctx, op, out, "")
}

// Quote is Send with a message that is answered. p2 names that by the provider's id,
// which is asked for first; a message that the provider has not named cannot be quoted
// (api/pact/REFERENCE.md "p2 objects").
func (c *Client) Quote(ctx context.Context, out api.Outgoing, quoted api.MessageID) (api.Receipt, error) {
	const op = "quote message"
	w, err := c.read(ctx, op, out.Conversation, quoted.Remote)
	switch {
	case err != nil:
		return api.Receipt{}, rest.Explained(err, api.ErrNotFound, "the quoted message is no longer there; send the reply without it")
	case w.External == "":
		return api.Receipt{}, terms.Refuse(op, "the message cannot be quoted, because the provider has not named it yet")
	}
	return c.send(ctx, op, out, string(w.External))
}

// send submits a message, as an answer to another one if that is named.
func (c *Client) send(ctx context.Context, op string, out api.Outgoing, quoted string) (api.Receipt, error) {
	body, err := c.content(op, out.Body, out.Attachments)
	if err != nil {
		return api.Receipt{}, err
	}
	if quoted != "" {
		body["replied_to_id"] = quoted
	}
	r, err := c.submit(ctx, rest.Request{
		Op: op, Class: api.ClassSend, Method: "POST", Path: c.path("conversations", out.Conversation.Remote, "messages"), Body: rest.JSON(body),
	}, out.Conversation)
	return r, rest.Explained(err, api.ErrNotFound, "the conversation is no longer there; open it again by its address, then send again")
}

// content is the body of a message: text, one file, or both (api/pact/REFERENCE.md "From
// p1 to p2").
func (c *Client) content(op, text string, files []api.Attachment) (map[string]any, error) {
	body := map[string]any{"company_id": c.companyID()}
	if text != "" {
		body["text"] = text
	}
	switch {
	case len(files) > 1:
		return nil, terms.Refuse(op, "one message takes one file")
	case len(files) == 1 && files[0].Remote == "":
		return nil, terms.Refuse(op, "a file has to be uploaded before it is sent")
	case len(files) == 1:
		body["attachment_ids"] = []any{number(files[0].Remote)}
	case text == "":
		return nil, terms.Refuse(op, "there is neither text nor a file to send")
	}
	return body, nil
}

// submit carries out a request that is answered with a message of ours.
func (c *Client) submit(ctx context.Context, req rest.Request, in api.ConversationID) (api.Receipt, error) {
	var w wireMessage
	if err := c.call(ctx, req, "message", &w); err != nil {
		return api.Receipt{}, err
	}
	if w.ID == "" {
		return api.Receipt{}, c.HTTP.Garbled(req, errNoID)
	}
	if in.Remote == "" && w.Conversation != "" {
		in = c.ConversationID(string(w.Conversation))
	}
	r := api.Receipt{Conversation: in, Message: c.MessageID(string(w.ID)), Delivery: api.DeliveryAccepted}
	if in.Remote != "" {
		r.Job = job(in.Remote, string(w.ID))
	}
	return tracked(r, w), nil
}

// jobs begins the name of a job of ours: p1 names its own otherwise, and an account may
// have moved from there.
const jobs = "p2/"

func job(conversation, message string) string { return jobs + conversation + "/" + message }

// tracked adds to a receipt what is known of its message. A status that is not known is
// no failure: the message is with the platform.
func tracked(r api.Receipt, w wireMessage) api.Receipt {
	delivery, why := w.progress()
	r.Delivery = max(r.Delivery, delivery)
	r.Reason = ""
	if r.Delivery == api.DeliveryFailed {
		r.Reason = why
	}
	return r
}

// Track reads the message and so learns more than delivered: also read, and why it
// failed. It takes a receipt without a job, if it names a conversation and a message.
func (c *Client) Track(ctx context.Context, r api.Receipt) (api.Receipt, error) {
	const op = "ask about delivery"
	conversation, message := r.Conversation.Remote, r.Message.Remote
	if name, ok := strings.CutPrefix(r.Job, jobs); ok {
		conversation, message, _ = strings.Cut(name, "/")
	} else if r.Job != "" && r.Job != message {
		return r, &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: op, Said: "the delivery was begun with p1, which alone can tell what became of it"}
	}
	if conversation == "" || message == "" {
		return r, &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: op, Said: "the receipt names no message of ours"}
	}
	w, err := c.read(ctx, op, c.ConversationID(conversation), message)
	if err != nil {
		return r, err
	}
	return tracked(r, w), nil
}
