package thread

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/menu"
	"unibox/ui/said"
	"unibox/ui/screen"
	"unibox/ui/text"
)

// fact is something known of a message: what it is called, and what it is.
type fact struct{ label, value string }

// details shows ids, times and what else is known, for a bug report; each can be copied,
// and all at once.
func (p *Pane) details() tea.Cmd {
	it, _ := p.Selected()
	var items []menu.Item
	var all strings.Builder
	for _, f := range p.facts() {
		if row := dialog.Fact(p.env, f.label, f.value); row.Label != "" {
			items = append(items, row)
			fmt.Fprintf(&all, "%s: %s\n", f.label, row.Label)
		}
	}
	items = append(items, menu.Item{Label: p.env.T("Copy all of this"), Value: all.String()})
	var words []string
	if text.Hidden(it.Message.Body) {
		words = append(words, p.env.T("Characters that cannot be seen, or that turn the direction of text, were taken out of this message."))
	}
	if p.whyNoRaw() == "" {
		items = append(items, menu.Item{Label: p.env.T("As the platform sends it"), Detail: "JSON", Value: p.raw})
	}
	return p.screen.Dialogs.Open(dialog.NewChoice(p.env.T("Details"), menu.Options{Text: words, Items: items, Wide: true}, func(it menu.Item) tea.Cmd {
		if read, ok := it.Value.(func() tea.Cmd); ok {
			return read()
		}
		return p.copied(it.Value.(string))
	}))
}

// copied sends something to the terminal's clipboard, and says so.
func (p *Pane) copied(s string) tea.Cmd {
	return tea.Batch(screen.Copy(s), p.env.Say(p.env.T("sent to the terminal's clipboard: %s", p.look.Mode.Cut(p.look.Mode.Line(s), 60))))
}

// facts are what is known of the selected message; one without a value is left out.
func (p *Pane) facts() []fact {
	it, _ := p.Selected()
	m, c := it.Message, p.row.Conversation
	facts := []fact{
		{p.env.T("account"), string(p.id.Account)}, {p.env.T("platform"), p.label()}, {p.env.T("channel"), p.env.Rules(p.id.Account, c.Kind).Title}, {p.env.T("channel id"), c.Channel.Or(api.ChannelID{}).Remote},
		{p.env.T("conversation"), c.ID.Remote}, {p.env.T("contact"), p.env.Personal(c.ID, c.Contact.Handle)}, {p.env.T("contact id"), c.Contact.Remote}, {p.env.T("message"), m.ID.Remote},
		{p.env.T("kind"), p.env.Of(kinds[m.Kind])}, {p.env.T("from"), p.masked(p.writer(m.Author, m.Direction), m.Direction)}, {p.env.T("written"), moment(p.env.Look.Language, m.At, ".000")}, {p.env.T("edited"), moment(p.env.Look.Language, m.Edited, "")},
		{p.env.T("answers the message"), m.Quotes.Remote},
	}
	for _, r := range m.Reactions {
		facts = append(facts, fact{p.env.T("reaction"), strings.TrimSpace(r.Name + " " + p.reactors(r.Who))})
	}
	if _, word, _ := p.Mark(it); word != "" {
		facts = append(facts, fact{p.env.T("delivery"), word}, fact{p.env.T("reason"), p.reason(m.Reason, "")})
	}
	if o := it.Sending; o != nil {
		facts = append(facts, fact{p.env.T("to go out"), moment(p.env.Look.Language, o.At, "")}, fact{p.env.T("submitted"), moment(p.env.Look.Language, o.Submitted, "")}, fact{p.env.T("attempts"), fmt.Sprint(o.Attempts)}, fact{p.env.T("job"), o.Receipt.Job})
	}
	for _, a := range p.attachments() {
		facts = append(facts, fact{p.env.T("file"), strings.TrimRight(a.name+"  "+said.File(p.env.Look.Language, a.Attachment, text.Size(p.env.Look.Language, a.Size)), " ")}, fact{p.env.T("file type"), a.MIME},
			fact{p.env.T("file id"), a.Remote}, fact{p.env.T("saved as"), p.unnamed(a.file.Path)})
	}
	return facts
}

// kinds are what the kinds of messages are called.
var kinds = map[api.MessageKind]catalog.Text{api.KindText: "message", api.KindEvent: "event", api.KindUnknown: "of a kind unibox does not know", api.KindDeleted: "deleted at the platform"}

// moment is a time to the second, in this machine's zone; "" for none.
func moment(say *catalog.Language, t time.Time, fraction string) string {
	if t.IsZero() {
		return ""
	}
	return say.Date(t.Local(), "2 Jan 2006 15:04:05"+fraction+" -0700")
}

// whyNoRaw is the reason for which the selected message cannot be read as the platform
// sends it.
func (p *Pane) whyNoRaw() string {
	if why := p.whyNoMessage(); why != "" {
		return why
	}
	if it, _ := p.Selected(); it.Message.ID.Remote == "" {
		return p.env.T("not yet: the platform does not list this message")
	}
	if p.look.Mode.Private {
		return p.env.T("not while customers are masked: it names them")
	}
	if _, can := p.env.Account(p.id.Account).Provider.(api.RawReader); !can {
		return p.env.T("not for %s", p.label())
	}
	return ""
}

// rawMsg is a message as the platform sends it, or why it could not be read.
type rawMsg struct {
	in   api.ConversationID
	id   api.MessageID
	body []byte
	err  error
}

// raw asks the platform for the selected message once more, and shows what comes: it is
// not stored, so that the store stays as small as it is.
func (p *Pane) raw() tea.Cmd {
	it, _ := p.Selected()
	reader, in, id := p.env.Account(p.id.Account).Provider.(api.RawReader), p.id, it.Message.ID
	return tea.Batch(p.env.Say(p.env.T("asking %s for the message", p.label())), p.env.Read(func(ctx context.Context) tea.Msg {
		body, err := reader.RawMessage(ctx, in, id)
		return rawMsg{in, id, body, err}
	}))
}

// mostRaw is how many lines of a message's JSON are listed; copying takes all.
const mostRaw = 2000

// gotRaw lists the lines of what came. The first choice copies all of it.
func (p *Pane) gotRaw(msg rawMsg) tea.Cmd {
	if msg.err != nil {
		why := p.env.Explain(msg.err)
		var e *api.Error
		if errors.As(msg.err, &e) && e.Kind == api.ErrNotFound && e.Said != "" {
			why = p.env.Sentence(e.Said)
		}
		return p.env.Warn(p.env.T("the message was not read: %s", p.look.Mode.Line(why)))
	}
	if p.env.Hides(msg.in) { // since it was asked for
		return p.env.Say(p.env.T("the message is not shown: customers are masked now"))
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, msg.body, "", "  ") != nil {
		pretty.Write(msg.body)
	}
	all := text.Safe(pretty.String())
	items := []menu.Item{{Label: p.env.T("Copy all of it"), Detail: text.Size(p.env.Look.Language, int64(len(all))), Value: all}}
	for i, line := range strings.Split(all, "\n") {
		if i == mostRaw {
			items = append(items, menu.Item{Label: p.env.T("… more follows; it is copied with the rest"), Value: all})
			break
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		items = append(items, menu.Item{Label: strings.Repeat(" ", min(indent, 20)) + p.look.Mode.Line(line), Value: strings.TrimSpace(line)})
	}
	return p.screen.Dialogs.Open(dialog.NewChoice(p.env.T("Message %s as %s sends it", p.look.Mode.Line(msg.id.Remote), p.label()),
		menu.Options{Items: items, Wide: true}, func(it menu.Item) tea.Cmd { return p.copied(it.Value.(string)) }))
}
