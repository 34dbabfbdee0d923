package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/menu"
)

// can reports whether the current conversation's account has an ability at all.
func (m *Model) can(ability api.Caps) bool {
	return m.account(m.current().Conversation.ID.Account).Caps.Has(ability)
}

// whyNot is the reason for which an ability does not hold in the current
// conversation: its account never has it, or not now.
func (m *Model) whyNot(ability api.Caps) string {
	if why := m.whyNoConversation(); why != "" {
		return why
	}
	c := m.current().Conversation
	if account := m.account(c.ID.Account); !account.Caps.Has(ability) {
		return "not supported by " + m.look.Mode.Line(account.Traits.Label)
	}
	if why := c.Denies(ability); why != "" {
		return "not now: " + m.look.Mode.Line(why)
	}
	return ""
}

// KeptHere are the abilities that this machine stands in for where a platform
// has no such thing.
const KeptHere = api.CapRead | api.CapStar | api.CapPin | api.CapMute

// whyNotOrLocal is whyNot for what is kept on this machine where the platform
// has no such thing.
func (m *Model) whyNotOrLocal(ability api.Caps) string {
	if why := m.whyNoConversation(); why != "" || KeptHere.Has(ability) && !m.can(ability) {
		return why
	}
	return m.whyNot(ability)
}

// where says who sees a change: the platform's name, or that it is kept here.
func (m *Model) where(ability api.Caps) string {
	if account := m.account(m.current().Conversation.ID.Account); account.Caps.Has(ability) {
		return m.look.Mode.Line(account.Traits.Label)
	}
	return "on this machine"
}

type changedMsg struct{ err error }

// change submits a wish about the current conversation or a message of it.
func (m *Model) change(ch state.Change) tea.Cmd {
	if ch.Conversation == (api.ConversationID{}) {
		ch.Conversation = m.current().Conversation.ID
	}
	ch.Made = m.opt.Now()
	return m.reading(func(ctx context.Context) tea.Msg {
		return changedMsg{m.opt.Changes.Submit(ctx, ch)}
	})
}

// toggle is a state of a conversation that is switched on and off, at the
// platform where it has such a thing, or else on this machine.
type toggle struct {
	cap     api.Caps
	is      func(state.Row) bool
	local   func(on bool) state.FlagChange
	on, off string // what happened, after the name
}

func (m *Model) toggles() map[keymap.Action]toggle {
	return map[keymap.Action]toggle{
		keymap.Star: {api.CapStar, func(r state.Row) bool { return r.Flags.Starred },
			func(on bool) state.FlagChange { return state.FlagChange{Starred: api.Known(on)} }, " is starred", " is no longer starred"},
		keymap.Pin: {api.CapPin, func(r state.Row) bool { return r.Flags.Pinned },
			func(on bool) state.FlagChange { return state.FlagChange{Pinned: api.Known(on)} }, " is pinned to the top", " is no longer pinned"},
		keymap.Mute: {api.CapMute, func(r state.Row) bool { return r.Flags.Muted },
			func(on bool) state.FlagChange { return state.FlagChange{Muted: api.Known(on)} }, " is muted: it stays out of the queues", " is no longer muted"},
		keymap.CloseConversation: {api.CapClose, func(r state.Row) bool { return r.Conversation.Closed.Or(false) }, nil, " is closed, for everyone", " is open again, for everyone"},
		keymap.Archive:           {api.CapArchive, func(r state.Row) bool { return r.Conversation.Archived.Or(false) }, nil, " is archived", " is back from the archive"},
		keymap.Block:             {api.CapBlock, func(r state.Row) bool { return r.Conversation.Blocked.Or(false) }, nil, " is blocked, for everyone", " is no longer blocked"},
		keymap.OptOut:            {api.CapOptOut, func(r state.Row) bool { return r.Conversation.OptedOut.Or(false) }, nil, " is opted out", " is opted in again"},
	}
}

// switchTo sets a toggle of a conversation, and remembers how to take it back.
func (m *Model) switchTo(row state.Row, t toggle, on bool) tea.Cmd {
	id := row.Conversation.ID
	did := m.name(row) + onOff(on, t.on, t.off)
	if m.account(id.Account).Caps.Has(t.cap) {
		wish := func(on bool) tea.Cmd {
			ask := m.change(state.Change{Conversation: id, Cap: t.cap, On: on})
			if t.cap != api.CapArchive {
				return ask
			}
			// Noted here as well, for the store to bring it back when the customer writes.
			return tea.Batch(ask, m.setFlags(id, state.FlagChange{Done: api.Known(on), Seen: api.Known(row.Newest)}))
		}
		return m.done(did+" ("+m.look.Mode.Line(m.traits(id.Account).Label)+")", wish(on), func() tea.Cmd { return wish(!on) })
	}
	flags := func(on bool) tea.Cmd { return m.setFlags(id, t.local(on)) }
	return m.done(did+" (on this machine)", flags(on), func() tea.Cmd { return flags(!on) })
}

// done runs a change, says what it did, and keeps how to take it back.
func (m *Model) done(did string, cmd tea.Cmd, back func() tea.Cmd) tea.Cmd {
	m.undo = undo{did: did, back: back}
	return tea.Batch(cmd, m.say(did+" · "+m.keyFor(keymap.Undo)+" undoes"))
}

// flip switches a toggle of the current conversation.
func (m *Model) flip(action keymap.Action) tea.Cmd {
	row, t := m.current(), m.toggles()[action]
	return m.switchTo(row, t, !t.is(row))
}

// toggleHandler is the handler of an action that flips a toggle.
func (m *Model) toggleHandler(action keymap.Action) handler {
	t := m.toggles()[action]
	if t.local != nil {
		return handler{do: func() tea.Cmd { return m.flip(action) }, why: func() string { return m.whyNotOrLocal(t.cap) }, where: t.cap}
	}
	return handler{do: func() tea.Cmd { return m.flip(action) }, why: func() string { return m.whyNot(t.cap) }}
}

// askBlock asks by name before the contact is blocked or opted out: neither
// can be undone at will.
func (m *Model) askFlip(action keymap.Action, question, explain string) tea.Cmd {
	row, t := m.current(), m.toggles()[action]
	if t.is(row) {
		return m.flip(action)
	}
	return m.openSheet(sheet{
		menu: menu.New(question+" "+m.name(row)+"?", menu.Options{Text: []string{explain},
			Items: []menu.Item{{Label: "No", Value: false}, {Label: "Yes, " + question, Value: true}}}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			if it.Value.(bool) {
				return m.switchTo(row, t, true)
			}
			return nil
		},
	})
}

func (m *Model) askBlock() tea.Cmd {
	return m.askFlip(keymap.Block, "block", "For everyone on the account: nothing they write arrives, nothing can be sent to them.")
}

func (m *Model) askOptOut() tea.Cmd {
	return m.askFlip(keymap.OptOut, "opt out", "Nothing can be sent to them any more. They may be the only ones who can come back, by writing START.")
}

// doneBy is the ability that "done" means here, 0 for done on this machine.
func (m *Model) doneBy(row state.Row) keymap.Action {
	caps := m.account(row.Conversation.ID.Account).Caps
	switch {
	case caps.Has(api.CapClose):
		return keymap.CloseConversation
	case caps.Has(api.CapArchive):
		return keymap.Archive
	}
	return ""
}

func (m *Model) toggleDone() tea.Cmd {
	row := m.current()
	on := !row.Flags.Done
	if on {
		m.inbox.Keep(api.ConversationID{})
	}
	return m.setDone(row, on)
}

func (m *Model) setDone(row state.Row, on bool) tea.Cmd {
	if action := m.doneBy(row); action != "" {
		return m.switchTo(row, m.toggles()[action], on)
	}
	id := row.Conversation.ID
	set := func(on bool) tea.Cmd {
		return m.setFlags(id, state.FlagChange{Done: api.Known(on), Seen: api.Known(row.Newest)})
	}
	return m.done(m.name(row)+onOff(on, " is done until they write again", " is not done any more")+" (on this machine)",
		set(on), func() tea.Cmd { return set(!on) })
}

func (m *Model) doneNext() tea.Cmd {
	if m.current().Flags.Done {
		return m.nextWaiting()
	}
	return tea.Batch(m.toggleDone(), m.nextWaiting())
}

// toggleUnread marks as read or unread, at the platform where it can.
func (m *Model) toggleUnread() tea.Cmd {
	row := m.current()
	read := row.Unread > 0
	if m.can(api.CapRead) {
		return m.switchTo(row, toggle{cap: api.CapRead, on: " is read", off: " is unread again"}, read)
	}
	id, back := row.Conversation.ID, row.Flags.ReadUpTo
	upTo := row.Newest
	if !read {
		if upTo = m.beforeLastInbound(row); upTo == 0 {
			return m.say("the customer's last message is not loaded here, so it cannot be marked unread")
		}
	}
	set := func(p state.Pos) tea.Cmd { return m.setFlags(id, state.FlagChange{ReadUpTo: api.Known(p)}) }
	return m.done(m.name(row)+onOff(read, " is read", " is unread again")+" (on this machine)", set(upTo), func() tea.Cmd { return set(back) })
}

// openRemove asks by name before a conversation is deleted for good.
func (m *Model) openRemove() tea.Cmd {
	row := m.current()
	label := m.look.Mode.Line(m.traits(row.Conversation.ID.Account).Label)
	return m.askWord("Delete the conversation with "+m.name(row)+"?", "DELETE",
		"It is deleted on "+label+" with all its messages, for good. It cannot be undone.",
		func() tea.Cmd {
			return tea.Batch(m.change(state.Change{Conversation: row.Conversation.ID, Cap: api.CapRemove}), m.say("deleting the conversation with "+m.name(row)))
		})
}

// askWord asks a question that is answered by typing a word.
func (m *Model) askWord(title, word, explain string, yes func() tea.Cmd) tea.Cmd {
	return m.openSheet(sheet{
		menu: menu.New(title, menu.Options{Input: true, Prompt: "type " + word, Text: []string{explain}}),
		enter: func(line string) tea.Cmd {
			if line != word {
				m.sheet.menu.SetNote("type " + word + " to go on, or esc to leave it")
				return nil
			}
			m.closeSheet()
			return yes()
		},
	})
}
