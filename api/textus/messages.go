package textus

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"unibox/api"
	"unibox/api/rest"
	"unibox/api/special"
)

const opTimeline = "read messages"

// Messages reads a page of a conversation's timeline, the newest first. The
// cursor is the link to the page, as it was given.
func (c *Client) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	return rest.Filled(ctx, req, platform, opTimeline, func(ctx context.Context, req api.PageRequest) (api.Page[api.Message], error) {
		wire, err := c.timeline(ctx, id, string(req.Cursor))
		if err == nil && wire.cut != nil {
			err = cursorError(opTimeline, wire.cut.Error())
		}
		return api.Page[api.Message]{Items: c.messages(wire.Members, id), Next: api.Cursor(wire.Next)}, rest.Refused(err, req.Cursor != "")
	})
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
	names := namer{taken: map[string]bool{}}
	for i, w := range slices.Backward(list) {
		out[i] = c.message(w, id)
		out[i].ID = c.MessageID(names.name(w))
	}
	rest.Date(out)
	slices.SortStableFunc(out, func(a, b api.Message) int { return b.At.Compare(a.At) })
	return out
}

// namer names items, from the oldest to the newest. One without an id gets a name
// from what it says and when, or after which item: the same each time it is read,
// and another than that of its neighbours.
type namer struct {
	last  string
	taken map[string]bool
}

func (n *namer) name(w wireItem) string {
	if w.ID != "" {
		n.last = string(w.ID)
		return n.last
	}
	when := "after:" + n.last
	if at := w.at(); !at.IsZero() {
		when = strconv.FormatInt(at.UnixNano(), 10)
	}
	sum := fnv.New32a()
	_, said := w.event()
	fmt.Fprint(sum, w.Direction, said, w.Body)
	base := fmt.Sprintf("%s@%s#%x", w.Type, when, sum.Sum32())
	name := base
	for k := 2; n.taken[name]; k++ {
		name = base + "." + strconv.Itoa(k)
	}
	n.taken[name] = true
	return name
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

// isMessage reports whether an item is a message; everything else, such as a phone
// call, is an event, whatever fields of a message it has (REFERENCE.md "Timelines").
func (w *wireItem) isMessage() bool {
	if w.Type == "" {
		return w.Direction != "" || w.Body != "" || w.state() != ""
	}
	kind := string(w.Type)
	return strings.Contains(kind, "Message") && !strings.Contains(kind, "Event")
}

func (c *Client) message(w wireItem, id api.ConversationID) api.Message {
	out := api.Message{ID: c.MessageID(string(w.ID)), Conversation: id, At: w.at(), Attachments: c.attachments(w)}
	if !w.isMessage() {
		out.Kind, out.Body = w.event()
		if out.Kind == api.KindEvent {
			out.Body = withFiles(out.Body, out.Attachments)
		}
		return out
	}
	out.Direction, out.Body = w.direction(), string(w.Body)
	if out.Direction == api.Outbound {
		out.Delivery, out.Reason = w.delivery()
		out.Retryable = w.retryable()
		var by string
		if by, out.Author = c.known.user(w.Sender); by != "" && c.known.whoami() != "" {
			out.Mine = api.Known(by == c.known.whoami())
		}
	}
	return out
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
// "Timelines"). It is nobody's answer. One that comes from the contact with words or
// files of their own may be a message of a new kind; so may one that says nothing.
func (w *wireItem) event() (api.MessageKind, string) {
	said := cmp.Or(w.FriendlyText, w.Description, w.Friendly, w.Body, w.Title)
	kind := api.KindEvent
	own := w.Body != "" || w.Attachments.value != nil && len(w.Attachments.value.Members) > 0
	switch word := strings.ToLower(string(w.Direction)); {
	case said == "" && word == "", own && strings.HasPrefix(word, "in"):
		kind = api.KindUnknown
	}
	if w.Body != "" && w.Body != said {
		said += ": " + w.Body
	}
	return kind, cmp.Or(string(said), w.untold())
}

// untold names an item that says nothing: "Phone call, outgoing".
func (w *wireItem) untold() string {
	name := cmp.Or(words(string(w.Type)), "an event that TextUs does not describe")
	long := ""
	if d := special.Length(strconv.AppendQuote(nil, string(w.Duration))); d > 0 {
		long = ", " + special.Clock(d)
	}
	switch word := strings.ToLower(string(w.Direction)); {
	case strings.HasPrefix(word, "out"):
		return name + ", outgoing" + long
	case strings.HasPrefix(word, "in"):
		return name + ", incoming" + long
	}
	return name + long
}

// withFiles names the files of an event, which is shown as one line.
func withFiles(body string, files []api.Attachment) string {
	for _, f := range files {
		body += " (" + f.Name + ")"
	}
	return body
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
	out.Size = int64(cmp.Or(a.Size, a.ByteSize))
	return out
}
