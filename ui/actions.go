package ui

import (
	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/layout"
)

// handler is what an action does here. why, if set, returns the reason for
// which it cannot run now, empty if it can; it is asked before the key acts
// and shown, greyed, in the palette.
type handler struct {
	do  func() tea.Cmd
	why func() string
	// where, if set, is the ability without which the action is kept on this
	// machine; the palette says which it is.
	where api.Caps
}

// makeHandlers is the one place where the table's actions meet the screen.
func (m *Model) makeHandlers() map[keymap.Action]handler {
	always := func(do func() tea.Cmd) handler { return handler{do: do} }
	open := func(do func() tea.Cmd) handler { return handler{do: do, why: m.whyNoConversation} }
	message := func(do func() tea.Cmd) handler { return handler{do: do, why: m.whyNoMessage} }
	ability := func(do func() tea.Cmd, c api.Caps) handler {
		return handler{do: do, why: func() string { return m.whyNot(c) }}
	}
	own := func(do func() tea.Cmd, c api.Caps) handler {
		return handler{do: do, why: func() string { return m.whyNotOwn(c) }}
	}
	return map[keymap.Action]handler{
		keymap.Quit:        always(m.askQuit),
		keymap.Help:        always(m.openHelp),
		keymap.Commands:    always(m.openPalette),
		keymap.GoTo:        always(m.openGoTo),
		keymap.Accounts:    always(m.openAccounts),
		keymap.Refresh:     always(m.refresh),
		keymap.Redraw:      always(func() tea.Cmd { return tea.ClearScreen }),
		keymap.Undo:        {do: m.undoLast, why: m.whyNoUndo},
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
		keymap.Marked:       {do: m.backToMark, why: m.whyNoMark},

		keymap.Filter:   always(m.startFilter),
		keymap.Reply:    {do: m.startReply, why: m.whyNoReply},
		keymap.Done:     open(m.toggleDone),
		keymap.DoneNext: open(m.doneNext),
		keymap.Star:     m.toggleHandler(keymap.Star),
		keymap.Unread:   {do: m.toggleUnread, why: func() string { return m.whyNotOrLocal(api.CapRead) }, where: api.CapRead},
		keymap.Snooze:   open(m.openSnooze),
		keymap.Pin:      m.toggleHandler(keymap.Pin),
		keymap.Mute:     m.toggleHandler(keymap.Mute),
		keymap.Info:     open(m.openInfo),

		keymap.CloseConversation:  m.toggleHandler(keymap.CloseConversation),
		keymap.Archive:            m.toggleHandler(keymap.Archive),
		keymap.Block:              ability(m.askBlock, api.CapBlock),
		keymap.OptOut:             ability(m.askOptOut, api.CapOptOut),
		keymap.Assign:             ability(m.openAssign, api.CapAssign),
		keymap.ChooseContact:      ability(m.openContacts, api.CapChooseContact),
		keymap.DeleteConversation: ability(m.openRemove, api.CapRemove),
		keymap.ManageChannels:     {do: m.openChannels, why: m.whyNoChannels},

		keymap.EditMessage:     own(m.editMessage, api.CapEdit),
		keymap.DeleteMessage:   own(m.openDeleteMessage, api.CapDelete),
		keymap.React:           {do: m.openReact, why: func() string { return m.whyNotMessage(api.CapReact) }},
		keymap.PinMessage:      {do: m.pinMessage, why: func() string { return m.whyNotMessage(api.CapPinMessage) }},
		keymap.NewConversation: {do: m.openNew, why: m.whyNoNew},

		keymap.NextMessage:     message(func() tea.Cmd { return m.moveMessage(1) }),
		keymap.PreviousMessage: message(func() tea.Cmd { return m.moveMessage(-1) }),
		keymap.NextDay:         message(func() tea.Cmd { return m.moveDay(1) }),
		keymap.PreviousDay:     message(func() tea.Cmd { return m.moveDay(-1) }),
		keymap.FirstNew:        message(m.firstNew),
		keymap.Copy:            message(m.copyText),
		keymap.CopyLink:        {do: m.copyLink, why: m.whyNoLink},
		keymap.Details:         {do: m.details, why: m.whyNoDetails},
		keymap.RetryMessage:    {do: m.retryMessage, why: m.whyNoRetry},
		keymap.More:            message(m.openCard),

		keymap.Send:         {do: m.send, why: m.whyNoSend},
		keymap.NewLine:      always(m.newLine),
		keymap.SendDoneNext: {do: m.sendDoneNext, why: m.whyNoSend},
		keymap.Attach:       {do: m.openAttach, why: m.whyNoAttach},
		keymap.Detach:       {do: m.detach, why: m.whyNoDetach},
		keymap.Schedule:     {do: m.openSchedule, why: m.whyNoSchedule},
		keymap.Canned:       {do: m.openCanned, why: m.whyNoCanned},
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
