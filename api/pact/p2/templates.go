package p2

import (
	"context"
	"slices"
	"time"

	"unibox/api"
	"unibox/api/pact/terms"
)

// wireTemplate is an entry of the list of templates.
type wireTemplate struct{ terms.Template }

func (w wireTemplate) id() string    { return string(w.Waba) }
func (w wireTemplate) at() time.Time { return time.Time{} }

// Templates lists the company's templates, in the order in which people put them.
func (c *Client) Templates(ctx context.Context) ([]api.Template, error) {
	found, err := all[wireTemplate](ctx, c, c.templates())
	if err != nil {
		return nil, err
	}
	return terms.Templates(found), nil
}

// SendTemplate sends a template to a phone number on WhatsApp Business: p2 knows no other
// way, also into a conversation that there is (api/pact/REFERENCE.md "p2 endpoints").
func (c *Client) SendTemplate(ctx context.Context, out api.TemplateMessage) (api.Receipt, error) {
	const op = "send template"
	if err := terms.Filled(op, out); err != nil {
		return api.Receipt{}, err
	}
	to, kind, err := c.recipient(ctx, op, out)
	switch {
	case err != nil:
		return api.Receipt{}, err
	case kind != terms.Templated:
		return api.Receipt{}, terms.NotTemplated(op)
	}
	body := map[string]any{"company_id": c.companyID(), "waba_id": out.Template.Remote, "substitutions": slices.Concat([]string{}, out.Values)}
	return c.start(ctx, op, kind, to, body)
}

// recipient is whom a template goes to, and on which kind of channel.
func (c *Client) recipient(ctx context.Context, op string, out api.TemplateMessage) (to string, kind api.ChannelKind, err error) {
	if out.Conversation.Remote == "" {
		kind, err = c.kindOfChannel(ctx, out.First.Channel.Remote)
		return out.First.To, kind, err
	}
	conv, err := c.Conversation(ctx, out.Conversation)
	if err == nil && conv.Contact.Handle == "" {
		err = terms.Refuse(op, "the platform does not say the contact's phone number")
	}
	return conv.Contact.Handle, conv.Kind, err
}
