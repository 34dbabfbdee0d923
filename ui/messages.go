package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
	"unibox/ui/menu"
)

// whyNotMessage is the reason for which an ability does not hold for the
// selected message.
func (m *Model) whyNotMessage(ability api.Caps) string {
	if why := m.whyNoMessage(); why != "" {
		return why
	}
	if it, _ := m.thread.Selected(); it.Message.ID.Remote == "" {
		return "not yet: the platform does not list this message"
	}
	return m.whyNot(ability)
}

// whyNotOwn is whyNotMessage for what only our own messages allow.
func (m *Model) whyNotOwn(ability api.Caps) string {
	if why := m.whyNotMessage(ability); why != "" {
		return why
	}
	if it, _ := m.thread.Selected(); it.Message.Direction != api.Outbound {
		return "only a message of ours"
	}
	return ""
}

func (m *Model) details() tea.Cmd {
	if m.focus == layout.List {
		return m.openInfo()
	}
	return m.openDetails()
}

func (m *Model) whyNoDetails() string {
	if m.focus == layout.List {
		return m.whyNoConversation()
	}
	return m.whyNoMessage()
}

// messageChange submits a wish about the selected message.
func (m *Model) messageChange(ability api.Caps, on bool, arg string) tea.Cmd {
	it, _ := m.thread.Selected()
	return m.change(state.Change{Conversation: m.thread.Conversation(), Message: it.Message.ID, Cap: ability, On: on, Arg: arg})
}

func (m *Model) openDeleteMessage() tea.Cmd {
	it, _ := m.thread.Selected()
	return m.openSheet(sheet{
		menu: menu.New("Delete this message?", menu.Options{
			Text:  []string{m.excerpt(it.Message.Body), "It is deleted on " + m.label() + " for good. It cannot be undone."},
			Items: []menu.Item{{Label: "No", Value: false}, {Label: "Yes, delete the message", Value: true}}}),
		choose: func(choice menu.Item) tea.Cmd {
			m.closeSheet()
			if choice.Value.(bool) {
				return m.messageChange(api.CapDelete, true, "")
			}
			return nil
		},
	})
}

// label is the current account's platform, for sentences.
func (m *Model) label() string {
	return m.look.Mode.Line(m.traits(m.current().Conversation.ID.Account).Label)
}

// openReact offers the platform's signs; one that is ours is taken off.
func (m *Model) openReact() tea.Cmd {
	reactor, ok := m.account(m.thread.Conversation().Account).Provider.(api.Reactor)
	if !ok {
		return nil
	}
	it, _ := m.thread.Selected()
	var items []menu.Item
	for _, name := range reactor.Reactions() {
		detail := ""
		if i := slices.IndexFunc(it.Message.Reactions, func(r api.Reaction) bool { return r.Name == name }); i >= 0 {
			detail = m.look.Mode.Line(strings.Join(it.Message.Reactions[i].Who, ", "))
		}
		items = append(items, menu.Item{Label: m.look.Mode.Line(name), Detail: detail, Value: name})
	}
	return m.openSheet(sheet{
		menu: menu.New("React", menu.Options{Filter: true, Text: []string{m.excerpt(it.Message.Body), "Choosing puts your sign on the message; tab takes it off."}, Items: items}),
		choose: func(choice menu.Item) tea.Cmd {
			m.closeSheet()
			return m.messageChange(api.CapReact, true, choice.Value.(string))
		},
		complete: func() tea.Cmd {
			choice, ok := m.sheet.menu.Selected()
			m.closeSheet()
			if !ok {
				return nil
			}
			return m.messageChange(api.CapReact, false, choice.Value.(string))
		},
	})
}

// pinMessage pins the selected message, or unpins it if it is the pinned one.
func (m *Model) pinMessage() tea.Cmd {
	it, _ := m.thread.Selected()
	row, _ := m.thread.Row()
	id := row.Conversation.ID
	wish := func(message api.MessageID) tea.Cmd {
		return m.change(state.Change{Conversation: id, Cap: api.CapPinMessage, On: message.Remote != "", Message: message})
	}
	was := api.MessageID{Account: id.Account, Remote: row.Conversation.PinnedMessage.Or("")}
	if was.Remote == it.Message.ID.Remote {
		return m.done("the message is no longer pinned ("+m.label()+")", wish(api.MessageID{Account: id.Account}), func() tea.Cmd { return wish(was) })
	}
	return m.done("the message is pinned ("+m.label()+")", wish(it.Message.ID), func() tea.Cmd { return wish(was) })
}

// editMessage puts the selected message into the box, to be saved over itself.
// The draft waits on disk meanwhile.
func (m *Model) editMessage() tea.Cmd {
	it, _ := m.thread.Selected()
	save := m.saveDraft()
	m.reply.editing = it.Message.ID
	m.reply.files = nil
	m.reply.box.SetValue(it.Message.Body)
	m.composing = true
	m.arrange()
	return save
}

// endEdit brings the draft back into the box.
func (m *Model) endEdit() tea.Cmd {
	return m.openReply(m.reply.id, nil)
}

// saveEdit submits the edited text.
func (m *Model) saveEdit() tea.Cmd {
	id, body := m.reply.editing, strings.TrimSpace(m.reply.box.Value())
	m.composing = false
	return tea.Batch(m.change(state.Change{Conversation: m.reply.id, Message: id, Cap: api.CapEdit, On: true, Arg: body}),
		m.endEdit(), m.say("saving the edited message"))
}

func (m *Model) whyNoSaveEdit() string {
	if strings.TrimSpace(m.reply.box.Value()) == "" {
		return "an edited message cannot be empty: " + m.keyFor(keymap.Leave) + " leaves it as it was"
	}
	return ""
}
