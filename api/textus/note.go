package textus

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"unibox/api"
	"unibox/api/rest"
)

// SetNote adds a note to the contact of a conversation, beside those that there are
// (REFERENCE.md "Calls"). One that is there already is not written again, so that it may
// be repeated.
func (c *Client) SetNote(ctx context.Context, id api.ConversationID, note string) error {
	const op = "write note"
	if note = strings.TrimSpace(note); note == "" {
		return refuse(op, "the note is empty")
	}
	w, err := c.read(ctx, op, id)
	if err != nil {
		return err
	}
	contact := wireContact{ID: ident(w.Contact.link)}
	if w.Contact.value != nil {
		contact = *w.Contact.value
	}
	notes := cmp.Or(contact.Notes.link, string(contact.ID)+"/notes")
	if contact.ID == "" {
		return refuse(op, "TextUs knows no contact of this number: save one there first")
	}
	there, err := collect[wireNote](ctx, c, op, api.ClassOther, notes)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(there, func(n wireNote) bool { return strings.TrimSpace(string(n.Content)) == note }) {
		return nil
	}
	_, err = c.do(ctx, rest.Request{Op: op, Class: api.ClassOther, Method: "POST", Link: notes, Body: body(map[string]string{"content": note})})
	return err
}
