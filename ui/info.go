package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/inbox"
	"unibox/ui/menu"
)

type infoMsg struct {
	sheet  *sheet
	row    state.Row
	facts  []api.Fact
	others []state.Row
	err    error
}

// openInfo shows who a conversation is with, how it stands, the same person's
// other conversations, and ids for a bug report.
func (m *Model) openInfo() tea.Cmd {
	row := m.current()
	m.openSheet(sheet{
		menu:   menu.New(m.name(row), menu.Options{Items: m.infoItems(row, infoMsg{}), Wide: true}),
		choose: m.chooseInfo,
	})
	return m.readInfo(m.sheet, row)
}

// readInfo asks the platform for more about a conversation, and the store for
// others with the same number.
func (m *Model) readInfo(s *sheet, row state.Row) tea.Cmd {
	id, provider := row.Conversation.ID, m.account(row.Conversation.ID.Account).Provider
	return m.reading(func(ctx context.Context) tea.Msg {
		msg := infoMsg{sheet: s, row: row, others: m.samePerson(ctx, row)}
		if informer, ok := provider.(api.Informer); ok {
			msg.facts, msg.err = informer.Facts(ctx, id)
		}
		return msg
	})
}

// samePerson finds conversations on other channels with the same number. They
// are shown side by side, never merged.
func (m *Model) samePerson(ctx context.Context, row state.Row) []state.Row {
	number := digitsOf(row.Conversation.Contact.Handle)
	if len(number) < fewestDigits {
		return nil
	}
	list, err := m.opt.Store.List(ctx, state.ListQuery{View: state.ViewAll, Text: number, Limit: 20})
	if err != nil {
		return nil
	}
	var others []state.Row
	for _, other := range list.Rows {
		if other.Conversation.ID != row.Conversation.ID && digitsOf(other.Conversation.Contact.Handle) == number {
			others = append(others, other)
		}
	}
	return others
}

// digitsOf returns a handle's digits if it is written as a number.
func digitsOf(handle string) string {
	digits, err := phoneDigits(handle)
	if err != nil {
		return ""
	}
	return digits
}

func (m *Model) gotInfo(msg infoMsg) tea.Cmd {
	if m.sheet != msg.sheet {
		return nil
	}
	m.sheet.menu.SetItems(m.infoItems(msg.row, msg))
	if msg.err != nil {
		m.sheet.menu.SetNote("the platform does not tell more: " + explain(msg.err))
	}
	return nil
}

func (m *Model) infoItems(row state.Row, msg infoMsg) []menu.Item {
	c := row.Conversation
	rules := m.traits(c.ID.Account).Rule(c.Kind)
	items := []menu.Item{
		m.fact("name", m.name(row)), m.fact("number or handle", c.Contact.Handle), m.fact("channel", rules.Title),
		m.fact("stands", strings.Join(m.flags(row), ", ")), m.fact("last read from the platform", clockOf(row.Checked)),
	}
	for _, f := range msg.facts {
		items = append(items, m.fact(f.Label, f.Value))
	}
	for _, other := range msg.others {
		items = append(items, menu.Item{Lead: m.look.Mode.Fit("also on "+m.code(other.Conversation), 28),
			Label: inbox.Name(m.look.Mode, other.Conversation), Detail: standing(other), Value: other.Conversation.ID})
	}
	return append(items, m.fact("account", string(c.ID.Account)), m.fact("conversation id", c.ID.Remote), m.fact("contact id", c.Contact.Remote))
}

// fact is a line that says something; choosing it copies what it says.
func (m *Model) fact(label, value string) menu.Item {
	return menu.Item{Lead: m.look.Mode.Fit(m.look.Mode.Line(label), 28), Label: m.look.Mode.Line(value), Value: m.look.Mode.Line(value)}
}

func clockOf(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format("2 Jan 15:04:05")
}

// flags are the words for how a conversation stands, on this machine and there.
func (m *Model) flags(row state.Row) []string {
	c := row.Conversation
	var words []string
	for _, f := range []struct {
		on   bool
		word string
	}{
		{!row.WaitingSince.IsZero(), "waiting"}, {row.Unread > 0, "unread"}, {row.Flags.Starred, "starred"}, {row.Flags.Pinned, "pinned"},
		{row.Flags.Muted, "muted"}, {row.Flags.Done, "done"}, {!row.Flags.Snoozed.IsZero(), "snoozed"}, {c.Closed.Or(false), "closed"},
		{c.Archived.Or(false), "archived"}, {c.Blocked.Or(false), "blocked"}, {c.OptedOut.Or(false), "opted out"}, {c.Mine.Or(false), "assigned to you"},
		{c.Group, "a group"},
	} {
		if f.on {
			words = append(words, f.word)
		}
	}
	if len(words) == 0 {
		return []string{"answered"}
	}
	return words
}

// chooseInfo goes to another conversation of the same person, or copies a fact.
func (m *Model) chooseInfo(it menu.Item) tea.Cmd {
	m.closeSheet()
	if id, ok := it.Value.(api.ConversationID); ok {
		return m.jump(id, state.ViewAll, "All")
	}
	return m.copyFact(it)
}
