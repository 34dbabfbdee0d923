package inbox

import (
	"fmt"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/said"
	"unibox/ui/spoken"
	"unibox/ui/text"
)

// Spoken is the list in words.
func (p *Pane) Spoken() spoken.Part {
	title := p.sel.Name(p.look)
	if p.loaded {
		title += ", " + p.env.Plural(p.list.Total, "%d conversation", "%d conversations")
		if p.partial() {
			title += p.env.T(" or more")
		}
	}
	if p.sel.View == state.ViewWaiting {
		title += ", " + p.order()
	}
	reading := !p.touched && p.partial() // the first row is another one with each page that is read
	part := spoken.Part{ID: fmt.Sprint("list ", p.sel, p.loaded, reading), Title: title, State: p.words()}
	if part.State == "" && p.filter.text != "" {
		part.State = p.env.Plural(p.list.Total, "%d match", "%d matches")
	}
	if row, ok := p.at(p.index); ok && !reading {
		words := p.Says(row)
		if p.isMarked(row.Conversation.ID) {
			words = p.env.T("selected, %s", words)
		}
		part.Selected = spoken.Thing{ID: fmt.Sprint(row.Conversation.ID, p.isMarked(row.Conversation.ID)), Words: p.env.T("%s, %d of %d", words, p.index+1, p.list.Total)}
	}
	return part
}

// Prompt is the line on which a filter is typed.
func (p *Pane) Prompt() spoken.Prompt {
	return spoken.Prompt{On: true, Label: p.env.T("Filter: "), Before: p.look.Mode.Clean(p.filter.line.Before()), Behind: p.look.Mode.Clean(p.filter.line.Behind())}
}

// Says is a conversation in one line: who, over what, how it stands, what was said last.
func (p *Pane) Says(r state.Row) string {
	now := p.look.Clock.At(p.now())
	parts := []string{p.env.Name(r.Conversation), p.channel(r), p.waits(r, now)}
	add := func(on bool, words string) {
		if on {
			parts = append(parts, words)
		}
	}
	add(r.Unread > 0, p.env.T("%d unread", r.Unread))
	add(r.FreeUntil.After(now) && r.FreeUntil.Sub(now) <= state.ClosesWithin, p.env.T("%s left for free text", text.Left(r.FreeUntil.Sub(now))))
	add(r.Failed > 0, p.env.T("a reply failed"))
	add(r.Uncertain > 0, p.env.T("a reply may not have arrived"))
	add(r.Held > 0, p.env.T("a reply is not sent"))
	add(r.Pending > 0, p.env.T("a reply is on its way"))
	add(r.NamesYou, p.env.T("a note names you"))
	add(r.Notes > 0 && !r.NamesYou, p.env.Plural(r.Notes, "%d note", "%d notes"))
	add(true, p.env.With(r.Conversation))
	add(r.Flags.Starred, p.env.T("starred"))
	add(r.Flags.Pinned, p.env.T("pinned"))
	add(r.Flags.Muted, p.env.T("muted"))
	add(!r.Flags.Snoozed.IsZero(), p.env.T("snoozed until %s", text.Clock(p.env.Look.Language, now, r.Flags.Snoozed.In(now.Location()))))
	add(len(r.Labels) > 0, p.env.T("labels %s", p.look.Mode.Line(strings.Join(r.Labels, " "))))
	add(p.replying[r.Conversation.ID] != "", p.replying[r.Conversation.ID])
	add(p.beside[r.Conversation.ID] != "", p.beside[r.Conversation.ID])
	return join(parts) + ": " + p.lastWords(r)
}

// channel is the channel's name, its code where it has none.
func (p *Pane) channel(r state.Row) string {
	if title := p.look.Mode.Line(p.env.Rules(r.Conversation.ID.Account, r.Conversation.Kind).Title); title != "" {
		return title
	}
	return p.codes(r.Conversation)
}

// waits is since when somebody waits, or when the conversation was last active.
func (p *Pane) waits(r state.Row, now time.Time) string {
	switch {
	case !r.WaitingSince.IsZero():
		waited, late := p.env.Waited(r, now)
		words := p.env.T("waits %s", text.AgeWords(p.env.Look.Language, waited))
		if late >= state.Late {
			words += p.env.T(", late")
		}
		return words
	case r.Active.IsZero():
		return ""
	}
	return text.Clock(p.env.Look.Language, now, r.Active.In(now.Location()))
}

// lastWords are what was said last, or the draft that is begun.
func (p *Pane) lastWords(r state.Row) string {
	preview, ok := r.Preview.Get()
	switch {
	case p.env.Hides(r.Conversation.ID):
		return p.env.Hidden()
	case r.Draft && r.DraftText != "":
		return p.env.T("draft: %s", p.look.Mode.Line(r.DraftText))
	case r.Provisional:
		return p.env.T("first message waits to go out")
	case !ok && r.Checked.IsZero():
		return p.env.T("not read yet")
	case !ok:
		return p.env.T("no messages")
	}
	words := previewText(p.env.Look.Language, preview, p.look.Mode.Line(said.Special(p.env.Look.Language, preview.Kind, preview.Body)), p.env.T("with a file:"))
	if preview.Attachments > 0 && preview.Body == "" {
		words = files(p.env.Look.Language, preview.Attachments)
		if preview.Direction == api.Outbound {
			words = p.env.T("you: %s", words)
		}
	}
	return words
}

// join puts what there is of parts behind each other.
func join(parts []string) string {
	var all []string
	for _, s := range parts {
		if s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, ", ")
}
