package protocol

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"unibox/api"
)

// fresh is how long the book is searched before it is read again. The platform has
// no search (REFERENCE.md "Not offered"), and every typed letter is a query.
const fresh = time.Minute

// wayBook is the way to page through the book, which is in memory.
const wayBook = "b"

// Contacts searches the names, usernames and phone numbers of contacts and
// groups. An empty query lists them all.
func (c *Client) Contacts(ctx context.Context, query string, req api.PageRequest) (api.Page[api.Contact], error) {
	const op = "search contacts"
	m, err := decodeCursor(op, req, historyPage, map[string]int{wayBook: 1})
	if err != nil {
		return api.Page[api.Contact]{}, err
	}
	if m.way == "" && c.book.stale() {
		if err := c.readBook(ctx); err != nil {
			return api.Page[api.Contact]{}, err
		}
	}
	found := c.book.search(query)
	if m.way != "" {
		i := slices.IndexFunc(found, func(p api.Contact) bool { return p.Remote == m.ids[0] })
		if i < 0 {
			return api.Page[api.Contact]{}, cursorError(op, "the contact that the page was to begin after is gone")
		}
		found = found[i+1:]
	}
	if len(found) <= m.limit {
		return api.Page[api.Contact]{Items: found}, nil
	}
	found = found[:m.limit]
	return api.Page[api.Contact]{Items: found, Next: cursor{wayBook, m.limit, []string{found[m.limit-1].Remote}}.encode()}, nil
}

func (b *book) stale() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Since(b.read) > fresh
}

// search filters the listed contacts and groups, in their order.
func (b *book) search(query string) []api.Contact {
	b.mu.Lock()
	defer b.mu.Unlock()
	query = strings.ToLower(strings.TrimSpace(query))
	var out []api.Contact
	for _, id := range b.order {
		if w, ok := b.contacts[id]; ok && matches(query, w.name(), string(w.Username), string(w.Phone), phoneDigits(string(w.Phone))) {
			out = append(out, w.contact())
		}
		if w, ok := b.groups[id]; ok && matches(query, string(w.Name)) {
			out = append(out, groupContact(w))
		}
	}
	return out
}

func matches(query string, fields ...string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return strings.Contains(strings.ToLower(f), query) })
}

// Facts returns who a conversation is with, when they were last online, and the
// ids that a bug report needs.
func (c *Client) Facts(ctx context.Context, id api.ConversationID) ([]api.Fact, error) {
	w, err := get[wireConversation](ctx, c, "read conversation", "conversations", id.Remote)
	if err != nil {
		return nil, err
	}
	if err := c.name(ctx, []wireConversation{w}); err != nil {
		return nil, err
	}
	facts, err := c.about(ctx, w)
	if err != nil {
		return nil, err
	}
	facts = append(facts,
		api.Fact{Label: "Created", Value: when(w.Created)}, api.Fact{Label: "Last opened", Value: when(w.Opened)},
		api.Fact{Label: "Archived", Value: when(w.Archived)}, api.Fact{Label: "Conversation id", Value: w.id()},
		api.Fact{Label: "Contact id", Value: string(w.Contact)}, api.Fact{Label: "Group id", Value: string(w.Group)},
		api.Fact{Label: "Pinned message id", Value: string(w.PinnedMessage.ident)})
	return slices.DeleteFunc(facts, func(f api.Fact) bool { return f.Value == "" }), nil
}

// about reads the other side again. For one that is gone there are no facts.
func (c *Client) about(ctx context.Context, w wireConversation) ([]api.Fact, error) {
	if w.Group == "" && w.Contact == "" {
		return nil, nil
	}
	if w.Group == "" {
		person, err := c.lookUp(ctx, string(w.Contact))
		if api.KindOf(err) == api.ErrNotFound {
			err = nil
		}
		return []api.Fact{
			{Label: "Name", Value: string(person.Display)}, {Label: "Username", Value: string(person.Username)},
			{Label: "Phone", Value: string(person.Phone)}, {Label: "Last seen", Value: when(person.Active)},
		}, err
	}
	group, err := c.lookUpGroup(ctx, string(w.Group))
	if api.KindOf(err) == api.ErrNotFound {
		err = nil
	}
	return []api.Fact{
		{Label: "Group", Value: string(group.Name)}, {Label: "Description", Value: string(group.Description)},
		{Label: "Members", Value: c.members(group)}, {Label: "Group archived", Value: when(group.Archived)},
	}, err
}

func (c *Client) members(w wireGroup) string {
	var names []string
	for _, m := range w.Contacts {
		names = append(names, cmp.Or(c.book.nameOf(m.wireContact), "?"))
	}
	return strings.Join(names, ", ")
}

// when formats a time; it is "" for none.
func when(s unixTime) string {
	if s.IsZero() {
		return ""
	}
	return s.Format("2006-01-02 15:04 UTC")
}
