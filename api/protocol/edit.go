package protocol

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

// EditMessage changes the text of a message of ours (REFERENCE.md "Endpoints").
func (c *Client) EditMessage(ctx context.Context, conv api.ConversationID, id api.MessageID, body string) (api.Message, error) {
	const op = "edit message"
	if strings.TrimSpace(body) == "" {
		return api.Message{}, refuse(op, "a message cannot become empty; delete it instead")
	}
	return c.changed(ctx, op, conv, id, rest.Form(url.Values{"message": {body}}),
		func(w wireMessage) bool { return string(w.Message) == body })
}

// DeleteMessage deletes a message of ours for good (REFERENCE.md "Deletes").
func (c *Client) DeleteMessage(ctx context.Context, _ api.ConversationID, id api.MessageID) error {
	return c.remove(ctx, "delete message", "messages", id.Remote)
}

// Reactions lists the names that are offered. The platform shows one in its
// samples (REFERENCE.md "Reactions").
func (c *Client) Reactions() []string {
	return []string{"thumbs_up", "thumbs_down", "heart", "laughing", "tada", "eyes"}
}

// React reads the reactions, changes ours and writes all of them back, since the
// platform seems to replace them. If two people react at the same moment, one of
// the reactions can be lost (REFERENCE.md "Changing lists").
func (c *Client) React(ctx context.Context, conv api.ConversationID, id api.MessageID, name string, on bool) (api.Message, error) {
	const op = "react to message"
	if name == "" || strings.ContainsAny(name, "[]") {
		return api.Message{}, refuse(op, "a reaction has a name without brackets")
	}
	me, err := c.me(ctx, op)
	if err != nil {
		return api.Message{}, err
	}
	w, err := get[wireMessage](ctx, c, op, "messages", id.Remote)
	if err != nil {
		return api.Message{}, err
	}
	who := string(me.Username)
	if reacted(w, name, who) == on {
		return c.translateMessage(ctx, conv, w)
	}
	return c.changed(ctx, op, conv, id, rest.Form(reactionForm(w.Reactions, name, who, on)),
		func(w wireMessage) bool { return reacted(w, name, who) == on })
}

// reactionForm is the form of all reactions, with ours changed (REFERENCE.md
// "Reactions").
func reactionForm(all []api.Reaction, name, who string, on bool) url.Values {
	form := url.Values{}
	for _, r := range all {
		key := "reactions[" + r.Name + "][]"
		for _, other := range r.Who {
			if r.Name != name || other != who {
				form.Add(key, other)
			}
		}
	}
	if on {
		form.Add("reactions["+name+"][]", who)
	}
	if len(form) == 0 {
		form.Set("reactions", "")
	}
	return form
}

func reacted(w wireMessage, name, who string) bool {
	return slices.ContainsFunc(w.Reactions, func(r api.Reaction) bool { return r.Name == name && slices.Contains(r.Who, who) })
}

// changed writes to a message and believes the answer.
func (c *Client) changed(ctx context.Context, op string, conv api.ConversationID, id api.MessageID, body rest.Body, done func(wireMessage) bool) (api.Message, error) {
	w, err := put[wireMessage](ctx, c, op, "messages", id.Remote, body)
	switch {
	case err != nil:
		return api.Message{}, err
	case !done(w):
		return api.Message{}, refuse(op, "the platform accepted the request but changed nothing")
	}
	return c.translateMessage(ctx, conv, w)
}

// translateMessage translates a single message.
func (c *Client) translateMessage(ctx context.Context, conv api.ConversationID, w wireMessage) (api.Message, error) {
	with, err := c.side(ctx, conv.Remote)
	if err != nil {
		return api.Message{}, err
	}
	return c.message(conv, with, w), nil
}
