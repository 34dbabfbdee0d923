package reply

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/menu"
	"unibox/ui/preflight"
	"unibox/ui/privacy"
)

// place is the conversation of the box as the guard remembers it.
func (b *Box) place() preflight.Place {
	if f := b.first; f != nil {
		return preflight.Place{ID: b.id, Name: f.Name, Handle: f.To}
	}
	row, _ := b.thread.Row()
	contact := row.Conversation.Contact
	p := preflight.Place{ID: b.id, Name: contact.Name, Handle: contact.Handle}
	for _, m := range b.thread.Messages() {
		p.Texts = append(p.Texts, m.Body)
	}
	return p
}

// mostPasted is how many lines of a text with a paste in it, and of one on the smallest
// screen, go out without a question.
const mostPasted = 15

// mostLines is how many lines go out without a question: not more than a screen holds, and of
// what was pasted few.
func (b *Box) mostLines() int {
	if b.pasted && b.editing.Remote == "" {
		return mostPasted
	}
	return max(mostPasted, b.paneHeight)
}

// preflightEdit saves the message that is edited, unless there is something in it that the
// agent should know first.
func (b *Box) preflightEdit() tea.Cmd {
	still := b.unchanged()
	return b.preflight(b.text.Value(), func() tea.Cmd {
		if !still() {
			return b.env.Warn(b.env.T("not saved: the text is not the one that was asked about"))
		}
		return b.saveEdit()
	})
}

// preflight sends, unless there is something in the text that the agent should know first,
// and has not sent this very text with before.
func (b *Box) preflight(body string, send func() tea.Cmd) tea.Cmd {
	b.guard.Enter(b.place())
	r := preflight.Reply{Body: body, NoFile: len(b.files) == 0 && b.whyNoAttach() == "", Words: b.env.FileWords, Guard: b.guard, MostLines: b.mostLines()}
	if b.editing.Remote != "" {
		r.Original, r.NoFile = b.original, false
	}
	found := b.accepted.New(body, append(preflight.Look(b.env.Look.Language, r), tooLong(b.env.Look.Language, body, b.rules())...))
	if len(found) == 0 {
		return send()
	}
	return b.screen.Dialogs.Open(b.findingsDialog(found, func() tea.Cmd {
		b.accepted.Accept(body, found)
		return send()
	}))
}

// findingsDialog says what was found, and offers to go back, to attach what is missing, or to send all the
// same, which one key does.
func (b *Box) findingsDialog(found []preflight.Finding, send func() tea.Cmd) dialog.Dialog {
	var words []string
	title, anyway := b.env.T("Look at it once more"), b.env.T("Send it as it is")
	items := []menu.Item{{Label: b.env.T("Back to the text"), Value: func() tea.Cmd { return nil }}}
	for _, f := range found {
		words = append(words, b.finding(f)...)
		switch {
		case f.Kind == preflight.Forgotten:
			items = slices.Insert(items, 0, menu.Item{Label: b.env.T("Attach one"), Value: b.openAttach})
		case f.Kind == preflight.Large:
			anyway = b.env.T("Send all of it")
		}
		if len(found) == 1 {
			title = b.findingTitle(f)
		}
	}
	if len(found) == 1 && len(items) == 2 {
		items = items[:1] // esc goes back
	}
	items = append(items, menu.Item{Label: anyway, Right: keymap.KeyName(b.env.Keys.Key(keymap.SendAnyway, keymap.Menu)), Value: send})
	return dialog.NewChoice(title, menu.Options{Text: words, Items: items}, func(it menu.Item) tea.Cmd { return it.Value.(func() tea.Cmd)() }).
		OnSend(send)
}

func (b *Box) findingTitle(f preflight.Finding) string {
	switch f.Kind {
	case preflight.Elsewhere:
		return b.env.T("Is this for %s?", b.to())
	case preflight.Unfilled:
		return b.env.T("Something is still to be filled in")
	case preflight.Forgotten:
		return b.env.T("No file is attached")
	case preflight.Long:
		return b.env.T("Is it too long?")
	}
	return b.env.T("Send %s?", f.What)
}

// finding says what was found.
func (b *Box) finding(f preflight.Finding) []string {
	switch what := b.env.Line(f.What); f.Kind {
	case preflight.Elsewhere:
		return []string{b.env.T("%s. This goes to %s.", b.elsewhere(f), b.to())}
	case preflight.Unfilled:
		return []string{b.env.T("The text says %s.", what)}
	case preflight.Forgotten:
		return []string{b.env.T("You write “%s”, and no file is attached.", what)}
	case preflight.Long:
		return []string{what}
	}
	return b.largeWords(f.What)
}

// elsewhere says what belongs to whom, neither by a name that is masked.
func (b *Box) elsewhere(f preflight.Finding) string {
	what := b.env.Line(f.What)
	if b.env.Hides(f.Of) {
		what = privacy.Names(what, f.Whose, b.env.Look.Mode.Sign())
	}
	whose := b.env.Name(api.Conversation{ID: f.Of, Contact: api.Contact{Name: f.Whose}})
	if strings.EqualFold(what, whose) {
		return b.env.T("You name %s, another customer", b.env.Look.Mode.Cut(what, 30))
	}
	return b.env.T("%s belongs to %s", what, b.env.Look.Mode.Cut(whose, 30))
}

// largeWords say where a large text goes.
func (b *Box) largeWords(size string) []string {
	rules := b.rules()
	words := []string{b.env.T("All of it goes to %s over %s as one message: %s.", b.to(), b.env.Line(rules.Title), size)}
	if rules.MaxFiles > 0 && b.first == nil && b.editing.Remote == "" {
		words = append(words, b.env.T("A long text may be better as a file: %s attaches one.", keymap.KeyName(b.env.Keys.Key(keymap.Attach, keymap.Composer))))
	}
	return words
}

// tooLong is that a text is longer than a kind of channel takes, where that is no word of the
// platform: else it does not go out at all.
func tooLong(say *catalog.Language, body string, rules api.ChannelRules) []preflight.Finding {
	body = strings.TrimSpace(body)
	if !rules.Guessed || !rules.TooLong(body) {
		return nil
	}
	n, unit := rules.Length(body)
	what := say.T("The text is %d %s. As far as is known, %s takes %d: it may be refused.", n, unit, rules.Title, rules.MaxBody)
	return []preflight.Finding{{Kind: preflight.Long, What: what}}
}

// to is who the text goes to.
func (b *Box) to() string {
	if b.first != nil {
		return b.env.Line(b.first.To)
	}
	row, _ := b.thread.Row()
	return b.env.Look.Mode.Cut(b.env.Name(row.Conversation), 30)
}
