package textus

import (
	"context"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

const opKeep = "add contact"

// BookForms are what the platform takes of a contact. No call changes or removes one
// (REFERENCE.md "Calls").
func (c *Client) BookForms() []api.BookForm {
	return []api.BookForm{{Kind: api.BookContact, Add: []api.ChannelField{
		{Name: "name", Label: "Name", Required: true}, {Name: "phone", Label: "Phone number with its country code", Required: true}}}}
}

// AddToBook adds a contact to the book of an account; the first account's if channel
// names none (REFERENCE.md "Calls").
func (c *Client) AddToBook(ctx context.Context, channel api.ChannelID, kind string, fields map[string]string) (api.Contact, error) {
	name, digits := strings.TrimSpace(fields["name"]), ""
	number, ok := rest.PhoneDigits(fields["phone"])
	switch {
	case kind != api.BookContact:
		return api.Contact{}, refuse(opKeep, "TextUs keeps contacts alone")
	case name == "":
		return api.Contact{}, refuse(opKeep, "the name is required")
	case !ok || len(number) < 8 || len(number) > 15:
		return api.Contact{}, refuse(opKeep, "the phone number needs its country code and digits only")
	}
	digits = number
	accounts, err := c.accounts(ctx, opKeep)
	if err != nil {
		return api.Contact{}, err
	}
	slug := channel.Remote
	if slug == "" && len(accounts) > 0 {
		slug = accounts[0].slug()
	}
	a := c.accountOf(slug)
	var w wireContact
	err = c.call(ctx, rest.Request{Op: opKeep, Class: api.ClassOther, Method: "POST", Link: a.through(a.Contacts, "contacts"),
		Body: body(map[string]any{"name": name, "phones": []map[string]string{{"number": "+" + digits, "type": "mobile"}}})}, &w)
	if err != nil {
		return api.Contact{}, err
	}
	out := w.contact()
	if out.Handle == "" {
		out.Handle = digits
	}
	if out.Name == "" {
		out.Name = name
	}
	return out, nil
}

// ChangeInBook is not offered by the platform.
func (c *Client) ChangeInBook(context.Context, string, string, map[string]string) (api.Contact, error) {
	return api.Contact{}, unsupported("change contact")
}

// RemoveFromBook is not offered by the platform.
func (c *Client) RemoveFromBook(context.Context, string, string) error {
	return unsupported("remove contact")
}
