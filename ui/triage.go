package ui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/inbox"
	"unibox/ui/layout"
	"unibox/ui/menu"
)

// current is the conversation that triage acts on: the selected row of the
// list, or the open thread where that has the focus.
func (m *Model) current() state.Row {
	row, read := m.thread.Row()
	if open := m.thread.Conversation(); !read && open != (api.ConversationID{}) {
		row.Conversation.ID = open // it is still being read
	}
	if m.focus == layout.Thread && row.Conversation.ID != (api.ConversationID{}) {
		return row
	}
	if selected, ok := m.inbox.Selected(); ok {
		return selected
	}
	return row
}

func (m *Model) whyNoConversation() string {
	switch row := m.current(); {
	case row.Conversation.ID == (api.ConversationID{}):
		return "no conversation is selected"
	case row.Provisional:
		return "not yet: the first message is still on its way"
	case row.Conversation.Kind == "":
		return "the conversation is still being read"
	}
	return ""
}

// undo takes back the last change of triage.
type undo struct {
	did  string
	back func() tea.Cmd
}

func (m *Model) whyNoUndo() string {
	if m.undo.back == nil {
		return "there is nothing to undo"
	}
	return ""
}

func (m *Model) undoLast() tea.Cmd {
	u := m.undo
	m.undo = undo{}
	return tea.Batch(u.back(), m.say("undone: "+u.did))
}

type flagsMsg struct{ err error }

func (m *Model) setFlags(id api.ConversationID, change state.FlagChange) tea.Cmd {
	return m.reading(func(ctx context.Context) tea.Msg {
		return flagsMsg{m.opt.Store.SetFlags(ctx, id, change)}
	})
}

func onOff(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

// beforeLastInbound returns the position just before the customer's last
// message, 0 if that is not known here.
func (m *Model) beforeLastInbound(row state.Row) state.Pos {
	if preview, ok := row.Preview.Get(); ok && preview.Direction == api.Inbound {
		return row.Newest - 1
	}
	if m.thread.Conversation() == row.Conversation.ID {
		if pos := m.thread.LastInbound(); pos != 0 {
			return pos - 1
		}
	}
	return 0
}

// snoozeTimes are the offers of the snooze menu, each told as a time.
func snoozeTimes(now time.Time) []menu.Item {
	day := func(days, hour int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, hour, 0, 0, 0, now.Location())
	}
	toMonday := (8-int(now.Weekday()))%7 + map[bool]int{true: 7}[now.Weekday() == time.Monday]
	offers := []struct {
		label string
		at    time.Time
	}{
		{"in 1 hour", now.Add(time.Hour).Round(time.Minute)},
		{"in 3 hours", now.Add(3 * time.Hour).Round(time.Minute)},
		{"this evening", day(0, 18)},
		{"tomorrow morning", day(1, 9)},
		{"Monday morning", day(toMonday, 9)},
		{"in a week", day(7, 9)},
	}
	var items []menu.Item
	for _, o := range offers {
		if o.at.After(now) {
			items = append(items, menu.Item{Label: o.label, Right: o.at.Format("Mon 2 Jan 15:04"), Value: o.at})
		}
	}
	return items
}

func (m *Model) openSnooze() tea.Cmd {
	row := m.current()
	items := snoozeTimes(m.opt.Now())
	if !row.Flags.Snoozed.IsZero() {
		items = append([]menu.Item{{Label: "wake it now", Value: time.Time{}}}, items...)
	}
	return m.openSheet(sheet{
		menu: menu.New("Snooze "+m.name(row), menu.Options{Items: items,
			Text: []string{"It comes back then, or when the customer writes. Kept on this machine."}}),
		choose: func(it menu.Item) tea.Cmd { return m.snooze(row, it.Value.(time.Time)) },
	})
}

func (m *Model) snooze(row state.Row, until time.Time) tea.Cmd {
	m.closeSheet()
	m.inbox.Keep(api.ConversationID{})
	did := m.name(row) + " is awake"
	if !until.IsZero() {
		did = fmt.Sprintf("%s sleeps until %s", m.name(row), until.Format("Mon 2 Jan 15:04"))
	}
	id, back := row.Conversation.ID, row.Flags.Snoozed
	set := func(t time.Time) tea.Cmd {
		return m.setFlags(id, state.FlagChange{Snoozed: api.Known(t), Seen: api.Known(row.Newest)})
	}
	return m.done(did+" (on this machine)", set(until), func() tea.Cmd { return set(back) })
}

// markRead marks a conversation as read, here and, where it can, at the platform.
func (m *Model) markRead(row state.Row) tea.Cmd {
	id := row.Conversation.ID
	here := m.setFlags(id, state.FlagChange{ReadUpTo: api.Known(row.Newest)})
	if row.Unread == 0 || !m.account(id.Account).Caps.Has(api.CapRead) {
		return here
	}
	return tea.Batch(here, m.change(state.Change{Conversation: id, Cap: api.CapRead, On: true}))
}

// name is the conversation's name as text to show.
func (m *Model) name(row state.Row) string { return inbox.Name(m.look.Mode, row.Conversation) }
