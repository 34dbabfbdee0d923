package reply

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/text"
)

// templatesOnly reports whether a reply in the box would be refused, because nothing but
// a template may be sent.
func (b *Box) templatesOnly() bool {
	return b.first == nil && b.editing.Remote == "" && b.thread.TemplatesOnly()
}

// checkWindow sends, unless only templates may be sent: then they are offered, and what
// is typed stays.
func (b *Box) checkWindow(send func() tea.Cmd) tea.Cmd {
	if !b.templatesOnly() {
		return send()
	}
	row, _ := b.thread.Row()
	rules := b.rules()
	why := fmt.Sprintf("%s takes a text for %s after the customer wrote last, and that is over: only templates arrive until they write again.",
		b.env.Line(rules.Title), env.Count(int(rules.Window.Hours()), "hour", "hours"))
	const kept = "What you typed stays in the box."
	if b.whyNoTemplate() != "" {
		return b.screen.Dialogs.Open(dialog.NewEither("Only templates arrive now",
			[]string{why, "From here none can be sent: " + b.whyNoTemplate() + ". " + kept}, "Back to the text", nil, "Send the text all the same", send))
	}
	return b.offer(row, []string{why, kept}, send)
}

// whyNoTemplate is the reason for which no template can be sent to the conversation.
func (b *Box) whyNoTemplate() string {
	row := b.screen.Current()
	if why := b.env.WhyNot(row, api.CapTemplates); why != "" {
		return why
	}
	if rules := b.env.Rules(row.Conversation.ID.Account, row.Conversation.Kind); rules.Window == 0 {
		return b.env.Line(rules.Title) + " takes no templates"
	}
	return b.screen.WhyNot()
}

// openTemplates offers the templates of the platform.
func (b *Box) openTemplates() tea.Cmd { return b.offer(b.screen.Current(), nil, nil) }

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
	row state.Row
	err error
}

// sendTemplate hands a template to the outbox. The draft of the conversation stays.
func (b *Box) sendTemplate(row state.Row, t api.Template, values []string) tea.Cmd {
	id := row.Conversation.ID
	d := state.Draft{Conversation: id, Body: text.Safe(t.Text(values)), Template: &state.FilledTemplate{Remote: t.Remote, Name: t.Name, Values: values}}
	if id == b.id && !b.env.Settings.Unchecked {
		d.Seen = api.Known(b.thread.Seen())
	}
	return b.env.Read(func(ctx context.Context) tea.Msg {
		_, err := b.env.Outbox.Submit(ctx, d, nil)
		return templateSentMsg{row, err}
	})
}

func (b *Box) templateSent(msg templateSentMsg) tea.Cmd {
	if msg.err != nil {
		return b.env.Fail(msg.err)
	}
	return b.screen.Sent(Sent{Row: msg.row, Here: b.id == msg.row.Conversation.ID, At: msg.row.Conversation.ID})
}
