package protocol

import (
	"context"
	"net/url"

	"unibox/api"
	"unibox/api/rest"
)

// Identify checks the credential. No call says who we are (REFERENCE.md
// "Direction"); the account has one channel, the chat (REFERENCE.md "Previews and
// names").
func (c *Client) Identify(ctx context.Context) (api.Identity, error) {
	l := plainList()
	l.op, l.class = "check the credential", api.ClassOther
	if _, err := fetch[wireConversation](ctx, c, l, "", 1); err != nil {
		return api.Identity{}, rest.Explained(err, api.ErrNotFound, "this server has no conversations; check base_url in the config")
	}
	me := c.book.whoami()
	return api.Identity{
		Label:    string(c.ID),
		Agent:    api.Agent{Remote: me.id(), Name: string(me.Username)},
		Channels: []api.Channel{{ID: c.channel(), Kind: kind}},
	}, nil
}

// direction returns whose side a sender is on (REFERENCE.md "Direction"). One to
// one, the contact is the other side and anybody else is us. In a group a member
// is the other side; so is anybody else, once we know who we are; until then a
// sender whom no list of contacts holds must be us. Where it is not known whom the
// conversation is with, only what we know to be ours is ours.
func (c *Client) direction(with side, from wireContact) api.Direction {
	me := c.book.whoami()
	switch {
	case from.ID != "" && from.ID == me.ID, from.ID == "" && from.Username != "" && from.Username == me.Username:
		return api.Outbound
	case from.ID == "", with == side{}:
		return api.Inbound
	case with.group == "" && from.id() != with.contact && !c.book.isCalled(with.contact, from.id()):
		return api.Outbound
	case with.group == "", me.ID != "", c.book.isMember(from.id(), with.group), c.book.hasContact(from.id()):
		return api.Inbound
	}
	return api.Outbound
}

// author is the sender's name where the side alone does not say it.
func (c *Client) author(with side, from wireContact, d api.Direction) string {
	if d == api.Inbound && with.group == "" && with.contact != "" {
		return ""
	}
	if me := c.book.whoami(); d == api.Outbound && (me.ID == "" || me.ID == from.ID) {
		return ""
	}
	return c.book.nameOf(from)
}

// learnMe learns who we are from a history with one contact: anybody else who
// writes in it is us. The answer to a send replaces that.
func (c *Client) learnMe(with side, list []wireMessage) {
	if with.contact == "" || c.book.whoami().ID != "" {
		return
	}
	for _, w := range list {
		if from := w.Contact; from.ID != "" && from.id() != with.contact {
			c.book.guessMe(from.wireContact)
			return
		}
	}
}

// me returns who we are. If that is not known yet, it searches the newest messages
// of all conversations.
func (c *Client) me(ctx context.Context, op string) (wireContact, error) {
	if me := c.book.whoami(); me.Username != "" {
		return me, nil
	}
	b, err := fetch[wireMessage](ctx, c, listing{op: op, class: api.ClassMessages, resource: "messages", query: url.Values{}}, "", maxPage)
	if err != nil {
		return wireContact{}, err
	}
	for _, w := range b.items {
		c.mu.Lock()
		with := c.sides[string(w.Conversation)]
		c.mu.Unlock()
		c.learnMe(with, []wireMessage{w})
	}
	me := c.book.whoami()
	if me.Username == "" {
		return wireContact{}, refuse(op, "the platform has not said yet who we are; send a message first")
	}
	return me, nil
}
