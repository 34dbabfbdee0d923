package ui

import (
	"context"
	"maps"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/menu"
)

// adminMsg is what became of connecting, renewing or disconnecting a channel.
type adminMsg struct {
	account api.AccountID
	did     string
	err     error
}

// admins lists the accounts whose channels can be managed.
func (m *Model) admins() []state.SidebarAccount {
	var list []state.SidebarAccount
	for _, a := range m.sidebar.Accounts {
		if m.account(a.ID).Caps.Has(api.CapChannels) {
			list = append(list, a)
		}
	}
	return list
}

func (m *Model) whyNoChannels() string {
	if len(m.admins()) == 0 {
		return "no account here lets its channels be managed"
	}
	return ""
}

func (m *Model) admin(id api.AccountID) api.ChannelAdmin {
	admin, _ := m.account(id).Provider.(api.ChannelAdmin)
	return admin
}

// openChannels lists the channels of every account that can be managed, and
// the kinds that can be connected.
func (m *Model) openChannels() tea.Cmd {
	var items []menu.Item
	line := m.look.Mode.Line
	for _, a := range m.admins() {
		for _, c := range a.Channels {
			items = append(items, menu.Item{Label: m.channelTitle(c.Channel), Detail: line(a.Label), Right: "id " + line(c.Channel.ID.Remote), Value: c.Channel})
		}
		for _, form := range m.admin(a.ID).ChannelForms() {
			items = append(items, menu.Item{Label: "connect " + line(m.traits(a.ID).Rule(form.Kind).Title), Detail: line(a.Label), Value: connectTo{a.ID, form}})
		}
	}
	return m.openSheet(sheet{
		menu: menu.New("Channels", menu.Options{Filter: true, Items: items, Wide: true}),
		choose: func(it menu.Item) tea.Cmd {
			if to, ok := it.Value.(connectTo); ok {
				return m.askField(to, map[string]string{}, "")
			}
			return m.openChannel(it.Value.(api.Channel))
		},
	})
}

// connectTo is a kind of channel to connect on an account.
type connectTo struct {
	account api.AccountID
	form    api.ChannelForm
}

func (m *Model) channelTitle(c api.Channel) string {
	if c.Name != "" {
		return m.look.Mode.Line(c.Name)
	}
	return m.look.Mode.Line(m.traits(c.ID.Account).Rule(c.Kind).Title)
}

// openChannel renews or disconnects a channel.
func (m *Model) openChannel(c api.Channel) tea.Cmd {
	title := m.channelTitle(c)
	items := []menu.Item{{Label: "Renew its credentials", Value: true}, {Label: "Disconnect it", Value: false}}
	form, ok := m.formOf(c)
	if !ok || len(form.Fields) == 0 {
		items[0].Why = "this kind has none to renew"
	}
	return m.openSheet(sheet{
		menu: menu.New(title, menu.Options{Items: items}),
		choose: func(it menu.Item) tea.Cmd {
			if it.Value.(bool) {
				return m.askField(connectTo{c.ID.Account, form}, map[string]string{}, c.ID.Remote)
			}
			return m.askWord("Disconnect "+title+"?", title, "Nothing arrives or goes out on it any more until it is connected again.", func() tea.Cmd {
				return m.administer(c.ID.Account, title+" is disconnected", func(ctx context.Context, a api.ChannelAdmin) error {
					return a.Disconnect(ctx, c.ID)
				})
			})
		},
	})
}

func (m *Model) formOf(c api.Channel) (api.ChannelForm, bool) {
	for _, form := range m.admin(c.ID.Account).ChannelForms() {
		if form.Kind == c.Kind {
			return form, true
		}
	}
	return api.ChannelForm{}, false
}

// askField asks for the next field of a form, then sends the form. What is
// typed into secret fields is masked and kept nowhere.
func (m *Model) askField(to connectTo, filled map[string]string, channel string) tea.Cmd {
	if len(filled) == len(to.form.Fields) {
		m.closeSheet()
		return m.sendForm(to, filled, channel)
	}
	field, title := to.form.Fields[len(filled)], m.look.Mode.Line(m.traits(to.account).Rule(to.form.Kind).Title)
	var words []string
	if note := m.look.Mode.Line(to.form.Note); note != "" {
		words = append(words, note)
	}
	return m.openSheet(sheet{
		menu: menu.New("Connect "+title, menu.Options{Input: true, Secret: field.Secret, Prompt: m.look.Mode.Line(field.Label), Text: words}),
		enter: func(line string) tea.Cmd {
			if line == "" && field.Required {
				m.sheet.menu.SetNote(m.look.Mode.Line(field.Label) + " is needed")
				return nil
			}
			next := maps.Clone(filled)
			next[field.Name] = line
			return m.askField(to, next, channel)
		},
	})
}

func (m *Model) sendForm(to connectTo, filled map[string]string, channel string) tea.Cmd {
	title := m.look.Mode.Line(m.traits(to.account).Rule(to.form.Kind).Title)
	fields := map[string]string{}
	for name, value := range filled {
		if value != "" {
			fields[name] = value
		}
	}
	if channel != "" {
		return m.administer(to.account, title+" has new credentials", func(ctx context.Context, a api.ChannelAdmin) error {
			return a.UpdateChannel(ctx, api.ChannelID{Account: to.account, Remote: channel}, fields)
		})
	}
	return m.administer(to.account, title+" is connected", func(ctx context.Context, a api.ChannelAdmin) error {
		_, err := a.Connect(ctx, to.form.Kind, fields)
		return err
	})
}

func (m *Model) administer(account api.AccountID, did string, do func(context.Context, api.ChannelAdmin) error) tea.Cmd {
	admin := m.admin(account)
	return tea.Batch(m.say("asking "+m.look.Mode.Line(m.traits(account).Label)+"…"), m.reading(func(ctx context.Context) tea.Msg {
		return adminMsg{account, did, do(ctx, admin)}
	}))
}

func (m *Model) administered(msg adminMsg) tea.Cmd {
	if msg.err != nil {
		return m.fail(msg.err)
	}
	m.opt.Engine.Refresh(api.ConversationID{Account: msg.account})
	return m.say(msg.did)
}
