package thread

import (
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/said"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// mostRows and mostBytes are how much of one message is drawn in the thread;
// a line says how much more there is. The bytes bound the time a frame takes.
const (
	mostRows  = 400
	mostBytes = 64 << 10
)

// content is the message itself: text, files, and what went wrong.
func (p *Pane) content(it *item) []string {
	indent := strings.Repeat(" ", p.gutter())
	w := max(1, p.measure()-p.gutter()-1)
	var rows []string
	add := func(style theme.Style, lines ...string) {
		for _, line := range lines {
			rows = append(rows, indent+style.Render(line))
		}
	}
	th := p.look.Theme
	style := th.Text
	if it.Message.Kind == api.KindUnknown || it.Message.Kind == api.KindDeleted {
		style = th.Note
	}
	if q := it.Quoted; q != nil && !state.QuotedIn(it.Message.Body, text.Safe(q.Body)) {
		add(th.Muted, p.look.Mode.Cut(p.env.Quote(p.masked(p.writer(q.Author, q.Direction), q.Direction), p.unnamed(quotedText(p.env.Look.Language, *q))), w))
	}
	before := len(rows)
	rows = append(rows, p.marked(indent, style, p.body(said.Special(p.env.Look.Language, it.Message.Kind, it.Message.Body), w))...)
	for i := range it.Message.Attachments {
		file := p.transfer(state.FileOf(it.Message, i))
		rows = append(rows, indent+p.fileRow(it, i, w))
		for _, row := range p.drawPicture(it, i, w) {
			rows = append(rows, indent+row)
		}
		if end, style := p.fileEnd(file); end != "" {
			add(style, p.look.Mode.Wrap(end, w)...)
		}
	}
	if len(rows) == before {
		add(th.Note, p.look.Mode.Wrap(said.Nothing(p.env.Look.Language, it.Message.Kind), w)...)
	}
	if extra := p.extra(it.Message); extra != "" {
		add(th.Muted, p.look.Mode.Wrap(extra, w)...)
	}
	if line, style := p.problem(it); line != "" {
		add(style, p.look.Mode.Wrap(line, w)...)
	}
	return rows
}

// quotedText is how a quoted message is shown.
func quotedText(say *catalog.Language, q state.Quoted) string {
	switch {
	case q.Body != "":
		return said.Special(say, q.Kind, q.Body)
	case q.Attachments > 0:
		return say.T("a file")
	}
	return said.Nothing(say, q.Kind)
}

// body wraps what a message says; nothing where there is nothing to see.
func (p *Pane) body(s string, w int) body {
	raw, long := s, len(s) > mostBytes
	if long {
		raw = strings.ToValidUTF8(s[:mostBytes], "")
	}
	s = p.unnamed(p.look.Mode.Logical().Clean(raw))
	if strings.TrimSpace(s) == "" && !long {
		return body{}
	}
	rows, at := p.look.Mode.WrapAt(s, w)
	cut := len(rows) > mostRows
	rows, at = rows[:min(len(rows), mostRows)], at[:min(len(rows), mostRows)]
	b := body{rows: rows, rtl: text.RTL(s), w: w}
	if p.look.Links && !p.look.Mode.Private {
		b.linkTo(raw, s, at)
	}
	if long || cut {
		b.rows = append(b.rows, p.env.T("… more follows; y copies all of it"))
	}
	return b
}

// extra is what people did to a message: reactions, an edit, a pin.
func (p *Pane) extra(msg api.Message) string {
	var parts []string
	for _, r := range msg.Reactions {
		part := p.look.Mode.Line(said.Reaction(r.Name, p.look.Mode.ASCII))
		if who := p.reactors(r.Who); who != "" {
			part += " " + who
		}
		parts = append(parts, part)
	}
	if !msg.Edited.IsZero() {
		parts = append(parts, p.env.T("edited %s", text.Clock(p.env.Look.Language, p.now(), msg.Edited.In(p.now().Location()))))
	}
	if pinned := p.row.Conversation.PinnedMessage.Or(""); pinned != "" && pinned == msg.ID.Remote {
		parts = append(parts, p.env.T("%s pinned", p.look.Marks.Pinned))
	}
	return strings.Join(parts, " "+p.look.Marks.Dot+" ")
}

// problem is the line under a message that waits, or that needs a person, with what
// happens to the conversation when it is sent.
func (p *Pane) problem(it *item) (string, theme.Style) {
	words, style := p.problemAlone(it)
	if it.Sending == nil {
		return words, style
	}
	then := env.WhenSent(p.env.Look.Language, it.Sending.WhenSent)
	switch {
	case words == "" && it.Sending.WhenSent.Dropped:
		style = p.look.Theme.Warn
	case words == "":
		style = p.look.Theme.Muted
	case then != "":
		then = " " + p.look.Marks.Dot + " " + then
	}
	return words + then, style
}

func (p *Pane) problemAlone(it *item) (string, theme.Style) {
	th, m, dot := p.look.Theme, p.look.Marks, " "+p.look.Marks.Dot+" "
	if it.Sending == nil {
		return p.platformProblem(it.Message)
	}
	o := it.Sending
	switch {
	case o.Status == state.Failed:
		return p.env.T("%s failed: %s%senter: choose what to do", m.Failed, p.reason(o.Reason, p.env.T("no reason was given")), dot), th.Failed
	case o.Status == state.Held:
		return p.env.T("%s not sent: %s%senter: choose what to do", m.Held, p.reason(o.Reason, p.env.T("a message is there that you had not seen")), dot), th.Warn
	case o.Status == state.Uncertain && o.Left:
		return p.env.T("%s left as it is: nobody knows whether it arrived%senter: choose what to do", m.Unknown, dot), th.Warn
	case o.Status == state.Uncertain:
		return p.env.T("%s %s%senter: choose what to do", m.Unknown, p.reason(o.Reason, p.env.T("no answer came")), dot), th.Warn
	case o.Status.Moving() && o.Reason != "":
		return m.Retry + " " + p.reason(o.Reason, ""), th.Warn
	}
	return "", th.Text
}

// platformProblem is the problem with a message that the platform reported.
func (p *Pane) platformProblem(msg api.Message) (string, theme.Style) {
	th, m := p.look.Theme, p.look.Marks
	again := ""
	if msg.Retryable {
		again = " " + m.Dot + p.env.T(" enter: choose what to do")
	}
	switch msg.Delivery {
	case api.DeliveryFailed:
		return p.env.T("%s failed: %s%s", m.Failed, p.reason(msg.Reason, p.env.T("no reason was given")), again), th.Failed
	case api.DeliveryUncertain:
		return m.Unknown + " " + p.reason(msg.Reason, p.env.T("the platform does not know whether it arrived")) + again, th.Warn
	}
	if reason := p.reason(msg.Reason, ""); reason != "" && msg.Direction == api.Outbound {
		return p.env.T("the platform says: %s", reason), th.Muted
	}
	return "", th.Text
}

// reason is why something is not out, as a line; a platform may name the customer in it.
func (p *Pane) reason(s, otherwise string) string {
	if s = p.unnamed(p.look.Mode.Line(p.env.Sentence(s))); s != "" {
		return s
	}
	return otherwise
}
