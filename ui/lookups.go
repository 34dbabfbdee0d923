package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/menu"
)

// choicesMsg fills an open sheet with what was looked up.
type choicesMsg struct {
	sheet *sheet
	// line is what was on the sheet's line when it was asked.
	line  string
	items []menu.Item
	err   error
}

// lookup opens a sheet whose choices have to be asked for, and asks.
func (m *Model) lookup(s sheet, ask func(ctx context.Context, line string) ([]menu.Item, error)) tea.Cmd {
	s.menu.SetNote("asking…")
	m.openSheet(s)
	opened := m.sheet
	read := func(line string) tea.Cmd {
		return m.reading(func(ctx context.Context) tea.Msg {
			items, err := ask(ctx, line)
			return choicesMsg{opened, line, items, err}
		})
	}
	if opened.searches {
		opened.typed = read
	}
	return read("")
}

func (m *Model) gotChoices(msg choicesMsg) tea.Cmd {
	if m.sheet != msg.sheet || m.sheet.menu.Value() != msg.line && m.sheet.searches {
		return nil
	}
	m.sheet.menu.SetNote("")
	if msg.err != nil {
		m.sheet.menu.SetNote(explain(msg.err))
		return nil
	}
	m.sheet.menu.SetItems(msg.items)
	return nil
}

// openAssign gives the conversation to a colleague, or takes it away again.
func (m *Model) openAssign() tea.Cmd {
	id := m.current().Conversation.ID
	assigner, ok := m.account(id.Account).Provider.(api.Assigner)
	if !ok {
		return nil
	}
	line := m.look.Mode.Line
	return m.lookup(sheet{
		menu: menu.New("Assign "+m.name(m.current())+" to", menu.Options{Filter: true, Empty: "Nobody can be chosen."}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			agent := it.Value.(api.Agent)
			return m.change(state.Change{Conversation: id, Cap: api.CapAssign, On: it.Right == "", Arg: agent.Remote})
		},
	}, func(ctx context.Context, _ string) ([]menu.Item, error) {
		agents, err := assigner.Agents(ctx, id)
		if err != nil {
			return nil, err
		}
		has, err := assigner.Assignees(ctx, id)
		items := make([]menu.Item, len(agents))
		for i, a := range agents {
			items[i] = menu.Item{Label: line(a.Name), Value: a}
			if slices.ContainsFunc(has, func(b api.Agent) bool { return b.Remote == a.Remote }) {
				items[i].Right = "has it; choosing takes it away"
			}
		}
		return items, err
	})
}

// openContacts chooses which of the contacts of a number is speaking.
func (m *Model) openContacts() tea.Cmd {
	id := m.current().Conversation.ID
	chooser, ok := m.account(id.Account).Provider.(api.ContactChooser)
	if !ok {
		return nil
	}
	return m.lookup(sheet{
		menu: menu.New("Who is speaking?", menu.Options{Filter: true, Empty: "The platform knows no contact of this number."}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			return m.change(state.Change{Conversation: id, Cap: api.CapChooseContact, On: true, Arg: it.Value.(api.Contact).Remote})
		},
	}, func(ctx context.Context, _ string) ([]menu.Item, error) {
		contacts, err := chooser.Candidates(ctx, id)
		return m.contactItems(contacts), err
	})
}

func (m *Model) contactItems(contacts []api.Contact) []menu.Item {
	items := make([]menu.Item, len(contacts))
	for i, c := range contacts {
		label := m.look.Mode.Line(c.Name)
		if label == "" {
			label = m.look.Mode.Line(c.Handle)
		}
		items[i] = menu.Item{Label: label, Detail: m.look.Mode.Line(c.Handle), Value: c}
	}
	return items
}

// askContact chooses from the platform's book whom to write first to.
func (m *Model) askContact(first state.First) tea.Cmd {
	directory, ok := m.account(first.Channel.Account).Provider.(api.Directory)
	if !ok {
		return m.say("the platform has no book of contacts to choose from")
	}
	return m.lookup(sheet{
		menu:     menu.New("Write first to", menu.Options{Input: true, Prompt: "name", Empty: "Nobody in the book is called that."}),
		searches: true,
		choose: func(it menu.Item) tea.Cmd {
			contact := it.Value.(api.Contact)
			first.To, first.Name = contact.Remote, contact.Name
			return m.findExisting(first)
		},
	}, func(ctx context.Context, line string) ([]menu.Item, error) {
		page, err := directory.Contacts(ctx, line, api.PageRequest{Limit: 30})
		return m.contactItems(page.Items), err
	})
}

func (m *Model) whyNoCanned() string {
	if !m.account(m.reply.id.Account).Caps.Has(api.CapCanned) {
		return "not supported by " + m.look.Mode.Line(m.traits(m.reply.id.Account).Label)
	}
	return ""
}

// openCanned inserts one of the agent's saved replies into the box.
func (m *Model) openCanned() tea.Cmd {
	canned, ok := m.account(m.reply.id.Account).Provider.(api.Canned)
	if !ok {
		return nil
	}
	return m.lookup(sheet{
		menu: menu.New("Insert a saved reply", menu.Options{Filter: true, Empty: "There are no saved replies.", Wide: true}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			m.reply.box.Insert(it.Value.(string))
			return m.edited()
		},
	}, func(ctx context.Context, _ string) ([]menu.Item, error) {
		replies, err := canned.SavedReplies(ctx)
		items := make([]menu.Item, len(replies))
		for i, r := range replies {
			items[i] = menu.Item{Label: m.look.Mode.Line(r.Title), Detail: m.look.Mode.Line(r.Body), Value: r.Body}
		}
		return items, err
	})
}

func (m *Model) whyNoSchedule() string {
	account := m.account(m.reply.id.Account)
	switch {
	case !account.Caps.Has(api.CapSchedule):
		return "not supported by " + m.look.Mode.Line(account.Traits.Label)
	case m.reply.first != nil:
		return "a first message goes at once"
	}
	return m.whyNoSend()
}

// openSchedule sends the reply at a time, by the platform's own clock.
func (m *Model) openSchedule() tea.Cmd {
	return m.openSheet(sheet{
		menu: menu.New("Send when?", menu.Options{Items: snoozeTimes(m.opt.Now()), Text: []string{"The platform sends it then, also while unibox does not run."}}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			return m.submitAt(it.Value.(time.Time), false)
		},
	})
}
