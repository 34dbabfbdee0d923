package protocol

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

// Send submits a message once. The answer is the message itself, which also
// shows who we are (REFERENCE.md "Direction"). A message that was sent without
// its files counts as failed, and the reason says what was sent (REFERENCE.md
// "Files of a message"). There is no idempotency key (REFERENCE.md "Lost
// answers").
func (c *Client) Send(ctx context.Context, out api.Outgoing) (api.Receipt, error) {
	const op = "send message"
	form := url.Values{"conversation_id": {out.Conversation.Remote}, "message": {out.Body}}
	for i, a := range out.Attachments {
		if a.Remote == "" {
			return api.Receipt{}, refuse(op, "a file has to be uploaded before it is sent")
		}
		form.Set(fmt.Sprintf("attachments[%d][id]", i), a.Remote)
	}
	if out.Body == "" && len(out.Attachments) == 0 {
		return api.Receipt{}, refuse(op, "there is neither text nor a file to send")
	}
	w, err := one[wireMessage](ctx, c, rest.Request{
		Op: op, Class: api.ClassSend, Method: "POST", Path: []string{"messages"}, Body: rest.Form(form),
	})
	if err != nil {
		return api.Receipt{}, rest.Explained(err, api.ErrNotFound, "the conversation is no longer there")
	}
	c.book.setMe(w.Contact.wireContact)
	sent := c.receipt(out.Conversation, w)
	if lists(w, out.Attachments) {
		return sent, nil
	}
	switch done, err := c.attach(ctx, op, w.id(), out.Attachments); {
	case err != nil:
		return api.Receipt{}, &api.Error{Kind: api.ErrUncertain, Platform: platform, Op: op, Said: "the message was sent, perhaps without its files", Err: err}
	case !done:
		sent.Delivery, sent.TextOnly = api.DeliveryFailed, true
		sent.Reason = "the platform took the text but not the files"
	}
	return sent, nil
}

func (c *Client) receipt(to api.ConversationID, w wireMessage) api.Receipt {
	m := api.Message{Conversation: to, Direction: api.Outbound, At: w.Created.Time}
	c.noteNewest(m)
	to.Remote = cmp.Or(string(w.Conversation), to.Remote)
	return api.Receipt{Conversation: to, Message: c.MessageID(w.id()), Delivery: delivery(w)}
}

// lists reports whether a message has all the files it was sent with.
func lists(w wireMessage, files []api.Attachment) bool {
	return !slices.ContainsFunc(files, func(a api.Attachment) bool {
		return !slices.ContainsFunc(w.Attachments, func(f wireFile) bool { return f.id() == a.Remote })
	})
}

// attach adds files to a message that was sent without them, in the other possible
// form of the list, and reports whether it has them now. The form is published
// nowhere (REFERENCE.md "Files of a message"). An error means that this is unknown.
func (c *Client) attach(ctx context.Context, op, message string, files []api.Attachment) (bool, error) {
	type file struct {
		ID string `json:"id"`
	}
	var list []file
	for _, a := range files {
		list = append(list, file{a.Remote})
	}
	w, err := put[wireMessage](ctx, c, op, "messages", message, rest.JSON(map[string]any{"attachments": list}))
	if err != nil { // refused, or done without an answer
		w, err = get[wireMessage](ctx, c, op, "messages", message)
	}
	return err == nil && lists(w, files), err
}

// Start sends a first message to a contact or a group, named by its id.
func (c *Client) Start(ctx context.Context, first api.FirstMessage) (api.Receipt, error) {
	const op = "send first message"
	if first.Body == "" {
		return api.Receipt{}, refuse(op, "a first message needs text")
	}
	id, err := c.open(ctx, op, strings.TrimSpace(first.To))
	if err != nil {
		return api.Receipt{}, err
	}
	return c.Send(ctx, api.Outgoing{Conversation: c.ConversationID(id), Body: first.Body})
}

// open returns the conversation with a contact or a group: the one that the
// platform names, or else a new one. What creating a second one does is not
// documented, so none is asked for; after a lost answer the platform names the
// first (REFERENCE.md "Starting a conversation").
func (c *Client) open(ctx context.Context, op, to string) (string, error) {
	field, id, err := c.addressed(ctx, op, to)
	if err != nil || id != "" {
		return id, err
	}
	w, err := one[wireConversation](ctx, c, rest.Request{
		Op: op, Class: api.ClassSend, Effect: rest.Harmless, Method: "POST", Path: []string{"conversations"},
		Body: rest.Form(url.Values{field: {to}}),
	})
	if api.KindOf(err) == api.ErrInvalid {
		if _, id, again := c.addressed(ctx, op, to); again == nil && id != "" {
			return id, nil
		}
	}
	if err != nil {
		return "", err
	}
	return w.id(), c.name(ctx, []wireConversation{w})
}

// addressed finds out whether an id names a contact or a group, and the
// conversation with it. An id alone does not say (REFERENCE.md "Ids and times").
func (c *Client) addressed(ctx context.Context, op, to string) (field, conversation string, err error) {
	if to == "" || !isID(to) {
		return "", "", refuse(op, "the id of a contact or a group is 16 letters and digits; choose one from the contacts")
	}
	person, err := c.lookUp(ctx, to)
	if err == nil {
		return "contact_id", string(person.Conversation), nil
	}
	if api.KindOf(err) != api.ErrNotFound {
		return "", "", err
	}
	group, err := c.lookUpGroup(ctx, to)
	if api.KindOf(err) == api.ErrNotFound {
		return "", "", refuse(op, "there is no contact and no group with this id")
	}
	return "group_id", string(group.Conversation), err
}
