package ui

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/layout"
	"unibox/ui/menu"
)

// fewestDigits and mostDigits bound a phone number with its country code
// (E.164).
const fewestDigits, mostDigits = 8, 15

// starters lists the channels on which an agent can write first.
func (m *Model) starters() []api.Channel {
	var list []api.Channel
	for _, a := range m.sidebar.Accounts {
		account := m.account(a.ID)
		if !account.Caps.Has(api.CapStart) {
			continue
		}
		for _, c := range a.Channels {
			if account.Traits.Rule(c.Channel.Kind).First != api.AddressNone {
				list = append(list, c.Channel)
			}
		}
	}
	return list
}

func (m *Model) whyNoNew() string {
	if len(m.starters()) == 0 {
		return "no channel here lets you write first: the customer has to"
	}
	return ""
}

// openNew asks for the channel, if there is more than one, then for the address.
func (m *Model) openNew() tea.Cmd {
	starters := m.starters()
	if len(starters) == 1 {
		return m.askAddress(firstOn(starters[0]))
	}
	items := make([]menu.Item, len(starters))
	for i, c := range starters {
		title := m.look.Mode.Line(m.traits(c.ID.Account).Rule(c.Kind).Title)
		items[i] = menu.Item{Label: title, Detail: m.look.Mode.Line(string(c.ID.Account)), Value: c}
		if name := m.look.Mode.Line(c.Name); name != "" {
			items[i].Label += " " + m.look.Marks.Dot + " " + name
		}
	}
	return m.openSheet(sheet{
		menu:   menu.New("Write first on", menu.Options{Filter: true, Items: items}),
		choose: func(it menu.Item) tea.Cmd { return m.askAddress(firstOn(it.Value.(api.Channel))) },
	})
}

func firstOn(c api.Channel) state.First { return state.First{Channel: c.ID, Kind: c.Kind} }

// askAddress asks for whom to write to, as the channel names people.
func (m *Model) askAddress(first state.First) tea.Cmd {
	if m.traits(first.Channel.Account).Rule(first.Kind).First == api.AddressContact {
		return m.askContact(first)
	}
	return m.askNumber(first)
}

func (m *Model) askNumber(first state.First) tea.Cmd {
	title := m.look.Mode.Line(m.traits(first.Channel.Account).Rule(first.Kind).Title)
	return m.openSheet(sheet{
		menu: menu.New("Write first on "+title, menu.Options{Input: true, Prompt: "phone",
			Text: []string{"The number with its country code, such as +7 925 000-00-01. Your message is written next."}}),
		typed: func(line string) tea.Cmd {
			m.sheet.menu.SetNote(numberNote(line))
			return nil
		},
		enter: func(line string) tea.Cmd {
			digits, err := phoneDigits(line)
			if err != nil {
				m.sheet.menu.SetNote(err.Error())
				return nil
			}
			first.To = digits
			return m.findExisting(first)
		},
	})
}

func numberNote(line string) string {
	if digits, err := phoneDigits(line); err == nil {
		return "+" + digits
	} else if strings.IndexFunc(line, unicode.IsLetter) >= 0 {
		return err.Error()
	}
	return ""
}

// phoneDigits returns a number's digits, or one sentence about what is wrong.
func phoneDigits(line string) (string, error) {
	var digits strings.Builder
	for _, r := range strings.TrimSpace(line) {
		switch {
		case '0' <= r && r <= '9':
			digits.WriteRune(r)
		case strings.ContainsRune("+-(). \u00a0", r):
		default:
			return "", fmt.Errorf("%q is not part of a phone number: digits only, country code first", r)
		}
	}
	switch n := digits.Len(); {
	case n < fewestDigits:
		return "", fmt.Errorf("%d digits are too few for a number with its country code", n)
	case n > mostDigits:
		return "", fmt.Errorf("%d digits are too many: a number has at most %d", n, mostDigits)
	}
	return digits.String(), nil
}

// firstID names the conversation of a first message until the platform has
// made one. It says to whom, so that a draft is found again.
func firstID(first state.First) api.ConversationID {
	return state.ProvisionalID(first.Channel.Account, strings.Join([]string{string(first.Kind), first.Channel.Remote, first.To, first.Name}, "|"))
}

// parseFirst is the reverse of firstID.
func parseFirst(id api.ConversationID) (state.First, bool) {
	_, key, _ := strings.Cut(id.Remote, ":")
	parts := strings.SplitN(key, "|", 4)
	if !state.Provisional(id) || len(parts) < 4 {
		return state.First{}, false
	}
	return state.First{Kind: api.ChannelKind(parts[0]), Channel: api.ChannelID{Account: id.Account, Remote: parts[1]}, To: parts[2], Name: parts[3]}, true
}

// existingMsg is what was found of a conversation with an address.
type existingMsg struct {
	sheet *sheet
	first state.First
	row   state.Row
	found bool
	err   error
}

// findExisting looks whether there is a conversation with the address already.
func (m *Model) findExisting(first state.First) tea.Cmd {
	opened := m.sheet
	return m.reading(func(ctx context.Context) tea.Msg {
		row, found, err := m.existing(ctx, first)
		return existingMsg{opened, first, row, found, err}
	})
}

func (m *Model) existing(ctx context.Context, first state.First) (state.Row, bool, error) {
	list, err := m.opt.Store.List(ctx, state.ListQuery{View: state.ViewAll, Account: first.Channel.Account, Text: firstOf(first.Name, first.To), Limit: 50})
	for _, row := range list.Rows {
		if addressed(row.Conversation, first) {
			return row, true, err
		}
	}
	return state.Row{}, false, err
}

// addressed reports whether a conversation is with whom a first message goes to.
func addressed(c api.Conversation, first state.First) bool {
	return c.Kind == first.Kind && !state.Provisional(c.ID) &&
		(c.Contact.Handle == first.To || c.Contact.Remote == first.To || digitsOf(first.To) != "" && digitsOf(c.Contact.Handle) == first.To)
}

// gotExisting opens the conversation there is, or the box for a first message.
func (m *Model) gotExisting(msg existingMsg) tea.Cmd {
	if m.sheet != msg.sheet {
		return nil
	}
	m.closeSheet()
	switch {
	case msg.err != nil:
		return m.fail(msg.err)
	case msg.found:
		return tea.Batch(m.jump(msg.row.Conversation.ID, state.ViewAll, "All"), m.say("there is a conversation with "+m.name(msg.row)+" already"))
	}
	return m.writeFirst(msg.first)
}

// writeFirst opens the box for a first message.
func (m *Model) writeFirst(first state.First) tea.Cmd {
	save, id := m.leaveDraft(), firstID(first)
	m.thread.Open(id)
	m.thread.Set(firstRow(first), state.Window{}, state.Fetching{})
	m.focus, m.composing = layout.Thread, true
	return tea.Batch(save, m.openReply(id, &first))
}

// firstRow stands for a conversation that is not made yet.
func firstRow(first state.First) state.Row {
	return state.Row{Provisional: true, Conversation: api.Conversation{ID: firstID(first), Kind: first.Kind,
		Contact: api.Contact{Name: first.Name, Handle: first.To}}}
}

// insteadMsg is the conversation that the platform made of a provisional one.
type insteadMsg struct {
	was   api.ConversationID
	row   state.Row
	found bool
	err   error
}

// followFirst looks for the conversation that took the place of a provisional
// one that is gone: it has the address that the first message went to.
func (m *Model) followFirst(id api.ConversationID) tea.Cmd {
	first, ok := parseFirst(id)
	if !ok {
		return nil
	}
	return m.reading(func(ctx context.Context) tea.Msg {
		row, found, err := m.existing(ctx, first)
		return insteadMsg{id, row, found, err}
	})
}

// gotInstead goes on in the conversation that took a provisional one's place.
// The box stays as it is; the draft has moved along on disk.
func (m *Model) gotInstead(msg insteadMsg) tea.Cmd {
	if !msg.found || m.thread.Conversation() != msg.was {
		return m.fail(msg.err)
	}
	id := msg.row.Conversation.ID
	m.drafts.Drop(msg.was)
	m.thread.Open(id)
	m.asks.thread.forget()
	m.reply.id, m.reply.first, m.reply.dirty = id, nil, !m.replyEmpty()
	m.inbox.Keep(id)
	m.inbox.Select(id)
	m.asks.list.forget()
	m.arrange()
	return tea.Batch(m.loadThread(), m.loadList(), m.saveDraft(), m.attend())
}
