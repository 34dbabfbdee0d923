package ui

import (
	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/layout"
)

// handler is what an action does here. why, if set, returns the reason for
// which it cannot run now, empty if it can; it is asked before the key acts
// and shown, greyed, in the palette.
type handler struct {
	do  func() tea.Cmd
	why func() string
}

// makeHandlers is the one place where the table's actions meet the screen.
func (m *Model) makeHandlers() map[keymap.Action]handler {
	always := func(do func() tea.Cmd) handler { return handler{do: do} }
	open := func(do func() tea.Cmd) handler { return handler{do, m.whyNoConversation} }
	message := func(do func() tea.Cmd) handler { return handler{do, m.whyNoMessage} }
	return map[keymap.Action]handler{
		keymap.Quit:        always(m.askQuit),
		keymap.Help:        always(m.openHelp),
		keymap.Commands:    always(m.openPalette),
		keymap.GoTo:        always(m.openGoTo),
		keymap.Accounts:    always(m.openAccounts),
		keymap.Refresh:     always(m.refresh),
		keymap.Redraw:      always(func() tea.Cmd { return tea.ClearScreen }),
		keymap.Undo:        {m.undoLast, m.whyNoUndo},
		keymap.ZoomPane:    always(m.toggleZoom),
		keymap.ToggleHints: always(m.toggleHints),

		keymap.Down:     always(func() tea.Cmd { return m.move(1) }),
		keymap.Up:       always(func() tea.Cmd { return m.move(-1) }),
		keymap.PageDown: always(func() tea.Cmd { return m.page(1) }),
		keymap.PageUp:   always(func() tea.Cmd { return m.page(-1) }),
		keymap.First:    always(m.first),
		keymap.Last:     always(m.last),

		keymap.Deeper:       always(m.deeper),
		keymap.Back:         always(m.back),
		keymap.NextPane:     always(func() tea.Cmd { return m.focusOn((m.focus + 1) % 3) }),
		keymap.PreviousPane: always(func() tea.Cmd { return m.focusOn((m.focus + 2) % 3) }),
		keymap.PaneChannels: always(func() tea.Cmd { return m.focusOn(layout.Channels) }),
		keymap.PaneList:     always(func() tea.Cmd { return m.focusOn(layout.List) }),
		keymap.PaneThread:   always(func() tea.Cmd { return m.focusOn(layout.Thread) }),
		keymap.NextWaiting:  always(m.nextWaiting),
		keymap.Marked:       {m.backToMark, m.whyNoMark},

		keymap.Filter:          always(m.startFilter),
		keymap.Reply:           {m.startReply, m.whyNoReply},
		keymap.Done:            open(m.toggleDone),
		keymap.DoneNext:        open(m.doneNext),
		keymap.Star:            open(m.toggleStar),
		keymap.Unread:          open(m.toggleUnread),
		keymap.Snooze:          open(m.openSnooze),
		keymap.Pin:             open(m.togglePin),
		keymap.Mute:            open(m.toggleMute),
		keymap.NewConversation: {m.openNew, m.whyNoNew},

		keymap.NextMessage:     message(func() tea.Cmd { return m.moveMessage(1) }),
		keymap.PreviousMessage: message(func() tea.Cmd { return m.moveMessage(-1) }),
		keymap.NextDay:         message(func() tea.Cmd { return m.moveDay(1) }),
		keymap.PreviousDay:     message(func() tea.Cmd { return m.moveDay(-1) }),
		keymap.FirstNew:        message(m.firstNew),
		keymap.Copy:            message(m.copyText),
		keymap.CopyLink:        {m.copyLink, m.whyNoLink},
		keymap.Details:         message(m.openDetails),
		keymap.RetryMessage:    {m.retryMessage, m.whyNoRetry},
		keymap.More:            message(m.openCard),

		keymap.Send:         {m.send, m.whyNoSend},
		keymap.NewLine:      always(m.newLine),
		keymap.SendDoneNext: {m.sendDoneNext, m.whyNoSend},
		keymap.Attach:       {m.openAttach, m.whyNoAttach},
		keymap.Detach:       {m.detach, m.whyNoDetach},
		keymap.Editor:       always(m.openEditor),
		keymap.Leave:        always(m.leave),
		keymap.ReadOlder:    always(func() tea.Cmd { return m.readBack(-1) }),
		keymap.ReadNewer:    always(func() tea.Cmd { return m.readBack(1) }),

		keymap.MenuDown:     always(func() tea.Cmd { return m.menuMove(1) }),
		keymap.MenuUp:       always(func() tea.Cmd { return m.menuMove(-1) }),
		keymap.MenuChoose:   always(m.menuChoose),
		keymap.MenuComplete: always(m.menuComplete),
		keymap.MenuClose:    always(m.menuClose),
	}
}

// do runs an action, or says why it cannot run.
func (m *Model) do(action keymap.Action) tea.Cmd {
	h, ok := m.handlers[action]
	if !ok {
		return nil
	}
	if h.why != nil {
		if why := h.why(); why != "" {
			return m.say(why)
		}
	}
	return h.do()
}

// why returns the reason for which an action cannot run now, "" if it can.
func (m *Model) why(action keymap.Action) string {
	if h := m.handlers[action]; h.why != nil {
		return h.why()
	}
	return ""
}
