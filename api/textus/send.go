package textus

import (
	"context"
	"errors"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

// Send submits a message once, to the contact's number through the
// conversation's account: no call sends to a conversation (REFERENCE.md
// "Sending"). There is no idempotency key.
func (c *Client) Send(ctx context.Context, out api.Outgoing) (api.Receipt, error) {
	const op = "send message"
	p, err := c.ready(ctx, op, out)
	if err != nil {
		return api.Receipt{}, err
	}
	a := c.accountOf(p.account)
	return c.submit(ctx, op, a.through(a.Send, "messages"), map[string]string{"to": p.phone, "body": out.Body}, api.Receipt{Conversation: out.Conversation})
}

// Schedule sends later, by the platform's clock (REFERENCE.md "Calls"). The message
// is in the timeline from now on, in the state scheduled.
func (c *Client) Schedule(ctx context.Context, out api.Outgoing, at time.Time) (api.Receipt, error) {
	const op = "schedule message"
	p, err := c.ready(ctx, op, out)
	if err != nil {
		return api.Receipt{}, err
	}
	a := c.accountOf(p.account)
	r, err := c.submit(ctx, op, a.through(a.Schedule, "messages", "schedule"), map[string]string{
		"to": p.phone, "body": out.Body, "scheduled_at": at.UTC().Format(time.RFC3339),
	}, api.Receipt{Conversation: out.Conversation})
	r.Job = ""
	return r, err
}

// ready makes the checks that need no send (REFERENCE.md "Sending").
func (c *Client) ready(ctx context.Context, op string, out api.Outgoing) (peer, error) {
	switch {
	case len(out.Attachments) > 0:
		return peer{}, refuse(op, "TextUs documents no way to send files; send them from its website")
	case strings.TrimSpace(out.Body) == "":
		return peer{}, refuse(op, "there is no text to send")
	}
	p, err := c.peer(ctx, op, out.Conversation)
	switch {
	case err != nil:
		return p, err
	case p.barred != "":
		return p, refuse(op, p.barred)
	}
	return p, c.sendable(op, p.account)
}

// sendable refuses an account that TextUs does not let send (REFERENCE.md
// "Accounts").
func (c *Client) sendable(op, account string) error {
	if a := c.accountOf(account); a.Restricted.On {
		return refuse(op, whyRestricted)
	}
	return nil
}

// Start sends a message to a number, with which there may be no conversation yet
// (REFERENCE.md "Calls").
func (c *Client) Start(ctx context.Context, first api.FirstMessage) (api.Receipt, error) {
	const op = "send first message"
	phone, err := number(op, first.To)
	switch {
	case err != nil:
		return api.Receipt{}, err
	case strings.TrimSpace(first.Body) == "":
		return api.Receipt{}, refuse(op, "a first message needs text")
	}
	account := first.Channel.Remote
	if err := c.sendable(op, account); err != nil {
		return api.Receipt{}, err
	}
	a := c.accountOf(account)
	r, err := c.submit(ctx, op, a.through(a.Send, "messages"), map[string]string{"to": phone, "body": first.Body}, api.Receipt{})
	if err != nil {
		return r, err
	}
	j, _ := readJob(r.Job)
	j.account, j.phone = account, phone
	r.Job = j.String()
	// The message was sent. Its conversation can also be found later.
	if w, err := c.byNumber(ctx, op, account, phone); err == nil {
		r.Conversation = c.conversation(w, account).ID
	}
	return r, nil
}

// Open finds the conversation that a channel, which is an account, has with a
// number. Only a send makes one; before that the error is of kind
// api.ErrNotFound (REFERENCE.md "Calls").
func (c *Client) Open(ctx context.Context, channel api.ChannelID, of api.ChannelKind, to string) (api.Conversation, error) {
	const op = "find conversation"
	phone, err := number(op, to)
	switch {
	case of != kind:
		return api.Conversation{}, unsupported(op)
	case err != nil:
		return api.Conversation{}, err
	}
	w, err := c.byNumber(ctx, op, channel.Remote, phone)
	if err != nil {
		return api.Conversation{}, err
	}
	return c.conversation(w, channel.Remote), nil
}

// byNumber finds an account's conversation with a number.
func (c *Client) byNumber(ctx context.Context, op, account, phone string) (wireConversation, error) {
	return c.one(ctx, rest.Request{
		Op: op, Class: api.ClassOther, Effect: rest.Reads, Method: "GET", Path: []string{account, "conversations", phone},
	})
}

// submit sends. An answer without a body, as for several recipients, means that
// the message was accepted and has to be searched for (REFERENCE.md "Sending").
func (c *Client) submit(ctx context.Context, op, link string, fields map[string]string, r api.Receipt) (api.Receipt, error) {
	req := rest.Request{Op: op, Class: api.ClassSend, Method: "POST", Link: link, Body: body(fields)}
	resp, err := c.do(ctx, req)
	if err != nil {
		return api.Receipt{}, err
	}
	r.Delivery = api.DeliveryAccepted
	if len(resp.Body) == 0 && resp.Status >= 202 {
		return r, nil
	}
	var w wireItem
	if err := rest.Decode(resp.Body, &w); err != nil {
		return api.Receipt{}, c.HTTP.Garbled(req, err)
	}
	if w.ID == "" {
		return api.Receipt{}, c.HTTP.Garbled(req, errors.New("the answer holds no message"))
	}
	me, _ := c.known.user(w.Sender)
	c.known.setMe(me)
	r.Message, r.Job = c.MessageID(string(w.ID)), job{message: string(w.ID)}.String()
	if r.Delivery, r.Reason = w.progress(time.Now()); w.state() == "scheduled" {
		r.Delivery = api.DeliveryScheduled
	}
	return r, nil
}

// job is the private name of a delivery: the message, and for a first one the
// account and the number by which its conversation is found.
type job struct{ message, account, phone string }

func (j job) String() string { return strings.TrimRight(j.message+" "+j.account+" "+j.phone, " ") }

func readJob(s string) (job, bool) {
	message, rest, _ := strings.Cut(s, " ")
	account, phone, _ := strings.Cut(rest, " ")
	return job{message, account, phone}, message != ""
}

// number turns what people write into E.164 (REFERENCE.md "Ids and links").
func number(op, written string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" +-()./\u00a0", r) {
			return -1
		}
		return r
	}, written)
	if strings.Trim(digits, "0123456789") != "" || len(digits) < 8 || len(digits) > 15 {
		return "", refuse(op, "a phone number has 8 to 15 digits, country code first, such as 14155550142")
	}
	return "+" + digits, nil
}
