// Package ui is the screen: one model that owns the panes, routes messages and
// keys to them, and turns actions into reads and writes of the store. Update
// and View touch neither disk nor network; what does runs in commands, whose
// answers carry the number of the question. What changed on disk is heard from
// the feed and read again through the same path as at the start.
package ui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/drafts"
	"unibox/ui/channels"
	"unibox/ui/composer"
	"unibox/ui/inbox"
	"unibox/ui/layout"
	"unibox/ui/look"
	"unibox/ui/queue"
	"unibox/ui/text"
	"unibox/ui/theme"
	"unibox/ui/thread"
)

// Settings are the user's choices about the screen.
type Settings struct {
	// ASCII replaces every sign outside of ASCII.
	ASCII bool
	// Theme is "dark", "light", or "auto" to ask the terminal.
	Theme string
	// MarkRead is "reply" or "open": what marks a conversation as read.
	MarkRead string
	// Hints shows the hint line.
	Hints bool
	// NoColor leaves out all colours.
	NoColor bool
	// Unchecked replies go out without a look whether the customer wrote
	// meanwhile.
	Unchecked bool
}

// Options are what the screen works on.
type Options struct {
	Store    Store
	Outbox   Outbox
	Changes  Changes
	Engine   Engine
	Files    Files
	Feed     *state.Feed
	Accounts []Account
	Keys     *keymap.Map
	Settings Settings
	// Notices are shown one after the other at the start: what is wrong with
	// the config.
	Notices []string
	Version string
	// Suspender may be nil where the program cannot be stopped.
	Suspender Suspender
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Model is the root of the screen.
type Model struct {
	ctx      context.Context
	opt      Options
	handlers map[keymap.Action]handler
	look     look.Look
	hintLine look.Hints
	profile  colorprofile.Profile
	dark     bool

	w, h      int
	lay       layout.Layout
	focus     layout.Pane
	composing bool
	zoom      bool
	hints     bool

	channels *channels.Pane
	inbox    *inbox.Pane
	queue    *queue.Pane
	thread   *thread.Pane
	reply    reply
	sheet    *sheet
	drafts   *drafts.Drafts

	sidebar     state.Sidebar
	health      []state.Health
	condition   state.Condition
	strokes     []string
	interrupted bool
	quitting    bool
	mark        api.ConversationID
	undo        undo
	toasts      toasts
	// here is who has the store open, announced what they know we reply to.
	here      []colleague
	announced api.ConversationID
	asks      struct{ list, sidebar, health, condition, thread, queue, sessions, draft, search question }
	// decisions names what is known to wait for a person, nil before the first
	// look; asked is the message whose card is to open once it is read.
	decisions map[string]bool
	asked     int64
}

// New returns a model that reads through ctx's life.
func New(ctx context.Context, opt Options) *Model {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	m := &Model{ctx: ctx, opt: opt, focus: layout.List, hints: opt.Settings.Hints, dark: true,
		profile: colorprofile.ANSI256, drafts: drafts.New(opt.Store)}
	m.channels = channels.New(func(c api.Channel) api.ChannelRules { return m.traits(c.ID.Account).Rule(c.Kind) })
	m.inbox = inbox.New(m.code, opt.Now)
	m.queue = queue.New(m.code, opt.Now, opt.Outbox.Progress)
	m.thread = thread.New(opt.Now, opt.Outbox.Progress, opt.Files.Transfer, m.name)
	m.reply.box = composer.New()
	m.look.Busy = look.NewBusy(opt.Settings.ASCII)
	m.handlers = m.makeHandlers()
	m.restyle()
	return m
}

// traits are those of an account; an unknown one has none.
func (m *Model) traits(id api.AccountID) api.Traits { return m.account(id).Traits }

func (m *Model) account(id api.AccountID) Account {
	for _, a := range m.opt.Accounts {
		if a.ID == id {
			return a
		}
	}
	return Account{ID: id}
}

// place is where an account stands in the config; one that could not be
// connected comes last.
func (m *Model) place(id api.AccountID) int {
	for i, a := range m.opt.Accounts {
		if a.ID == id {
			return i
		}
	}
	return len(m.opt.Accounts)
}

// code names a conversation's channel in a few letters.
func (m *Model) code(c api.Conversation) string {
	return m.look.Mode.Line(m.traits(c.ID.Account).Rule(c.Kind).Code)
}

// restyle works out the look again: for other colours or another way to count cells.
func (m *Model) restyle() {
	profile := m.profile
	if m.opt.Settings.NoColor {
		profile = colorprofile.ASCII
	}
	th := theme.New(profile, m.dark)
	m.look.Theme, m.look.Marks = &th, theme.NewMarks(m.opt.Settings.ASCII)
	m.look.Mode.ASCII = m.opt.Settings.ASCII
	m.hintLine.SetLook(m.look)
	m.channels.SetLook(m.look)
	m.inbox.SetLook(m.look)
	m.queue.SetLook(m.look)
	m.thread.SetLook(m.look)
	m.reply.box.SetLook(m.look.Mode, m.look.Marks)
	if m.sheet != nil {
		m.sheet.menu.SetLook(m.look)
	}
}

// Init reads what the first frame shows.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.loadList(), m.loadSidebar(), m.loadHealth(), m.loadQueue(), m.loadCondition(), m.loadSessions(), m.tick()}
	if m.opt.Settings.Theme != "dark" && m.opt.Settings.Theme != "light" {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	m.dark = m.opt.Settings.Theme != "light"
	for _, notice := range m.opt.Notices {
		cmds = append(cmds, m.warn(notice))
	}
	return tea.Batch(cmds...)
}

// Update is a table of contents: each message goes to the method that knows it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	defer m.announce()
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case tea.PasteMsg:
		return m, m.paste(msg.Content)
	case tea.WindowSizeMsg:
		return m, m.resized(msg)
	case tea.BackgroundColorMsg:
		return m, m.background(msg)
	case tea.ColorProfileMsg:
		return m, m.colors(msg)
	case tea.ModeReportMsg:
		return m, m.modeReport(msg)
	case staleMsg:
		return m, m.reload(msg)
	case listMsg:
		return m, m.gotList(msg)
	case sidebarMsg:
		return m, m.gotSidebar(msg)
	case healthMsg:
		return m, m.gotHealth(msg)
	case windowMsg:
		return m, m.gotWindow(msg)
	case sessionsMsg:
		return m, m.gotSessions(msg)
	case peekMsg:
		return m, m.peeked(msg)
	case waitingMsg:
		return m, m.gotWaiting(msg)
	case flagsMsg:
		return m, m.fail(msg.err)
	case editSavedMsg:
		return m, m.editSaved(msg)
	case queueMsg:
		return m, m.gotQueue(msg)
	case changedMsg:
		return m, m.fail(msg.err)
	case conditionMsg:
		return m, m.gotCondition(msg)
	case toastMsg:
		m.toasts.expire(msg)
	case tickMsg:
		return m, m.tick()
	case spinner.TickMsg:
		return m, m.look.Busy.Update(msg)
	}
	return m, m.answer(msg)
}

// answer takes the answers to what the agent asked for: look-ups, drafts,
// submits, files.
func (m *Model) answer(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case infoMsg:
		return m.gotInfo(msg)
	case choicesMsg:
		return m.gotChoices(msg)
	case adminMsg:
		return m.administered(msg)
	case draftMsg:
		return m.gotDraft(msg)
	case readDueMsg:
		return m.readDue(msg)
	case saveDueMsg:
		return m.saveDue()
	case savedMsg:
		return m.gotSaved(msg)
	case draftTurnedMsg:
		return m.gotTurned(msg)
	case submittedMsg:
		return m.submitted(msg)
	case decidedMsg:
		return m.decided(msg)
	case takenBackMsg:
		return m.takenBack(msg)
	case goToMsg:
		return m.gotGoTo(msg)
	case searchMsg:
		return m.gotSearch(msg)
	case existingMsg:
		return m.gotExisting(msg)
	case insteadMsg:
		return m.gotInstead(msg)
	case pathsMsg:
		return m.gotPaths(msg)
	case attachedMsg:
		return m.attached(msg)
	case editFileMsg:
		return m.runEditor(msg)
	case editedMsg:
		return m.editorDone(msg)
	case suspendMsg:
		return m.suspend()
	case suspendedMsg:
		return tea.Batch(tea.ClearScreen, m.fail(msg.err))
	case unsentMsg:
		return m.gotUnsent(msg)
	case transferMsg:
		return m.transferred(msg)
	case shownMsg:
		return m.shown(msg)
	}
	return nil
}

type tickMsg struct{}

// tick draws ages again each second; a frame that did not change costs nothing.
func (m *Model) tick() tea.Cmd {
	next := tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{} })
	if m.quitting {
		return tea.Batch(next, m.loadQueue())
	}
	return tea.Batch(next, m.look.Busy.Start())
}

func (m *Model) resized(msg tea.WindowSizeMsg) tea.Cmd {
	m.w, m.h = msg.Width, msg.Height
	m.arrange()
	return tea.Batch(m.loadList(), m.feedThread(), m.peek())
}

func (m *Model) background(msg tea.BackgroundColorMsg) tea.Cmd {
	m.dark = msg.IsDark()
	m.restyle()
	return nil
}

func (m *Model) colors(msg tea.ColorProfileMsg) tea.Cmd {
	m.profile = msg.Profile
	m.restyle()
	return nil
}

// modeReport learns that the terminal counts grapheme clusters as one.
func (m *Model) modeReport(msg tea.ModeReportMsg) tea.Cmd {
	if on := clusters(msg); on != m.look.Mode.Clusters {
		m.look.Mode = text.Mode{Clusters: on, ASCII: m.opt.Settings.ASCII}
		m.restyle()
		m.arrange()
	}
	return nil
}
