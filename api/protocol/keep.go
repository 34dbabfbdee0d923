package protocol

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

const opKeep = "keep the book of contacts"

// BookForms are what the platform takes of a contact and of a group (REFERENCE.md
// "Endpoints").
func (c *Client) BookForms() []api.BookForm {
	username := api.ChannelField{Name: "username", Label: "User name", Required: true}
	phone := api.ChannelField{Name: "phone_number", Label: "Phone number", Required: true}
	display := api.ChannelField{Name: "display_name", Label: "Name that is shown"}
	group := []api.ChannelField{{Name: "name", Label: "Name of the group", Required: true}, {Name: "description", Label: "Description"},
		{Name: "contacts", Label: "Members, by user name, with commas between"}}
	shown := display
	shown.Required = true
	return []api.BookForm{
		{Kind: api.BookContact, Add: []api.ChannelField{username, phone, display}, Change: []api.ChannelField{shown},
			Removes: "The conversation with all its messages goes with the contact, for good."},
		{Kind: api.BookGroup, Add: group, Change: group, Removes: "The conversation with all its messages goes with the group, for good, for all its members."},
	}
}

// AddToBook adds a contact or a group, which has a conversation from then on
// (REFERENCE.md "Endpoints").
func (c *Client) AddToBook(ctx context.Context, _ api.ChannelID, kind string, fields map[string]string) (api.Contact, error) {
	form, err := c.keeping(ctx, kind, fields, true)
	if err != nil {
		return api.Contact{}, err
	}
	req := rest.Request{Op: opKeep, Class: api.ClassOther, Method: "POST", Path: []string{kind + "s"}, Body: rest.Form(form)}
	if kind == api.BookGroup {
		w, err := one[wireGroup](ctx, c, req)
		return c.keptGroup(w, err)
	}
	w, err := one[wireContact](ctx, c, req)
	return c.keptContact(w, err)
}

// ChangeInBook changes the name of a contact, or what is given of a group: its members
// are then those that are named (REFERENCE.md "Changing lists").
func (c *Client) ChangeInBook(ctx context.Context, kind, remote string, fields map[string]string) (api.Contact, error) {
	form, err := c.keeping(ctx, kind, fields, false)
	if err != nil {
		return api.Contact{}, err
	}
	if kind == api.BookGroup {
		w, err := put[wireGroup](ctx, c, opKeep, "groups", remote, rest.Form(form))
		return c.keptGroup(w, err)
	}
	w, err := put[wireContact](ctx, c, opKeep, "contacts", remote, rest.Form(form))
	return c.keptContact(w, err)
}

// RemoveFromBook removes a contact or a group with its conversation (REFERENCE.md
// "Deletes").
func (c *Client) RemoveFromBook(ctx context.Context, kind, remote string) error {
	if kind != api.BookContact && kind != api.BookGroup {
		return refuse(opKeep, "the platform keeps no such thing")
	}
	err := c.remove(ctx, opKeep, kind+"s", remote)
	if err == nil {
		c.book.drop(remote)
	}
	return err
}

// keeping are fields as the platform takes them: those of the form that are given.
func (c *Client) keeping(ctx context.Context, kind string, fields map[string]string, adds bool) (url.Values, error) {
	forms := c.BookForms()
	i := slices.IndexFunc(forms, func(f api.BookForm) bool { return f.Kind == kind })
	if i < 0 {
		return nil, refuse(opKeep, "the platform keeps no such thing")
	}
	asked, out := forms[i].Change, url.Values{}
	if adds {
		asked = forms[i].Add
	}
	for _, f := range asked {
		value := strings.TrimSpace(fields[f.Name])
		if value == "" && f.Required && adds {
			return nil, refuse(opKeep, f.Label+" is required")
		}
		if value == "" {
			continue
		}
		if f.Name != "contacts" {
			out.Set(f.Name, value)
			continue
		}
		members, err := c.memberIDs(ctx, value)
		if err != nil {
			return nil, err
		}
		out["contacts[]"] = members
	}
	if len(out) == 0 {
		return nil, refuse(opKeep, "there is nothing to change")
	}
	return out, nil
}

// memberIDs finds contacts by their user names, or by the names that are shown.
func (c *Client) memberIDs(ctx context.Context, line string) ([]string, error) {
	if c.book.stale() {
		if err := c.readBook(ctx); err != nil {
			return nil, err
		}
	}
	var ids []string
	for name := range strings.SplitSeq(line, ",") {
		name = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), "@"))
		switch found := c.book.called(name); {
		case name == "":
		case len(found) == 0:
			return nil, refuse(opKeep, "nobody in the contact list is called "+name)
		case len(found) > 1:
			return nil, refuse(opKeep, "several in the contact list are called "+name+": use the user name")
		default:
			ids = append(ids, found[0])
		}
	}
	return ids, nil
}

func (c *Client) keptContact(w wireContact, err error) (api.Contact, error) {
	if err != nil {
		return api.Contact{}, err
	}
	c.book.enter(w.id())
	c.book.add(w)
	return w.contact(), nil
}

func (c *Client) keptGroup(w wireGroup, err error) (api.Contact, error) {
	if err != nil {
		return api.Contact{}, err
	}
	c.book.enter(w.id())
	c.book.addGroup(w)
	return groupContact(w), nil
}

// called are the ids of the contacts with a name. A user name counts before names that
// are shown.
func (b *book) called(name string) (ids []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var shown []string
	for _, id := range b.order {
		w, ok := b.contacts[id]
		switch {
		case !ok:
		case strings.EqualFold(string(w.Username), name):
			ids = append(ids, id)
		case strings.EqualFold(string(w.Display), name):
			shown = append(shown, id)
		}
	}
	if len(ids) == 0 {
		return shown
	}
	return ids
}

// enter puts a new entry first, as the platform lists it.
func (b *book) enter(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Contains(b.order, id) {
		b.order = slices.Insert(b.order, 0, id)
	}
}

// drop forgets an entry that was removed.
func (b *book) drop(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.contacts, id)
	delete(b.groups, id)
	b.order = slices.DeleteFunc(b.order, func(other string) bool { return other == id })
}
