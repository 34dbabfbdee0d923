package textus

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

// The reasons why nothing can be sent.
const (
	whyBlocked    = "the contact is blocked; unblock it to write"
	whyOptedOut   = "the contact opted out; only they can opt in again, by texting START"
	whyRestricted = "TextUs has not let this account send messages yet; finish its registration there"
)

// Conversation reads one conversation.
func (c *Client) Conversation(ctx context.Context, id api.ConversationID) (api.Conversation, error) {
	const op = "read conversation"
	w, err := c.read(ctx, op, id)
	if err != nil {
		return api.Conversation{}, err
	}
	if w.Info.value == nil && isLink(w.Info.link) {
		w.Info.value = c.viewOf(ctx, &w) // nil leaves it unset
	}
	return c.conversation(w, ""), nil
}

// read reads a whole conversation, with all its links.
func (c *Client) read(ctx context.Context, op string, id api.ConversationID) (wireConversation, error) {
	return c.one(ctx, whole(op, api.ClassOther, id))
}

// whole is the request for all of a conversation.
func whole(op string, class api.Class, id api.ConversationID) rest.Request {
	return rest.Request{Op: op, Class: class, Effect: rest.Reads, Method: "GET", Path: []string{"conversations", id.Remote}}
}

// one carries out a request that is answered with a conversation.
func (c *Client) one(ctx context.Context, req rest.Request) (wireConversation, error) {
	var w wireConversation
	if err := c.call(ctx, req, &w); err != nil {
		return w, err
	}
	if w.slug() == "" {
		return w, c.HTTP.Garbled(req, errors.New("the answer holds no conversation"))
	}
	return w, nil
}

// conversation translates; account is the one it was listed in, for answers that
// do not name it. A conversation is blocked if either field says so (REFERENCE.md
// "States and links"). It also remembers where a message to it would go.
func (c *Client) conversation(w wireConversation, account string) api.Conversation {
	account = cmp.Or(w.accountSlug(), account)
	out := api.Conversation{
		ID: c.ConversationID(w.slug()), Kind: kind, Contact: contactOf(w),
		Answered: w.answered(),
		Closed:   when(w.State != "", w.State == "closed"),
		Blocked:  when(w.Blocked.Said || w.State != "", w.Blocked.On || w.State == "blocked"),
		OptedOut: when(w.Unsubscribed.Said, w.Unsubscribed.On),
	}
	if account != "" {
		out.Channel = api.Known(c.ChannelID(account))
	}
	if v := w.Latest.value; v != nil && !v.at().IsZero() {
		out.Active = api.Known(v.at())
		out.Newest = when(v.isMessage(), c.newest(*v, out.ID))
	}
	if v := w.Info.value; v != nil {
		out.Read, out.Starred = when(v.Read.Said, v.Read.On), when(v.Starred.Said, v.Starred.On)
		out.Mine = when(v.Assigned.Said, v.Assigned.On)
	}
	out.Assigned = c.known.assigned(w.slug(), out.Mine)
	out.AssignedTo, _ = c.known.assignedTo(w.slug())
	out.Denied = c.denials(&w, out)
	c.remember(w, account, out)
	return out
}

// answered is whether our side has answered (REFERENCE.md "Conversations"). A message
// of ours that failed answers nobody, whatever the list says.
func (w *wireConversation) answered() api.Opt[bool] {
	if v := w.Latest.value; v != nil {
		if d, _ := v.delivery(); d == api.DeliveryFailed {
			return api.Known(false)
		}
	}
	return when(w.Unanswered.Said, !w.Unanswered.On)
}

// newest is the newest message for a row, which shows the text or else the files.
func (c *Client) newest(w wireItem, id api.ConversationID) api.Message {
	m := c.message(w, id)
	if m.Body != "" {
		m.Attachments = nil
	}
	return m
}

func when[T any](said bool, v T) api.Opt[T] {
	if said {
		return api.Known(v)
	}
	return api.Opt[T]{}
}

// contactOf names the other side: the assigned contact, else the number
// (REFERENCE.md "Conversations"). The handle is the number in digits.
func contactOf(w wireConversation) api.Contact {
	out := api.Contact{Name: string(cmp.Or(w.Formatted, w.Phone)), Handle: strings.TrimPrefix(string(w.Phone), "+")}
	if v := w.Contact.value; v != nil {
		out.Remote, out.Name = string(v.ID), cmp.Or(string(v.Name), out.Name)
	} else {
		out.Remote = w.Contact.link
	}
	return out
}

func (c *Client) remember(w wireConversation, account string, conv api.Conversation) {
	if account == "" || w.Phone == "" {
		return
	}
	p := peer{account: account, phone: string(w.Phone)}
	switch {
	case conv.Blocked.Or(false):
		p.barred = whyBlocked
	case conv.OptedOut.Or(false):
		p.barred = whyOptedOut
	}
	c.known.setPeer(conv.ID.Remote, p)
}

// peer returns the account and number to send to. While sending is barred the
// conversation is read again each time, since the contact can end that at any
// time (REFERENCE.md "Opting out").
func (c *Client) peer(ctx context.Context, op string, id api.ConversationID) (peer, error) {
	if p, ok := c.known.peer(id.Remote); ok && p.barred == "" {
		return p, nil
	}
	w, err := c.one(ctx, whole(op, api.ClassSend, id))
	if err != nil {
		return peer{}, err
	}
	c.conversation(w, "")
	p, ok := c.known.peer(id.Remote)
	if !ok {
		return p, refuse(op, "TextUs does not say which account and number the conversation belongs to")
	}
	return p, nil
}
