package protocol

import (
	"context"
	"net/url"
	"slices"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

func history(conversation string) listing {
	return listing{op: "read messages", class: api.ClassMessages, resource: "messages",
		query: url.Values{"conversation_id": {conversation}}}
}

// Messages lists a conversation newest first, in whatever order the platform lists
// it (REFERENCE.md "Order of lists").
func (c *Client) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	l := history(id.Remote)
	m, err := decodeCursor(l.op, req, historyPage, map[string]int{wayDescending: 1, wayAscending: 2, wayWhole: 1})
	if err != nil {
		return api.Page[api.Message]{}, err
	}
	with, err := c.side(ctx, id.Remote)
	if err != nil {
		return api.Page[api.Message]{}, err
	}
	var found stretch
	switch m.way {
	case wayDescending:
		found, err = c.down(ctx, l, m)
	case wayAscending:
		found, err = c.olderAscending(ctx, l, m)
	case wayWhole:
		found, err = c.wholeHistory(ctx, l, m)
	default:
		found, err = c.head(ctx, l, m)
	}
	if err != nil {
		return api.Page[api.Message]{}, err
	}
	return c.page(id, with, found, req.Cursor == ""), nil
}

// stretch is a part of a history, newest first.
type stretch struct {
	messages []wireMessage
	next     api.Cursor
	// cut is set if there are older messages that cannot be reached.
	cut bool
}

// head reads the newest messages and finds out how the history is ordered.
func (c *Client) head(ctx context.Context, l listing, m cursor) (stretch, error) {
	if c.knownAscending(l) {
		return c.headAscending(ctx, l, m)
	}
	b, err := fetch[wireMessage](ctx, c, l, "", max(m.limit, minPage))
	if err != nil {
		return stretch{}, err
	}
	switch o := orderOf(b.items); {
	case o == descending:
		return downFrom(b, m), nil
	case !b.more:
		return cutWhole(newestMessages(b.items), m.limit, true), nil
	case o == ascending:
		return c.headAscending(ctx, l, m)
	}
	return c.wholeHistory(ctx, l, cursor{wayWhole, m.limit, []string{""}})
}

// down reads the next page of a history that is newest first.
func (c *Client) down(ctx context.Context, l listing, m cursor) (stretch, error) {
	b, err := fetch[wireMessage](ctx, c, l, m.ids[0], m.limit)
	if err != nil {
		return stretch{}, err
	}
	return downFrom(b, m), nil
}

// downFrom cuts a page to its size.
func downFrom(b batch[wireMessage], m cursor) stretch {
	more := b.more || len(b.items) > m.limit
	b.items = b.items[:min(len(b.items), m.limit)]
	out := stretch{}
	if more {
		out.next = cursor{wayDescending, m.limit, []string{b.last()}}.encode()
	}
	out.messages = newestMessages(b.items)
	return out
}

// wholeHistory reads all of a history that has no order, up to maxPages pages.
func (c *Client) wholeHistory(ctx context.Context, l listing, m cursor) (stretch, error) {
	list, err := all[wireMessage](ctx, c, l)
	if err != nil && (!brokeOff(err) || len(list) == 0) {
		return stretch{}, err
	}
	whole := err == nil
	list = newestMessages(list)
	if m.ids[0] != "" {
		var known bool
		if list, known = after(list, m.ids[0]); !known {
			return stretch{}, cursorError(l.op, "the message that the page was to begin after is gone")
		}
	}
	return cutWhole(list, m.limit, whole), nil
}

// cutWhole cuts a page off a sorted history; whole says whether the history is
// complete.
func cutWhole(list []wireMessage, limit int, whole bool) stretch {
	if len(list) <= limit {
		return stretch{messages: list, cut: !whole}
	}
	list = list[:limit]
	return stretch{messages: list, next: cursor{wayWhole, limit, []string{list[limit-1].id()}}.encode()}
}

// newestMessages is newestFirst for messages: one without a time gets that of its
// neighbour, beside which it stays. Where none has one, the time of an edit or of the
// reading is better than nothing.
func newestMessages(list []wireMessage) []wireMessage {
	if orderOf(list) == ascending {
		slices.Reverse(list)
	}
	var at time.Time
	if first := slices.IndexFunc(list, func(w wireMessage) bool { return !w.at().IsZero() }); first >= 0 {
		at = list[first].at()
	}
	for i := range list {
		if w := &list[i]; w.at().IsZero() {
			w.Created.Time = rest.FirstTime(rest.Moment{Time: at}, w.Updated.Moment, w.Read.Moment)
		}
		at = list[i].at()
	}
	return newestFirst(list)
}

// page translates a stretch. At the head it notes whether we wrote last.
func (c *Client) page(id api.ConversationID, with side, found stretch, head bool) api.Page[api.Message] {
	c.learnMe(with, found.messages)
	out := api.Page[api.Message]{Next: found.next}
	for _, w := range found.messages {
		out.Items = append(out.Items, c.message(id, with, w))
	}
	if head && len(out.Items) > 0 {
		c.noteNewest(out.Items[0])
	}
	if found.cut && len(out.Items) > 0 {
		oldest := out.Items[len(out.Items)-1]
		out.Items = append(out.Items, api.Message{
			ID: c.MessageID("older-than-" + oldest.ID.Remote), Conversation: id, Kind: api.KindEvent,
			Body: "older messages are not loaded: the history is too long, and not listed newest first", At: oldest.At,
		})
	}
	return out
}

// noteNewest notes whether the newest message of a conversation is ours
// (REFERENCE.md "Unread").
func (c *Client) noteNewest(m api.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.Direction == api.Outbound {
		c.lastSent[m.Conversation.Remote] = m.At
	} else {
		delete(c.lastSent, m.Conversation.Remote)
	}
}

// side returns who a conversation is with, which is read once.
func (c *Client) side(ctx context.Context, id string) (side, error) {
	c.mu.Lock()
	with, ok := c.sides[id]
	c.mu.Unlock()
	if ok {
		return with, nil
	}
	w, err := get[wireConversation](ctx, c, "read conversation", "conversations", id)
	if err != nil {
		return side{}, err
	}
	err = c.name(ctx, []wireConversation{w})
	return side{string(w.Contact), string(w.Group)}, err
}

func (c *Client) message(in api.ConversationID, with side, w wireMessage) api.Message {
	out := api.Message{
		ID: c.MessageID(w.id()), Conversation: in, Direction: c.direction(with, w.Contact.wireContact), Body: string(w.Message),
		Attachments: c.files(w.Attachments), At: w.Created.Time, Edited: w.Updated.Time, Reactions: slices.Clone(w.Reactions),
	}
	if out.Body == "" && len(out.Attachments) == 0 {
		out.Kind = api.KindUnknown
	}
	out.Body = w.With(out.Body, out.Kind == api.KindUnknown)
	if out.Direction == api.Outbound {
		out.Delivery = delivery(w)
	}
	out.Author = c.author(with, w.Contact.wireContact, out.Direction)
	if me, sure := c.book.surely(); out.Direction == api.Outbound && sure {
		out.Mine = api.Known(me.ID == w.Contact.ID)
	}
	return out
}

// delivery is all that is known of a message of ours (REFERENCE.md "Delivery").
func delivery(w wireMessage) api.Delivery {
	if w.Read.IsZero() {
		return api.DeliverySent
	}
	return api.DeliveryRead
}
