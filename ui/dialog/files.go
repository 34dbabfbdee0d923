package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// filesOf is the choice of the files of a conversation.
type filesOf struct {
	env   *env.Env
	conv  api.Conversation
	filer api.Filer
}

// fileChoices is the way to the files of a conversation; none where the platform lists
// none.
func fileChoices(e *env.Env, c api.Conversation) []menu.Item {
	a := e.Account(c.ID.Account)
	filer, ok := a.Provider.(api.Filer)
	if !ok || !a.Caps.Has(api.CapFiles) {
		return nil
	}
	return []menu.Item{{Label: e.T("Files of this conversation"), Value: filesOf{e, c, filer}}}
}

// name is what a file is called.
func (f filesOf) name(file api.StoredFile) string { return f.env.FileName(f.conv.ID, file.Name) }

// list lists the files. Its Ask is to be called once when it is open.
func (f filesOf) list() *Lookup {
	m := menu.New(f.env.T("Files of %s", f.env.Name(f.conv)), menu.Options{Filter: true, Wide: true, Empty: f.env.T("There are no files in this conversation.")})
	d := newLookup(f.env, m, func(ctx context.Context, _ string) ([]menu.Item, error) {
		files, err := f.filer.Files(ctx, f.conv.ID)
		items := make([]menu.Item, len(files))
		for i, file := range files {
			items[i] = menu.Item{Label: f.name(file), Detail: text.Size(f.env.Look.Language, file.Size), Right: clock(f.env.Look.Language, file.At), Value: file}
		}
		return items, err
	})
	d.keeps = true
	d.choose = func(it menu.Item) tea.Cmd { return d.next(f.file(it.Value.(api.StoredFile))) }
	return d
}

// file offers what can be done with a file.
func (f filesOf) file(file api.StoredFile) *Picker {
	name := f.name(file)
	items := []menu.Item{{Label: f.env.T("Save it on this machine"), Value: f.save}}
	if f.env.Settings.Rights.Refuse(state.RightsSend) == nil && !f.env.Settings.ReadOnly {
		items = append(items, menu.Item{Label: f.env.T("Rename it at the platform"), Value: f.rename}, menu.Item{Label: f.env.T("Delete it at the platform, for everyone"), Value: f.remove})
	}
	return newPicker(menu.New(name, menu.Options{Items: items}), func(p *Picker, it menu.Item) tea.Cmd {
		return it.Value.(func(*Picker, api.StoredFile) tea.Cmd)(p, file)
	})
}

// savedFileMsg is what became of saving a file.
type savedFileMsg struct {
	env  *env.Env
	name string
	to   state.Transfer
	err  error
}

func (f filesOf) save(p *Picker, file api.StoredFile) tea.Cmd {
	p.Close()
	e, name := f.env, f.name(file)
	of := state.FileID{Message: file.Message, File: file.Remote}
	if of.Message.Account == "" {
		of.Message.Account = f.conv.ID.Account
	}
	return tea.Batch(e.Say(f.env.T("downloading %s", name)), func() tea.Msg {
		to, err := e.Files.Save(e.Ctx, of, file.Attachment)
		return savedFileMsg{e, name, to, err}
	})
}

func (msg savedFileMsg) arrive(*Stack) tea.Cmd {
	switch {
	case msg.err != nil:
		return msg.env.Warn(msg.env.T("%s was not saved: %s", msg.name, msg.env.Explain(msg.err)))
	case msg.to.Odd != "":
		return msg.env.Warn(msg.env.T("saved as %s; careful: %s", text.ShortPath(msg.to.Path), msg.env.Sentence(msg.to.Odd)))
	}
	return msg.env.Say(msg.env.T("saved as %s", text.ShortPath(msg.to.Path)))
}

func (f filesOf) rename(p *Picker, file api.StoredFile) tea.Cmd {
	b := contactBook{env: f.env, account: f.conv.ID.Account}
	form := bookForm{contactBook: b, title: f.env.T("Rename %s", f.name(file)), fields: []api.ChannelField{{Name: f.env.T("name"), Label: f.env.T("new name"), Required: true}}}
	form.send = func(ctx context.Context, fields map[string]string) (api.Contact, error) {
		now, err := f.filer.RenameFile(ctx, file, fields["name"])
		return api.Contact{Name: now.Name}, f.env.Noted(err, f.conv.ID, "renaming the file "+file.Name+" to "+now.Name)
	}
	form.says = true
	form.then = func(c api.Contact) tea.Cmd { return f.done(f.env.T("the file is called %s now", f.env.Line(c.Name))) }
	field := form.field()
	field.SetValue(file.Name)
	return p.next(field)
}

func (f filesOf) remove(p *Picker, file api.StoredFile) tea.Cmd {
	name := f.name(file)
	words := []string{f.env.T("It is deleted for everyone, also from its message, for good.")}
	return p.next(NewQuestion(f.env.Look.Language, f.env.T("Delete %s?", name), words, f.env.T("Delete it"), func() tea.Cmd {
		return f.env.Read(func(ctx context.Context) tea.Msg {
			return deletedFileMsg{f, name, f.env.Noted(f.filer.DeleteFile(ctx, file), f.conv.ID, "deleting the file "+file.Name+" for everyone")}
		})
	}))
}

// deletedFileMsg is what became of deleting a file.
type deletedFileMsg struct {
	of   filesOf
	name string
	err  error
}

func (msg deletedFileMsg) arrive(*Stack) tea.Cmd {
	if msg.err != nil {
		return msg.of.env.Fail(msg.err)
	}
	return msg.of.done(msg.of.env.T("%s is deleted", msg.name))
}

// done says what was done, and has the conversation read as it is now.
func (f filesOf) done(did string) tea.Cmd {
	f.env.Engine.Refresh(f.conv.ID)
	return f.env.Say(did)
}

// chooseFiles opens the list of files; it reports false for any other choice.
func chooseFiles(before *Box, it menu.Item) (cmd tea.Cmd, ours bool) {
	to, ours := it.Value.(filesOf)
	if !ours {
		return nil, false
	}
	d := to.list()
	return tea.Batch(before.next(d), d.Ask()), true
}
