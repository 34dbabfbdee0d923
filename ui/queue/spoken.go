package queue

import (
	"fmt"
	"strings"

	"unibox/ui/spoken"
)

// Spoken is the outbox in words.
func (p *Pane) Spoken() spoken.Part {
	title := p.env.T("Outbox")
	if p.loaded {
		title += ", " + p.env.Plural(p.counts.Total, "%d entry", "%d entries")
	}
	if p.counts.Decide > 0 {
		title += p.env.T(", %d to decide", p.counts.Decide)
	}
	part := spoken.Part{ID: fmt.Sprint("outbox ", p.loaded), Title: title, State: p.words()}
	if e, ok := p.at(p.index); ok {
		part.Selected = spoken.Thing{ID: id(e), Words: p.env.T("%s, %d of %d", p.entryWords(e), p.index+1, len(p.entries))}
	}
	return part
}

// Entries are what is not out, with what of it waits for a person; known: it was read.
func (p *Pane) Entries() (all []spoken.Unsent, known bool) {
	for _, e := range p.entries {
		if e.gone {
			continue
		}
		u := spoken.Unsent{Thing: spoken.Thing{ID: id(e), Words: p.env.Name(e.Conversation) + ": " + p.says(e)}, Conversation: fmt.Sprint(e.Conversation.ID)}
		if e.Decides() {
			u.Decide = strings.TrimSpace(p.whyAll(e))
		}
		all = append(all, u)
	}
	return all, p.loaded && p.err == nil
}

// entryWords are an entry in one line: to whom, what, how it stands, why it waits.
func (p *Pane) entryWords(e entry) string {
	parts := []string{p.env.Name(e.Conversation) + ": " + p.says(e)}
	if e.Message != nil && !e.gone {
		_, word, _ := p.look.Sending(*e.Message, p.env.Planning(), p.progress)
		parts = append(parts, word)
	}
	if by := p.by(e); by != "" {
		parts = append(parts, p.env.T("sent off by %s", by))
	}
	if when, _ := p.when(e); when != "" {
		parts = append(parts, when)
	}
	if why := p.whyAll(e); why != "" {
		parts = append(parts, why)
	}
	return strings.Join(parts, ", ")
}

func id(e entry) string {
	switch {
	case e.Message != nil:
		return fmt.Sprint("message ", e.Message.ID)
	case e.Change != nil:
		return fmt.Sprint("change ", e.Change.ID)
	}
	return ""
}
