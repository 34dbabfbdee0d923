package dialog

import (
	"context"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// New is what writing first to somebody needs of the screen.
type New struct {
	Env *env.Env
	// Open shows the conversation that there is already.
	Open func(state.Row) tea.Cmd
	// Write opens the reply box for a first message.
	Write func(state.First) tea.Cmd
}

// Start asks for the channel, if there is more than one, then for the address.
func (n New) Start(s *Stack, channels []api.Channel) tea.Cmd {
	if len(channels) == 1 {
		return n.address(s, channels[0])
	}
	return s.Open(n.channel(channels))
}

// channel asks on which channel to write.
func (n New) channel(channels []api.Channel) *Picker {
	e := n.Env
	items := make([]menu.Item, len(channels))
	for i, c := range channels {
		items[i] = menu.Item{Label: e.Line(e.Rules(c.ID.Account, c.Kind).Title), Detail: e.Line(string(c.ID.Account)), Value: c}
		if name := e.Line(c.Name); name != "" {
			items[i].Label += " " + e.Look.Marks.Dot + " " + name
		}
	}
	return newPicker(menu.New("Write first on", menu.Options{Filter: true, Items: items}), func(p *Picker, it menu.Item) tea.Cmd {
		s := p.stack
		p.Close()
		return n.address(s, it.Value.(api.Channel))
	})
}

// address asks for whom to write to, as the channel names people.
func (n New) address(s *Stack, c api.Channel) tea.Cmd {
	first := state.First{Channel: c.ID, Kind: c.Kind}
	if n.Env.Rules(c.ID.Account, c.Kind).First != api.AddressContact {
		return s.Open(newNumber(n, first))
	}
	directory, ok := n.Env.Account(c.ID.Account).Provider.(api.Directory)
	if !ok {
		return n.Env.Say("the platform has no contact list to choose from")
	}
	d := newContact(n, first, directory)
	s.Open(d)
	return d.Ask()
}

// newContact chooses from the platform's book whom to write first to.
func newContact(n New, first state.First, directory api.Directory) *Lookup {
	m := menu.New("Write first to", menu.Options{Input: true, Prompt: "name", Empty: "Nobody in the contact list has this name."})
	d := newLookup(n.Env, m, func(ctx context.Context, line string) ([]menu.Item, error) {
		page, err := directory.Contacts(ctx, line, api.PageRequest{Limit: 30})
		return contactItems(n.Env, page.Items), err
	})
	d.searches = true
	d.choose = func(it menu.Item) tea.Cmd {
		contact := it.Value.(api.Contact)
		first.To, first.Name = contact.Remote, contact.Name
		return n.find(d, first)
	}
	return d
}

// number asks for a phone number.
type number struct {
	Box
	flow  New
	first state.First
}

func newNumber(n New, first state.First) *number {
	title := n.Env.Line(n.Env.Rules(first.Channel.Account, first.Kind).Title)
	return &number{flow: n, first: first, Box: Box{Menu: menu.New("Write first on "+title, menu.Options{Input: true, Prompt: "phone",
		Text: []string{"The number with its country code, such as +7 925 000-00-01. Your message is written next."}})}}
}

// Choose implements Dialog; there is nothing to choose.
func (d *number) Choose(menu.Item) tea.Cmd { return nil }

// Typed implements typist.
func (d *number) Typed(line string) tea.Cmd {
	d.SetNote(numberNote(line))
	return nil
}

// Enter implements enterer.
func (d *number) Enter(line string) tea.Cmd {
	digits, err := env.PhoneDigits(line)
	if err != nil {
		d.SetNote(err.Error())
		return nil
	}
	d.first.To = digits
	return d.flow.find(d, d.first)
}

func numberNote(line string) string {
	if digits, err := env.PhoneDigits(line); err == nil {
		return "+" + digits
	} else if strings.IndexFunc(line, unicode.IsLetter) >= 0 {
		return err.Error()
	}
	return ""
}

// existingMsg is what was found of a conversation with an address.
type existingMsg struct {
	of    Dialog
	flow  New
	first state.First
	row   state.Row
	found bool
	err   error
}

// find looks whether there is a conversation with the address already.
func (n New) find(of Dialog, first state.First) tea.Cmd {
	return n.Env.Read(func(ctx context.Context) tea.Msg {
		row, found, err := n.Env.Existing(ctx, first)
		return existingMsg{of, n, first, row, found, err}
	})
}

// arrive opens the conversation there is, or the box for a first message.
func (msg existingMsg) arrive(s *Stack) tea.Cmd {
	if !s.has(msg.of) {
		return nil
	}
	msg.of.box().Close()
	e := msg.flow.Env
	switch {
	case msg.err != nil:
		return e.Fail(msg.err)
	case msg.found:
		return tea.Batch(msg.flow.Open(msg.row), e.Say("there is already a conversation with "+e.Name(msg.row.Conversation)))
	}
	return msg.flow.Write(msg.first)
}
