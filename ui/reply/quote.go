package reply

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/text"
)

// quoteLength is how much of a quoted message a draft keeps, in characters.
const quoteLength = 200

// WhyNoQuote is the reason for which no message can be quoted in the box now.
func (b *Box) WhyNoQuote() string {
	if why := b.WhyNoEdit(); why != "" {
		return why
	}
	if b.editing.Remote != "" {
		return b.env.T("not while a message is edited")
	}
	return b.screen.WhyNot()
}

// Quote lets the reply in the box answer a message, whose author is called name. What
// is typed stays.
func (b *Box) Quote(m api.Message, name string) tea.Cmd {
	words := text.Safe(m.Body)
	if words == "" && len(m.Attachments) > 0 {
		words = m.Attachments[0].Name
	}
	if r := []rune(words); len(r) > quoteLength {
		words = string(r[:quoteLength])
	}
	b.quote = state.Quote{Message: m.ID.Remote, Author: name, Text: words}
	b.screen.Compose()
	return b.requoted()
}

// mostQuotedLines is how many lines of a message are quoted in the text.
const mostQuotedLines = 3

// QuoteText puts how a message begins into the text, as lines behind >, for a platform that
// cannot show what a reply answers. Which message that is, is kept with the reply as long as
// the lines stand there.
func (b *Box) QuoteText(m api.Message, name string) tea.Cmd {
	words := strings.TrimSpace(text.Safe(m.Body))
	more := false
	if r := []rune(words); len(r) > quoteLength {
		words, more = string(r[:quoteLength]), true
	}
	lines := strings.Split(words, "\n")
	if len(lines) > mostQuotedLines {
		lines, more = lines[:mostQuotedLines], true
	}
	quoted := "> " + strings.Join(lines, "\n> ")
	if more {
		quoted += "…"
	}
	if b.text.Before() != "" {
		quoted = "\n" + quoted
	}
	b.quote = state.Quote{Message: m.ID.Remote, Author: name, Text: lines[0], InText: true}
	b.screen.Compose()
	return b.put(quoted + "\n")
}

// unquote takes the quote away; the text stays.
func (b *Box) unquote() tea.Cmd {
	b.quote = state.Quote{}
	return tea.Batch(b.requoted(), b.env.Say(b.env.T("the reply quotes nothing any more")))
}

// requoted follows a change of the quote, which is saved with the text.
func (b *Box) requoted() tea.Cmd {
	b.dirty = b.dirty || !b.Empty()
	return b.edited()
}
