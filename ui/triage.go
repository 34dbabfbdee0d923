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

// undo takes back one change of flags.
type undo struct {
	id     api.ConversationID
	back   state.FlagChange
	did    string
	filled bool
}

func (m *Model) whyNoUndo() string {
	if !m.undo.filled {
		return "there is nothing to undo"
	}
	return ""
}

func (m *Model) undoLast() tea.Cmd {
	u := m.undo
	m.undo = undo{}
	return tea.Batch(m.setFlags(u.id, u.back), m.say("undone: "+u.did))
}

// triage changes flags of the current conversation and says so.
func (m *Model) triage(row state.Row, change, back state.FlagChange, did string) tea.Cmd {
	m.undo = undo{row.Conversation.ID, back, did, true}
	return tea.Batch(m.setFlags(row.Conversation.ID, change), m.say(did+" · "+m.keyFor("app.undo")+" undoes"))
}

type flagsMsg struct{ err error }

func (m *Model) setFlags(id api.ConversationID, change state.FlagChange) tea.Cmd {
	return m.reading(func(ctx context.Context) tea.Msg {
		return flagsMsg{m.opt.Store.SetFlags(ctx, id, change)}
	})
}

func (m *Model) toggleDone() tea.Cmd {
	row := m.current()
	back := state.FlagChange{Done: api.Known(row.Flags.Done), Snoozed: api.Known(row.Flags.Snoozed)}
	if row.Flags.Done {
		return m.triage(row, state.FlagChange{Done: api.Known(false)}, back, m.name(row)+" is open again")
	}
	m.inbox.Keep(api.ConversationID{})
	return m.triage(row, state.FlagChange{Done: api.Known(true)}, back, m.name(row)+" is done until they write again")
}

func (m *Model) doneNext() tea.Cmd {
	if m.current().Flags.Done {
		return m.nextWaiting()
	}
	return tea.Batch(m.toggleDone(), m.nextWaiting())
}

func (m *Model) toggleStar() tea.Cmd {
	row := m.current()
	on := !row.Flags.Starred
	return m.triage(row, state.FlagChange{Starred: api.Known(on)}, state.FlagChange{Starred: api.Known(!on)},
		m.name(row)+onOff(on, " is starred", " is no longer starred"))
}

func (m *Model) togglePin() tea.Cmd {
	row := m.current()
	on := !row.Flags.Pinned
	return m.triage(row, state.FlagChange{Pinned: api.Known(on)}, state.FlagChange{Pinned: api.Known(!on)},
		m.name(row)+onOff(on, " is pinned to the top", " is no longer pinned"))
}

func (m *Model) toggleMute() tea.Cmd {
	row := m.current()
	on := !row.Flags.Muted
	return m.triage(row, state.FlagChange{Muted: api.Known(on)}, state.FlagChange{Muted: api.Known(!on)},
		m.name(row)+onOff(on, " is muted: it stays out of the queues", " is no longer muted"))
}

func onOff(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

func (m *Model) toggleUnread() tea.Cmd {
	row := m.current()
	back := state.FlagChange{ReadUpTo: api.Known(row.Flags.ReadUpTo)}
	if row.Unread > 0 {
		return m.triage(row, state.FlagChange{ReadUpTo: api.Known(row.Newest)}, back, m.name(row)+" is read")
	}
	before := m.beforeLastInbound(row)
	if before == 0 {
		return m.say("the customer's last message is not loaded here, so it cannot be marked unread")
	}
	return m.triage(row, state.FlagChange{ReadUpTo: api.Known(before)}, back, m.name(row)+" is unread again")
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
	return m.triage(row, state.FlagChange{Snoozed: api.Known(until)}, state.FlagChange{Snoozed: api.Known(row.Flags.Snoozed)}, did)
}

// name is the conversation's name as text to show.
func (m *Model) name(row state.Row) string { return inbox.Name(m.look.Mode, row.Conversation) }
