package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/layout"
	"unibox/ui/readonly"
	"unibox/ui/screen"
)

// actor is a part that answers to actions. Each embeds env.Actions.
type actor interface {
	// Handles reports whether an action is the part's.
	Handles(keymap.Action) bool
	// Do runs an action that Why has nothing against.
	Do(keymap.Action) tea.Cmd
	// Why is the reason for which an action cannot run now, "" if it can.
	Why(keymap.Action) string
	// Where is the ability without which an action's effect stays here.
	Where(keymap.Action) api.Caps
}

// actors are the parts that an action is offered to, in this order.
func (m *Model) actors() []actor {
	return []actor{m.pane(m.focus), m.actions, m.walk, m.reply, m.triage, m.notes, m.thread}
}

// actorOf returns the part that an action goes to now; an empty table where no
// part handles it.
func (m *Model) actorOf(action keymap.Action) actor {
	for _, a := range m.actors() {
		if a.Handles(action) {
			return a
		}
	}
	return env.Actions{}
}

// do runs an action, or says why it cannot run.
func (m *Model) do(action keymap.Action) tea.Cmd {
	m.news.action()
	if cmd, ok := m.dialogs.Do(action); ok {
		return cmd
	}
	part := m.actorOf(action)
	var open tea.Cmd
	if part == m.thread || part == m.reply || action == keymap.PrivateNote {
		open = m.catchUp()
	}
	if why := m.why(action); why != "" {
		m.keys.refuse(action, m.env.Now())
		return tea.Batch(open, m.refuse(action, why))
	}
	if part == m.inbox && (action == keymap.Down || action == keymap.Up) {
		m.columns.effect.steps++
	}
	open = tea.Batch(open, part.Do(action))
	if action != keymap.FollowUp && !m.typing() { // it may come to nothing, or wait for the disk
		m.keys.refuse(action, m.env.Now())
	}
	return open
}

// refuse says why an action does not run.
func (m *Model) refuse(action keymap.Action, why string) tea.Cmd {
	return m.env.Refuse(m.env.Keys.Spec(action).Short() + ": " + why)
}

// why returns the reason for which an action cannot run now, "" if it can.
func (m *Model) why(action keymap.Action) string {
	if why := m.never(action); why != "" {
		return why
	}
	if m.opt.Settings.ReadOnly && !readonly.Looks(action) {
		return readonly.Why
	}
	part := m.actorOf(action)
	if part != m.pane(m.focus) { // which knows of its selection
		if why := m.triage.WhyNotOne(m.env.Keys.Spec(action)); why != "" {
			return why
		}
	}
	if part == m.thread { // which still shows whom the list before led to
		if why := m.whyNobody(); why != "" {
			return why
		}
	}
	return part.Why(action)
}

// never is the reason for which the agent of this session may never run an action, "" if
// they may.
func (m *Model) never(action keymap.Action) string {
	return readonly.WhyNot(action, m.opt.Settings.Rights, m.opt.Settings.Restricted)
}

// offered are the actions of some that the agent may run. No other is listed, or named in a
// sentence: its key alone says why not.
func (m *Model) offered(specs []keymap.Spec) []keymap.Spec {
	return slices.DeleteFunc(slices.Clone(specs), func(s keymap.Spec) bool { return m.never(s.Action) != "" })
}

// makeActions are the actions of the screen as a whole: focus, layers, the
// program.
func (m *Model) makeActions() env.Actions {
	always := func(do func() tea.Cmd) env.Action { return env.Action{Do: do} }
	return env.Actions{
		keymap.Quit:           always(m.askQuit),
		keymap.Suspend:        always(m.suspend),
		keymap.Help:           always(func() tea.Cmd { return m.dialogs.Open(dialog.NewHelp(m.env, m.offered(m.env.Keys.All()), m.do)) }),
		keymap.Commands:       always(m.openPalette),
		keymap.GoTo:           always(m.openGoTo),
		keymap.Search:         always(m.openSearch),
		keymap.Accounts:       always(func() tea.Cmd { return m.dialogs.Open(m.bar.Accounts(m.refresh, m.dialogs.Open)) }),
		keymap.Problems:       always(func() tea.Cmd { return m.bar.OpenProblems(m.dialogs.Open) }),
		keymap.PastNotices:    always(func() tea.Cmd { return m.bar.OpenPast(m.dialogs.Open) }),
		keymap.Refresh:        always(m.refresh),
		keymap.Redraw:         always(func() tea.Cmd { return screen.Repaint }),
		keymap.ZoomPane:       always(m.toggleZoom),
		keymap.ToggleHints:    always(m.toggleHints),
		keymap.ManageChannels: {Do: m.openChannels, Why: m.whyNoChannels},

		keymap.NextPane:     always(func() tea.Cmd { return m.goTo((m.focus + 1) % 3) }),
		keymap.PreviousPane: always(func() tea.Cmd { return m.goTo((m.focus + 2) % 3) }),
		keymap.PaneChannels: always(m.toPane(layout.Channels)),
		keymap.PaneList:     always(m.toPane(layout.List)),
		keymap.PaneThread:   always(m.toPane(layout.Thread)),
		keymap.GoToOutbox:   always(m.showOutbox),
		keymap.GoToClosing:  {Do: m.showClosing, Why: m.whyNoClosing},
		keymap.Filter:       {Do: m.startFilter, Why: m.whyNoFilter},

		keymap.Reply:           {Do: m.startReply, Why: m.whyNoReply},
		keymap.NewConversation: {Do: m.openNew, Why: m.whyNoNew},
	}
}

// command is an action as the palette shows it.
func (m *Model) command(s keymap.Spec, title string) dialog.Command {
	return dialog.Command{Action: s.Action, Title: title, Key: m.env.AnyKey(s), Why: m.why(s.Action), Words: s.Words(), Used: m.used.Of(s.Action)}
}

// writing are the actions of the reply box that the palette opens it for.
var writing = []keymap.Action{keymap.Attach, keymap.Canned, keymap.Schedule, keymap.Editor, keymap.CommandHere, keymap.Unsend}

// openPalette lists every action that the agent may run, with its key, or greyed with the
// reason for which it cannot run now.
func (m *Model) openPalette() tea.Cmd {
	var commands, moves []dialog.Command
	for _, s := range m.offered(m.env.Keys.All()) {
		switch only := dialog.Only(m.env, s); {
		case s.Action == keymap.Commands:
		case strings.HasPrefix(string(s.Action), "move."):
			moves = append(moves, m.command(s, s.Title))
		case slices.Contains(writing, s.Action):
			c := m.command(s, s.Title)
			c.Why = m.why(keymap.Reply)
			commands = append(commands, c)
		case only != "":
			c := m.command(s, s.Title)
			c.Why = only
			commands = append(commands, c)
		default:
			commands = append(commands, m.command(s, m.titleOf(s)))
		}
	}
	return m.dialogs.Open(dialog.NewPalette(m.env, append(commands, moves...), m.channels.Places(m.goToList, state.ViewOutbox, state.ViewClosing), m.chooseCommand))
}

// chooseCommand does what was chosen in the palette; what belongs to the reply box, in it.
func (m *Model) chooseCommand(a keymap.Action) tea.Cmd {
	cmds := []tea.Cmd{m.used.Chose(a)}
	if slices.Contains(writing, a) && !m.reply.Composing() {
		if cmds = append(cmds, m.do(keymap.Reply)); !m.reply.Composing() {
			return tea.Batch(cmds...)
		}
	}
	return tea.Batch(append(cmds, m.do(a))...)
}

// titleOf is what the palette calls an action: with who sees its effect, for
// those that some platforms have and others have not.
func (m *Model) titleOf(s keymap.Spec) string {
	switch where := m.actorOf(s.Action).Where(s.Action); {
	case s.Action == keymap.Done:
		return m.triage.DoneTitle()
	case where != 0:
		return s.Title + " (" + m.env.Where(m.current().Conversation.ID, where) + ")"
	}
	return s.Title
}

// openMessage offers what can be done with a message.
func (m *Model) openMessage(it state.Item) tea.Cmd {
	var commands []dialog.Command
	for _, a := range []keymap.Action{keymap.Reply, keymap.Quote, keymap.RetryMessage, keymap.Copy, keymap.Open, keymap.Download, keymap.CopyLink, keymap.React,
		keymap.EditMessage, keymap.PinMessage, keymap.DeleteMessage, keymap.Details, keymap.Raw} {
		if s := m.env.Keys.Spec(a); m.never(a) == "" {
			commands = append(commands, m.command(s, s.Title))
		}
	}
	return m.dialogs.Open(dialog.NewMessage(m.env, m.env.Excerpt(it.Message.Body), commands, m.do))
}

// refresh asks the platform for the open conversation and everything due.
func (m *Model) refresh() tea.Cmd {
	if id := m.thread.Conversation(); id != (api.ConversationID{}) {
		m.env.Engine.Refresh(id)
	}
	return m.env.Refresh()
}

// manageable lists the accounts whose channels can be managed.
func (m *Model) manageable() []state.SidebarAccount {
	var list []state.SidebarAccount
	for _, a := range m.channels.Accounts() {
		if m.env.Account(a.ID).Caps.Has(api.CapChannels) {
			list = append(list, a)
		}
	}
	return list
}

func (m *Model) whyNoChannels() string {
	if len(m.manageable()) == 0 {
		return m.env.T("no account here lets its channels be managed")
	}
	return ""
}

func (m *Model) openChannels() tea.Cmd {
	return m.dialogs.Open(dialog.NewChannels(m.env, m.manageable()))
}

func (m *Model) askQuit() tea.Cmd {
	return dialog.Quit{Env: m.env, Health: m.bar.Health, Label: func(h state.Health) string { return m.bar.Label(h, 30) },
		Typed: m.reply, Elsewhere: func() string { return m.reply.UnsavedPath(m.env.Now()) },
		Sending: m.reply.Sending, ShowOutbox: m.showOutbox, LoadOutbox: m.queue.Load, Now: m.quit}.Ask()
}

// quit ends the program. What is typed is saved when Run returns.
func (m *Model) quit() tea.Cmd {
	m.place.Quit()
	m.reply.Note()
	return tea.Quit
}
