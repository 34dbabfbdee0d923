package reply

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/text"
)

// templatesOnly reports whether a reply in the box would be refused, because nothing but
// a template may be sent: who never wrote can be sent nothing else.
func (b *Box) templatesOnly() bool {
	if b.first != nil {
		return b.rules().Window > 0
	}
	return b.editing.Remote == "" && b.thread.TemplatesOnly()
}

// checkWindow sends, unless only templates may be sent: then they are offered, and what
// is typed stays.
func (b *Box) checkWindow(send func() tea.Cmd) tea.Cmd {
	if !b.templatesOnly() {
		return send()
	}
	row, _ := b.thread.Row()
	rules := b.rules()
	why := b.env.T("%s takes a text for %s after the customer wrote last, and that is over: only templates arrive until they write again.",
		b.env.Line(rules.Title), b.env.Plural(int(rules.Window.Hours()), "%d hour", "%d hours"))
	kept := b.env.T("What you typed stays in the box.")
	if b.first != nil {
		why = b.env.T("%s takes a template as the first message: a text arrives once they have answered.", b.env.Line(rules.Title))
	}
	if b.whyNoTemplate() != "" {
		return b.screen.Dialogs.Open(dialog.NewEither(b.env.T("Only templates arrive now"),
			[]string{why, b.env.T("From here none can be sent: %s. %s", b.whyNoTemplate(), kept)}, b.env.T("Back to the text"), nil, b.env.T("Send the text all the same"), send))
	}
	return b.offer(row, []string{why, kept}, send)
}

// whyNoTemplate is the reason for which no template can be sent to the conversation.
func (b *Box) whyNoTemplate() string {
	row := b.screen.Current()
	if b.first != nil {
		if b.sending {
			return b.env.T("the first message is still being put into the outbox")
		}
		row = env.FirstRow(*b.first)
		if !b.env.Can(row.Conversation.ID, api.CapTemplates) {
			return b.env.T("not supported by %s", b.env.Label(row.Conversation.ID.Account))
		}
		return ""
	}
	if why := b.env.WhyNot(row, api.CapTemplates); why != "" {
		return why
	}
	if rules := b.env.Rules(row.Conversation.ID.Account, row.Conversation.Kind); rules.Window == 0 {
		return b.env.T("%s takes no templates", b.env.Line(rules.Title))
	}
	return b.screen.WhyNot()
}

// openTemplates offers the templates of the platform.
func (b *Box) openTemplates() tea.Cmd {
	if b.first != nil {
		return b.offer(env.FirstRow(*b.first), nil, nil)
	}
	return b.offer(b.screen.Current(), nil, nil)
}

// Offer offers the templates where nothing else may be sent, as to somebody who never
// wrote.
func (b *Box) Offer() tea.Cmd {
	if !b.templatesOnly() || b.whyNoTemplate() != "" {
		return nil
	}
	return b.openTemplates()
}

// offer offers templates for a conversation, and to send what is typed all the same if
// anyway is set.
func (b *Box) offer(row state.Row, words []string, anyway func() tea.Cmd) tea.Cmd {
	templater, ok := b.env.Account(row.Conversation.ID.Account).Provider.(api.Templater)
	if !ok {
		return nil
	}
	d := dialog.NewTemplates(dialog.Templates{Env: b.env, To: b.env.Name(row.Conversation), Words: words, Templater: templater, Anyway: anyway,
		Send: func(t api.Template, values []string) tea.Cmd { return b.sendTemplate(row, t, values) }})
	b.screen.Dialogs.Open(d)
	return d.Ask()
}

// templateSentMsg is what became of handing a template to the outbox.
type templateSentMsg struct {
	row   state.Row
	first *state.First
	visit int
	err   error
}

// sendTemplate hands a template to the outbox. The draft of the conversation stays.
func (b *Box) sendTemplate(row state.Row, t api.Template, values []string) tea.Cmd {
	id := row.Conversation.ID
	d := state.Draft{Conversation: id, Body: text.Safe(t.Text(values)), Template: &state.FilledTemplate{Remote: t.Remote, Name: t.Name, Values: values}}
	msg := templateSentMsg{row: row, visit: b.visit}
	if id == b.id {
		if msg.first = b.first; msg.first != nil {
			b.sending = true
		} else if !b.env.Settings.Unchecked {
			d.Seen = api.Known(b.thread.Seen())
		}
	}
	b.underway++
	return b.env.Read(func(ctx context.Context) tea.Msg {
		_, msg.err = b.env.Outbox.Submit(ctx, d, msg.first)
		return msg
	})
}

func (b *Box) templateSent(msg templateSentMsg) tea.Cmd {
	b.underway--
	here := b.id == msg.row.Conversation.ID
	if msg.first != nil && here && msg.visit == b.visit {
		if b.sending = false; msg.err == nil {
			b.first = nil
		}
	}
	if msg.err != nil {
		return b.env.Fail(msg.err)
	}
	return b.screen.Sent(Sent{Row: msg.row, First: msg.first != nil, Here: here, At: msg.row.Conversation.ID})
}
