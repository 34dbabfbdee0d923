package protocol

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"unibox/api"
)

// ended is the cursor of a list that was read to its end, cutOff that of one that
// broke off before.
const (
	ended  = "-"
	cutOff = "_"
)

// plainList and archivedList are the two lists of conversations. Whether the
// plain one holds archived conversations is not documented (REFERENCE.md
// "Archived conversations").
func plainList() listing {
	return listing{op: "list conversations", class: api.ClassConversations, resource: "conversations"}
}

func archivedList() listing {
	l := plainList()
	l.query = url.Values{"archived": {"true"}}
	return l
}

// Conversations lists plain and archived conversations together, each once, the
// newest activity first (REFERENCE.md "Archived conversations").
func (c *Client) Conversations(ctx context.Context, req api.PageRequest) (api.Page[api.Conversation], error) {
	m, err := decodeCursor(plainList().op, req, maxPage, map[string]int{wayDescending: 2, wayWhole: 1})
	if err != nil {
		return api.Page[api.Conversation]{}, err
	}
	var found []wireConversation
	var next api.Cursor
	if m.way == wayWhole {
		found, next, err = c.listedAfter(ctx, m)
	} else {
		found, next, err = c.merged(ctx, m)
	}
	if err != nil && !brokeOff(err) {
		return api.Page[api.Conversation]{}, err
	}
	if err := c.name(ctx, found); err != nil {
		return api.Page[api.Conversation]{}, err
	}
	out := api.Page[api.Conversation]{Next: next, Requests: 2} // plain and archived
	for _, w := range found {
		out.Items = append(out.Items, c.conversation(w))
	}
	return out, err
}

// merged reads the next page of both lists where they are newest first, and reads
// them whole where they are not. A list that breaks off costs the other nothing; the
// last page says so.
func (c *Client) merged(ctx context.Context, m cursor) ([]wireConversation, api.Cursor, error) {
	from := [2]string{}
	copy(from[:], m.ids)
	var streams [2]batch[wireConversation]
	for i, l := range []listing{plainList(), archivedList()} {
		if hasEnded(from[i]) {
			continue
		}
		var err error
		streams[i], err = fetch[wireConversation](ctx, c, l, from[i], max(m.limit, minPage))
		if brokeOff(err) {
			from[i] = cutOff
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if o := orderOf(streams[i].items); o == ascending || o == mixed || o == unclear && streams[i].more {
			return c.listedAfter(ctx, cursor{wayWhole, m.limit, []string{""}})
		}
	}
	found, to := zip(streams, from, m.limit)
	if hasEnded(to[0]) && hasEnded(to[1]) {
		if to != [2]string{ended, ended} {
			return found, "", cursorError(plainList().op, "a list broke off")
		}
		return found, "", nil
	}
	return found, cursor{wayDescending, m.limit, to[:]}.encode(), nil
}

// zip takes up to limit conversations from two streams, the newest activity first,
// and those that are in both once. It stops where a stream needs its next page, and
// returns the last id taken from each.
func zip(streams [2]batch[wireConversation], from [2]string, limit int) (out []wireConversation, to [2]string) {
	to = from
	seen := map[string]bool{}
	for i := ahead(streams); i >= 0 && len(out) < limit; i = ahead(streams) {
		out = append(out, streams[i].items[0])
		seen[out[len(out)-1].id()] = true
		for k := range streams {
			streams[k].items, to[k] = passOver(streams[k].items, seen, to[k])
		}
	}
	for i, s := range streams {
		if len(s.items) == 0 && !s.more && to[i] != cutOff {
			to[i] = ended
		}
	}
	return out, to
}

func hasEnded(id string) bool { return id == ended || id == cutOff }

// passOver drops seen conversations from the head of a stream, and returns the id
// of the last one, or at if there was none.
func passOver(items []wireConversation, seen map[string]bool, at string) ([]wireConversation, string) {
	for len(items) > 0 && seen[items[0].id()] {
		items, at = items[1:], items[0].id()
	}
	return items, at
}

// ahead returns the stream whose next conversation was active last. It is -1 if
// both have ended, or if one needs its next page before that is known.
func ahead(streams [2]batch[wireConversation]) int {
	a, b := streams[0].items, streams[1].items
	switch {
	case needsNextPage(streams[0]), needsNextPage(streams[1]), len(a)+len(b) == 0:
		return -1
	case len(a) == 0, len(b) > 0 && a[0].at().Before(b[0].at()):
		return 1
	}
	return 0
}

// needsNextPage reports that the next conversation of a stream is on a page that
// has not been read.
func needsNextPage(s batch[wireConversation]) bool { return len(s.items) == 0 && s.more }

// listedAfter pages through the whole list, which is read again for the first
// page.
func (c *Client) listedAfter(ctx context.Context, m cursor) ([]wireConversation, api.Cursor, error) {
	list, cut, known := c.whole(m.ids[0])
	if !known {
		if list, cut = c.wholeList(ctx); cut != nil && !brokeOff(cut) {
			return nil, "", cut
		}
		if m.ids[0] != "" {
			if list, known = after(list, m.ids[0]); !known {
				return nil, "", cursorError(plainList().op, "the conversation that the page was to begin after is gone")
			}
		}
	}
	if len(list) <= m.limit {
		return list, "", cut
	}
	found := list[:m.limit]
	return found, cursor{wayWhole, m.limit, []string{found[m.limit-1].id()}}.encode(), nil
}

// whole returns the remembered list after a conversation, and why it is not complete.
func (c *Client) whole(id string) (list []wireConversation, cut error, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id == "" {
		return nil, nil, false
	}
	list, known = after(c.listed, id)
	return list, c.listedCut, known
}

// wholeList reads both lists to their ends and sorts them. What was read of lists
// that break off comes with api.ErrCursor.
func (c *Client) wholeList(ctx context.Context) ([]wireConversation, error) {
	list, cut := all[wireConversation](ctx, c, plainList())
	if cut != nil && !brokeOff(cut) {
		return nil, cut
	}
	archived, err := all[wireConversation](ctx, c, archivedList())
	if err != nil && !brokeOff(err) {
		return nil, err
	}
	if cut == nil {
		cut = err
	}
	list = newestFirst(distinct(slices.Concat(list, archived), ""))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listed, c.listedCut = list, cut
	return list, cut
}

// Conversation reads one conversation, and the contact or group it is with.
func (c *Client) Conversation(ctx context.Context, id api.ConversationID) (api.Conversation, error) {
	w, err := get[wireConversation](ctx, c, "read conversation", "conversations", id.Remote)
	if err != nil {
		return api.Conversation{}, err
	}
	return c.translate(ctx, w)
}

// translate translates a single conversation.
func (c *Client) translate(ctx context.Context, w wireConversation) (api.Conversation, error) {
	if err := c.name(ctx, []wireConversation{w}); err != nil {
		return api.Conversation{}, err
	}
	return c.conversation(w), nil
}

// name makes sure that the contacts and groups of conversations are in the book,
// and notes the sides.
func (c *Client) name(ctx context.Context, list []wireConversation) error {
	var contacts, groups []string
	c.mu.Lock()
	for _, w := range list {
		c.sides[w.id()] = side{string(w.Contact), string(w.Group)}
		contacts, groups = append(contacts, string(w.Contact)), append(groups, string(w.Group))
	}
	c.mu.Unlock()
	return c.learn(ctx, contacts, groups)
}

func (c *Client) conversation(w wireConversation) api.Conversation {
	out := api.Conversation{
		ID: c.ConversationID(w.id()), Channel: api.Known(c.channel()), Kind: kind,
		Contact: c.book.contactOf(w), Group: w.Group != "",
		Pinned: w.Pinned.Opt(), Muted: w.Muted.Opt(), Read: c.read(w), Denied: api.Known(denied(w)),
	}
	if !w.Created.IsZero() {
		out.Created = api.Known(w.Created.Time)
	}
	if !w.Active.IsZero() {
		out.Active = api.Known(w.Active.Time)
	}
	if w.Archived.said {
		out.Archived = api.Known(!w.Archived.IsZero())
	}
	if w.PinnedMessage.said {
		out.PinnedMessage = api.Known(string(w.PinnedMessage.ident))
	}
	return out
}

// read derives whether a conversation is read (REFERENCE.md "Unread"): it was
// opened after its newest message came, or that message is ours.
func (c *Client) read(w wireConversation) api.Opt[bool] {
	if !w.Active.said || !w.Opened.said {
		return api.Opt[bool]{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	sent, ours := c.lastSent[w.id()]
	return api.Known(!w.Active.After(w.Opened.Time) || ours && !w.Active.After(sent))
}

// denied lists what cannot be done in a conversation without messages.
func denied(w wireConversation) []api.Denial {
	list := []api.Denial{}
	if !w.Active.said || !w.Active.IsZero() {
		return list
	}
	for _, cap := range []api.Caps{api.CapPinMessage, api.CapEdit, api.CapDelete, api.CapReact} {
		list = append(list, api.Denial{Cap: cap, Why: "no message has been written yet"})
	}
	return list
}

// Open finds the conversation with a contact or a group, or makes an empty one.
func (c *Client) Open(ctx context.Context, _ api.ChannelID, of api.ChannelKind, to string) (api.Conversation, error) {
	const op = "open conversation"
	if of != kind {
		return api.Conversation{}, &api.Error{Kind: api.ErrUnsupported, Platform: platform, Op: op, Said: "this account has one channel, the chat"}
	}
	id, err := c.open(ctx, op, strings.TrimSpace(to))
	if err != nil {
		return api.Conversation{}, err
	}
	return c.Conversation(ctx, c.ConversationID(id))
}
