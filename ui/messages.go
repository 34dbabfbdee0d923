package ui

import (
	"context"
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

// wishOf is a wish about the message that is selected now, whatever is
// selected when it is submitted.
func (m *Model) wishOf(ability api.Caps, on bool, arg string) state.Change {
	it, _ := m.thread.Selected()
	return state.Change{Conversation: m.thread.Conversation(), Message: it.Message.ID, Cap: ability, On: on, Arg: arg}
}

// whyNoDelete is the reason for which the message at hand can be neither
// deleted nor, where it is not out, discarded.
func (m *Model) whyNoDelete() string {
	o, unsent := m.unsentAtHand()
	switch {
	case m.focus == layout.List && m.queueing() && m.stuckAtHand() != nil:
		return ""
	case !unsent && m.focus == layout.List:
		return "no message is selected"
	case !unsent || o.Status == state.Accepted:
		return m.whyNotOwn(api.CapDelete)
	case o.Status == state.Uploading || o.Status == state.InFlight:
		return "it is being sent this moment"
	}
	return ""
}

func (m *Model) deleteMessage() tea.Cmd {
	if o, unsent := m.unsentAtHand(); unsent && o.Status != state.Accepted {
		return m.openDiscard(o)
	}
	if u := m.stuckAtHand(); m.focus == layout.List && u != nil {
		return m.openStuck(*u)
	}
	return m.openDeleteMessage()
}

func (m *Model) openDiscard(o state.Outbound) tea.Cmd {
	words := "The customer does not get it."
	if o.Status == state.Uncertain {
		words = "Nobody knows whether the customer got it; here it is forgotten."
	}
	return m.openDecision("Discard this message?", o, []string{m.whole(o), words}, []menu.Item{
		{Label: "No", Value: waitOn{}}, {Label: "Yes, discard the message", Value: state.Discard},
	})
}

func (m *Model) openDeleteMessage() tea.Cmd {
	it, _ := m.thread.Selected()
	wish := m.wishOf(api.CapDelete, true, "")
	return m.openSheet(sheet{
		menu: menu.New("Delete this message?", menu.Options{
			Text:  []string{m.excerpt(it.Message.Body), "It is deleted on " + m.label() + " for good. It cannot be undone."},
			Items: []menu.Item{{Label: "No", Value: false}, {Label: "Yes, delete the message", Value: true}}}),
		choose: func(choice menu.Item) tea.Cmd {
			m.closeSheet()
			if choice.Value.(bool) {
				return m.change(wish)
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
	wish := m.wishOf(api.CapReact, true, "")
	react := func(name string, on bool) tea.Cmd {
		m.closeSheet()
		wish.Arg, wish.On = name, on
		return m.change(wish)
	}
	var items []menu.Item
	for _, name := range reactor.Reactions() {
		detail := ""
		if i := slices.IndexFunc(it.Message.Reactions, func(r api.Reaction) bool { return r.Name == name }); i >= 0 {
			detail = m.look.Mode.Line(strings.Join(it.Message.Reactions[i].Who, ", "))
		}
		items = append(items, menu.Item{Label: m.look.Mode.Line(name), Detail: detail, Value: name})
	}
	return m.openSheet(sheet{
		menu:   menu.New("React", menu.Options{Filter: true, Text: []string{m.excerpt(it.Message.Body), "Choosing puts your sign on the message; tab takes it off."}, Items: items}),
		choose: func(choice menu.Item) tea.Cmd { return react(choice.Value.(string), true) },
		complete: func() tea.Cmd {
			choice, ok := m.sheet.menu.Selected()
			if !ok {
				return nil
			}
			return react(choice.Value.(string), false)
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

// whyNoEdit is the reason for which the selected message cannot be edited.
func (m *Model) whyNoEdit() string {
	o, unsent := m.unsentAtHand()
	switch {
	case unsent && o.Status != state.Accepted:
		return whyNoTakeBack(o)
	case m.focus == layout.List:
		return "no message is selected"
	case !m.reply.loaded || m.reply.sending:
		return "the draft is still being read or sent"
	case m.reply.first != nil:
		return "not while a first message is written"
	}
	return m.whyNotOwn(api.CapEdit)
}

// editMessage puts the selected message into the box, to be saved over itself;
// the draft waits on disk meanwhile. One that is not out is taken back instead.
func (m *Model) editMessage() tea.Cmd {
	if o, unsent := m.unsentAtHand(); unsent && o.Status != state.Accepted {
		return m.takeBack(o)
	}
	it, _ := m.thread.Selected()
	save := m.leaveDraft()
	m.reply.editing, m.reply.original = it.Message.ID, it.Message.Body
	m.reply.files = nil
	body, left := m.reply.edits[it.Message.ID]
	if !left {
		body = it.Message.Body
	}
	m.reply.box.SetValue(body)
	m.composing = true
	m.arrange()
	return save
}

// keepEdit keeps an edit that is left unsaved, for the next time the message
// is edited.
func (m *Model) keepEdit() {
	r := &m.reply
	if body := r.box.Value(); r.editing.Remote != "" && body != r.original {
		if r.edits == nil {
			r.edits = map[api.MessageID]string{}
		}
		r.edits[r.editing] = body
	}
}

// leaveEdit leaves an edit unsaved and brings the draft back into the box.
func (m *Model) leaveEdit() tea.Cmd {
	m.keepEdit()
	_, kept := m.reply.edits[m.reply.editing]
	back := m.openReply(m.reply.id, nil)
	if !kept {
		return back
	}
	return tea.Batch(back, m.say("the message stays as it was; your edit is kept until you edit it again or quit"))
}

// edit tells what became of saving an edit.
type editSavedMsg struct {
	message api.MessageID
	err     error
}

// saveEdit submits the edited text. The edit is kept until that is on disk.
func (m *Model) saveEdit() tea.Cmd {
	m.keepEdit()
	message := m.reply.editing
	ch := state.Change{Conversation: m.reply.id, Message: message, Cap: api.CapEdit, On: true, Arg: strings.TrimSpace(m.reply.box.Value()), Made: m.opt.Now()}
	m.composing = false
	return tea.Batch(m.openReply(m.reply.id, nil), m.reading(func(ctx context.Context) tea.Msg {
		return editSavedMsg{message, m.opt.Changes.Submit(ctx, ch)}
	}))
}

func (m *Model) editSaved(msg editSavedMsg) tea.Cmd {
	if msg.err != nil {
		return tea.Batch(m.fail(msg.err), m.say("your edit is kept: edit the message again"))
	}
	delete(m.reply.edits, msg.message)
	return m.say("the edit is saved")
}

func (m *Model) whyNoSaveEdit() string {
	if strings.TrimSpace(m.reply.box.Value()) == "" {
		return "an edited message cannot be empty: " + m.keyFor(keymap.Leave) + " leaves it as it was"
	}
	return ""
}
