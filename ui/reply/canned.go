package reply

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state/canned"
	"unibox/ui/dialog"
	"unibox/ui/lang"
)

// openCanned offers the saved replies.
func (b *Box) openCanned() tea.Cmd {
	row, _ := b.thread.Row()
	d := dialog.NewCanned(b.env, row.Conversation.Kind, b.id.Account, b.language(), func(r canned.Reply) tea.Cmd { return b.fillIn(r, b.known(), filling{}) })
	b.screen.Dialogs.Open(d)
	return d.Ask()
}

// language is that of the customer's last words, as far as it can be guessed.
func (b *Box) language() string {
	for _, m := range slices.Backward(b.thread.Messages()) {
		if m.Direction == api.Inbound && m.Kind != api.KindEvent && m.Body != "" {
			if tag := lang.Guess(m.Body); tag != "" {
				return tag
			}
		}
	}
	return ""
}

// known is what saved replies can say of the customer and of today.
func (b *Box) known() map[string]string {
	row, _ := b.thread.Row()
	now, contact := b.env.Now(), row.Conversation.Contact
	if f := b.first; f != nil {
		contact.Name, contact.Handle = "", f.To
	}
	return map[string]string{
		"name": b.env.Line(contact.Name), "first": firstName(b.env.Line(contact.Name)), "handle": b.env.Line(contact.Handle),
		"channel": b.env.Line(b.rules().Title), "account": b.env.Label(b.id.Account),
		"date": now.Format("2 Jan 2006"), "time": now.Format("15:04"), "weekday": now.Format("Monday"),
	}
}

// firstName is the first word of a name, if it is a name and no number, address or login.
func firstName(name string) string {
	word, _, _ := strings.Cut(name, " ")
	for _, r := range word {
		if !unicode.IsLetter(r) && !strings.ContainsRune("-'’.", r) {
			return ""
		}
	}
	return word
}

// filling is how a saved reply gets into the box.
type filling struct {
	// instead is the name before the cursor that the reply takes the place of, if it
	// still stands there; until then it stays.
	instead string
	// then goes on once the reply is in the box; nil for nothing.
	then func() tea.Cmd
}

// fillIn asks for what nobody knows, one thing after the other, and then inserts the reply.
// Answers are kept until then, so that a question that was left costs none of them.
func (b *Box) fillIn(r canned.Reply, known map[string]string, how filling) tea.Cmd {
	visit := b.visit
	text, missing := r.Fill(known)
	if len(missing) == 0 {
		b.offers.answered = nil
		put := b.insert(text, r.Files, how)
		if how.then == nil {
			return put
		}
		return tea.Batch(put, how.then())
	}
	name := missing[0]
	asked := question{r.Title, strings.ToLower(name)}
	d := dialog.NewLine(b.env.T("Insert “%s”", b.env.Line(r.Title)), b.env.Line(name), b.env.Line(text),
		func(line string) string {
			if strings.TrimSpace(line) == "" {
				return b.env.T("type what stands there, or esc to insert nothing")
			}
			return ""
		},
		func(line string) tea.Cmd {
			if visit != b.visit {
				return b.env.Warn(b.env.T("not inserted: another conversation is open"))
			}
			known[asked.name] = strings.TrimSpace(line)
			b.offers.remember(asked, known[asked.name])
			return b.fillIn(r, known, how)
		})
	d.SetValue(b.offers.answered[asked])
	return b.screen.Dialogs.Open(d)
}

// insert puts a text at the cursor, apart from what is there, and attaches files.
func (b *Box) insert(text string, files []string, how filling) tea.Cmd {
	if !strings.HasSuffix(b.text.Before(), how.instead) {
		how.instead = ""
	}
	paste := b.putApart(how.instead, text)
	if len(files) == 0 {
		return paste
	}
	if why := b.whyNoAttach(); why != "" {
		return tea.Batch(paste, b.env.Warn(b.env.T("its files are not attached: %s", why)))
	}
	return tea.Batch(paste, b.attach(files))
}
