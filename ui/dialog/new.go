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
	return newPicker(menu.New(n.Env.T("Write first on"), menu.Options{Filter: true, Items: items}), func(p *Picker, it menu.Item) tea.Cmd {
		s := p.stack
		p.Close()
		return n.address(s, it.Value.(api.Channel))
	})
}

// address asks for whom to write to, as the channel names people.
func (n New) address(s *Stack, c api.Channel) tea.Cmd {
	first := state.First{Channel: c.ID, Kind: c.Kind}
	directory, ok := n.Env.Account(c.ID.Account).Provider.(api.Directory)
	var d *Lookup
	switch byContact := n.Env.Rules(c.ID.Account, c.Kind).First == api.AddressContact; {
	case byContact && !ok:
		return n.Env.Say(n.Env.T("the platform has no contact list to choose from"))
	case byContact:
		d = newContact(n, first, directory)
	case ok:
		d = newNumberOrName(n, first, directory)
	default:
		return s.Open(newNumber(n, first))
	}
	s.Open(d)
	return d.Ask()
}

// newNumberOrName asks for a phone number, or chooses one from the platform's book.
func newNumberOrName(n New, first state.First, directory api.Directory) *Lookup {
	m := menu.New(writeFirstOn(n, first), menu.Options{Input: true, Prompt: n.Env.T("phone or name"), Empty: n.Env.T("Nobody in the contact list."),
		Text: []string{n.Env.T("The number with its country code, or a name of the contact list. Your message is written next.")}})
	d := newLookup(n.Env, m, func(ctx context.Context, line string) ([]menu.Item, error) {
		page, err := directory.Contacts(ctx, line, api.PageRequest{Limit: 30})
		return append(contactItems(n.Env, page.Items), n.additions(first)...), err
	})
	d.searches, d.hint = true, wholeNumber
	d.direct = func(line string) (tea.Cmd, bool) {
		digits, err := env.PhoneDigits(n.Env.Look.Language, line)
		to := first // a copy: the platform is being asked with first meanwhile
		to.To = digits
		return n.find(d, to), err == nil
	}
	d.choose = func(it menu.Item) tea.Cmd {
		if cmd, ours := chooseBook(&d.Box, it); ours {
			return cmd
		}
		contact := it.Value.(api.Contact)
		cmd, ok := d.direct(contact.Handle)
		if !ok {
			return n.Env.Say(n.Env.T("%s has no phone number in the contact list", n.Env.Line(contact.Name)))
		}
		return cmd
	}
	return d
}

// additions are the choices to add somebody to the platform's book, to whom is written
// then.
func (n New) additions(first state.First) []menu.Item {
	b, ok := bookOf(n.Env, first.Channel.Account)
	if !ok {
		return nil
	}
	return b.additions(first.Channel, func(c api.Contact) tea.Cmd {
		first.To, first.Name = c.Handle, c.Name
		if n.Env.Rules(first.Channel.Account, first.Kind).First == api.AddressContact {
			first.To = c.Remote
		}
		return n.Write(first)
	})
}

func writeFirstOn(n New, first state.First) string {
	return n.Env.T("Write first on %s", n.Env.Line(n.Env.Rules(first.Channel.Account, first.Kind).Title))
}

// newContact chooses from the platform's book whom to write first to.
func newContact(n New, first state.First, directory api.Directory) *Lookup {
	m := menu.New(n.Env.T("Write first to"), menu.Options{Input: true, Prompt: n.Env.T("name"), Empty: n.Env.T("Nobody in the contact list has this name.")})
	d := newLookup(n.Env, m, func(ctx context.Context, line string) ([]menu.Item, error) {
		page, err := directory.Contacts(ctx, line, api.PageRequest{Limit: 30})
		return append(contactItems(n.Env, page.Items), n.additions(first)...), err
	})
	d.searches = true
	d.choose = func(it menu.Item) tea.Cmd {
		if cmd, ours := chooseBook(&d.Box, it); ours {
			return cmd
		}
		contact := it.Value.(api.Contact)
		to := first // a copy, as above
		to.To, to.Name = contact.Remote, contact.Name
		return n.find(d, to)
	}
	return d
}

// number asks for a phone number, or for whatever the channel names people by.
type number struct {
	Box
	flow  New
	first state.First
	// read reads what is typed as an address, or says what is wrong with it.
	read func(line string) (string, error)
}

func newNumber(n New, first state.First) *number {
	rules := n.Env.Rules(first.Channel.Account, first.Kind)
	d := &number{flow: n, first: first, read: func(line string) (string, error) { return env.PhoneDigits(n.Env.Look.Language, line) }}
	options := menu.Options{Input: true, Prompt: n.Env.T("phone"), Text: []string{n.Env.T("The number with its country code, such as +7 925 000-00-01. Your message is written next.")}}
	if rules.First == api.AddressAccount {
		d.read = func(line string) (string, error) { return env.AccountName(n.Env.Look.Language, line) }
		options.Prompt, options.Text = n.Env.T("phone or account"), []string{n.Env.T("The number with its country code, or the account's name, such as @maria. Your message is written next.")}
	}
	d.Box = Box{Menu: menu.New(writeFirstOn(n, first), options)}
	return d
}

// Choose implements Dialog; there is nothing to choose.
func (d *number) Choose(menu.Item) tea.Cmd { return nil }

// Typed implements typist.
func (d *number) Typed(line string) tea.Cmd {
	d.SetNote(d.note(line))
	return nil
}

// Enter implements enterer.
func (d *number) Enter(line string) tea.Cmd {
	address, err := d.read(line)
	if err != nil {
		d.SetNote(err.Error())
		return nil
	}
	d.first.To = address
	return d.flow.find(d, d.first)
}

// wholeNumber is the number on a line, "" for none.
func wholeNumber(line string) string {
	digits, err := env.PhoneDigits(nil, line)
	if err != nil {
		return ""
	}
	return "+" + digits
}

// note says how a number is understood, and what cannot be an address.
func (d *number) note(line string) string {
	if number := wholeNumber(line); number != "" {
		return number
	}
	if _, err := d.read(line); err != nil && strings.IndexFunc(line, unicode.IsLetter) >= 0 {
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
	// nobody: the platform says that there is nobody at the address.
	nobody bool
	err    error
}

// find looks whether there is a conversation with the address already, and, where the
// platform says it, whether there is anybody. A check that fails holds nothing up.
func (n New) find(of Dialog, first state.First) tea.Cmd {
	checker, checks := n.Env.Account(first.Channel.Account).Provider.(api.Checker)
	if checks {
		of.box().SetBusy(n.Env.T("asking %s…", n.Env.Label(first.Channel.Account)))
	}
	return n.Env.Read(func(ctx context.Context) tea.Msg {
		row, found, err := n.Env.Existing(ctx, first)
		msg := existingMsg{of: of, flow: n, first: first, row: row, found: found, err: err}
		if !found && err == nil && checks {
			has, err := checker.Exists(ctx, first.Channel, first.To)
			msg.nobody = err == nil && !has.Or(true)
		}
		return msg
	})
}

// arrive opens the conversation there is, or the box for a first message.
func (msg existingMsg) arrive(s *Stack) tea.Cmd {
	if !s.has(msg.of) {
		return nil
	}
	e := msg.flow.Env
	if msg.nobody {
		msg.of.box().SetNote(s.env.T("Nobody has %s under %s.", e.Line(e.Rules(msg.first.Channel.Account, msg.first.Kind).Title), e.Line(msg.first.To)))
		return nil
	}
	msg.of.box().Close()
	switch {
	case msg.err != nil:
		return e.Fail(msg.err)
	case msg.found:
		return tea.Batch(msg.flow.Open(msg.row), e.Say(s.env.T("there is already a conversation with %s", e.Name(msg.row.Conversation))))
	}
	return msg.flow.Write(msg.first)
}
