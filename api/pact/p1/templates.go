package p1

import (
	"context"
	"net/url"
	"unicode"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

// wireTemplate is an entry of the list of templates.
type wireTemplate struct{ terms.Template }

func (w wireTemplate) id() string { return string(w.Waba) }

// Templates lists the company's templates, in the order in which people put them.
func (c *Client) Templates(ctx context.Context) ([]api.Template, error) {
	found, err := all[wireTemplate](ctx, c, listing{"list templates", api.ClassOther, c.path("waba_templates"), "waba_templates", listPage})
	if err != nil {
		return nil, err
	}
	return terms.Templates(found), nil
}

// SendTemplate sends a template to a phone number on WhatsApp Business, also into a
// conversation that there is (api/pact/REFERENCE.md "First message"). The list says
// nothing of the template's language, so it is that of its letters (api/pact/REFERENCE.md
// "Templates").
func (c *Client) SendTemplate(ctx context.Context, out api.TemplateMessage) (api.Receipt, error) {
	const op = "send template"
	if err := terms.Filled(op, out); err != nil {
		return api.Receipt{}, err
	}
	channel, to, err := c.recipient(ctx, op, out)
	if err != nil {
		return api.Receipt{}, err
	}
	phone, err := terms.Phone(op, to)
	if err != nil {
		return api.Receipt{}, err
	}
	form := url.Values{"phone": {phone}, "template[id]": {out.Template.Remote}, "template[language_code]": {language(out.Template.Body)}}
	if len(out.Values) > 0 {
		form["template[parameters][]"] = out.Values
	}
	r, err := c.submit(ctx, rest.Request{
		Op: op, Class: api.ClassSend, Method: "POST", Path: c.path("channels", channel, "conversations"), Body: rest.Form(form),
	}, api.Receipt{Conversation: out.Conversation}, channel)
	return r, rest.Explained(err, api.ErrNotFound, "the channel is no longer there; choose another one")
}

// recipient is the channel that a template goes through, and the phone number it goes to.
func (c *Client) recipient(ctx context.Context, op string, out api.TemplateMessage) (channel, to string, err error) {
	if out.Conversation.Remote == "" {
		channel, to = out.First.Channel.Remote, out.First.To
	} else {
		conv, err := c.Conversation(ctx, out.Conversation)
		if err != nil {
			return "", "", err
		}
		at, _ := conv.Channel.Get()
		if channel, to = at.Remote, conv.Contact.Handle; channel == "" || to == "" {
			return "", "", terms.Refuse(op, "the platform does not say the contact's phone number, or the channel of the conversation")
		}
	}
	switch kind, err := c.kindOf(ctx, channel); {
	case err != nil:
		return "", "", err
	case kind != terms.Templated:
		return "", "", terms.NotTemplated(op)
	}
	return channel, to, nil
}

// language is the code of the language that a text is probably in.
func language(s string) string {
	for _, r := range s {
		if unicode.Is(unicode.Cyrillic, r) {
			return "ru"
		}
	}
	return "en"
}
