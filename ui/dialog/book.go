package dialog

import (
	"context"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// contactBook is the platform's book of an account, to add to and to change.
type contactBook struct {
	env     *env.Env
	account api.AccountID
	keeper  api.Bookkeeper
}

// bookOf is the book of an account; none where it cannot be kept.
func bookOf(e *env.Env, account api.AccountID) (contactBook, bool) {
	a := e.Account(account)
	keeper, ok := a.Provider.(api.Bookkeeper)
	return contactBook{e, account, keeper}, ok && a.Caps.Has(api.CapBook)
}

// bookForm is an entry of the book that is being filled in.
type bookForm struct {
	contactBook
	title  string
	fields []api.ChannelField
	filled map[string]string
	send   func(ctx context.Context, fields map[string]string) (api.Contact, error)
	then   func(api.Contact) tea.Cmd
	// says: then opens nothing, so that it is called also where the question was left.
	says bool
}

// additions are the choices to add to the book: then gets what was added.
func (b contactBook) additions(channel api.ChannelID, then func(api.Contact) tea.Cmd) (items []menu.Item) {
	for _, form := range b.keeper.BookForms() {
		items = append(items, menu.Item{Label: b.env.T("add a %s to the contact list", b.env.Line(form.Kind)), Value: b.adding(form, channel, nil, then)})
	}
	return items
}

// adding is the form for a new entry, of which some is known.
func (b contactBook) adding(form api.BookForm, channel api.ChannelID, known map[string]string, then func(api.Contact) tea.Cmd) bookForm {
	fields := slices.DeleteFunc(slices.Clone(form.Add), func(f api.ChannelField) bool { return known[f.Name] != "" })
	return bookForm{contactBook: b, title: b.env.T("Add a %s", b.env.Line(form.Kind)), fields: fields, filled: known, then: then,
		send: func(ctx context.Context, fields map[string]string) (api.Contact, error) {
			return b.keeper.AddToBook(ctx, channel, form.Kind, fields)
		}}
}

// about are the choices about whom a conversation is with.
func (b contactBook) about(c api.Conversation) (items []menu.Item) {
	kind := api.BookContact
	if c.Group {
		kind = api.BookGroup
	}
	channel, _ := c.Channel.Get()
	for _, form := range b.keeper.BookForms() {
		switch {
		case form.Kind != kind:
			continue
		case len(form.Change) == 0 && c.Contact.Handle != "":
			save := b.adding(form, channel, map[string]string{"phone": c.Contact.Handle}, b.kept(b.env.T("saved in the contact list")))
			save.says = true
			items = append(items, menu.Item{Label: b.env.T("Save the number in the contact list"), Value: save})
		case len(form.Change) > 0 && c.Contact.Remote != "":
			items = append(items, menu.Item{Label: b.env.T("Change the %s in the contact list", kind), Value: bookForm{contactBook: b, title: b.env.T("Change %s", b.env.Name(c)), fields: form.Change, says: true,
				then: b.kept(b.env.T("changed in the contact list")), send: func(ctx context.Context, fields map[string]string) (api.Contact, error) {
					now, err := b.keeper.ChangeInBook(ctx, kind, c.Contact.Remote, fields)
					return now, b.env.Noted(err, c.ID, "changing the entry in the contact list")
				}}})
		}
		if form.Removes != "" && c.Contact.Remote != "" {
			items = append(items, menu.Item{Label: b.env.T("Remove the %s from the contact list", kind), Value: b.removing(form, c)})
		}
	}
	return items
}

// removing asks for the name before an entry is removed.
func (b contactBook) removing(form api.BookForm, c api.Conversation) *Word {
	name := b.env.Name(c)
	return NewWord(b.env.Look.Language, b.env.T("Remove %s from the contact list?", name), name, b.env.Line(form.Removes), func() tea.Cmd {
		return b.env.Read(func(ctx context.Context) tea.Msg {
			return managedMsg{b.env, b.account, b.env.T("%s is removed from the contact list", name), b.env.Noted(b.keeper.RemoveFromBook(ctx, form.Kind, c.Contact.Remote), c.ID, "removing from the contact list")}
		})
	})
}

// kept says what was done with an entry, and has the platform asked how it is now.
func (b contactBook) kept(did string) func(api.Contact) tea.Cmd {
	return func(c api.Contact) tea.Cmd {
		b.env.Engine.Refresh(api.ConversationID{Account: b.account})
		return b.env.Say(b.env.T("%s is %s", b.env.Line(c.Name), did))
	}
}

// chooseBook opens what a choice about the book leads to; it reports false for any other.
// A name that was looked for is there already.
func chooseBook(before *Box, it menu.Item) (cmd tea.Cmd, ours bool) {
	switch to := it.Value.(type) {
	case bookForm:
		typed, field := before.Value(), to.field()
		if _, err := env.PhoneDigits(nil, typed); err != nil {
			field.SetValue(typed)
		}
		return before.next(field), true
	case *Word:
		return before.next(to), true
	}
	return nil, false
}

// field is the dialog for the next field.
func (f bookForm) field() *bookField {
	at := f.fields[0]
	text := []string{}
	if !at.Required {
		text = append(text, f.env.T("This may be left empty."))
	}
	return &bookField{form: f, Box: Box{Menu: menu.New(f.title, menu.Options{Input: true, Secret: at.Secret, Prompt: f.env.Line(at.Label), Text: text})}}
}

// bookField asks for one field.
type bookField struct {
	Box
	form bookForm
	busy bool
}

// bookMsg is what became of an entry.
type bookMsg struct {
	of      *bookField
	contact api.Contact
	err     error
}

// Choose implements Dialog; there is nothing to choose.
func (d *bookField) Choose(menu.Item) tea.Cmd { return nil }

// Enter implements enterer. What the platform refuses can be typed again.
func (d *bookField) Enter(line string) tea.Cmd {
	f := d.form
	at := f.fields[0]
	switch {
	case d.busy:
		return nil
	case line == "" && at.Required:
		d.SetNote(f.env.T("%s is required", f.env.Line(at.Label)))
		return nil
	}
	filled := maps.Clone(f.filled)
	if filled == nil {
		filled = map[string]string{}
	}
	if line != "" {
		filled[at.Name] = line
	}
	if len(f.fields) > 1 {
		f.fields, f.filled = f.fields[1:], filled
		return d.next(f.field())
	}
	d.busy = true
	d.SetBusy(f.env.T("asking %s…", f.env.Label(f.account)))
	return f.env.Read(func(ctx context.Context) tea.Msg {
		contact, err := f.send(ctx, filled)
		return bookMsg{d, contact, err}
	})
}

func (msg bookMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	d.busy = false
	switch there := s.has(d); {
	case msg.err != nil && there:
		d.SetBusy("")
		d.SetNote(s.env.Explain(msg.err))
		return nil
	case msg.err != nil:
		return d.form.env.Fail(msg.err)
	case !there && !d.form.says:
		return d.form.env.Say(s.env.T("%s is in the contact list", d.form.env.Line(msg.contact.Name)))
	}
	d.Close()
	return d.form.then(msg.contact)
}
