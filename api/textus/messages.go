package textus

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"unibox/api"
)

const opTimeline = "read messages"

// Messages reads a page of a conversation's timeline, the newest first. The
// cursor is the link to the page, as it was given.
func (c *Client) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	wire, err := c.timeline(ctx, id, string(req.Cursor))
	if err != nil {
		if req.Cursor != "" && api.KindOf(err) == api.ErrInvalid {
			err = cursorError(opTimeline, api.Explain(err))
		}
		return api.Page[api.Message]{}, err
	}
	out := api.Page[api.Message]{Items: c.messages(wire.Members, id), Next: api.Cursor(wire.View.Next)}
	if out.Next != "" && out.Next == req.Cursor {
		out.Next, err = "", cursorError(opTimeline, "the next page is the same page again")
	}
	return out, err
}

// timeline asks for the page of a link, the first for an empty one.
func (c *Client) timeline(ctx context.Context, id api.ConversationID, link string) (page[wireItem], error) {
	var p page[wireItem]
	if id.Remote == "" {
		return p, refuse(opTimeline, "the conversation has no id")
	}
	err := c.get(ctx, opTimeline, api.ClassMessages, cmp.Or(link, pathOf("conversations", id.Remote, "timeline")), &p)
	return p, err
}

// messages translates items. Positions repeat, so ties keep the order in which
// they came (REFERENCE.md "Messages"); an item without a time stays beside its
// neighbour.
func (c *Client) messages(list []wireItem, id api.ConversationID) []api.Message {
	out := make([]api.Message, len(list))
	for i, w := range list {
		out[i] = c.message(w, id)
		if out[i].At.IsZero() && i > 0 {
			out[i].At = out[i-1].At
		}
	}
	slices.SortStableFunc(out, func(a, b api.Message) int { return b.At.Compare(a.At) })
	return out
}

// at is the moment an item is sorted by.
func (w *wireItem) at() time.Time {
	for _, m := range []moment{w.Position, w.Display, w.Changed} {
		if !m.IsZero() {
			return m.Time
		}
	}
	return time.Time{}
}

// isMessage reports whether an item is a message; everything else is an event.
func (w *wireItem) isMessage() bool {
	return strings.HasPrefix(string(w.Type), "Message") || w.Direction != ""
}

func (c *Client) message(w wireItem, id api.ConversationID) api.Message {
	out := api.Message{ID: c.MessageID(w.key()), Conversation: id, At: w.at()}
	if !w.isMessage() {
		out.Kind, out.Body = w.event()
		return out
	}
	out.Direction, out.Body = w.direction(), string(w.Body)
	out.Attachments = c.attachments(w)
	if out.Direction == api.Outbound {
		out.Delivery, out.Reason = w.delivery()
		out.Retryable = w.retryable()
		_, out.Author = c.known.user(w.Sender)
	}
	return out
}

// key is the id of an item, or whatever identifies it where it has none.
func (w *wireItem) key() string {
	if w.ID != "" {
		return string(w.ID)
	}
	return string(w.Type) + "@" + strconv.FormatInt(w.at().UnixNano(), 10)
}

// direction accepts all four words (REFERENCE.md "Messages").
func (w *wireItem) direction() api.Direction {
	switch word := strings.ToLower(string(w.Direction)); {
	case strings.HasPrefix(word, "out"):
		return api.Outbound
	case strings.HasPrefix(word, "in"), w.state() == "received":
		return api.Inbound
	case w.Sender.link != "" || w.Sender.value != nil || w.state() != "":
		return api.Outbound
	}
	return api.Inbound
}

// event returns what is known of an item that is not a message (REFERENCE.md
// "Timelines").
func (w *wireItem) event() (api.MessageKind, string) {
	said := cmp.Or(w.FriendlyText, w.Description, w.Friendly, w.Body, w.Title)
	if said != "" {
		return api.KindEvent, string(said)
	}
	return api.KindUnknown, cmp.Or(words(string(w.Type)), "an event that TextUs does not describe")
}

// words makes "Phone call" of "PhoneCall".
func words(name string) string {
	var b strings.Builder
	for i, r := range strings.ReplaceAll(name, "_", " ") {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		if i == 0 {
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// attachments reads files leniently: one of an unknown kind is shown, not
// dropped (REFERENCE.md "Attachments").
func (c *Client) attachments(w wireItem) []api.Attachment {
	if w.Attachments.value == nil {
		return nil
	}
	var out []api.Attachment
	for _, r := range w.Attachments.value.Members {
		a := wireAttachment{URL: text(r.link)}
		if r.value != nil {
			a = *r.value
		}
		out = append(out, c.attachment(a))
	}
	return out
}

func (c *Client) attachment(a wireAttachment) api.Attachment {
	address := string(cmp.Or(a.URL, a.ContentURL, a.MediaURL, a.Href, a.Link))
	out := api.Attachment{
		Remote: string(a.ID), Name: string(cmp.Or(a.Filename, a.Name)), MIME: string(cmp.Or(a.ContentType, a.MIMEType, a.MediaType)),
	}
	if to, err := url.Parse(address); err == nil && address != "" {
		out.URL = c.FileURL(address)
		out.Name = cmp.Or(out.Name, lastSegment(to.Path))
	}
	out.Name = cmp.Or(out.Name, "attachment (unknown kind)")
	if n, err := strconv.ParseInt(string(cmp.Or(a.Size, a.ByteSize)), 10, 64); err == nil && n > 0 {
		out.Size = n
	}
	return out
}
