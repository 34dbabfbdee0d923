package p2

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// wireTemplate is a template of WhatsApp Business (api/pact/REFERENCE.md "p2 objects").
type wireTemplate struct {
	ID terms.ID `json:"id"`
	// Waba is the name that a send has to give.
	Waba     rest.Text  `json:"waba_id"`
	Name     rest.Text  `json:"name"`
	Body     rest.Text  `json:"body"`
	Fields   rest.Count `json:"substitutions_count"`
	Position rest.Count `json:"position"`
}

func (w wireTemplate) id() string    { return string(w.Waba) }
func (w wireTemplate) at() time.Time { return time.Time{} }

// mostFields bounds what a template says of the number of its fields.
const mostFields = 50

// Templates lists the company's templates, in the order in which people put them.
func (c *Client) Templates(ctx context.Context) ([]api.Template, error) {
	found, err := all[wireTemplate](ctx, c, c.templates())
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b wireTemplate) int { return cmp.Compare(a.Position, b.Position) })
	out := make([]api.Template, 0, len(found))
	for _, w := range found {
		t := api.Template{Remote: string(w.Waba), Name: string(cmp.Or(w.Name, w.Waba)), Body: string(w.Body)}
		for n := range min(w.Fields, mostFields) {
			t.Fields = append(t.Fields, "{{"+strconv.Itoa(int(n)+1)+"}}")
		}
		out = append(out, t)
	}
	return out, nil
}

// SendTemplate sends a template to a phone number on WhatsApp Business: p2 knows no other
// way, also into a conversation that there is (api/pact/REFERENCE.md "p2 endpoints").
func (c *Client) SendTemplate(ctx context.Context, out api.TemplateMessage) (api.Receipt, error) {
	const op = "send template"
	if len(out.Values) != len(out.Template.Fields) || slices.Contains(out.Values, "") {
		return api.Receipt{}, terms.Refuse(op, "every field of the template has to be filled in")
	}
	to, kind, err := c.recipient(ctx, op, out)
	switch {
	case err != nil:
		return api.Receipt{}, err
	case kind != templates:
		return api.Receipt{}, terms.Refuse(op, "templates are for WhatsApp Business alone")
	}
	body := map[string]any{"company_id": c.companyID(), "waba_id": out.Template.Remote, "substitutions": slices.Concat([]string{}, out.Values)}
	return c.start(ctx, op, kind, to, body)
}

// templates is the kind of channel that takes templates.
const templates api.ChannelKind = "whatsapp_business"

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
