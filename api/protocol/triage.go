package protocol

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

// SetPinned pins a conversation, for this user.
func (c *Client) SetPinned(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return c.change(ctx, "pin conversation", id, "is_pinned", strconv.FormatBool(on),
		func(w wireConversation) bool { return w.Pinned.On == on })
}

// SetMuted mutes a conversation, for this user.
func (c *Client) SetMuted(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return c.change(ctx, "mute conversation", id, "is_muted", strconv.FormatBool(on),
		func(w wireConversation) bool { return w.Muted.On == on })
}

// SetArchived archives as of now by this machine's clock, or unarchives; the answer
// decides (REFERENCE.md "Archived conversations").
func (c *Client) SetArchived(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	value := ""
	if on {
		value = strconv.FormatInt(time.Now().Unix(), 10)
	}
	return c.change(ctx, "archive conversation", id, "archived_at", value,
		func(w wireConversation) bool { return !w.Archived.IsZero() == on })
}

// PinMessage pins one message, or none where its id is empty.
func (c *Client) PinMessage(ctx context.Context, id api.ConversationID, message api.MessageID) (api.Conversation, error) {
	return c.change(ctx, "pin message", id, "pinned_message_id", message.Remote,
		func(w wireConversation) bool { return string(w.PinnedMessage.ident) == message.Remote })
}

// change writes one field and believes the answer. A field is cleared by sending
// it empty and, where that is refused or does nothing, once more as JSON null
// (REFERENCE.md "Clearing a field").
func (c *Client) change(ctx context.Context, op string, id api.ConversationID, field, value string, done func(wireConversation) bool) (api.Conversation, error) {
	w, err := put[wireConversation](ctx, c, op, "conversations", id.Remote, rest.Form(url.Values{field: {value}}))
	if value == "" && (api.KindOf(err) == api.ErrInvalid || err == nil && !done(w)) {
		w, err = put[wireConversation](ctx, c, op, "conversations", id.Remote, rest.JSON(map[string]any{field: nil}))
	}
	switch {
	case err != nil:
		return api.Conversation{}, err
	case !done(w):
		return api.Conversation{}, refuse(op, "the platform accepted the request but changed nothing")
	}
	return c.translate(ctx, w)
}

// Remove deletes a conversation with all its messages for good (REFERENCE.md
// "Deletes").
func (c *Client) Remove(ctx context.Context, id api.ConversationID) error {
	if err := c.remove(ctx, "delete conversation", "conversations", id.Remote); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.sides, id.Remote)
	delete(c.lastSent, id.Remote)
	delete(c.anchors, id.Remote)
	return nil
}
