package ui

import (
	"maps"

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
	all := map[keymap.Action]handler{}
	for _, group := range []map[keymap.Action]handler{
		m.programHandlers(), m.movingHandlers(), m.conversationHandlers(), m.messageHandlers(), m.composerHandlers(), m.menuHandlers(),
	} {
		maps.Copy(all, group)
	}
	return all
}

// always is the handler of what can be done at any time.
func always(do func() tea.Cmd) handler { return handler{do: do} }

// onConversation is the handler of what needs a conversation, onMessage that of
// what needs a selected message.
func (m *Model) onConversation(do func() tea.Cmd) handler {
	return handler{do: do, why: m.whyNoConversation}
}

func (m *Model) onMessage(do func() tea.Cmd) handler { return handler{do: do, why: m.whyNoMessage} }

// ability is the handler of what the platform has to be able to do.
func (m *Model) ability(do func() tea.Cmd, c api.Caps) handler {
	return handler{do: do, why: func() string { return m.whyNot(c) }}
}

func (m *Model) programHandlers() map[keymap.Action]handler {
	return map[keymap.Action]handler{
		keymap.Quit:           always(m.askQuit),
		keymap.Suspend:        always(m.suspend),
		keymap.Help:           always(m.openHelp),
		keymap.Commands:       always(m.openPalette),
		keymap.GoTo:           always(m.openGoTo),
		keymap.Search:         always(m.openSearch),
		keymap.Accounts:       always(m.openAccounts),
		keymap.Refresh:        always(m.refresh),
		keymap.Redraw:         always(func() tea.Cmd { return tea.ClearScreen }),
		keymap.Undo:           {do: m.undoLast, why: m.whyNoUndo},
		keymap.ZoomPane:       always(m.toggleZoom),
		keymap.ToggleHints:    always(m.toggleHints),
		keymap.ManageChannels: {do: m.openChannels, why: m.whyNoChannels},
	}
}

func (m *Model) movingHandlers() map[keymap.Action]handler {
	return map[keymap.Action]handler{
		keymap.Down:         always(func() tea.Cmd { return m.move(1) }),
		keymap.Up:           always(func() tea.Cmd { return m.move(-1) }),
		keymap.PageDown:     always(func() tea.Cmd { return m.page(1) }),
		keymap.PageUp:       always(func() tea.Cmd { return m.page(-1) }),
		keymap.First:        always(m.first),
		keymap.Last:         always(m.last),
		keymap.Deeper:       always(m.deeper),
		keymap.Back:         always(m.back),
		keymap.NextPane:     always(func() tea.Cmd { return m.focusOn((m.focus + 1) % 3) }),
		keymap.PreviousPane: always(func() tea.Cmd { return m.focusOn((m.focus + 2) % 3) }),
		keymap.PaneChannels: always(func() tea.Cmd { return m.focusOn(layout.Channels) }),
		keymap.PaneList:     always(func() tea.Cmd { return m.focusOn(layout.List) }),
		keymap.PaneThread:   always(func() tea.Cmd { return m.focusOn(layout.Thread) }),
		keymap.NextWaiting:  always(m.nextWaiting),
		keymap.GoToOutbox:   always(m.showOutbox),
		keymap.Marked:       {do: m.backToMark, why: m.whyNoMark},
		keymap.Filter:       {do: m.startFilter, why: m.whyNoFilter},
	}
}

func (m *Model) conversationHandlers() map[keymap.Action]handler {
	return map[keymap.Action]handler{
		keymap.Reply:              {do: m.startReply, why: m.whyNoReply},
		keymap.Done:               m.onConversation(m.toggleDone),
		keymap.DoneNext:           m.onConversation(m.doneNext),
		keymap.Star:               m.toggleHandler(keymap.Star),
		keymap.Unread:             {do: m.toggleUnread, why: func() string { return m.whyNotOrLocal(api.CapRead) }, where: api.CapRead},
		keymap.Snooze:             m.onConversation(m.openSnooze),
		keymap.Pin:                m.toggleHandler(keymap.Pin),
		keymap.Mute:               m.toggleHandler(keymap.Mute),
		keymap.Info:               m.onConversation(m.openInfo),
		keymap.CloseConversation:  m.toggleHandler(keymap.CloseConversation),
		keymap.Archive:            m.toggleHandler(keymap.Archive),
		keymap.Block:              m.ability(m.askBlock, api.CapBlock),
		keymap.OptOut:             m.ability(m.askOptOut, api.CapOptOut),
		keymap.Assign:             m.ability(m.openAssign, api.CapAssign),
		keymap.ChooseContact:      m.ability(m.openContacts, api.CapChooseContact),
		keymap.DeleteConversation: m.ability(m.openRemove, api.CapRemove),
		keymap.NewConversation:    {do: m.openNew, why: m.whyNoNew},
	}
}

func (m *Model) messageHandlers() map[keymap.Action]handler {
	return map[keymap.Action]handler{
		keymap.NextMessage:     m.onMessage(func() tea.Cmd { return m.moveMessage(1) }),
		keymap.PreviousMessage: m.onMessage(func() tea.Cmd { return m.moveMessage(-1) }),
		keymap.NextDay:         m.onMessage(func() tea.Cmd { return m.moveDay(1) }),
		keymap.PreviousDay:     m.onMessage(func() tea.Cmd { return m.moveDay(-1) }),
		keymap.FirstNew:        m.onMessage(m.firstNew),
		keymap.Copy:            m.onMessage(m.copyText),
		keymap.Open:            {do: m.openTarget, why: m.whyNoOpen},
		keymap.Download:        {do: m.download, why: m.whyNoDownload},
		keymap.CopyLink:        {do: m.copyLink, why: m.whyNoLink},
		keymap.Details:         {do: m.details, why: m.whyNoDetails},
		keymap.RetryMessage:    {do: m.retryMessage, why: m.whyNoRetry},
		keymap.More:            {do: m.openCard, why: m.whyNoCard},
		keymap.EditMessage:     {do: m.editMessage, why: m.whyNoEdit},
		keymap.DeleteMessage:   {do: m.deleteMessage, why: m.whyNoDelete},
		keymap.React:           {do: m.openReact, why: func() string { return m.whyNotMessage(api.CapReact) }},
		keymap.PinMessage:      {do: m.pinMessage, why: func() string { return m.whyNotMessage(api.CapPinMessage) }},
	}
}

func (m *Model) composerHandlers() map[keymap.Action]handler {
	return map[keymap.Action]handler{
		keymap.Send:         {do: m.send, why: m.whyNoEnter},
		keymap.NewLine:      always(m.newLine),
		keymap.SendDoneNext: {do: m.sendDoneNext, why: m.whyNoSend},
		keymap.Attach:       {do: m.openAttach, why: m.whyNoAttach},
		keymap.Detach:       {do: m.detach, why: m.whyNoDetach},
		keymap.Leave:        always(m.leave),
		keymap.ReadOlder:    always(func() tea.Cmd { return m.readBack(-1) }),
		keymap.ReadNewer:    always(func() tea.Cmd { return m.readBack(1) }),
		keymap.Schedule:     {do: m.openSchedule, why: m.whyNoSchedule},
		keymap.Canned:       {do: m.openCanned, why: m.whyNoCanned},
		keymap.Editor:       always(m.openEditor),
	}
}

func (m *Model) menuHandlers() map[keymap.Action]handler {
	return map[keymap.Action]handler{
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
