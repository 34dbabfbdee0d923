package dialog

import (
	"context"
	"maps"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// channelAdmin is the management of channels: what is connected, and forms to
// connect more.
type channelAdmin struct{ env *env.Env }

// managedMsg is what became of connecting, renewing or disconnecting a channel.
type managedMsg struct {
	env     *env.Env
	account api.AccountID
	did     string
	err     error
}

// NewChannels lists the channels of accounts that can be managed, and the kinds
// that can be connected.
func NewChannels(e *env.Env, accounts []state.SidebarAccount) *Picker {
	a := channelAdmin{e}
	var items []menu.Item
	for _, account := range accounts {
		label := e.Line(account.Label)
		for _, c := range account.Channels {
			items = append(items, menu.Item{Label: a.title(c.Channel), Detail: label, Right: e.T("id %s", e.Line(c.Channel.ID.Remote)), Value: c.Channel})
		}
		for _, form := range a.of(account.ID).ChannelForms() {
			to := emptyForm(account.ID, form)
			items = append(items, menu.Item{Label: e.T("connect %s", a.kind(to)), Detail: label, Value: to})
		}
	}
	return newPicker(menu.New(e.T("Channels"), menu.Options{Filter: true, Items: items, Wide: true}), func(p *Picker, it menu.Item) tea.Cmd {
		if to, ok := it.Value.(connectTo); ok {
			return a.begin(p, to)
		}
		return p.next(a.channel(it.Value.(api.Channel)))
	})
}

// connectTo is a form for a channel of an account that is being filled in.
type connectTo struct {
	account api.AccountID
	form    api.ChannelForm
	filled  map[string]string
	// channel gets new credentials; with none a channel is connected.
	channel string
}

func emptyForm(account api.AccountID, form api.ChannelForm) connectTo {
	return connectTo{account: account, form: form, filled: map[string]string{}}
}

func (a channelAdmin) of(id api.AccountID) api.ChannelAdmin {
	admin, _ := a.env.Account(id).Provider.(api.ChannelAdmin)
	return admin
}

// pairer is nil for an account that connects no channels in two steps.
func (a channelAdmin) pairer(id api.AccountID) api.Pairer {
	pairer, _ := a.env.Account(id).Provider.(api.Pairer)
	return pairer
}

func (a channelAdmin) kind(to connectTo) string {
	return a.env.Line(a.env.Rules(to.account, to.form.Kind).Title)
}

func (a channelAdmin) title(c api.Channel) string {
	if c.Name != "" {
		return a.env.Line(c.Name)
	}
	return a.env.Line(a.env.Rules(c.ID.Account, c.Kind).Title)
}

// channel renews or disconnects a channel, or shows how far it is connected.
func (a channelAdmin) channel(c api.Channel) *Picker {
	type choice func(p *Picker) tea.Cmd
	title := a.title(c)
	form, ok := a.formOf(c)
	to := emptyForm(c.ID.Account, form)
	to.channel = c.ID.Remote
	items := []menu.Item{
		{Label: a.env.T("Renew its credentials"), Value: choice(func(p *Picker) tea.Cmd { return a.fill(&p.Box, to) })},
		{Label: a.env.T("Disconnect it"), Value: choice(func(p *Picker) tea.Cmd { return p.next(a.disconnect(c, title)) })},
	}
	if !ok || len(form.Fields) == 0 {
		items[0].Why = a.env.T("this kind has none to renew")
	}
	if pairer := a.pairer(c.ID.Account); pairer != nil && form.Waits {
		items = append([]menu.Item{{Label: a.env.T("Show whether it is connected, and what is left to do"), Value: choice(func(p *Picker) tea.Cmd {
			d := newPair(a, emptyForm(c.ID.Account, form))
			d.there = true
			p.next(d)
			return d.ask(func(ctx context.Context) (api.Pairing, error) { return pairer.Pairing(ctx, c.ID) })
		})}}, items...)
	}
	return newPicker(menu.New(title, menu.Options{Items: items}), func(p *Picker, it menu.Item) tea.Cmd {
		return it.Value.(choice)(p)
	})
}

// disconnect asks before it disconnects a channel.
func (a channelAdmin) disconnect(c api.Channel, title string) *Word {
	return NewWord(a.env.Look.Language, a.env.T("Disconnect %s?", title), title, a.env.T("Nothing arrives or goes out on it any more until it is connected again."), func() tea.Cmd {
		return a.manage(c.ID.Account, a.env.T("%s is disconnected", title), func(ctx context.Context, admin api.ChannelAdmin) error {
			return admin.Disconnect(ctx, c.ID)
		})
	})
}

func (a channelAdmin) formOf(c api.Channel) (api.ChannelForm, bool) {
	for _, form := range a.of(c.ID.Account).ChannelForms() {
		if form.Kind == c.Kind {
			return form, true
		}
	}
	return api.ChannelForm{}, false
}

// begin asks for the first field of a form or, where there is none, whether to connect
// at all: somebody has to do something then.
func (a channelAdmin) begin(p *Picker, to connectTo) tea.Cmd {
	if len(to.form.Fields) > 0 {
		return a.fill(&p.Box, to)
	}
	s := p.stack
	return p.next(NewQuestion(a.env.Look.Language, a.env.T("Connect %s?", a.kind(to)), a.note(to), a.env.T("Connect it"), func() tea.Cmd { return a.send(s, to) }))
}

// note is what happens after connecting, in rows of a dialog.
func (a channelAdmin) note(to connectTo) []string {
	if note := a.env.Line(a.env.Sentence(to.form.Note)); note != "" {
		return []string{note}
	}
	return nil
}

// fill asks for the next field of a form, then sends the form.
func (a channelAdmin) fill(before *Box, to connectTo) tea.Cmd {
	if len(to.filled) == len(to.form.Fields) {
		s := before.stack
		before.Close()
		return a.send(s, to)
	}
	return before.next(a.field(to))
}

// field is a dialog for one field of a form. What is typed into secret fields is masked and
// kept nowhere.
type field struct {
	Box
	admin channelAdmin
	to    connectTo
}

// field asks for the next field.
func (a channelAdmin) field(to connectTo) *field {
	f := to.form.Fields[len(to.filled)]
	return &field{admin: a, to: to, Box: Box{Menu: menu.New(a.env.T("Connect %s", a.kind(to)),
		menu.Options{Input: true, Secret: f.Secret, Prompt: a.env.Line(a.env.Sentence(f.Label)), Text: a.about(to, f)})}}
}

// about is what to know before a field is filled in.
func (a channelAdmin) about(to connectTo, f api.ChannelField) []string {
	if f.Required {
		return a.note(to)
	}
	return append(a.note(to), a.env.T("This may be left empty."))
}

// Choose implements Dialog; there is nothing to choose.
func (d *field) Choose(menu.Item) tea.Cmd { return nil }

// Enter implements enterer.
func (d *field) Enter(line string) tea.Cmd {
	f := d.to.form.Fields[len(d.to.filled)]
	if line == "" && f.Required {
		d.SetNote(d.admin.env.T("%s is required", d.admin.env.Line(d.admin.env.Sentence(f.Label))))
		return nil
	}
	to := d.to
	to.filled = maps.Clone(to.filled)
	to.filled[f.Name] = line
	return d.admin.fill(&d.Box, to)
}

// send sends a filled form. Where the platform then waits for somebody, what it waits
// for is shown.
func (a channelAdmin) send(s *Stack, to connectTo) tea.Cmd {
	fields := map[string]string{}
	for name, value := range to.filled {
		if value != "" {
			fields[name] = value
		}
	}
	if to.channel != "" {
		return a.manage(to.account, a.env.T("%s has new credentials", a.kind(to)), func(ctx context.Context, admin api.ChannelAdmin) error {
			return admin.UpdateChannel(ctx, api.ChannelID{Account: to.account, Remote: to.channel}, fields)
		})
	}
	if pairer := a.pairer(to.account); pairer != nil && to.form.Waits {
		d := newPair(a, to)
		s.Open(d)
		return d.ask(func(ctx context.Context) (api.Pairing, error) { return pairer.Pair(ctx, to.form.Kind, fields) })
	}
	return a.manage(to.account, a.added(to), func(ctx context.Context, admin api.ChannelAdmin) error {
		_, err := admin.Connect(ctx, to.form.Kind, fields)
		return err
	})
}

// added says what the platform's answer means. That a channel was added does not say
// that it works; where the platform waits for somebody, that is said.
func (a channelAdmin) added(to connectTo) string {
	note := a.env.Line(a.env.Sentence(to.form.Note))
	switch {
	case to.form.Waits:
		return a.env.T("%s is not connected yet: %s", a.kind(to), note)
	case note != "":
		return a.env.T("%s was added. %s", a.kind(to), note)
	}
	return a.env.T("%s was added; its first message shows whether it works", a.kind(to))
}

func (a channelAdmin) manage(account api.AccountID, did string, do func(context.Context, api.ChannelAdmin) error) tea.Cmd {
	e, admin := a.env, a.of(account)
	return tea.Batch(e.Say(a.env.T("asking %s…", e.Label(account))), e.Read(func(ctx context.Context) tea.Msg {
		return managedMsg{e, account, did, do(ctx, admin)}
	}))
}

func (msg managedMsg) arrive(*Stack) tea.Cmd {
	if msg.err != nil {
		return msg.env.Fail(msg.err)
	}
	msg.env.Engine.Refresh(api.ConversationID{Account: msg.account})
	return msg.env.Say(msg.did)
}
