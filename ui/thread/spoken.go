package thread

import (
	"fmt"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/said"
	"unibox/ui/spoken"
	"unibox/ui/text"
)

const (
	// mostSpoken is how many messages are followed for what becomes of them.
	mostSpoken = 40
	// mostNew is how many new messages are said when the conversation is opened.
	mostNew = 10
)

// Spoken is the conversation in words; newTo is to whom a first message is written, else
// empty. What is new is said when one comes to it.
func (p *Pane) Spoken(newTo string) spoken.Part {
	part := spoken.Part{ID: fmt.Sprint("thread ", p.id, p.loaded, newTo), Title: p.titleWords(newTo)}
	part.State, _ = p.words()
	if p.finder.On() {
		part.State = p.finder.Spoken()
	}
	i := p.find(p.selected)
	if i < 0 {
		return part
	}
	part.Selected = spoken.Thing{ID: fmt.Sprint(p.items[i].key), Words: p.Says(i)}
	first := max(0, len(p.items)-mostNew)
	for k := first; k < i; k++ {
		if !p.noFresh && p.fresh(k) {
			part.Intro = append(part.Intro, p.Says(k))
		}
	}
	return part
}

// titleWords say with whom, over what, and how the conversation stands.
func (p *Pane) titleWords(newTo string) string {
	if newTo != "" {
		return p.env.T("New conversation with %s", p.look.Mode.Line(newTo))
	}
	if !p.loaded {
		return p.env.T("Conversation")
	}
	c := p.row.Conversation
	parts := []string{p.env.T("Conversation with %s", p.env.Name(c))}
	if title := p.look.Mode.Line(p.env.Rules(c.ID.Account, c.Kind).Title); title != "" {
		parts = append(parts, title)
	}
	if handle := p.env.Personal(c.ID, c.Contact.Handle); handle != "" && handle != p.env.Name(c) {
		parts = append(parts, handle)
	}
	parts = append(parts, env.State(p.env.Look.Language, p.row))
	if with := p.env.With(c); with != "" {
		parts = append(parts, with)
	}
	if words, _, _ := p.freeText(); words != "" {
		parts = append(parts, words)
	}
	if !p.noFresh && p.freshCount > 0 {
		parts = append(parts, p.env.T("%d new", p.freshCount))
	}
	if why := p.look.Mode.Line(p.whyStale()); why != "" {
		parts = append(parts, why)
	}
	return strings.Join(parts, ", ")
}

// Followed are the newest messages, for what comes and what becomes of ours; away: the keys
// go elsewhere.
func (p *Pane) Followed(away bool) spoken.Thread {
	if !p.loaded || p.window.Newer != state.EdgeEnd {
		return spoken.Thread{}
	}
	t := spoken.Thread{ID: fmt.Sprint(p.id), Asked: p.row.Provisional || !p.row.Checked.IsZero()}
	if away {
		t.Title = p.env.T("Conversation with %s", p.env.Name(p.row.Conversation))
	}
	for i := max(0, len(p.items)-mostSpoken); i < len(p.items); i++ {
		it := p.items[i]
		m := spoken.Message{Thing: spoken.Thing{ID: fmt.Sprint(it.key), Words: p.Says(i)}}
		if it.note == nil && !it.Gap && it.Message.Direction == api.Outbound {
			m.Outcome, m.Brief = p.outcome(it), p.env.Excerpt(it.Message.Body)
			if p.env.Privacy.On() { // they all begin alike
				m.When = text.Clock(p.env.Look.Language, p.now(), p.at(i))
			}
		}
		t.Messages = append(t.Messages, m)
	}
	return t
}

// Says is a message in one line: when, who, what, and what became of it.
func (p *Pane) Says(i int) string {
	it := p.items[i]
	when := text.Clock(p.env.Look.Language, p.now(), p.at(i))
	switch {
	case it.note != nil:
		return p.env.T("%s private note by %s: %s", when, p.look.Mode.Line(it.note.Author), p.unnamed(p.look.Mode.Line(it.note.Body)))
	case it.Gap:
		return p.env.T("messages are missing here")
	case it.Message.Kind == api.KindEvent:
		return when + " " + p.unnamed(p.look.Mode.Line(it.Message.Body))
	}
	parts := []string{p.unnamed(p.look.Mode.Line(said.Special(p.env.Look.Language, it.Message.Kind, it.Message.Body)))}
	for k, a := range it.Message.Attachments {
		name := p.fileName(a.Name)
		parts = append(parts, p.env.T("file %s", strings.TrimSpace(name+" "+said.File(p.env.Look.Language, a, text.Size(p.env.Look.Language, a.Size)))))
		if end, _ := p.fileEnd(p.transfer(state.FileOf(it.Message, k))); end != "" {
			parts = append(parts, end)
		}
	}
	if len(parts) == 1 && parts[0] == "" {
		parts[0] = said.Nothing(p.env.Look.Language, it.Message.Kind)
	}
	parts = append(parts, p.extra(it.Message))
	if p.outcome(it) == "" {
		_, word, _ := p.Mark(it.Item)
		parts = append(parts, word)
	}
	parts = append(parts, p.outcome(it))
	return fmt.Sprintf("%s %s: %s", when, p.author(it), sentences(parts))
}

// outcome is what became of a message of ours, "" while that is not settled.
func (p *Pane) outcome(it *item) string {
	if it.note != nil || it.Gap || it.Message.Direction != api.Outbound {
		return ""
	}
	if problem, _ := p.problem(it); problem != "" {
		return strings.TrimSpace(problem)
	}
	if it.Sending != nil && it.Sending.Status != state.Done {
		return ""
	}
	switch _, word, _ := p.Mark(it.Item); it.Message.Delivery {
	case api.DeliverySent, api.DeliveryDelivered, api.DeliveryRead, api.DeliveryFailed, api.DeliveryUncertain:
		return word
	}
	return ""
}

// sentences puts what there is of parts behind each other.
func sentences(parts []string) string {
	var all []string
	for _, s := range parts {
		if s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, "; ")
}

// Prompt is the line on which words to find are typed.
func (p *Pane) Prompt() spoken.Prompt { return p.finder.Prompt() }
